"""The part of a report about money: the budget of each fiscal year of the period, by 財源."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.dashboard.reports.document import Block, Column, Section, Span, Table, text
from kiun.dashboard.reports.scope import ReportScope
from kiun.initiatives.models import Fund
from kiun.initiatives.queries.money import FundYear, fund_years, sum_of
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.ui import dates
from kiun.ui.figures import yen


def money(scope: ReportScope) -> Iterable[Section]:
    years = range(fiscal_year_of(scope.first).year, fiscal_year_of(scope.last).year + 1)
    found = fund_years(years)
    entered = [year for year in years if any(part.is_entered for part in _parts(found, year))]
    if entered:
        yield Section(
            key="money",
            title=_("What it costs"),
            blocks=tuple(block for year in entered for block in _year(_parts(found, year), year, scope)),
        )


def _parts(found: dict[tuple[int, str], FundYear], year: int) -> list[FundYear]:
    return [found[year, fund] for fund in Fund.values if (year, fund) in found]


def _year(parts: list[FundYear], year: int, scope: ReportScope) -> Iterable[Block]:
    total = sum_of(parts)
    words = {"year": dates.fiscal_year_label(year), "all": yen(total.available)}
    yield text(_("The budget of the plan in %(year)s is %(all)s.") % words, "lead")
    if scope.is_internal and total.gap > 0:
        yield text(_("What is planned needs %(more)s more than there is.") % {"more": yen(total.gap)})
    heads = [
        pgettext("report", "Initial budget"),
        pgettext("report", "Supplementary budgets"),
        pgettext("report", "Carried in"),
        pgettext("report", "In all"),
    ]
    if scope.is_internal:
        heads.append(pgettext("report", "Needed"))
    yield Table(
        title=_("Budget of %(year)s by fund") % words,
        columns=(
            Column(name=pgettext("report", "Fund")),
            *(Column(name=head, is_number=True) for head in heads),
        ),
        rows=tuple(_row(part, scope) for part in [*parts, total]),
    )


def _row(part: FundYear, scope: ReportScope) -> tuple[Span, ...]:
    numbers = [part.initial or 0, part.supplemented, part.carried_in, part.available]
    if scope.is_internal:
        numbers.append(part.needed)
    return (Span(part.label or _("In all")), *(Span(yen(number)) for number in numbers))
