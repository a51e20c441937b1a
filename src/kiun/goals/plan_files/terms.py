"""The numbers and dates of one row: baseline, target, deadline, targets on the way, and results."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kiun.goals.models import Cadence, Direction
from kiun.goals.plan_files.days import day_of
from kiun.goals.plan_files.document import ReadingEntry, RowProblem, Severity
from kiun.goals.plan_files.numbers import Figure, in_unit, kept, kept_as_note, read_figure
from kiun.goals.plan_files.wording import NOTHING, normal_name, normal_unit, one_line
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period
from kiun.kernel.tabular import UNOBTAINABLE, Cell


class PlanRow(Protocol):
    """A row of a table, or a sheet of label-and-value pairs."""

    def cell(self, field: str) -> Cell: ...
    def series(self, field: str) -> Mapping[Period, Cell]: ...
    def header_unit(self, field: str) -> str: ...
    def has(self, field: str) -> bool: ...


@dataclass
class Terms:
    """Gathered from one row; `cells` tells where each field stands."""

    stated: dict[str, Any] = field(default_factory=dict)
    inferred: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    readings: list[ReadingEntry] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def state(self, name: str, value: Any, cell: Cell) -> None:
        self.stated[name] = value
        self.cells[name] = cell.ref

    @property
    def is_empty(self) -> bool:
        return not self.readings and not self.stated.keys() & {"baseline", "target"}


@dataclass(frozen=True)
class RowReading:
    """What reading a row needs to know: the day of the import, the years in question, and where problems go.

    `is_own`: the row comes from Kiun's own export, so that nothing has to be guessed.
    """

    today: date
    context: FiscalYear | None
    problems: list[RowProblem]
    is_own: bool = False

    def warn(self, cell: Cell, what: object, how: object = "") -> None:
        self.problems.append(RowProblem.of_cell(Severity.WARNING, cell, what, how))

    def reject(self, cell: Cell, what: object, how: object = "") -> None:
        self.problems.append(RowProblem.of_cell(Severity.ERROR, cell, what, how))


def read_terms(row: PlanRow, reading: RowReading, unit_in_name: str = "") -> Terms:
    terms = Terms()
    dated = _dated_figures(row, reading)
    unit = _unit(row, dated, unit_in_name, reading, terms)
    _read_baseline(row, dated["baseline"], unit, reading, terms)
    _read_target(dated["target"], unit, reading, terms)
    _read_deadline(row, reading, terms)
    _read_readings(row, dated["reading"], unit, reading, terms)
    _read_words(row, reading, terms)
    _infer(dated, terms)
    return terms


Dated = list[tuple[Period | None, Figure]]


def _dated_figures(row: PlanRow, reading: RowReading) -> dict[str, Dated]:
    """All numbers of the row by field; a row headed 目標 makes its year columns targets."""
    found: dict[str, Dated] = {"baseline": [], "target": [], "reading": []}
    kind = normal_name(row.cell("row_kind").text)
    for name in found:
        goes_to = "target" if name == "reading" and re.search("目標|計画", kind) else name
        cells: list[tuple[Period | None, Cell]] = [*row.series(name).items(), (None, row.cell(name))]
        for period, cell in cells:
            if figure := read_figure(cell, reading.context, reading.problems):
                found[goes_to].append((period or figure.period, figure))
    return found


def _unit(row: PlanRow, dated: dict[str, Dated], unit_in_name: str, reading: RowReading, terms: Terms) -> str:
    cell = row.cell("unit")
    if unit := cell.text.strip() if reading.is_own else normal_unit(cell.text):
        terms.state("unit", unit, cell)
        return unit
    for name in ("target", "baseline", "reading"):
        in_cells = [figure for _period, figure in dated[name] if figure.value is not None]
        for figure in in_cells[-1:]:
            if unit := normal_unit(figure.quantity.unit) or normal_unit(row.header_unit(name)):
                terms.state("unit", unit, figure.cell)
                return unit
    if unit_in_name and not row.has("unit"):
        terms.state("unit", unit_in_name, row.cell("indicator"))
    return unit_in_name


def _read_baseline(row: PlanRow, figures: Dated, unit: str, reading: RowReading, terms: Terms) -> None:
    known = [(period, figure) for period, figure in figures if figure.value is not None]
    _keep_words(figures, "基準値", terms)
    if known:
        period, figure = known[-1]
        terms.state("baseline", in_unit(figure, unit, reading.problems), figure.cell)
        if period:
            terms.state("baseline_on", _day_of_baseline(period, row, reading), figure.cell)
    cell = row.cell("baseline_on")
    if period := _read_period(cell, reading):
        terms.state("baseline_on", _day_of_baseline(period, row, reading), cell)


def _day_of_baseline(period: Period, row: PlanRow, reading: RowReading) -> date:
    """A baseline described by a year that still runs was taken at its beginning."""
    day = day_of(period, row.cell("collected_when").text)
    return day if day <= reading.today else period.start


def _read_target(figures: Dated, unit: str, reading: RowReading, terms: Terms) -> None:
    """Of several target years the last is the target; the others are targets on the way."""
    _keep_words(figures, "目標値", terms)
    known = [(period, figure) for period, figure in figures if figure.value is not None]
    if not known:
        _read_share_of_baseline(figures, reading, terms)
        return
    # By their last days: a month that begins earlier than a day within it ends later.
    dated = sorted(((period, figure) for period, figure in known if period), key=lambda pair: pair[0].end)
    plain = [figure for period, figure in known if period is None]
    last = plain[-1] if plain else dated[-1][1]
    terms.state("target", in_unit(last, unit, reading.problems), last.cell)
    if dated and not reading.is_own and (not plain or dated[-1][1].value == last.value):
        period, figure = dated.pop()
        terms.state("deadline", period.end, figure.cell)
    if dated:
        terms.state("milestones", [_milestone(period, figure, unit) for period, figure in dated], dated[0][1].cell)


def _milestone(period: Period, figure: Figure, unit: str) -> list[str]:
    value = in_unit(figure, unit, [])
    assert value is not None
    return [period.end.isoformat(), format(value, "f")]


def _read_share_of_baseline(figures: Dated, reading: RowReading, terms: Terms) -> None:
    """半減 is a number as soon as there is a baseline."""
    baseline = terms.stated.get("baseline")
    for period, figure in figures:
        share = figure.share_of_baseline
        if share is None:
            continue
        if baseline is None:
            reading.problems.append(kept_as_note(figure))
            continue
        target = kept(baseline * share)
        terms.state("target", target, figure.cell)
        words = {"text": figure.words, "number": format(target, "f")}
        reading.warn(figure.cell, _("“%(text)s” is read as %(number)s, counted from the baseline.") % words)
        if period:
            terms.state("deadline", period.end, figure.cell)


def _keep_words(figures: Dated, label: str, terms: Terms) -> None:
    """The label is Japanese in every language of the screen: it becomes part of the town's own note."""
    terms.words += [f"{label}：{one_line(figure.words)}" for _period, figure in figures if figure.words]


