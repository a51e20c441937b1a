"""Which day a figure belongs to, and how a day is written in a header so that it is read back as the same day."""

import re
from datetime import date

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, fiscal_year_of, parse_period

# 毎年10月1日現在: the day the figure describes. 翌年度6月頃 only says when it is known.
_AS_OF = re.compile(
    r"(?P<month>1[0-2]|[1-9])月(?:(?P<day>[12][0-9]|3[01]|[1-9])日|(?P<end>末)日?)?(?:時点|現在|を?基準)"
)


def day_of(period: Period, collected_when: str) -> date:
    """The last day of the period, unless the sheet names the day of the year that its figures describe."""
    if period.kind != "fiscal_year":
        return period.end
    return _as_of_day(fiscal_year_of(period.start), collected_when) or period.end


def _as_of_day(year: FiscalYear, collected_when: str) -> date | None:
    match = _AS_OF.search(collected_when.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    if not match:
        return None
    month = int(match["month"])
    whole = Period.of_month(year.year + (month < 4), month)  # noqa: PLR2004 - a 年度 begins in April
    try:
        return whole.start.replace(day=int(match["day"])) if match["day"] else whole.end
    except ValueError:
        return None


def written_day(day: date, collected_when: str = "") -> str:
    """令和7年度, 令和7年9月 or the day itself: the widest words that are read back as `day`."""
    periods = [Period.of_month(day.year, day.month), Period.of_day(day)]
    try:
        periods.insert(0, Period.of_fiscal_year(fiscal_year_of(day)))
    except DomainError:
        return day.isoformat()
    for period in periods:
        if day_of(period, collected_when) == day and _is_read_back(period):
            return period.label
    return day.isoformat()


def _is_read_back(period: Period) -> bool:
    """The month in which an era changed has no name of its own."""
    try:
        return parse_period(period.label) == period
    except DomainError:
        return False
