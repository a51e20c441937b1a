"""Reading 年度, 和暦 and western dates as people write them; else a DomainError that says what to write."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year.eras import (
    FIRST_YEAR,
    HEISEI,
    LAST_YEAR,
    REIWA,
    check_era,
    era_named,
    year_in_era,
)
from kiun.kernel.fiscal_year.year import FIRST_MONTH, FiscalYear, Period, Quarter, fiscal_year_of

_Groups = Mapping[str, str | None]
TimeValue = str | int | float | date | datetime

EXCEL_DAY_ZERO = date(1899, 12, 30)
# Serial numbers are believed from 1927 to 2173: shorter numbers are years or counts, longer ones yyyymmdd.
_EXCEL_SERIAL = r"[1-9]\d{4}(?:\.\d+)?"
OLDEST_TWO_DIGIT_YEAR = 70  # '70 … '99 are 1970 … 1999
EARLIEST_PLAIN_TWO_DIGIT_YEAR = 20  # without a context "25年度" is 2025, but "7年度" may be 令和7 or 平成7

_BRACKETS = str.maketrans("〔【[［〕】]］’‘`´", "(((())))''''")
_KANJI_DIGITS = "〇一二三四五六七八九"

_NUMBER = r"\d{1,2}|[〇一二三四五六七八九十]{1,3}"
_ERA = r"(?:令和|平成|昭和|大正|明治|[令平昭大明](?=\d|元)|(?<![A-Z])[RHSTM](?=\.?\d|元))"


def _year(index: int, *, bare: bool) -> str:
    """One way to write a year; the groups carry an index because 平成31（令和元）年度 writes it twice."""
    era = rf"(?P<era{index}>{_ERA})\.?(?P<count{index}>元|\d{{1,3}}(?!\d)|[〇一二三四五六七八九十]{{1,3}})"
    western = rf"(?<![\d.,])(?P<west{index}>\d{{4}})(?![\d,])"
    plain = rf"|(?<![\d.,/-])(?P<quote{index}>')?(?P<bare{index}>\d{{1,2}})(?=年|\.\d+\.|(?<='..)|(?<='.)|末)"
    return f"(?:{era}|{western}{plain if bare else ''})"


_YEAR = (
    _year(0, bare=True)
    + r"(?P<unit0>年度?)?"
    + rf"(?:[(/・=]{_year(1, bare=False)}(?P<unit1>年度?)?\)?)?"
    + r"(?P<unit2>年度?)?"
)
_AROUND = r"(?:末日?|\(月?末日?\)|中|内|頃|ごろ)?(?:時点|現在|まで|迄|付け?|見込み?)?"
_WEEKDAY = r"(?:\([日月火水木金土]曜?日?\))?"
_SPAN = rf"{_YEAR}(?:第?(?P<quarter>[1-4])四半期|(?P<half>[上下前後])半?期)?{_AROUND}"
_KANJI = rf"{_YEAR}(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日{_WEEKDAY}|(?P<third>[上中下])旬)?{_AROUND}"
_SEPARATED = (
    rf"{_year(0, bare=True)}(?P<sep>[./-])(?P<month>\d{{1,2}})(?:(?P=sep)(?P<day>\d{{1,2}}))?(?!\d){_WEEKDAY}{_AROUND}"
)
_COMPACT = r"(?P<west0>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_COMPACT_ERA = r"(?P<era0>[RHSTM])(?P<count0>\d{2})(?P<month>\d{2})(?P<day>\d{2})"
_MONTH_FIRST = r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<west0>\d{4})"
_WRITTEN = tuple(re.compile(p) for p in (_KANJI, _SEPARATED, _SPAN, _COMPACT, _COMPACT_ERA, _MONTH_FIRST))
# Inside a longer text only what cannot be anything else counts: "S3" is a product, "1.5" a number.
_IN_TEXT = (re.compile(_KANJI), re.compile(_SPAN))
_RANGE_MARK = re.compile(r"[~〜～\-–—]")
_TIME_OF_DAY = re.compile(
    r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?\s*$"
    r"|(?<=日)\s*(?:午前|午後)?\s*\d{1,2}時(?:\s*\d{1,2}分|半)?(?=現在|時点|\s*$)"
)


def parse_period(value: TimeValue, *, context: FiscalYear | None = None) -> Period:
    if isinstance(value, datetime):
        return Period.of_day(value.date())
    if isinstance(value, date):
        return Period.of_day(value)
    text = _folded(_plain_number(value) if isinstance(value, int | float) else value)
    if re.fullmatch(_EXCEL_SERIAL, text):
        return Period.of_day(EXCEL_DAY_ZERO + timedelta(days=int(text[:5])))
    for pattern in _WRITTEN:
        if match := pattern.fullmatch(text):
            return _period(match, context)
    raise _unreadable(value)


def parse_date(value: TimeValue, *, context: FiscalYear | None = None) -> date:
    """A span gives its last day: 令和7年度 is 31 March 2026, 令和8年11月 is 30 November 2026."""
    return parse_period(value, context=context).end


def parse_fiscal_year(value: TimeValue, *, context: FiscalYear | None = None) -> FiscalYear:
    """`context` decides a bare 7年度: the nearest of 令和7, 2007 and 平成7 is meant."""
    if isinstance(value, date):
        return fiscal_year_of(value)
    text = _folded(_plain_number(value) if isinstance(value, int | float) else value)
    if match := re.fullmatch(r"'?(\d{1,2})", text):
        return FiscalYear(_bare_year(int(match[1]), quoted=text.startswith("'"), context=context, written=text))
    if not (match := _WRITTEN[2].fullmatch(text)):
        raise DomainError(
            _("“%(text)s” cannot be read as a fiscal year. Write it like 令和8年度, R8 or 2026.")
            % {"text": _cut(value)}
        )
    return FiscalYear(_years(_groups(match), match[0], context))


def find_period(text: str, *, context: FiscalYear | None = None) -> Period | None:
    """The first time expression inside a longer text, such as 目標値（R7）; a range of years is not one period."""
    return split_period(text, context=context)[0]


def split_period(text: str, *, context: FiscalYear | None = None) -> tuple[Period | None, str]:
    """The first time expression and the text without it, half-width: 令和７年度目標 → (令和7年度, "目標")."""
    folded = _folded(text)
    for pattern in _IN_TEXT:
        for match in pattern.finditer(folded):
            if _names_a_time(match, folded):
                return _period(match, context), folded[: match.start()] + folded[match.end() :]
    return None, folded


def _names_a_time(match: re.Match[str], text: str) -> bool:
    groups = _groups(match)
    before, after = text[: match.start()], text[match.end() :]
    if _RANGE_MARK.fullmatch(before[-1:]) or _RANGE_MARK.fullmatch(after[:1]):
        return False
    if western := groups["west0"]:
        with_unit = any(groups[name] for name in ("unit0", "unit1", "unit2", "month"))
        counted = re.match(r"[A-Za-z人件円%]", after)
        return with_unit or (counted is None and FIRST_YEAR <= int(western) <= LAST_YEAR)
    if groups["bare0"]:
        return groups["unit0"] == "年度" and not re.search(r"[第\d]$", before)
    era = groups["era0"] or ""
    if era.isascii():
        return era in "RH" and not re.match(r"[A-Za-z0-9-]", after)
    return True


def _period(match: re.Match[str], context: FiscalYear | None) -> Period:
    groups = _groups(match)
    year = _years(groups, match[0], context)
    units = {groups[f"unit{i}"] for i in range(3)}
    if groups["month"]:
        return _period_in_month(year, groups, match[0], counted_from_april="年度" in units)
    if groups["quarter"]:
        return Period.of_quarter(Quarter(FiscalYear(year), int(groups["quarter"])))
    if groups["half"]:
        return Period.of_half(FiscalYear(year), 1 if groups["half"] in "上前" else 2)
    if "年" in units and "年度" not in units:
        return Period.of_year(year)
    return Period.of_fiscal_year(FiscalYear(year))


def _period_in_month(year: int, groups: _Groups, written: str, *, counted_from_april: bool) -> Period:
    month = _integer(groups["month"] or "")
    if not 1 <= month <= 12:  # noqa: PLR2004 - a year has twelve
        raise DomainError(
            _("“%(text)s” does not exist: there is no month %(month)s. Write a month from 1 to 12.")
            % {"text": written, "month": month}
        )
    whole = Period.of_month(year + (counted_from_april and month < FIRST_MONTH), month)
    day = {"上": 10, "中": 20, "下": whole.end.day}.get(groups["third"] or "", _integer(groups["day"] or "0"))
    if groups["day"] and not 1 <= day <= whole.end.day:
        raise DomainError(
            _("“%(text)s” does not exist: that month has %(days)s days. Write a day from 1 to %(days)s.")
            % {"text": written, "days": whole.end.day}
        )
    period = Period.of_day(whole.start.replace(day=day)) if day else whole
    if groups["era0"] and not groups["era1"]:
        check_era(era_named(groups["era0"]), period.start, period.end, written=written, instead=period.label)
    return period


def _years(groups: _Groups, written: str, context: FiscalYear | None) -> int:
    """A year written twice must mean one year; a western year beside it excuses an ended era: 平成37(2025)年."""
    western = [int(west) for i in range(2) if (west := groups[f"west{i}"])]
    if groups["era0"] and western:
        counted = era_named(groups["era0"]).year_of(_integer(groups["count0"] or ""))
        years = {counted, _in_range(western[0], written)}
    else:
        years = {_year_from(groups, i, context, written) for i in range(2) if _is_written(groups, i)}
    if len(years) > 1:
        raise DomainError(
            _("“%(text)s” names two different years. Write only one, such as %(instead)s.")
            % {"text": written, "instead": FiscalYear(min(max(*years, FIRST_YEAR), LAST_YEAR)).label}
        )
    return years.pop()


def _groups(match: re.Match[str]) -> _Groups:
    """Every group of every pattern, None where this pattern has no such group."""
    return defaultdict(lambda: None, match.groupdict())


def _is_written(groups: _Groups, index: int) -> bool:
    return any(groups[f"{name}{index}"] for name in ("era", "west", "bare"))


def _year_from(groups: _Groups, index: int, context: FiscalYear | None, written: str) -> int:
    if era := groups[f"era{index}"]:
        return year_in_era(era_named(era), _integer(groups[f"count{index}"] or ""))
    if western := groups[f"west{index}"]:
        return _in_range(int(western), written)
    quoted = bool(groups[f"quote{index}"])
    return _bare_year(_integer(groups[f"bare{index}"] or ""), quoted=quoted, context=context, written=written)


def _bare_year(count: int, *, quoted: bool, context: FiscalYear | None, written: str) -> int:
    if quoted:
        return 1900 + count if count >= OLDEST_TWO_DIGIT_YEAR else 2000 + count
    if context is None:
        if count >= EARLIEST_PLAIN_TWO_DIGIT_YEAR:
            return 2000 + count
        raise DomainError(
            _("“%(text)s” does not say which era. Write it like 令和8年度, R8 or 2026.") % {"text": written}
        )
    if count < 1:
        return year_in_era(REIWA, count)
    two_digits = [2000 + count] if count >= 10 else []  # noqa: PLR2004 - nobody writes 2007 as 7
    heisei = [HEISEI.year_of(count)] if count <= HEISEI.last_count else []
    return min((REIWA.year_of(count), *two_digits, *heisei), key=lambda year: abs(year - context.year))


def _in_range(year: int, written: str) -> int:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year
    raise DomainError(
        _("“%(text)s” lies outside %(first)s to %(last)s. Check the year.")
        % {"text": written, "first": FIRST_YEAR, "last": LAST_YEAR}
    )


def _plain_number(value: float) -> str:
    return str(value).removesuffix(".0")


def _integer(text: str) -> int:
    """Arabic digits, 元, or kanji up to 九十九."""
    if text == "元":
        return 1
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return int("".join(str(_KANJI_DIGITS.index(c)) for c in text))
    tens, _mark, ones = text.partition("十")
    digit: Callable[[str, int], int] = lambda part, empty: _KANJI_DIGITS.find(part[-1]) if part else empty  # noqa: E731
    return max(digit(tens, 1), 0) * 10 + max(digit(ones, 0), 0)


def _folded(text: str) -> str:
    """Half-width, without spaces or a time of day, with one kind of bracket."""
    plain = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", "", plain).translate(_BRACKETS).upper()


def _unreadable(value: object) -> DomainError:
    return DomainError(
        _("“%(text)s” cannot be read as a date. Write it like 令和8年11月23日 or 2026/11/23.") % {"text": _cut(value)}
    )


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - a message quotes the beginning
