"""Doubts about a value before it is recorded: each a sentence, none of them a refusal."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from kiun.goals.models import Measurement, Series
from kiun.ui.figures import figure

PERCENT_SIGNS = ("%", "％")
HUNDRED = Decimal(100)
A_DIGIT = Decimal(10)
FEWEST_STEPS = 3
# So many times the largest step so far is a jump.
JUMP = 5


def doubts(series: Series, on: date, value: Decimal) -> list[str]:
    others = Measurement.objects.filter(series=series, value__isnull=False).exclude(on=on).order_by("on")
    known = [(row.on, row.value) for row in others if row.value is not None]
    before = [known_value for day, known_value in known if day < on]
    after = [known_value for day, known_value in known if day > on]
    found = [_doubt_of_share(series, value), _doubt_of_total(series, before, after, value)]
    if before:
        found.append(_doubt_of_step(series, before, value))
    return [doubt for doubt in found if doubt]


def _doubt_of_share(series: Series, value: Decimal) -> str:
    if series.unit in PERCENT_SIGNS and not 0 <= value <= HUNDRED:
        return _("%(value)s lies outside 0–100%%. Is it a share?") % {"value": figure(value, series.unit)}
    return ""


def _doubt_of_total(series: Series, before: Sequence[Decimal], after: Sequence[Decimal], value: Decimal) -> str:
    if not series.is_cumulative:
        return ""
    if before and value < before[-1]:
        return _("A cumulative figure cannot fall: the one before is %(value)s.") % {
            "value": figure(before[-1], series.unit)
        }
    if after and value > after[0]:
        return _("A cumulative figure cannot fall: the one after is %(value)s.") % {
            "value": figure(after[0], series.unit)
        }
    return ""


def _doubt_of_step(series: Series, before: Sequence[Decimal], value: Decimal) -> str:
    last = before[-1]
    words = {"value": figure(value, series.unit), "last": figure(last, series.unit)}
    if last and value and (abs(value) >= A_DIGIT * abs(last) or abs(last) >= A_DIGIT * abs(value)):
        return _("%(value)s is ten times away from the last value, %(last)s. Is a digit wrong?") % words
    steps = [abs(b - a) for a, b in pairwise(before)]
    if len(steps) >= FEWEST_STEPS and abs(value - last) > JUMP * max(steps) > 0:
        return _("%(value)s is a far larger step from the last value, %(last)s, than any before.") % words
    return ""
