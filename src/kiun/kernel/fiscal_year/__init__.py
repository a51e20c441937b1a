"""年度 and 和暦: the municipal year, the Japanese calendar, and reading both as people write them."""

from kiun.kernel.fiscal_year.eras import wareki, wareki_short, wareki_year
from kiun.kernel.fiscal_year.parsing import (
    TimeValue,
    find_period,
    parse_date,
    parse_fiscal_year,
    parse_period,
    split_period,
)
from kiun.kernel.fiscal_year.year import FiscalYear, Period, Quarter, fiscal_year_of, quarter_of

__all__ = [
    "FiscalYear",
    "Period",
    "Quarter",
    "TimeValue",
    "find_period",
    "fiscal_year_of",
    "parse_date",
    "parse_fiscal_year",
    "parse_period",
    "quarter_of",
    "split_period",
    "wareki",
    "wareki_short",
    "wareki_year",
]