def _read_deadline(row: PlanRow, reading: RowReading, terms: Terms) -> None:
    cell = row.cell("deadline")
    if period := _read_period(cell, reading):
        terms.state("deadline", period.end, cell)


def _read_period(cell: Cell, reading: RowReading) -> Period | None:
    """A text without a number (随時, 毎年度) is no date and is pointed out; a number that is no date is an error."""
    text = cell.text.strip()
    if not text or text in NOTHING:
        return None
    try:
        return cell.period(context=reading.context)
    except DomainError as error:
        if re.search(r"[0-9０-９]", text):
            reading.reject(cell, error.message)
        else:
            reading.warn(cell, _("“%(text)s” is not a date and is left out.") % {"text": text[:40]})
        return None


def _read_readings(row: PlanRow, figures: Dated, unit: str, reading: RowReading, terms: Terms) -> None:
    named = _read_period(row.cell("reading_on"), reading)
    by_day: dict[date, ReadingEntry] = {}
    _keep_words(figures, "実績", terms)
    for own_period, figure in figures:
        period = own_period or named
        if figure.words:
            continue
        if period is None:
            if figure.value is not None:
                what = _("It is not clear to which year this result belongs, so it is left out.")
                reading.warn(figure.cell, what, _("Write the year in the header, such as 令和7年度実績."))
            continue
        if entry := _entry(figure, period, row, unit, reading):
            by_day[entry.on] = entry
    terms.readings += by_day.values()


