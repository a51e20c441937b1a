"""What stopping an initiative, or doing less, sets free: people and money that its chosen mode would still need.

Counted are the months after the one in which it stops and the fiscal years after that of the stop, until the plan ends.
Of the money of the running year nobody knows here how much has been spent: it is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kiun.initiatives.models import Mode, MoneyNeed, PeopleNeed
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of

MONTHS_IN_YEAR = 12
MONTHS_IN_QUARTER = 3
HUNDREDTH = Decimal("0.01")
FundOfYear = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Freed:
    """`people`: fiscal year → full-time people, on average over that year. `money`: fiscal year and 財源 → yen."""

    people: Mapping[int, Decimal] = field(default_factory=dict)
    money: Mapping[FundOfYear, int] = field(default_factory=dict)

    @property
    def years(self) -> list[int]:
        return sorted({*self.people, *(year for year, _fund in self.money)})

    @property
    def yen(self) -> int:
        return sum(self.money.values())

    @property
    def person_years(self) -> Decimal:
        return sum(self.people.values(), Decimal(0))

    def fte_in(self, year: int) -> Decimal:
        return self.people.get(year, Decimal(0))

    def yen_in(self, year: int) -> int:
        return sum(amount for (when, _fund), amount in self.money.items() if when == year)

    def __bool__(self) -> bool:
        return any(self.people.values()) or any(self.money.values())

    def __add__(self, other: "Freed") -> "Freed":
        return _joined(self, other, 1)

    def __sub__(self, other: "Freed") -> "Freed":
        return _joined(self, other, -1)


def _joined(one: Freed, other: Freed, sign: int) -> Freed:
    people = {year: one.fte_in(year) + sign * other.fte_in(year) for year in sorted({*one.people, *other.people})}
    money = {key: one.money.get(key, 0) + sign * other.money.get(key, 0) for key in sorted({*one.money, *other.money})}
    return Freed(people=people, money=money)


def freed_by(mode: Mode, *, starts_on: date, stops_on: date, last_year: int) -> Freed:
    """`mode` with its needs; `starts_on` is the first day of the work, `last_year` the plan's last fiscal year."""
    return Freed(
        people=_people(mode.people_needs.all(), starts_on, stops_on, last_year),
        money=_money(mode.money_needs.all(), starts_on, stops_on, last_year),
    )


def _people(needs: Iterable[PeopleNeed], starts_on: date, stops_on: date, last_year: int) -> dict[int, Decimal]:
    first_free = _month(stops_on) + 1
    end = _month(FiscalYear(last_year).end) + 1
    months: dict[int, Decimal] = defaultdict(Decimal)
    for need in needs:
        begin = _month(starts_on) + MONTHS_IN_QUARTER * (need.first_quarter - 1)
        for month in range(max(begin, first_free), min(begin + MONTHS_IN_QUARTER * need.quarters, end)):
            months[_fiscal_year(month)] += need.fte
    return {year: (sum_ / MONTHS_IN_YEAR).quantize(HUNDREDTH) for year, sum_ in sorted(months.items())}


def _month(day: date) -> int:
    return day.year * MONTHS_IN_YEAR + day.month - 1


def _fiscal_year(month: int) -> int:
    return fiscal_year_of(date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)).year


def _money(needs: Iterable[MoneyNeed], starts_on: date, stops_on: date, last_year: int) -> dict[FundOfYear, int]:
    money: dict[FundOfYear, int] = defaultdict(int)
    for need in needs:
        first = fiscal_year_of(starts_on).year + need.work_year - 1
        due = range(first, last_year + 1 if need.returns_yearly else min(first, last_year) + 1)
        for year in due:
            if year > fiscal_year_of(stops_on).year:
                money[year, need.fund] += need.amount
    return dict(sorted(money.items()))
