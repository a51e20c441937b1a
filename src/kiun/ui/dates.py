"""Days, months and 年度 in the language of the page."""

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language

FIRST_MONTH = 4
REIWA = 2018


def speaks_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def local_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def long_date(value: date | datetime) -> str:
    """令和8年11月23日 / 23 November 2026"""
    day = local_day(value)
    return _wareki(day) if speaks_japanese() else formats.date_format(day, "j F Y")


def short_date(value: date | datetime) -> str:
    """R8.11.23 / 2026-11-23"""
    day = local_day(value)
    return _wareki_short(day) if speaks_japanese() else day.isoformat()


def month_label(day: date) -> str:
    """R8.11 / 2026-11"""
    return _wareki_short(day).rpartition(".")[0] if speaks_japanese() else day.isoformat()[:7]


def clock_time(value: datetime) -> str:
    return formats.date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "G:i")


def fiscal_year_of(day: date) -> int:
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def fiscal_year_label(value: date | int) -> str:
    """令和8年度 / FY2026"""
    year = value if isinstance(value, int) else fiscal_year_of(local_day(value))
    return f"{_era_year(year)}年度" if speaks_japanese() else f"FY{year}"


def fiscal_year_short(year: int) -> str:
    """R8 / FY2026, for an axis"""
    return _wareki_short(date(year, 12, 31)).partition(".")[0] if speaks_japanese() else f"FY{year}"


def _era_year(year: int) -> str:
    return f"令和{year - REIWA if year > REIWA + 1 else '元'}"


def _wareki(day: date) -> str:
    return f"{_era_year(day.year)}年{day.month}月{day.day}日"


def _wareki_short(day: date) -> str:
    return f"R{day.year - REIWA}.{day.month}.{day.day}"
