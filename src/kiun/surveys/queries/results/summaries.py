"""What a group of people answered to one item."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.utils.translation import get_language

from kiun.analysis.survey_stats import MeanInterval, mean_interval
from kiun.analysis.survey_stats.arrays import Flags
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE, Sample
from kiun.surveys.models import Item, ItemKind
from kiun.surveys.models.questionnaires import said_in
from kiun.surveys.queries.results.sheets import ANSWERED, DOES_NOT_KNOW, Column, Values, answers_of
from kiun.ui.dates import long_date, long_month
from kiun.ui.figures import figure, percent_of

MOST_BARS = 10


@dataclass(frozen=True, kw_only=True)
class Share:
    """`people` of `base` said it."""

    label: str
    people: int
    base: int

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.people, self.base, 1) if self.base else None


@dataclass(frozen=True, kw_only=True)
class Rank:
    """`first` put it first; `mean` is the mean rank among the `people` who gave it one."""

    label: str
    first: int
    people: int
    mean: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Quartiles:
    lower: Decimal
    median: Decimal
    upper: Decimal


@dataclass(frozen=True, kw_only=True)
class Row:
    """Of a matrix; hidden as an item is."""

    label: str
    shares: tuple[Share, ...] = ()
    unknown: Share | None = None

    @property
    def is_hidden(self) -> bool:
        return self.unknown is None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Of `people`, `answered` gave an answer, `unknown` said 分からない, `missing` were not asked or left it out.

    `is_hidden`: so few answered that only this may be said; then there is no number in it.
    """

    item: Item
    people: int
    answered: int = 0
    unknown: int = 0
    is_hidden: bool = False
    shares: tuple[Share, ...] = ()
    mean: MeanInterval | None = None
    sample: Sample | None = None
    quartiles: Quartiles | None = None
    ranks: tuple[Rank, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def missing(self) -> int:
        return self.people - self.answered - self.unknown

    @property
    def base(self) -> int:
        return self.answered + self.unknown

    @property
    def labels(self) -> tuple[str, ...]:
        return labels_of(self.item)

    @property
    def share_unknown(self) -> Share:
        return Share(label="", people=self.unknown, base=self.base)


def summarise(item: Item, column: Column, group: Flags, *, population: int | None = None) -> Summary:
    """`group` (sheets) are those that belong to it, who may be shown; `population` is how many could have answered."""
    states = column.states[group]
    answered, unknown = int((states == ANSWERED).sum()), int((states == DOES_NOT_KNOW).sum())
    if 0 < answered + unknown < FEWEST_PEOPLE:
        return Summary(item=item, people=len(states), is_hidden=True)
    values = column.values[group][states == ANSWERED]
    base = answered + unknown
    kind = ItemKind(item.kind)
    return Summary(
        item=item,
        people=len(states),
        answered=answered,
        unknown=unknown,
        shares=SHARES[kind](item, values, base) if kind in SHARES else (),
        mean=_mean(values, population) if kind == ItemKind.SCALE else None,
        sample=Sample.of(values[values >= 0] + 1.0) if kind == ItemKind.SCALE else None,
        quartiles=_quartiles(values) if kind == ItemKind.NUMBER else None,
        ranks=_ranks(item, values) if kind == ItemKind.RANKING else (),
        rows=_rows(item, values, base) if kind == ItemKind.MATRIX else (),
    )


def labels_of(item: Item) -> tuple[str, ...]:
    """In the order of `answers_of`, in the language of the page."""
    if item.kind != ItemKind.SCALE:
        return said_lines(item.choices)
    language, settings = get_language(), item.settings
    low, high = (said_in(language, settings.get(end, ""), settings.get(f"{end}_en", "")) for end in ("low", "high"))
    ends = {1: low, item.points: high}
    points = range(1, item.points + 1)
    return tuple(f"{point} {ends[point]}" if ends.get(point) else str(point) for point in points)


def said_lines(lines: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    language = get_language()
    return tuple(said_in(language, line["text"], line.get("text_en", "")) for line in lines)


def _counted(labels: Sequence[str], counts: Sequence[int], base: int) -> tuple[Share, ...]:
    return tuple(Share(label=label, people=int(count), base=base) for label, count in zip(labels, counts, strict=True))


def _of_codes(item: Item, values: Values, base: int) -> tuple[Share, ...]:
    known = values[values >= 0]
    return _counted(labels_of(item), np.bincount(known, minlength=len(answers_of(item))).tolist(), base)


def _of_choices(item: Item, values: Values, base: int) -> tuple[Share, ...]:
    return _counted(labels_of(item), values.sum(axis=0).tolist(), base)


def _of_first_places(item: Item, values: Values, base: int) -> tuple[Share, ...]:
    return _counted(labels_of(item), (values == 1).sum(axis=0).tolist(), base)


def _of_numbers(item: Item, values: Values, base: int) -> tuple[Share, ...]:
    """Each number, if they are few; otherwise spans of the same width, with both ends as round as the width."""
    if not len(values):
        return ()
    unit = str(item.settings.get("unit", ""))
    found, counts = np.unique(values, return_counts=True)
    if len(found) <= MOST_BARS:
        return _counted([figure(_exact(one), unit) for one in found], counts.tolist(), base)
    width = _round_width((found[-1] - found[0]) / MOST_BARS)
    place = np.floor(values / width).astype(np.int64)
    spans = range(int(place.min()), int(place.max()) + 1)
    labels = [f"{figure(_exact(span * width))}–{figure(_exact((span + 1) * width), unit)}" for span in spans]
    return _counted(labels, np.bincount(place - place.min(), minlength=len(spans)).tolist(), base)


def _round_width(least: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= least))


def _of_days(_item: Item, values: Values, base: int) -> tuple[Share, ...]:
    """Day by day, month by month, or year by year, as it takes to have few bars."""
    days = [date.fromordinal(int(one)) for one in values]
    groupings = [Counter(label(day) for day in sorted(days)) for label in (long_date, long_month, _year)]
    counts = next((one for one in groupings if len(one) <= MOST_BARS), groupings[-1])
    return _counted(list(counts), list(counts.values()), base)


def _year(day: date) -> str:
    return str(day.year)


SHARES: Mapping[ItemKind, Callable[[Item, Values, int], tuple[Share, ...]]] = {
    ItemKind.SCALE: _of_codes,
    ItemKind.SINGLE: _of_codes,
    ItemKind.MULTIPLE: _of_choices,
    ItemKind.RANKING: _of_first_places,
    ItemKind.NUMBER: _of_numbers,
    ItemKind.DAY: _of_days,
}


def _mean(values: Values, population: int | None) -> MeanInterval | None:
    known = values[values >= 0]
    if not len(known):
        return None
    return mean_interval(known + 1, population=population if population and population >= len(known) else None)


def _quartiles(values: Values) -> Quartiles | None:
    if not len(values):
        return None
    lower, median, upper = (_exact(one) for one in np.quantile(values, (0.25, 0.5, 0.75)))
    return Quartiles(lower=lower, median=median, upper=upper)


def _exact(value: float) -> Decimal:
    return round(Decimal(str(float(value))), 6).normalize() + 0


def _ranks(item: Item, values: Values) -> tuple[Rank, ...]:
    labels = labels_of(item)
    return tuple(_rank(label, values[:, place]) for place, label in enumerate(labels))


def _rank(label: str, ranks: Values) -> Rank:
    given = ranks[ranks > 0]
    mean = round(Decimal(int(given.sum())) / len(given), 2) if len(given) else None
    return Rank(label=label, first=int((ranks == 1).sum()), people=len(given), mean=mean)


def _rows(item: Item, values: Values, base: int) -> tuple[Row, ...]:
    labels = said_lines(item.rows)
    return tuple(_row(item, label, values[:, place]) for place, label in enumerate(labels)) if base else ()


def _row(item: Item, label: str, codes: Values) -> Row:
    unknown = int((codes == DOES_NOT_KNOW).sum())
    said = int((codes >= 0).sum()) + unknown
    if 0 < said < FEWEST_PEOPLE:
        return Row(label=label)
    return Row(label=label, shares=_of_codes(item, codes, said), unknown=Share(label="", people=unknown, base=said))
