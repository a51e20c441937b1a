"""Doubts about a value before it is recorded: each a sentence, none of them a refusal. Whoever lets figures be written
asks here, and here stands between which bounds a share lies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import median_low

from django.utils.translation import gettext as _

from kiun.goals.models import Measurement, Series
from kiun.ui.figures import figure

PERCENT_SIGNS = ("%", "％")
# Differences and degrees lie below nought as naturally as above.
SIGNED_UNITS = ("ポイント", "%ポイント", "％ポイント", "pt", "℃", "度")
HUNDRED = Decimal(100)
A_DIGIT = Decimal(10)
FEWEST_STEPS = 3
# So many times the largest step so far is a jump.
JUMP = 5
FEWEST_OTHERS = 3
# So many times what the others say is another order of size, however much departments differ.
FAR_BEYOND = 100
# What is counted one by one: no municipality of Japan has half as many residents as `MANY`.
COUNTED = frozenset(
    {"人", "名", "世帯", "戸", "件", "台", "校", "園", "館", "棟", "か所", "カ所", "ヶ所", "箇所", "団体", "社", "店"}
)
MANY = Decimal(10_000_000)


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What is known of a figure when its next value comes. `before` and `after`: its values of other days, oldest
    first. `standing`: what stands at the day itself and is about to change; whoever entered it knew how far the figure
    may go. `stated`: what a plan or whoever asks says that it may be, such as baseline, target and limits. `others`:
    what others say to the same question.

    A figure with no value of its own is held against two bounds: a hundred times the median of at least three others,
    and ten million of what is counted one by one, unless something known is as large. One wrong figure among the
    others does not move the median.
    """

    unit: str = ""
    is_cumulative: bool = False
    before: Sequence[Decimal] = ()
    after: Sequence[Decimal] = ()
    standing: Sequence[Decimal] = ()
    stated: Sequence[Decimal] = ()
    others: Sequence[Decimal] = ()

    @property
    def least(self) -> Decimal | None:
        """Of a share, unless the figure is known to lie below."""
        return Decimal(0) if self._is_percentage and self._lowest >= 0 else None

    @property
    def most(self) -> Decimal | None:
        highest = max(self._known, default=HUNDRED)
        return HUNDRED if self._is_percentage and highest <= HUNDRED else None

    @property
    def _is_percentage(self) -> bool:
        return self.unit in PERCENT_SIGNS

    @property
    def _lowest(self) -> Decimal:
        return min(self._known, default=Decimal(0))

    @property
    def _known(self) -> tuple[Decimal, ...]:
        return (*self.before, *self.standing, *self.after, *self.stated)

    def doubts(self, value: Decimal) -> list[str]:
        found = (
            self._doubt_of_bounds(value),
            self._doubt_of_total(value),
            self._doubt_of_step(value),
            self.doubt_of_size(value),
        )
        return [doubt for doubt in found if doubt]

    def _doubt_of_bounds(self, value: Decimal) -> str:
        words = {"value": figure(value, self.unit)}
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            return _("%(value)s lies outside 0–100%%. Is it a share?") % words
        may_be_negative = self._is_percentage or self.unit in SIGNED_UNITS or self._lowest < 0
        return "" if value >= 0 or may_be_negative else _("%(value)s is less than nothing. Is the sign wrong?") % words

    def _doubt_of_total(self, value: Decimal) -> str:
        if not self.is_cumulative:
            return ""
        if self.before and value < self.before[-1]:
            return _("A cumulative figure cannot fall: the one before is %(value)s.") % {
                "value": figure(self.before[-1], self.unit)
            }
        if self.after and value > self.after[0]:
            return _("A cumulative figure cannot fall: the one after is %(value)s.") % {
                "value": figure(self.after[0], self.unit)
            }
        return ""

    def _doubt_of_step(self, value: Decimal) -> str:
        if not self.before:
            return ""
        last = self.before[-1]
        words = {"value": figure(value, self.unit), "last": figure(last, self.unit)}
        if last and value and (abs(value) >= A_DIGIT * abs(last) or abs(last) >= A_DIGIT * abs(value)):
            return _("%(value)s is ten times away from the last value, %(last)s. Is a digit wrong?") % words
        steps = [abs(b - a) for a, b in pairwise(self.before)]
        if len(steps) >= FEWEST_STEPS and abs(value - last) > JUMP * max(steps) > 0:
            return _("%(value)s is a far larger step from the last value, %(last)s, than any before.") % words
        return ""

    def doubt_of_size(self, value: Decimal) -> str:
        """Tells nothing of what the others say but that it is far less."""
        if self.before or self.standing or self.after:
            return ""
        words = {"value": figure(value, self.unit)}
        if self._typical and abs(value) > FAR_BEYOND * self._typical:
            return (
                _("%(value)s is more than a hundred times what others answer. Are the digits and the unit right?")
                % words
            )
        if self.unit in COUNTED and abs(value) >= MANY > max(map(abs, self._known), default=Decimal(0)):
            return _("%(value)s is a very large number. Are the digits and the unit right?") % words
        return ""

    @cached_property
    def _typical(self) -> Decimal | None:
        """Of those that are not nought."""
        sizes = [abs(other) for other in self.others if other]
        return median_low(sizes) if len(sizes) >= FEWEST_OTHERS else None


def doubts(series: Series, on: date, value: Decimal) -> list[str]:
    rows = Measurement.objects.filter(series=series, value__isnull=False).order_by("on").values_list("on", "value")
    return expected_of(series, [(day, known) for day, known in rows if known is not None], on).doubts(value)


def expected_of(series: Series, known: Iterable[tuple[date, Decimal]], on: date) -> Expectation:
    """`known`: all values of the series with their days, oldest first."""
    pairs = list(known)
    return Expectation(
        unit=series.unit,
        is_cumulative=series.is_cumulative,
        before=[value for day, value in pairs if day < on],
        standing=[value for day, value in pairs if day == on],
        after=[value for day, value in pairs if day > on],
        stated=[value for value in (series.baseline, series.target) if value is not None],
    )