def _entry(figure: Figure, period: Period, row: PlanRow, unit: str, reading: RowReading) -> ReadingEntry | None:
    on = day_of(period, row.cell("collected_when").text)
    if figure.value is None and figure.quantity.marker != UNOBTAINABLE:
        return None
    if on > reading.today:
        if figure.value is not None:
            what = _("%(period)s is not over yet, so this value is left out.") % {"period": period.label}
            reading.warn(figure.cell, what, _("Write it with the day on which it was taken, or after the period ends."))
        return None
    note = "、".join(part for part in (figure.quantity.note, "約" if figure.quantity.approximate else "") if part)
    return ReadingEntry(on=on, value=in_unit(figure, unit, reading.problems), note=note, cell=figure.cell.ref)


_DIRECTIONS = (
    (Direction.REACH, "維持|保つ|保持|達成して|現状|横ばい|→"),
    (Direction.DECREASE, "減|↓|低|下げ|短縮|抑|縮|▼"),
    (Direction.INCREASE, "増|↑|高|上げ|向上|拡|伸|▲"),
)
_CADENCES = (
    (Cadence.MONTHLY, "月次|毎月|月1回|月ごと|1か月"),
    (Cadence.QUARTERLY, "四半期|3か月|年4回"),
    (Cadence.HALF_YEARLY, "半年|半期|年2回|6か月"),
    (Cadence.YEARLY, "年"),
)
_CUMULATIVE = ((False, "単年|期間|各年|しない"), (True, "累計|累積|する"))


def _read_words(row: PlanRow, reading: RowReading, terms: Terms) -> None:
    for name, choices in (("direction", _DIRECTIONS), ("cadence", _CADENCES), ("is_cumulative", _CUMULATIVE)):
        cell = row.cell(name)
        text = cell.text.strip()
        if not text or text in NOTHING - {"→"}:
            continue
        found = [value for value, pattern in choices if re.search(pattern, text)]
        if found:
            terms.state(name, found[0], cell)
        else:
            what = _("“%(text)s” is not understood here and is left out.") % {"text": text[:40]}
            reading.warn(cell, what, _("Words that are understood: %(words)s.") % {"words": KNOWN_WORDS[name]})


KNOWN_WORDS = {
    "direction": "増加・減少・維持",
    "cadence": "毎月・四半期・半年・毎年度",
    "is_cumulative": "累計・単年度",
}
DIRECTION_WORDS = {Direction.INCREASE: "増加", Direction.DECREASE: "減少", Direction.REACH: "維持"}
CADENCE_WORDS = {
    Cadence.MONTHLY: "毎月",
    Cadence.QUARTERLY: "四半期",
    Cadence.HALF_YEARLY: "半年",
    Cadence.YEARLY: "毎年度",
}
CUMULATIVE_WORDS = {True: "累計", False: "単年度"}
_CADENCE_OF_KIND = {"month": Cadence.MONTHLY, "quarter": Cadence.QUARTERLY, "half": Cadence.HALF_YEARLY}


def _infer(dated: dict[str, Dated], terms: Terms) -> None:
    figures = [figure for pairs in dated.values() for _period, figure in pairs]
    terms.inferred["direction"] = direction_of(
        terms.stated.get("baseline"), terms.stated.get("target"), [f.quantity.bound for _p, f in dated["target"]]
    )
    terms.inferred["is_cumulative"] = any(figure.quantity.cumulative for figure in figures)
    kinds = {period.kind for period, _figure in dated["reading"] if period}
    terms.inferred["cadence"] = next(
        (cadence for kind, cadence in _CADENCE_OF_KIND.items() if kind in kinds), Cadence.YEARLY
    )


def direction_of(baseline: Decimal | None, target: Decimal | None, bounds: list[str]) -> Direction:
    if baseline is not None and target is not None and baseline != target:
        return Direction.DECREASE if target < baseline else Direction.INCREASE
    if baseline is not None and baseline == target:
        return Direction.INCREASE
    return Direction.DECREASE if {"at_most", "under"} & set(bounds) else Direction.INCREASE
