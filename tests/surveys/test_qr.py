"""The path that is drawn is the code that was asked for."""

import re

from hypothesis import given
from hypothesis import strategies as st
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from kiun.surveys.qr import BORDER, MASK, qr_picture

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def drawn(picture):
    rows = [[False] * picture.size for _row in range(picture.size)]
    for x, y, right, left in RUN.findall(picture.path):
        assert right == left
        for place in range(int(x), int(x) + int(right)):
            rows[int(y)][place] = True
    return rows


@given(st.text("abcdefghjkmnpqrstuvwxy23456789", min_size=16, max_size=16))
def test_every_dark_module_is_drawn_and_no_other(secret):
    text = f"https://kiun.hinata.example/p/hinata/a/{secret}/"
    code = QRCode(border=BORDER, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    code.add_data(text)
    picture = qr_picture(text)
    assert RUN.sub("", picture.path) == ""
    assert drawn(picture) == [[bool(module) for module in row] for row in code.get_matrix()]


def test_it_stands_in_white_as_wide_as_the_standard_asks():
    rows = drawn(qr_picture("https://kiun.hinata.example/p/hinata/q/abcdefghjkmnpqrs/"))
    edge = [*rows[:BORDER], *rows[-BORDER:], *(row[:BORDER] + row[-BORDER:] for row in rows)]
    assert not any(module for row in edge for module in row)
