"""Numbers as people read them: grouped, without idle zeros, a true minus sign."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kiun.ui import dates

# Signs that stand close to their number; a word keeps its distance only in English.
CLOSE_UNITS = ("%", "％", "℃", "°")
MINUS = "−"
THOUSAND, MAN, OKU = 10**3, 10**4, 10**8


def as_decimal(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def decimal_places(number: Decimal) -> int:
    """46.20 has one: idle zeros do not count."""
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def figure(value: object, unit: str = "") -> str:
    """1,240件, −3,120.5時間; what is no number (「評価できない」) is given back as it stands, nothing as “—”."""
    if value is None or value == "":
        return "—"
    number = as_decimal(value)
    if number is None:
        return str(value)
    return f"{_grouped(number)}{spaced(unit)}"


def signed(value: object, unit: str = "") -> str:
    number = as_decimal(value)
    if number is None:
        return figure(value)
    sign = "+" if number > 0 else "" if number else "±"
    return f"{sign}{_grouped(number)}{spaced(unit)}"


def percent(share: object) -> str:
    """0.462 → 46.2%"""
    number = as_decimal(share)
    return "—" if number is None else f"{_grouped(round(number * 100, 1))}%"


def percent_of(part: float, whole: float = 1, places: int = 0) -> Decimal:
    """43 of 99 → 43, rounded half up. It is 100 only where that is all, and 0 only where it is nothing."""
    step = Decimal(1).scaleb(-places)
    found = (100 * Decimal(str(part)) / Decimal(str(whole))).quantize(step, ROUND_HALF_UP)
    return min(max(found, step), 100 - step) if 0 < part < whole else found


def spaced(unit: str) -> str:
    unit = str(unit).strip()
    latin = unit[:1].isascii() and unit[:1].isalnum()
    return f" {unit}" if latin and unit not in CLOSE_UNITS else unit


def _grouped(number: Decimal) -> str:
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if number < 0 and text != "0" else text


def yen(value: object) -> str:
    """1億2,340万5千円: whole yen in the units in which they are read; exact, never rounded."""
    number = as_decimal(value)
    if number is None:
        return figure(value)
    if not dates.speaks_japanese():
        return f"{MINUS if number < 0 else ''}¥{abs(number):,.0f}"
    return f"{MINUS if number < 0 else ''}{_in_japanese_units(int(abs(number)))}円"


def _in_japanese_units(amount: int) -> str:
    """Below a thousand yen the digits stand as they are: 12万3千456円 is nothing that anybody would write."""
    if not amount or amount % THOUSAND:
        return f"{amount:,}"
    parts = [(amount // OKU, "億"), (amount % OKU // MAN, "万"), (amount % MAN // THOUSAND, "千")]
    return "".join(f"{number:,}{unit}" for number, unit in parts if number)
