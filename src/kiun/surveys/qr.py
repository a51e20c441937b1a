"""QR codes as one path of an SVG, drawn here so that no page asks anybody else for a picture."""

from dataclasses import dataclass
from itertools import groupby

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

# White around it, in modules, as the standard asks for.
BORDER = 4
# Choosing the best of eight masks takes most of the time; any of them can be read.
MASK = 3


@dataclass(frozen=True)
class Picture:
    """`path` in a square of `size`."""

    size: int
    path: str


def qr_picture(text: str) -> Picture:
    code = QRCode(border=BORDER, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    code.add_data(text)
    rows = code.get_matrix()
    return Picture(size=len(rows), path="".join(_runs(y, row) for y, row in enumerate(rows)))


def _runs(y: int, row: list[bool]) -> str:
    """Neighbouring dark modules of a row as one bar."""
    parts, x = [], 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            parts.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(parts)
