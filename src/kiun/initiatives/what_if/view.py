"""The quarters that a what-if looks at."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kiun.analysis.planning.portfolio import Calendar
from kiun.kernel.fiscal_year import FiscalYear, Quarter, quarter_of

QUARTERS_PER_YEAR = 4
LONGEST_VIEW = 60


@dataclass(frozen=True)
class View:
    """The quarters from that of `today` on."""

    today: date
    quarters: int

    @cached_property
    def first(self) -> Quarter:
        return quarter_of(self.today)

    def index_of(self, day: date) -> int:
        """0 is the present quarter; before it the numbers are negative."""
        quarter = quarter_of(day)
        return _number(quarter) - _number(self.first)

    def start_of(self, index: int) -> date:
        number = _number(self.first) + index
        year, place = divmod(number, QUARTERS_PER_YEAR)
        return Quarter(FiscalYear(year), place + 1).start

    @property
    def calendar(self) -> Calendar:
        return Calendar(first_year=self.first.fiscal_year.year, quarters=self.quarters, first_quarter=self.first.number)


def _number(quarter: Quarter) -> int:
    return quarter.fiscal_year.year * QUARTERS_PER_YEAR + quarter.number - 1
