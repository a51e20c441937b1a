"""The ways of carrying an initiative out, side by side: people, money by fiscal year, technology and effect."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kiun.initiatives.models import Initiative, Mode, MoneyNeed, PeopleNeed, TechnologyNeed
from kiun.initiatives.queries.allocation import MONTHS_IN_QUARTER
from kiun.initiatives.queries.money import payments_of
from kiun.initiatives.queries.windows import month_after
from kiun.kernel.fiscal_year import fiscal_year_of

# Running costs never end; so many years show what a way costs in the long run.
YEARS_COMPARED = 5


@dataclass(frozen=True, kw_only=True)
class ModeSummary:
    """`people_months` in FTE-months, `most_people` in the busiest month; `money` in yen by fiscal year."""

    mode: Mode
    people: tuple[PeopleNeed, ...]
    payments: tuple[MoneyNeed, ...]
    technology: tuple[TechnologyNeed, ...]
    people_months: Decimal
    most_people: Decimal
    money: tuple[tuple[int, int], ...]
    ends_on: date

    @property
    def total(self) -> int:
        return sum(amount for _year, amount in self.money)

    @property
    def is_beyond_plan(self) -> bool:
        return self.ends_on > self.mode.initiative.ends_on


@dataclass(frozen=True, kw_only=True)
class ModeComparison:
    initiative: Initiative
    modes: tuple[ModeSummary, ...]
    years: tuple[int, ...]

    @property
    def chosen(self) -> ModeSummary | None:
        return next((summary for summary in self.modes if summary.mode.is_chosen), None)


def compare_modes(initiative: Initiative) -> ModeComparison:
    modes = Mode.objects.filter(initiative=initiative).prefetch_related(
        "people_needs__department", "people_needs__skill", "money_needs", "technology_needs"
    )
    first = fiscal_year_of(initiative.starts_on).year
    years = tuple(range(first, first + YEARS_COMPARED))
    return ModeComparison(
        initiative=initiative, modes=tuple(_summary(mode, initiative, years) for mode in modes), years=years
    )


def _summary(mode: Mode, initiative: Initiative, years: Sequence[int]) -> ModeSummary:
    mode.initiative = initiative
    people, money = tuple(mode.people_needs.all()), tuple(mode.money_needs.all())
    by_year = dict.fromkeys(years, 0)
    for payment in payments_of(money, initiative, years):
        by_year[payment.year] += payment.amount
    return ModeSummary(
        mode=mode,
        people=people,
        payments=money,
        technology=tuple(mode.technology_needs.all()),
        people_months=sum((need.fte * need.quarters * MONTHS_IN_QUARTER for need in people), Decimal(0)),
        most_people=_most(people),
        money=tuple(by_year.items()),
        ends_on=month_after(initiative.starts_on.replace(day=1), mode.quarters * MONTHS_IN_QUARTER) - timedelta(days=1),
    )


def _most(people: Sequence[PeopleNeed]) -> Decimal:
    by_quarter: dict[int, Decimal] = defaultdict(Decimal)
    for need in people:
        for quarter in range(need.first_quarter, need.last_quarter + 1):
            by_quarter[quarter] += need.fte
    return max(by_quarter.values(), default=Decimal(0))
