"""What a spreadsheet's number format adds to a number: a percent sign, or words such as 件 and 令和…年度."""

import re
from dataclasses import dataclass
from decimal import Decimal

BUILT_IN_PERCENT = frozenset({"9", "10"})  # 0% and 0.00%

_QUOTED = re.compile(r'"([^"]*)"')
_ESCAPED = re.compile(r"\\(.)")
_BRACKETED = re.compile(r"\[[^\]]*\]")
_PADDING = re.compile(r"[_*].")
_DIGITS = re.compile(r"[0#?][0#?,.]*")
_PLACE = 0xE000  # private characters hold the places of quoted words while the rest is read
_DATE_CODES = re.compile(r"[ymdhsge]|AM/PM", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    percent: bool = False
    prefix: str = ""
    suffix: str = ""
    thousands: int = 0  # #,##0,"千円" shows 120,000 as 120千円

    @property
    def literal(self) -> bool:
        return bool(self.prefix or self.suffix)

    def show(self, number: Decimal) -> str:
        shown = number.scaleb(2 * self.percent - 3 * self.thousands)
        return f"{self.prefix}{plain(shown)}{'%' if self.percent else ''}{self.suffix}"


def plain(number: Decimal) -> str:
    """Without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number_format(code: str) -> NumberFormat | None:
    """None when the format changes nothing that matters here (separators, decimals, colours, dates)."""
    positive = _first_section(code)
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1])
        return chr(_PLACE + len(literals) - 1)

    bare = _BRACKETED.sub("", _PADDING.sub("", _ESCAPED.sub(keep, _QUOTED.sub(keep, positive)))).replace("General", "0")
    if not (digits := _DIGITS.search(bare)) or _DATE_CODES.search(bare):
        return None
    before, after = bare[: digits.start()], bare[digits.end() :]
    prefix, suffix = _literal(before, literals), _literal(after.replace("%", ""), literals)
    thousands = len(digits[0]) - len(digits[0].rstrip(",")) if prefix or suffix else 0
    return NumberFormat("%" in after, prefix, suffix, thousands) if "%" in after or prefix or suffix else None


def built_in_format(number: str) -> NumberFormat | None:
    return NumberFormat(percent=True) if number in BUILT_IN_PERCENT else None


def _first_section(code: str) -> str:
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]


def _literal(part: str, literals: list[str]) -> str:
    text = "".join(literals[place] if 0 <= (place := ord(char) - _PLACE) < len(literals) else char for char in part)
    return re.sub(r"[\s¥$]", "", text)
