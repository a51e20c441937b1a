"""What there is of each 財源 in each fiscal year, with what is assumed of it."""

from collections import defaultdict
from collections.abc import Iterable

from kiun.analysis.planning.portfolio import Budget, CarryOver, Commitment
from kiun.initiatives import models
from kiun.initiatives.models import Fund, Initiative, InitiativeStatus
from kiun.initiatives.queries.money import planned_payments
from kiun.initiatives.what_if.assumptions import Assumption, BudgetChange
from kiun.initiatives.what_if.view import View


def budgets_in(view: View, assumptions: Iterable[Assumption]) -> tuple[Budget, ...]:
    entered: dict[tuple[str, int], int] = defaultdict(int)
    for fund, year, amount in models.Budget.objects.values_list("fund", "year", "amount"):
        entered[fund, year] += amount
    carried_in = _carried_in(view)
    budgets = []
    for fund in Fund.values:
        last = 0
        known = sorted(year for name, year in entered if name == fund)
        for year in view.calendar.years:
            past = [one for one in known if one <= year]
            last = entered[fund, past[-1]] if past else last
            yen = round(max(last, 0) * _factor(assumptions, fund, year)) + carried_in.get((fund, year), 0)
            budgets.append(Budget(source=fund, year=year, yen=yen))
    return tuple(budgets)


def reserved_in(view: View) -> tuple[Commitment, ...]:
    """What completed work goes on to cost."""
    payments = [one for one in planned_payments(view.calendar.years) if one.initiative.status == InitiativeStatus.DONE]
    return tuple(
        Commitment(id=f"{one.need.pk}:{one.year}", source=one.fund, year=one.year, yen=one.amount) for one in payments
    )


def _carried_in(view: View) -> dict[tuple[str, int], int]:
    """What came over from the year before, for no work in particular."""
    found: dict[tuple[str, int], int] = defaultdict(int)
    first = view.first.fiscal_year.year
    rows = models.CarryOver.objects.filter(year=first - 1, initiative=None)
    for fund, amount in rows.values_list("fund", "amount"):
        found[fund, first] += amount
    return found


def _factor(assumptions: Iterable[Assumption], fund: str, year: int) -> float:
    factor = 1.0
    for one in assumptions:
        if isinstance(one, BudgetChange) and one.year == year and one.fund in ("", fund):
            factor *= 1 + one.percent / 100
    return factor


def carry_overs_in(view: View, initiatives: Iterable[Initiative]) -> tuple[CarryOver, ...]:
    """What may be carried on from a year in view. That of an initiative which is not in question is not to be had."""
    keys = {row.pk for row in initiatives}
    rows = models.CarryOver.objects.filter(year__in=view.calendar.years[:-1])
    return tuple(
        CarryOver(
            source=row.fund,
            year=row.year,
            yen=row.amount,
            project=str(row.initiative_id) if row.initiative_id else None,
        )
        for row in rows
        if row.initiative_id is None or row.initiative_id in keys
    )
