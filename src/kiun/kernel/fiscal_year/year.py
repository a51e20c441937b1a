"""年度 (April to March), its quarters, and the spans of time that a cell can name."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year.eras import FIRST_YEAR, LAST_YEAR, REIWA, era_on, wareki, wareki_year

FIRST_MONTH = 4
# The government kept one name for the whole of 2019: 令和元年度, although it began in 平成31年4月.
YEAR_OF_REIWA = 2019


@dataclass(frozen=True, order=True)
class FiscalYear:
    """年度, named by the western year of its 1 April."""

    year: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise DomainError(
                _("The fiscal year %(year)s is out of range. Write a year from %(first)s to %(last)s.")
                % {"year": self.year, "first": FIRST_YEAR, "last": LAST_YEAR}
            )

    @property
    def start(self) -> date:
        return date(self.year, FIRST_MONTH, 1)

    @property
    def end(self) -> date:
        return date(self.year + 1, FIRST_MONTH, 1) - timedelta(days=1)

    @property
    def label(self) -> str:
        """令和8年度"""
        name, count = self._era_and_count()
        return f"{name}{'元' if count == 1 else count}年度"

    @property
    def short_label(self) -> str:
        """R8"""
        era = REIWA if self.year == YEAR_OF_REIWA else era_on(self.start)
        assert era is not None
        return f"{era.letter}{self.year - era.start.year + 1}"

    def next(self) -> "FiscalYear":
        return FiscalYear(self.year + 1)

    def previous(self) -> "FiscalYear":
        return FiscalYear(self.year - 1)

    def quarter(self, number: int) -> "Quarter":
        return Quarter(self, number)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.label

    def _era_and_count(self) -> tuple[str, int]:
        era = REIWA if self.year == YEAR_OF_REIWA else era_on(self.start)
        assert era is not None
        return era.name, self.year - era.start.year + 1


@dataclass(frozen=True, order=True)
class Quarter:
    """四半期: 1 is April to June, 4 is January to March."""

    fiscal_year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:  # noqa: PLR2004 - a year has four
            raise DomainError(_("There is no quarter %(number)s. Write 1, 2, 3 or 4.") % {"number": self.number})

    @property
    def start(self) -> date:
        months = FIRST_MONTH - 1 + 3 * (self.number - 1)
        return date(self.fiscal_year.year + months // 12, months % 12 + 1, 1)

    @property
    def end(self) -> date:
        return month_end(self.start.year, self.start.month + 2)

    @property
    def label(self) -> str:
        return f"{self.fiscal_year.label}第{self.number}四半期"

    def next(self) -> "Quarter":
        return quarter_of(self.end + timedelta(days=1))

    def previous(self) -> "Quarter":
        return quarter_of(self.start - timedelta(days=1))

    def __str__(self) -> str:
        return self.label


def fiscal_year_of(day: date) -> FiscalYear:
    return FiscalYear(day.year if day.month >= FIRST_MONTH else day.year - 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(fiscal_year_of(day), (day.month - FIRST_MONTH) % 12 // 3 + 1)


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, order=True)
class Period:
    """What a text about time means: both days are included. `key` is stable, for forms, JSON and file names."""

    start: date
    end: date
    kind: str  # day, month, quarter, half, year, fiscal_year
    label: str
    key: str

    @property
    def fiscal_year(self) -> FiscalYear:
        """A calendar year (令和7年) counts as the 年度 of the same number, as plans mean it."""
        return FiscalYear(self.start.year) if self.kind == "year" else fiscal_year_of(self.end)

    @classmethod
    def of_day(cls, day: date) -> "Period":
        return cls(day, day, "day", wareki(day), day.isoformat())

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        start = date(year, month, 1)
        label = wareki(start).partition("月")[0] + "月"
        return cls(start, month_end(year, month), "month", label, start.isoformat()[:7])

    @classmethod
    def of_quarter(cls, quarter: Quarter) -> "Period":
        key = f"FY{quarter.fiscal_year.year:04d}Q{quarter.number}"
        return cls(quarter.start, quarter.end, "quarter", quarter.label, key)

    @classmethod
    def of_half(cls, year: FiscalYear, number: int) -> "Period":
        first = Quarter(year, 2 * number - 1)
        label = f"{year.label}{'上下'[number - 1]}半期"
        return cls(first.start, first.next().end, "half", label, f"FY{year.year:04d}H{number}")

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31), "year", wareki_year(year), f"{year:04d}")

    @classmethod
    def of_fiscal_year(cls, year: FiscalYear) -> "Period":
        return cls(year.start, year.end, "fiscal_year", year.label, f"FY{year.year:04d}")

    @classmethod
    def from_key(cls, key: str) -> "Period":
        for pattern, build in _KEYS:
            if match := re.fullmatch(pattern, key):
                try:
                    return build(*map(int, match.groups()))
                except ValueError:
                    break
        raise DomainError(_("“%(key)s” names no period.") % {"key": key})


# ASCII only: keys come back from forms, and int() would take digits of every script.
_KEYS: tuple[tuple[str, Callable[..., Period]], ...] = (
    (r"FY([0-9]{4})", lambda year: Period.of_fiscal_year(FiscalYear(year))),
    (r"FY([0-9]{4})Q([1-4])", lambda year, number: Period.of_quarter(Quarter(FiscalYear(year), number))),
    (r"FY([0-9]{4})H([12])", lambda year, number: Period.of_half(FiscalYear(year), number)),
    (r"([0-9]{4})", Period.of_year),
    (r"([0-9]{4})-([0-9]{2})", Period.of_month),
    (r"([0-9]{4})-([0-9]{2})-([0-9]{2})", lambda year, month, day: Period.of_day(date(year, month, day))),
)
