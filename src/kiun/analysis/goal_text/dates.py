"""Dates as plans write them: 令和7(2025)年度末, R9, '25年度, 22~26年度, 来年度末, 3年間で, 10月末まで."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

_ERA_OFFSETS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_LAST_REIWA_WRITTEN_BARE = 19
_FISCAL_START_MONTH = 4
_FIRST_YEAR, _LAST_YEAR = 1926, 2150


class DateForm(StrEnum):
    POINT = "point"
    RANGE = "range"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class DateMention:
    start: int
    end: int
    first: date
    last: date
    form: DateForm = DateForm.POINT
    sure: bool = True
    """False for a bare month: it is a date only when words around it say so."""


@dataclass(frozen=True, slots=True)
class _Context:
    text: str
    today: date
    era_of_bare_years: str
    bare_suffix_is_fiscal: bool


def fiscal_year_of(day: date) -> int:
    return day.year if day.month >= _FISCAL_START_MONTH else day.year - 1


def end_of_fiscal_year(year: int) -> date:
    return date(year + 1, 3, 31)


def end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


_GLOSS = r"[ ]?\((?:令和|平成|昭和|[RHS])?\.?[ ]?(?:元|\d{1,4})(?:年度?)?\)"
_YEAR = (
    r"(?:FY[ ]?)?(?:"
    r"(?<![A-Za-z0-9])(?P<era>令和|平成|昭和|[RHS])\.?[ ]?(?P<era_year>元|\d{1,2})(?![\dA-Za-z]|\.\d{3})"
    r"|(?<![\d,.¥])(?P<western>(?:19|20)\d\d)(?![\d,]|\.\d{3})"
    r"|'(?P<apostrophe>\d\d)(?=年|$|\D)"
    r"|(?<![\d,.A-Za-z第約満])(?P<bare>\d{1,2})(?=年)"
    r")"
)
_ABSOLUTE = re.compile(
    _YEAR + rf"(?:{_GLOSS})?(?P<suffix>年度|年次|年|FY|[ ]?会計年度)?(?:{_GLOSS})?"
    r"(?:[ ]?(?P<month>1[0-2]|0?[1-9])月(?:[ ]?(?P<day>3[01]|[12]\d|0?[1-9])日)?"
    r"|[./-](?P<slash_month>1[0-2]|0?[1-9])(?:[./-](?P<slash_day>3[01]|[12]\d|0?[1-9]))?(?![\d.%/]))?"
    r"(?P<part>末|上半期|下半期|前半|後半|上期|下期|[ ]?第?[1-4]四半期|当初|初頭|年?(?:春|夏|秋|冬)(?!季)|"
    r"代(?:前半|半ば|後半)?)?"
)
_RANGE_HEAD = re.compile(
    r"(?<![\d.,A-Za-zの])(?P<era>令和|平成|昭和|[RHS])?\.?(?P<number>元|(?:19|20)\d\d|"
    r"\d{1,2})(?:年度?)?[ ]?(?:~|-|から|・|及び|、)[ ]?$"
)
_RANGE_LINK = re.compile(r"[ ]?(?:[(（)）][ ]?)?(?:~|から|-|・|〜)[ ]?$")
_RELATIVE = re.compile(
    r"(?P<word>再来年度|来年度|翌年度|次年度|今年度|本年度|当年度|昨年度|再来年|来年|今年|本年|昨年|"
    r"年度(?=末|内)|年(?=内|末までに|末まで))"
    r"(?P<part>末|内|中|当初|上半期|下半期|上期|下期)?(?!比|実績|並|以上|を上回|より|と比)"
)
_DURATION = re.compile(
    r"(?<![\d.,第築満中])(?P<number>\d{1,2}|半|[一二三四五十])(?P<unit>(?:か|カ|ヶ|ヵ|ケ|箇)?年|(?:か|カ|"
    r"ヶ|ヵ|ケ|箇)月|年度|週間|日)"
    r"(?P<tail>間(?:で|に|を目|の間|以内|かけ|の累計|累計|$|[、)で])|間?以内(?:に|の|で|$|[、。)])|"
    r"間?後(?:に|の|を|まで|には|$|[、。)])|で(?![の対])|をかけ|かけて)"
)
_PAST_DURATION = re.compile(r"(?:過去|この|ここ|これまで|直近|最近|昨年までの)(?:の)?[ ]?(?:約|概ね)?$")
_EVENT_CLOCK = re.compile(r"(?:から|後|より)(?:おおむね|概ね|約)?$")
_MONTH = re.compile(
    r"(?<![\d./年度])(?P<month>1[0-2]|[1-9])月(?:(?P<day>3[01]|[12]\d|[1-9])日)?(?P<part>末)?(?=まで|"
    r"を目途|を目処|時点|現在|に(?!1回)|中に|$|[)、])"
)
_BARE_YEAR_TAIL = re.compile(r"末|まで|\d{1,2}月|時点|頃|ごろ|を目|に(?:は|\D)|の|比|で|には?$|[)~→-]")
_ACTUAL_AFTER = re.compile(r"度?(?:末)?[ ]?\(?(?:実績|現状|現在|の?実績値)")


def find_dates(text: str, today: date) -> tuple[DateMention, ...]:
    context = _context_of(text, today)
    found = [mention for match in _ABSOLUTE.finditer(text) if (mention := _absolute(match, context))]
    found = _join_ranges(text, [_with_range_head(text, mention, context) for mention in found])
    for pattern, read in ((_RELATIVE, _relative), (_DURATION, _duration), (_MONTH, _month)):
        for match in pattern.finditer(text):
            free = not any(match.start() < other.end and other.start < match.end() for other in found)
            if free and (mention := read(match, text, today, found)):
                found.append(mention)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _context_of(text: str, today: date) -> _Context:
    return _Context(
        text=text,
        today=today,
        era_of_bare_years=_era_of_bare_years(text, today),
        bare_suffix_is_fiscal="年度" in text
        or not re.search(r"(?:(?:令和|平成|昭和)(?:元|\d{1,2})|[12]\d{3}(?:\([^()]*\))?)年(?!度)", text),
    )


def _era_of_bare_years(text: str, today: date) -> str:
    """The first era named in the text speaks for its two-digit years; a result cannot lie in the future."""
    if named := re.search(r"(令和|平成)[元\d]|(?<![A-Za-z])([RH])\d", text):
        return named.group(1) or named.group(2)
    for match in re.finditer(r"(?<![\d,.])(\d\d)年", text):
        is_actual = _ACTUAL_AFTER.match(text, match.end())
        if is_actual and 2000 + int(match.group(1)) > fiscal_year_of(today):
            return "平成"
    return ""


def _absolute(match: re.Match[str], context: _Context) -> DateMention | None:
    year = _year_of(match, context)
    if year is None:
        return None
    suffix = (match["suffix"] or "").strip()
    if not suffix and match["western"] and not _stands_as_year(match, context.text):
        return None
    is_fiscal = suffix in {"年度", "FY", "会計年度"} or match.group().startswith("FY")
    if not suffix and not match["slash_month"]:
        is_fiscal = is_fiscal or ("年度" in context.text if match["western"] else context.bare_suffix_is_fiscal)
    period = _period(year, match, is_fiscal=is_fiscal)
    return DateMention(match.start(), match.end(), *period) if period else None


def _year_of(match: re.Match[str], context: _Context) -> int | None:
    if match["era"]:
        return _ERA_OFFSETS[match["era"]] + (1 if match["era_year"] == "元" else int(match["era_year"]))
    if match["western"]:
        return int(match["western"])
    if match["apostrophe"]:
        return 2000 + int(match["apostrophe"]) if match["suffix"] else None
    return _bare_year(int(match["bare"]), match, context)


def _bare_year(number: int, match: re.Match[str], context: _Context) -> int | None:
    if match["suffix"] == "年":
        if not match["month"] and not _BARE_YEAR_TAIL.match(context.text, match.end("suffix")):
            return None
        if not match["month"] and number <= _LAST_REIWA_WRITTEN_BARE and not _calendar_tail(match, context):
            return None
    elif match["suffix"] not in {"年度", "会計年度"} or context.text.startswith("間", match.end("suffix")):
        return None
    era = context.era_of_bare_years
    if number > _LAST_REIWA_WRITTEN_BARE and era not in {"平成", "H"}:
        return 2000 + number
    return _ERA_OFFSETS[era or "令和"] + number if number else None


def _calendar_tail(match: re.Match[str], context: _Context) -> bool:
    """「7年末」「7年までに」 are years, 「7年で」 is a duration."""
    return context.text.startswith(("末", "まで"), match.end("suffix")) and "間" not in match.group()


def _stands_as_year(match: re.Match[str], text: str) -> bool:
    if match["slash_month"] or match["part"] or match.group().startswith("FY"):
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    after = text[match.end() : match.end() + 2]
    fits_after = not after or after[0] in ":)( 〉】]→~/-、。,\n比ま"
    fits_before = not before or before[-1] in " (→~/-:【[、。\n(-" or before[-1] in "値状績標度"
    if before.endswith((":", ": ", "値", "値 ")) and after[:1] not in {":", ")"}:
        return False
    return fits_after and fits_before


def _period(year: int, match: re.Match[str], *, is_fiscal: bool) -> tuple[date, date] | None:
    month = int(match["month"] or match["slash_month"] or 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    if month:
        return _month_period(year, month, int(match["day"] or match["slash_day"] or 0), is_fiscal=is_fiscal)
    part = (match["part"] or "").strip()
    if part.startswith("代"):
        return date(year, 1, 1), date(year + (4 if part == "代前半" else 5 if part == "代半ば" else 9), 12, 31)
    return part_of_year(year, part, is_fiscal=is_fiscal)


def _month_period(year: int, month: int, day: int, *, is_fiscal: bool) -> tuple[date, date]:
    if is_fiscal and month < _FISCAL_START_MONTH:
        year += 1
    last = end_of_month(year, month)
    if day:
        exact = date(year, month, min(day, last.day))
        return exact, exact
    return date(year, month, 1), last


def part_of_year(year: int, part: str, *, is_fiscal: bool) -> tuple[date, date]:
    first = date(year, _FISCAL_START_MONTH if is_fiscal else 1, 1)
    last = end_of_fiscal_year(year) if is_fiscal else date(year, 12, 31)
    if part in {"上半期", "上期", "前半"}:
        return first, add_months(first, 6) - timedelta(days=1)
    if part.endswith("四半期"):
        quarter = int(re.sub(r"\D", "", part))
        return add_months(first, 3 * (quarter - 1)), add_months(first, 3 * quarter) - timedelta(days=1)
    if part in {"当初", "初頭"}:
        return first, first
    season = {"春": 5, "夏": 8, "秋": 11, "冬": 12}.get(part.removeprefix("年"))
    return first, end_of_month(year, season) if season else last


def _with_range_head(text: str, mention: DateMention, context: _Context) -> DateMention:
    """「22~26年度」: the head carries no 年 of its own."""
    head = _RANGE_HEAD.search(text, max(0, mention.start - 14), mention.start)
    if not head or head["number"] == "元":
        return mention
    is_year = head["era"] or len(head["number"]) == len("2022") or text[mention.start : mention.end].find("年") > 0
    if not is_year or head.group().rstrip()[-1] in "・、び":
        return mention if not is_year else replace(mention, start=head.start())
    number = int(head["number"])
    if len(head["number"]) == len("2022"):
        year = number
    elif head["era"]:
        year = _ERA_OFFSETS[head["era"]] + number
    else:
        year = mention.last.year // 100 * 100 + number if number > _LAST_REIWA_WRITTEN_BARE else 2018 + number
    if not context.text or date(year, 4, 1) > mention.last:
        return mention
    return replace(mention, start=head.start(), first=date(year, 4, 1), form=DateForm.RANGE)


def _join_ranges(text: str, mentions: list[DateMention]) -> list[DateMention]:
    joined: list[DateMention] = []
    for mention in mentions:
        previous = joined[-1] if joined else None
        link = text[previous.end : mention.start] if previous else ""
        if (
            previous
            and previous.first <= mention.last
            and _RANGE_LINK.fullmatch(link)
            and not _dates_a_value(text, previous)
        ):
            joined[-1] = DateMention(previous.start, mention.end, previous.first, mention.last, DateForm.RANGE)
        else:
            joined.append(mention)
    return joined


def _dates_a_value(text: str, mention: DateMention) -> bool:
    """「79.6歳(2019年)から2028年までに80.5歳」: the values go from one to the other, each with its year."""
    return (
        bool(re.search(r"\d[^\d()、。 ]{0,4}\($", text[: mention.start])) and text[mention.end : mention.end + 1] == ")"
    )


def _relative(match: re.Match[str], _text: str, today: date, _found: list[DateMention]) -> DateMention:
    word = match["word"]
    shift = 2 if "再来" in word else 1 if word[0] in "来翌次" else -1 if word[0] == "昨" else 0
    if "年度" in word:
        first, last = part_of_year(fiscal_year_of(today) + shift, match["part"] or "", is_fiscal=True)
    else:
        first, last = part_of_year(today.year + shift, match["part"] or "", is_fiscal=False)
    return DateMention(match.start(), match.end(), first, last)


def _duration(match: re.Match[str], text: str, today: date, found: list[DateMention]) -> DateMention | None:
    before = text[max(0, match.start() - 6) : match.start()]
    in_months = "月" in match["unit"]
    if re.match(r"[^。、]{0,12}(?:確率|発生)", text[match.end() :]):
        return None
    if (
        match["unit"] in {"日", "週間", "年度"}
        or _PAST_DURATION.search(before)
        or (_EVENT_CLOCK.search(before) and in_months)
    ):
        return None
    if any(_spells_out(text, other, match.start()) for other in found):
        return None
    number = 0.5 if match["number"] == "半" else int(_kanji_to_digits(match["number"]))
    months = round(number * (1 if in_months else 12))
    start = next((other for other in reversed(found) if _opens_duration(text, other, match.start())), None)
    last = add_months(start.first, months) - timedelta(days=1) if start else duration_end(today, months)
    return DateMention(match.start(), match.end(), start.first if start else today, last, DateForm.DURATION)


def duration_end(today: date, months: int) -> date:
    """Years from today count to the end of the 年度 they reach; months to the end of their month."""
    reached = add_months(today, months)
    return (
        end_of_fiscal_year(fiscal_year_of(reached)) if months % 12 == 0 else end_of_month(reached.year, reached.month)
    )


def _opens_duration(text: str, mention: DateMention, before: int) -> bool:
    return mention.end <= before and bool(re.fullmatch(r"(?:から|より|以降)(?:の|、)?", text[mention.end : before]))


def _spells_out(text: str, mention: DateMention, before: int) -> bool:
    """「2024年度から2028年度までの5年間」: the length adds nothing to the range."""
    return (
        mention.form is DateForm.RANGE
        and bool(re.fullmatch(r"(?:まで)?の?[ (]?", text[mention.end : before]))
        and mention.end <= before
    )


def _kanji_to_digits(number: str) -> str:
    return {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "十": "10"}.get(number, number)


def _month(match: re.Match[str], text: str, today: date, _found: list[DateMention]) -> DateMention:
    month, day = int(match["month"]), int(match["day"] or 0)
    is_past = text.startswith(("時点", "現在"), match.end())
    year = today.year
    last = end_of_month(year, month)
    if is_past and last > today:
        year -= 1
    elif not is_past and last < today:
        year += 1
    first, last = _month_period(year, month, day, is_fiscal=False)
    return DateMention(match.start(), match.end(), first, last, sure=is_past or match["part"] == "末")
