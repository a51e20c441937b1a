"""A workbook becomes a plan document: sheets, rows, and what the titles say about the whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kiun.goals.plan_files.checks import assign_numbers, report_circles, report_double_codes, warn_of_doubtful_terms
from kiun.goals.plan_files.choices import Choices
from kiun.goals.plan_files.document import PlanDocument, PlanFacts, RowProblem, Severity
from kiun.goals.plan_files.rows import CARRIED, RowGatherer, order_of
from kiun.goals.plan_files.tables import SheetReading, TableRow, read_sheets
from kiun.goals.plan_files.terms import RowReading
from kiun.goals.plan_files.vocabulary import LEVELS
from kiun.goals.plan_files.wording import one_line
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, find_period, fiscal_year_of, parse_fiscal_year
from kiun.kernel.tabular import Workbook

_YEAR = r"(?:(?:令和|平成|R|H|Ｒ|Ｈ)\s*(?:元|[0-9０-９]{1,2})|[0-9０-９]{4})"
_YEARS = re.compile(
    rf"({_YEAR})\s*年?度?\s*(?:[(（][^()（）]*[)）])?\s*(?:[~〜～\-–—－]|から)\s*({_YEAR}|[0-9０-９]{{1,2}})\s*年?度?"
)
_PLAN_NAME = re.compile(r"[^\s　()（）「」【】:：]*(?:計画|プラン|戦略|構想|ビジョン)")
_GENERIC_SHEET = re.compile(
    r"(?:Sheet|シート)?\s*[0-9０-９]*|一覧.*|.*一覧表?|計画|指標|KPI|目標|進捗.*|調査票|様式.*|data|データ",
    re.IGNORECASE,
)
_POLICY_IN_TITLE = re.compile(
    r"^\s*(?:基本方針|基本目標|基本施策|施策|政策|分野|重点\S{0,4})\s*"
    r"[0-9０-９一二三四五六七八九十ⅠⅡⅢⅣⅤ\-－]*\s*[:：　\s]\s*(.+)$"
)


@dataclass(frozen=True)
class PlanReading:
    """The document together with what was recognised on the way, so that a person can correct it."""

    document: PlanDocument
    sheets: tuple[SheetReading, ...]


def read_plan(workbook: Workbook, choices: Choices, today: date) -> PlanReading:
    texts = list(_title_texts(workbook))
    context = _context(texts, today)
    sheets = read_sheets(workbook, choices, context)
    problems = [RowProblem.of_sheet(Severity.WARNING, problem) for problem in workbook.problems]
    used = [sheet for sheet in sheets if sheet.is_used]
    if not used:
        problems.append(RowProblem(Severity.ERROR, "", 0, "", *_nothing_found(sheets)))
    gatherer = RowGatherer(choices, RowReading(today, context, problems))
    for sheet in used:
        _take(gatherer, sheet, is_one_of_many=len(used) > 1)
    goals = list(gatherer.goals.values())
    assign_numbers(goals)
    report_double_codes(goals, problems)
    report_circles(gatherer.policies.values(), problems)
    warn_of_doubtful_terms(goals, problems)
    if used and not goals and not gatherer.policies:
        problems.append(RowProblem(Severity.ERROR, used[0].sheet.name, 0, "", *_no_rows()))
    document = PlanDocument(
        facts=_facts(texts, gatherer),
        policies=tuple(gatherer.policies.values()),
        challenges=tuple(gatherer.challenges.values()),
        goals=tuple(goal.frozen(today) for goal in goals),
        problems=tuple(_remaining(problems, choices)),
        departments=gatherer.departments,
    )
    return PlanReading(document, sheets)


def _remaining(problems: Sequence[RowProblem], choices: Choices) -> Iterator[RowProblem]:
    yield from dict.fromkeys(problem for problem in problems if problem.row_key not in choices.left_out)


def _nothing_found(sheets: Sequence[SheetReading]) -> tuple[str, str]:
    refusals = [sheet.refusal for sheet in sheets if sheet.refusal]
    what = _("No table of goals or indicators was found in this file.")
    how = refusals[0] if refusals else _("Choose a sheet below, or use the empty workbook.")
    return what, how


def _no_rows() -> tuple[str, str]:
    return _("The table has a header but no rows."), _("Write one goal or indicator in each row below the header.")


def _take(gatherer: RowGatherer, reading: SheetReading, *, is_one_of_many: bool) -> None:
    name = reading.sheet.name
    if reading.case:
        gatherer.take_sheet(name, reading.case.rows(), CARRIED, ())
    elif reading.table:
        table = reading.table
        order = order_of({field: column.number for field, column in table.plain_columns.items()})
        has_levels = any(level in table.plain_columns for level in LEVELS[:-1])
        top = () if has_levels or not is_one_of_many else _policy_of_sheet(reading)
        gatherer.take_sheet(name, (TableRow(record, table) for record in table.records), order, top)


def _policy_of_sheet(reading: SheetReading) -> tuple[str, ...]:
    """A workbook with one sheet per policy names it in the sheet's title or tab."""
    assert reading.table is not None
    for title in reading.table.titles:
        if match := _POLICY_IN_TITLE.match(title):
            return (one_line(match[1]),)
    tab = reading.sheet.name.strip()
    return () if _GENERIC_SHEET.fullmatch(tab) else (tab,)


def _title_texts(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        if not sheet.hidden:
            for row in sheet.rows[:6]:
                texts = [value for value in row if isinstance(value, str)]
                if len(texts) in {1, 2}:
                    yield from texts
    yield workbook.name


def _context(texts: Sequence[str], today: date) -> FiscalYear:
    """The year near which a bare 7年度 is read."""
    for text in texts:
        try:
            if period := find_period(text):
                return period.fiscal_year
        except DomainError:
            continue
    return fiscal_year_of(today)


def _facts(texts: Sequence[str], gatherer: RowGatherer) -> PlanFacts:
    years = next((found for text in texts if (found := _years_in(text))), None) or _years_of(gatherer)
    named = (match[0] for text in texts if (match := _PLAN_NAME.search(re.sub(r"\.\w+$", "", text))))
    name = next((name for name in named if len(name) > 2), "")  # noqa: PLR2004 - 計画 alone is no name
    return PlanFacts(name[:120], *(years or (None, None)))


def _years_in(text: str) -> tuple[int, int] | None:
    match = _YEARS.search(text)
    if not match:
        return None
    try:
        first = parse_fiscal_year(match[1])
        last = parse_fiscal_year(match[2], context=first)
    except DomainError:
        return None
    return (first.year, last.year) if first <= last else None


def _years_of(gatherer: RowGatherer) -> tuple[int, int] | None:
    """Without a title: from the year after the earliest baseline to the latest deadline."""
    stated = [draft.stated for goal in gatherer.goals.values() for draft in goal.indicators.values()]
    baselines = [fiscal_year_of(terms["baseline_on"]).year for terms in stated if "baseline_on" in terms]
    deadlines = [fiscal_year_of(terms["deadline"]).year for terms in stated if "deadline" in terms]
    if not deadlines:
        return None
    first = min(baselines) + 1 if baselines else fiscal_year_of(gatherer.reading.today).year
    return min(first, max(deadlines)), max(deadlines)
