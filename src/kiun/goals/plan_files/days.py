"""Which day a figure belongs to, and how a day is written in a header so that it is read back as the same day."""

import re
from datetime import date

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, fiscal_year_of

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


def period_for(day: date, collected_when: str) -> Period:
    """The widest period that is read back as `day`: a 年度, a month, or the day itself."""
    try:
        year = Period.of_fiscal_year(fiscal_year_of(day))
    except DomainError:
        return Period.of_day(day)
    if day_of(year, collected_when) == day:
        return year
    month = Period.of_month(day.year, day.month)
    return month if month.end == day else Period.of_day(day)
