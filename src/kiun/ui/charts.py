"""What a chart shows, in three forms: numbers for the script, a table, and one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.ui import dates, figures

Number = Decimal | float | int
XLabels = Literal["fiscal_year", "month", "date"]

# More ticks would touch each other on a wide page; a phone thins them out further.
MAX_TICKS = 10
# Air beside the first and the last point, as a share of the whole span.
SIDE_AIR = 0.03


@dataclass(frozen=True, kw_only=True)
class ChartSeries:
    """`spread`: of days with a point, the ends of the interval in which its value lies."""

    name: str | Promise
    points: Sequence[tuple[date, Number | None]]
    spread: Sequence[tuple[date, Number, Number]] = field(default=())


@dataclass(frozen=True, kw_only=True)
class TargetLine:
    value: Number
    label: str | Promise = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class FanPoint:
    on: date
    low: Number
    middle: Number
    high: Number


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ChartTick:
    on: date
    label: str
    label_on: date


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Series over time with a target and, where there is a forecast, its fan (low, middle, high)."""

    id: str
    title: str | Promise
    series: Sequence[ChartSeries]
    unit: str | Promise = ""
    target: TargetLine | None = None
    fan: Sequence[FanPoint] = field(default=())
    x: XLabels = "fiscal_year"
    summary: str | Promise = ""

    is_bars = False

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for line in self.series for _day, value in line.points)

    @property
    def sentence(self) -> str:
        return str(self.summary) or _line_sentence(self)

    @property
    def table(self) -> ChartTable:
        """Of the fan only its end: the days before it are there to draw the curve."""
        days = sorted(
            {day for line in self.series for day, _value in line.points} | {point.on for point in self.fan[-1:]}
        )
        columns = [self._column(line) for line in self.series]
        head = [_("As of"), *(str(line.name) for line in self.series)]
        if self.fan:
            last = self._shown_fan[-1]
            head.append(_("Forecast (range)"))
            columns.append({last.on: self._range(last)})
        if self.target:
            head.append(_("Target"))
            columns.append(dict.fromkeys([self.target.on] if self.target.on else days, self._cell(self.target.value)))
            days = sorted({*days, *([self.target.on] if self.target.on else [])})
        rows = tuple((dates.long_date(day), *(column.get(day, "") for column in columns)) for day in days)
        return ChartTable(head=tuple(head), rows=rows)

    def as_json(self) -> dict[str, Any]:
        first, last = self._span()
        air = timedelta(days=max(round((last - first).days * SIDE_AIR), 10))
        return {
            "kind": "line",
            "unit": figures.spaced(str(self.unit)),
            "from": (first - air).isoformat(),
            "to": (last + air).isoformat(),
            "ticks": [
                {"on": tick.on.isoformat(), "label": tick.label, "labelOn": tick.label_on.isoformat()}
                for tick in self._ticks(first, last)
            ],
            "labels": {day.isoformat(): dates.long_date(day) for day in self._days()},
            "series": [
                {
                    "name": str(line.name),
                    "data": [[day.isoformat(), _plain(value)] for day, value in line.points],
                    **(
                        {"spread": [[on.isoformat(), *map(_plain, ends)] for on, *ends in line.spread]}
                        if line.spread
                        else {}
                    ),
                }
                for line in self.series
            ],
            "target": self.target
            and {
                "value": _plain(self.target.value),
                "label": str(self.target.label) or _("Target %(value)s") % {"value": self._cell(self.target.value)},
                "on": self.target.on and self.target.on.isoformat(),
            },
            "fan": [
                {"on": p.on.isoformat(), "low": _plain(p.low), "middle": _plain(p.middle), "high": _plain(p.high)}
                for p in self._shown_fan
            ],
            "words": {"forecast": _("Forecast"), "range": _("Range"), "noValue": _("no value")},
        }

    @property
    def _shown_fan(self) -> tuple[FanPoint, ...]:
        """A forecast is told no finer than the values it comes from."""
        values = [figures.as_decimal(value) for line in self.series for _day, value in line.points]
        places = min(max((figures.decimal_places(value) for value in values if value is not None), default=0), 2)
        return tuple(
            FanPoint(
                on=p.on,
                low=round(float(p.low), places),
                middle=round(float(p.middle), places),
                high=round(float(p.high), places),
            )
            for p in self.fan
        )

    def _days(self) -> list[date]:
        days = {day for line in self.series for day, _value in line.points} | {point.on for point in self.fan}
        if self.target and self.target.on:
            days.add(self.target.on)
        return sorted(days)

    def _span(self) -> tuple[date, date]:
        days = self._days()
        return days[0], days[-1]

    def _ticks(self, first: date, last: date) -> list[ChartTick]:
        if self.x == "fiscal_year":
            return _fiscal_year_ticks(first, last)
        label = dates.month_label if self.x == "month" else dates.short_date
        return [ChartTick(on=day, label=label(day), label_on=day) for day in _thinned(self._days())]

    def _column(self, line: ChartSeries) -> dict[date, str]:
        ends = {day: (low, high) for day, low, high in line.spread}
        return {
            day: self._spread_cell(value, *ends[day]) if day in ends else self._cell(value)
            for day, value in line.points
        }

    def _spread_cell(self, value: Number | None, low: Number, high: Number) -> str:
        if low == high:
            return self._cell(value)
        return f"{figures.figure(value)} ({figures.figure(low)}–{figures.figure(high)}){figures.spaced(str(self.unit))}"

    def _cell(self, value: Number | None) -> str:
        return figures.figure(value, str(self.unit))

    def _range(self, point: FanPoint) -> str:
        low, middle, high = (figures.figure(value) for value in (point.low, point.middle, point.high))
        return _("%(middle)s (%(low)s to %(high)s)") % {"middle": middle, "low": low, "high": high}


