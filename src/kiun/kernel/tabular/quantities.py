"""Numbers as officers write them in a cell: 45.2％, 約3,000人, ▲5.2, (累計) 12, 1億2,000万円, or a sign of none."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError

EMPTY = "empty"
UNOBTAINABLE = "unobtainable"


@dataclass(frozen=True)
class Quantity:
    """Without a value, `marker` says why: the cell is empty, or the value cannot be had (–, 未実施, 集計中 …)."""

    value: Decimal | None
    unit: str = ""
    approximate: bool = False
    cumulative: bool = False
    bound: str = ""  # at_least 以上, at_most 以下, over 超, under 未満
    note: str = ""  # other words in brackets
    marker: str = ""


_DASHES = "-‐‑‒–—―−─━ー~"
_MARKER_WORDS = (
    "n/a|na|n\\.a\\.|該当なし|データなし|不明|未定|未実施|未集計|未測定|未把握|未調査|未公表|非公表|"
    "集計中|調査中|精査中|確認中|算定中|把握不可|測定不可|測定不能|評価できない|秘匿|後日公表|次年度公表"
)
_UNOBTAINABLE = re.compile(
    rf"[{re.escape(_DASHES)}]{{1,10}}|[.…‥・]{{1,10}}|[*]{{1,10}}|x|(?:{_MARKER_WORDS})(?:の?ため)?", re.IGNORECASE
)

_MINUS = "▲△−‐‑–—ー-"
_SCALES = {"千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12, "百万": 10**6, "十億": 10**9}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,20})(?:\.\d{1,20})?"
_SCALE = r"(?:百万|十億|[千万億兆])"
_NUMBER = re.compile(
    rf"(?P<sign>[{re.escape(_MINUS)}+]?)(?P<body>{_DIGITS}(?:{_SCALE}{{1,2}}(?:{_DIGITS}{_SCALE}{{1,2}})*(?:{_DIGITS})?)?)"
)
_PART = re.compile(rf"({_DIGITS})({_SCALE}*)")
_BEFORE = re.compile(
    r"(?P<about>約|およそ|概ね|おおむね|ほぼ)|(?P<total>累計|累積|延べ|のべ)|(?P<each>年間|毎年|月間|毎月|1日)|(?:全|計|合計|目標|実績|[¥$:])"
)
_ABOUT_AFTER = re.compile(r"(?:程度|前後|余り?|弱|強|くらい|ぐらい|ほど)$")
_BOUNDS = {"以上": "at_least", "以下": "at_most", "以内": "at_most", "超": "over", "超え": "over", "未満": "under"}
_BOUND_AFTER = re.compile(rf"({'|'.join(sorted(_BOUNDS, key=len, reverse=True))})$")
_EACH = {"年間": "年", "毎年": "年", "月間": "月", "毎月": "月", "1日": "日"}
_BRACKETED = re.compile(r"\(([^()]*)\)")
# A unit (人/年, 件・回, km2, ％ポイント) holds no second number: 10~15, 5/10 and 3校中2校 are refused.
_UNIT = re.compile(r"(?:(?![.,:;=~/-])[^\d\s()]{1,20}(?:[23](?![\d]))?)?")
_KEPT_SQUARE_SIGNS = re.compile("[\u2100-\u214f\u3300-\u33ff]")


def parse_quantity(text: str) -> Quantity:
    folded = _folded(text)
    if not folded:
        return Quantity(None, marker=EMPTY)
    if _UNOBTAINABLE.fullmatch(folded):
        return Quantity(None, marker=UNOBTAINABLE)
    quantity = _read(folded)
    if quantity is None:
        raise DomainError(
            _("“%(text)s” is not a number. Write one number, such as 45.2%%, or “－” when there is none.")
            % {"text": text.strip()[:40]}
        )
    return quantity


def _read(folded: str) -> Quantity | None:
    notes = _BRACKETED.findall(folded)
    rest = _BRACKETED.sub("", folded)
    if not rest and len(notes) == 1:  # (12): a number that stands in brackets as a whole
        rest, notes = notes[0], []
    about, total, each, rest = _take_before(re.sub("^ゼロ", "0", rest))
    number = _NUMBER.match(rest)
    if number is None:
        return _read_marker_with_note(rest, notes)
    unit = rest[number.end() :]
    unit, bound = _take_bound(unit)
    unit, about_after = _ABOUT_AFTER.subn("", unit)
    unit, total_after = re.subn(r"^(?:累計|累積)|(?:累計|累積)$", "", unit)
    if not _UNIT.fullmatch(unit):
        return None
    cumulative = total or bool(total_after) or any("累" in note for note in notes)
    others = "、".join(note for note in notes if note not in ("累計", "累積"))
    return Quantity(
        _value(number["sign"], number["body"]),
        f"{unit}/{each}" if each and "/" not in unit else unit,
        approximate=about or bool(about_after),
        cumulative=cumulative,
        bound=bound,
        note=others,
    )


def _read_marker_with_note(rest: str, notes: list[str]) -> Quantity | None:
    """－(集計中)"""
    if not _UNOBTAINABLE.fullmatch(rest):
        return None
    return Quantity(None, note="、".join(notes), marker=UNOBTAINABLE)


def _take_before(text: str) -> tuple[bool, bool, str, str]:
    about, total, each = False, False, ""
    while (match := _BEFORE.match(text)) and len(match[0]) < len(text):
        about, total = about or bool(match["about"]), total or bool(match["total"])
        each = _EACH.get(match["each"] or "", each)
        text = text[match.end() :]
    return about, total, each, text


def _take_bound(unit: str) -> tuple[str, str]:
    match = _BOUND_AFTER.search(unit)
    return (unit[: match.start()], _BOUNDS[match[1]]) if match else (unit, "")


def _value(sign: str, body: str) -> Decimal:
    total = Decimal(0)
    for digits, scales in _PART.findall(body):
        part = Decimal(digits.replace(",", ""))
        for scale in re.findall(_SCALE, scales):
            part *= _SCALES[scale]
        total += part
    return -total if sign and sign in _MINUS else total


def _folded(text: str) -> str:
    """Half-width and without spaces; ㎡ and ℃ stay one sign."""
    kept = "".join(c if _KEPT_SQUARE_SIGNS.match(c) else unicodedata.normalize("NFKC", c) for c in text)
    return (
        re.sub(r"[\s\u200b\ufeff]+", "", kept).replace("〔", "(").replace("〕", ")").replace("、", ",") if kept else ""
    )
