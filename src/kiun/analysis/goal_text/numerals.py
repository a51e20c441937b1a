"""Numbers as Japanese plans write them: 1,240 · 2.4万 · 48万3千 · 1億2,300万 · 三割 · ▲250."""

import re
from decimal import Decimal

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,6})?"
_MYRIADS = r"(?:[十百千]?[万億兆]|[百千])"
NUMBER = rf"{_DIGITS}(?:{_MYRIADS}(?:{_DIGITS}(?={_MYRIADS})|\d{{1,3}},\d{{3}}(?![\d,])|\d{{1,4}}(?![\d.,]))?){{0,5}}"
KANJI_NUMBER = r"[一二三四五六七八九十百千]{1,7}"

_POWERS = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "億": Decimal(100_000_000),
    "兆": Decimal(1_000_000_000_000),
}
_KANJI_DIGITS = {kanji: Decimal(value) for value, kanji in enumerate("〇一二三四五六七八九")}
_TOKEN = re.compile(rf"{_DIGITS}|[一二三四五六七八九〇]|[十百千万億兆]")


def parse_number(written: str) -> Decimal:
    total, section, digit = Decimal(0), Decimal(0), None
    for token in _TOKEN.findall(written):
        power = _POWERS.get(token)
        if power is None:
            digit = _KANJI_DIGITS[token] if token in _KANJI_DIGITS else Decimal(token.replace(",", ""))
        elif power < _POWERS["万"]:
            section += (Decimal(1) if digit is None else digit) * power
            digit = None
        else:
            section += digit or Decimal(0)
            total += (section or Decimal(1)) * power
            section, digit = Decimal(0), None
    return total + section + (digit or Decimal(0))
