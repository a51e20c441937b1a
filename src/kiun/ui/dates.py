"""Days, months and 年度 in the language of the page."""

from calendar import monthrange
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language

from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.kernel.fiscal_year import wareki as in_wareki
from kiun.kernel.fiscal_year import wareki_short as in_short_wareki

MARCH = 3


def speaks_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def between_sentences() -> str:
    return "" if speaks_japanese() else " "


def local_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def long_date(value: date | datetime) -> str:
    """令和8年11月23日 / 23 November 2026"""
    day = local_day(value)
    return in_wareki(day) if speaks_japanese() else formats.date_format(day, "j F Y")


def say_day(day: date) -> str:
    """令和10年度末, 令和8年9月末, 令和8年9月12日: the end of a span is called by its name."""
    if not speaks_japanese():
        return formats.date_format(day, "j F Y")
    if day.day != monthrange(day.year, day.month)[1]:
        return long_date(day)
    if day.month == MARCH:
        return f"{fiscal_year_label(day)}末"
    return f"{long_date(day).rpartition('月')[0]}月末"


def short_date(value: date | datetime) -> str:
    """R8.11.23 / 2026-11-23"""
    day = local_day(value)
    return in_short_wareki(day) if speaks_japanese() else day.isoformat()


def long_month(day: date) -> str:
    """令和8年11月 / November 2026"""
    return f"{in_wareki(day).rpartition('月')[0]}月" if speaks_japanese() else formats.date_format(day, "F Y")


def month_label(day: date) -> str:
    """R8.11 / 2026-11"""
    return in_short_wareki(day).rpartition(".")[0] if speaks_japanese() else day.isoformat()[:7]


def clock_time(value: datetime) -> str:
    return formats.time_format(timezone.localtime(value) if timezone.is_aware(value) else value, "G:i")


def fiscal_year_label(value: date | FiscalYear | int) -> str:
    """令和8年度 / FY2026"""
    year = _fiscal_year(value)
    return year.label if speaks_japanese() else f"FY{year.year}"


def fiscal_year_short(value: date | FiscalYear | int) -> str:
    """R8年度 / FY2026, for an axis"""
    year = _fiscal_year(value)
    return f"{year.short_label}年度" if speaks_japanese() else f"FY{year.year}"


def _fiscal_year(value: date | FiscalYear | int) -> FiscalYear:
    if isinstance(value, FiscalYear):
        return value
    return FiscalYear(value) if isinstance(value, int) else fiscal_year_of(local_day(value))
