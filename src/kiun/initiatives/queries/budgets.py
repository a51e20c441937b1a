"""One fiscal year's money line by line, and all years as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiun.initiatives.models import Budget, CarryOver, Commitment, Fund
from kiun.initiatives.queries.money import FundYear, MoneyCause, fund_years, money_causes, sum_of
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.tabular import OutputColumn, OutputSheet
from kiun.municipality.actors import Actor
from kiun.ui.dates import fiscal_year_label


@dataclass(frozen=True, kw_only=True)
class YearPage:
    year: int
    parts: tuple[FundYear, ...]
    budgets: tuple[Budget, ...]
    carried: tuple[CarryOver, ...]
    commitments: tuple[Commitment, ...]
    causes: tuple[MoneyCause, ...]
    visible: frozenset[int]

    @property
    def total(self) -> FundYear:
        return sum_of(self.parts)


def year_page(actor: Actor, year: int) -> YearPage:
    """What was carried into the year and out of it stands in one list."""
    commitments = tuple(Commitment.objects.filter(year=year).select_related("initiative__department"))
    carried = tuple(
        CarryOver.objects.filter(year__in=[year - 1, year]).select_related("initiative").order_by("year", "fund", "pk")
    )
    named = {row.initiative_id for row in carried if row.initiative_id}
    keys = named | {row.initiative_id for row in commitments}
    return YearPage(
        year=year,
        parts=tuple(fund_years([year]).values()),
        budgets=tuple(sorted(Budget.objects.filter(year=year), key=lambda row: Fund.values.index(row.fund))),
        carried=carried,
        commitments=commitments,
        causes=tuple(money_causes(actor, [year])),
        visible=frozenset(visible_initiatives(actor).filter(pk__in={0, *keys}).values_list("pk", flat=True)),
    )


@dataclass(frozen=True, kw_only=True)
class FundRow:
    """One 財源 over the years; without a fund all together."""

    fund: str
    cells: tuple[FundYear, ...]

    @property
    def label(self) -> str:
        return str(Fund(self.fund).label) if self.fund else ""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    years: tuple[int, ...]
    rows: tuple[FundRow, ...]

    @property
    def parts(self) -> list[FundYear]:
        return [cell for row in self.rows if row.fund for cell in row.cells]

    def parts_from(self, year: int) -> list[FundYear]:
        """Where something can still be done about it."""
        return [part for part in self.parts if part.year >= year]


def budget_matrix(years: Sequence[int]) -> Matrix:
    parts = fund_years(years)
    rows = [FundRow(fund=fund, cells=tuple(parts[year, fund] for year in years)) for fund in Fund.values]
    totals = tuple(sum_of([parts[year, fund] for fund in Fund.values]) for year in years)
    return Matrix(years=tuple(years), rows=(*rows, FundRow(fund="", cells=totals)))


MONEY = "#,##0"


def budget_sheet(years: Sequence[int]) -> OutputSheet:
    parts = fund_years(years)
    heads = (
        *("当初予算", "補正予算", "前年度からの繰越", "翌年度への繰越", "使える額"),
        *("必要額", "差（不足は＋）", "債務負担行為"),
    )
    return OutputSheet(
        name="予算",
        columns=[
            OutputColumn("年度", width=14),
            OutputColumn("財源", width=14),
            *(OutputColumn(head, width=16, number_format=MONEY) for head in heads),
        ],
        rows=[_line(parts[year, fund]) for year in years for fund in Fund.values],
        notes=["※単位：円。必要額は、採択済みと完了の取組の、採用した進め方の経費です。"],
    )


def _line(part: FundYear) -> list[Any]:
    return [
        fiscal_year_label(part.year),
        part.label,
        part.initial,
        part.supplemented,
        part.carried_in,
        part.carried_out,
        part.available if part.is_entered else None,
        part.needed,
        part.gap if part.is_entered else None,
        part.committed,
    ]
