"""One number in a cell: its value, its unit, the time written beside it; or the words that stand in its place."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from kiun.goals.models.indicators import LARGEST
from kiun.goals.plan_files.document import RowProblem, Severity
from kiun.goals.plan_files.wording import normal_name
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, find_period, split_period
from kiun.kernel.tabular import Cell, Quantity, parse_quantity

SMALLEST_STEP = Decimal("0.0001")  # what the database keeps
LONGEST_FIGURE = 12  # a longer text with a digit in it is a sentence, not a mistyped number

# Words that are a number only beside the baseline.
_SHARES = {"半減": Decimal("0.5"), "倍増": Decimal(2), "半分": Decimal("0.5"), "2倍": Decimal(2)}

_YEN = {"円": 1, "千円": 10**3, "万円": 10**4, "百万円": 10**6, "億円": 10**8}
_SAME_UNITS = (
    {"人", "名"},
    {"箇所", "か所", "カ所", "ヶ所"},
    {"手続", "手続き"},
    {"%", "パーセント"},
    {"ポイント", "pt"},
)


@dataclass(frozen=True)
class Figure:
    """`words` stand in the cell instead of a number (導入完了)."""

    cell: Cell
    quantity: Quantity
    period: Period | None = None
    words: str = ""

    @property
    def value(self) -> Decimal | None:
        return self.quantity.value

    @property
    def share_of_baseline(self) -> Decimal | None:
        return _SHARES.get(normal_name(self.words)) if self.words else None


def read_figure(cell: Cell, context: FiscalYear | None, problems: list[RowProblem]) -> Figure | None:
    """None: the cell is blank, or holds an error that was noted."""
    if cell.is_blank:
        return None
    try:
        quantity = cell.quantity()
        period = find_period(quantity.note, context=context) if quantity.note else None
        return _stored(Figure(cell, quantity, period), problems)
    except DomainError as error:
        return _read_with_time(cell, context, problems) or _read_words(cell, error, problems)


def _read_with_time(cell: Cell, context: FiscalYear | None, problems: list[RowProblem]) -> Figure | None:
    """R10：60% and 60%（R10年度末まで） name the time beside the number."""
    try:
        period, words = split_period(cell.text, context=context)
        if period is None:
            return None
        rest = re.sub(r"[()（）]|末|まで(?:に)?|時点|現在", "", words).strip(" 　:：、,でに")
        return _stored(Figure(cell, parse_quantity(rest), period), problems) if rest else None
    except DomainError:
        return None


def _read_words(cell: Cell, error: DomainError, problems: list[RowProblem]) -> Figure | None:
    text = cell.text
    if isinstance(cell.value, date) or (re.search(r"[0-9０-９]", text) and len(text) <= LONGEST_FIGURE):
        problems.append(RowProblem.of_cell(Severity.ERROR, cell, error.message))
        return None
    figure = Figure(cell, Quantity(None), words=text)
    if figure.share_of_baseline is None:
        problems.append(kept_as_note(figure))
    return figure


def kept_as_note(figure: Figure) -> RowProblem:
    what = _("“%(text)s” is not a number and is kept as a note.") % {"text": figure.words[:40]}
    return RowProblem.of_cell(Severity.WARNING, figure.cell, what, _("Write a number when it can be measured."))


def _stored(figure: Figure, problems: list[RowProblem]) -> Figure | None:
    value = figure.quantity.value
    if value is None:
        return figure
    if abs(value) >= LARGEST:
        what = _("The number “%(text)s” is too large to be kept.") % {"text": figure.cell.text[:40]}
        problems.append(RowProblem.of_cell(Severity.ERROR, figure.cell, what, _("Check the digits and the unit.")))
        return None
    return figure


def in_unit(figure: Figure, unit: str, problems: list[RowProblem]) -> Decimal | None:
    """The value in the unit of its row, rounded to what is kept. Yen are converted; another unit is pointed out."""
    value, own = figure.quantity.value, figure.quantity.unit
    if value is None:
        return None
    if own and unit and own != unit and not any({own, unit} <= same for same in _SAME_UNITS):
        if own in _YEN and unit in _YEN:
            value = value * _YEN[own] / _YEN[unit]
        else:
            what = _("The cell is in “%(own)s”, but the unit is “%(unit)s”. The number is taken as it is.")
            problems.append(
                RowProblem.of_cell(
                    Severity.WARNING,
                    figure.cell,
                    what % {"own": own, "unit": unit},
                    _("Please make both units the same."),
                )
            )
    return kept(value)


def kept(value: Decimal) -> Decimal:
    rounded = value.quantize(SMALLEST_STEP, ROUND_HALF_UP)
    return Decimal(format(rounded.normalize(), "f")) if rounded else Decimal(0)  # 60, not 6E+1