@dataclass(frozen=True)
class Bar:
    label: str | Promise
    value: Number | None
    status: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """Horizontal bars, in the order given, each with its number at its end."""

    id: str
    title: str | Promise
    bars: Sequence[Bar]
    unit: str | Promise = ""
    target: TargetLine | None = None
    summary: str | Promise = ""

    is_bars = True

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def is_empty(self) -> bool:
        return all(bar.value is None for bar in self.bars)

    @property
    def sentence(self) -> str:
        return str(self.summary) or _bar_sentence(self)

    @property
    def table(self) -> ChartTable:
        has_notes = any(bar.note for bar in self.bars)
        rows = tuple((str(bar.label), self._cell(bar.value), *([bar.note] * has_notes)) for bar in self.bars)
        return ChartTable(head=(_("Item"), _("Value"), *([pgettext("column", "Note")] * has_notes)), rows=rows)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "bar",
            "unit": figures.spaced(str(self.unit)),
            "bars": [
                {
                    "label": str(bar.label),
                    "value": _plain(bar.value),
                    "text": self._cell(bar.value),
                    "status": bar.status,
                }
                for bar in self.bars
            ],
            "target": self.target
            and {
                "value": _plain(self.target.value),
                "label": str(self.target.label) or _("Target %(value)s") % {"value": self._cell(self.target.value)},
            },
        }

    def _cell(self, value: Number | None) -> str:
        return figures.figure(value, str(self.unit))


def _plain(value: Number | None) -> float | None:
    return None if value is None else float(value)


def _fiscal_year_ticks(first: date, last: date) -> list[ChartTick]:
    """A tick at each 1 April, and the year's name in the middle of the part that is shown."""
    years = range(fiscal_year_of(first).year, fiscal_year_of(last).year + 1)
    step = -(-len(years) // MAX_TICKS)
    shown = [FiscalYear(year) for year in years if (years[-1] - year) % step == 0]
    return [_tick(year, first, last) for year in shown]


def _tick(year: FiscalYear, first: date, last: date) -> ChartTick:
    begin, end = max(year.start, first), min(year.end, last)
    return ChartTick(on=year.start, label=dates.fiscal_year_short(year), label_on=begin + (end - begin) / 2)


def _thinned(days: list[date]) -> list[date]:
    step = -(-len(days) // MAX_TICKS)
    return [day for place, day in enumerate(reversed(days)) if place % step == 0][::-1]


def _line_sentence(chart: LineChart) -> str:
    if chart.is_empty:
        return _("There is no value yet.")
    courses = [_course(line, str(chart.unit), named=len(chart.series) > 1) for line in chart.series]
    if chart.target:
        courses.append(_("The target is %(target)s.") % {"target": figures.figure(chart.target.value, str(chart.unit))})
    sentence = dates.between_sentences().join(filter(None, courses))
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _course(line: ChartSeries, unit: str, *, named: bool) -> str:
    known = [(day, value) for day, value in line.points if value is not None]
    if not known:
        return ""
    (first_day, first), (last_day, last) = known[0], known[-1]
    words = {
        "name": _("%(name)s: ") % {"name": line.name} if named else "",
        "from": figures.figure(first, unit),
        "from_day": dates.long_date(first_day),
        "to": figures.figure(last, unit),
        "to_day": dates.long_date(last_day),
    }
    if len(known) == 1:
        return _("%(name)sone value, %(to)s on %(to_day)s.") % words
    if first == last:
        return _("%(name)s%(to)s on %(to_day)s, the same as on %(from_day)s.") % words
    return _("%(name)sfrom %(from)s (%(from_day)s) to %(to)s (%(to_day)s).") % words


def _bar_sentence(chart: BarChart) -> str:
    known = [bar for bar in chart.bars if bar.value is not None]
    if not known:
        return _("There is no value yet.")
    most = max(known, key=lambda bar: float(bar.value or 0))
    least = min(known, key=lambda bar: float(bar.value or 0))
    return _("Highest: %(most)s, %(high)s. Lowest: %(least)s, %(low)s.") % {
        "most": most.label,
        "high": figures.figure(most.value, str(chart.unit)),
        "least": least.label,
        "low": figures.figure(least.value, str(chart.unit)),
    }
