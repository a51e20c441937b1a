"""元号: which years exist and how a day is written in 和暦."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError


@dataclass(frozen=True)
class Era:
    name: str
    letter: str
    start: date
    last_count: (
        int  # the last year that was ever written; 令和 is open, so far-off years are taken as slips of the finger
    )

    def year_of(self, count: int) -> int:
        return self.start.year + count - 1


# Official first days: 元号を改める政令 and 改元の詔書.
REIWA = Era("令和", "R", date(2019, 5, 1), 181)
HEISEI = Era("平成", "H", date(1989, 1, 8), 31)
SHOWA = Era("昭和", "S", date(1926, 12, 25), 64)
TAISHO = Era("大正", "T", date(1912, 7, 30), 15)
MEIJI = Era("明治", "M", date(1868, 1, 25), 45)
ERAS = (REIWA, HEISEI, SHOWA, TAISHO, MEIJI)

# Until 明治5年12月2日 months and days were those of the lunisolar calendar and do not convert by counting.
GREGORIAN_START = date(1873, 1, 1)

FIRST_YEAR, LAST_YEAR = MEIJI.start.year, REIWA.year_of(REIWA.last_count)


def era_named(text: str) -> Era:
    """Also the one-character forms 令 and R."""
    return next(era for era in ERAS if text in (era.name, era.name[0], era.letter))


def era_on(day: date) -> Era | None:
    return next((era for era in ERAS if era.start <= day), None)


def year_in_era(era: Era, count: int) -> int:
    """The western year of 令和8年 or 令和8年度; a year the era never had is refused."""
    if count < 1:
        raise DomainError(
            _("There is no year %(era)s %(count)s: the first year is %(era)s元年. Write %(era)s元年 or a later year.")
            % {"era": era.name, "count": count}
        )
    if count > era.last_count:
        raise DomainError(
            _("There is no year %(era)s %(count)s: %(era)s has no year after %(last)s. Write %(instead)s.")
            % {"era": era.name, "count": count, "last": era.last_count, "instead": wareki_year(era.year_of(count))}
        )
    return era.year_of(count)


def check_era(era: Era, first: date, last: date, *, written: str, instead: str) -> None:
    """Refuses a day or month that carries the name of an era which had not begun or had already ended."""
    if first < GREGORIAN_START:
        raise DomainError(
            _("“%(text)s” is a date of the old calendar (before 明治6年). Write the western date, such as 1870/3/1.")
            % {"text": written}
        )
    if era not in (era_on(first), era_on(last)):
        raise DomainError(
            _("“%(text)s” does not exist: that day belongs to another era. Write %(instead)s.")
            % {"text": written, "instead": instead}
        )


def _count(era: Era, year: int) -> str:
    return "元" if year == era.start.year else str(year - era.start.year + 1)


def wareki(day: date) -> str:
    """令和8年11月23日; before 明治6年 the western form, because the old calendar's months and days differ."""
    era = era_on(day) if day >= GREGORIAN_START else None
    year = f"{era.name}{_count(era, day.year)}" if era else str(day.year)
    return f"{year}年{day.month}月{day.day}日"


def wareki_short(day: date) -> str:
    """R8.11.23"""
    era = era_on(day) if day >= GREGORIAN_START else None
    year = f"{era.letter}{day.year - era.start.year + 1}" if era else str(day.year)
    return f"{year}.{day.month}.{day.day}"


def wareki_year(year: int) -> str:
    """令和8年; a year in which the era changed carries both names: 平成31（令和元）年."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"{year}年"
    era = era_on(date(year, 12, 31))
    before = era_on(date(year, 1, 1))
    assert era is not None
    if before is None or before == era:
        return f"{era.name}{_count(era, year)}年"
    return f"{before.name}{_count(before, year)}（{era.name}元）年"
