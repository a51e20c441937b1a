"""The select for many options says what Django's says."""

import re

import pytest
from django import forms

from kiun.ui.widgets import LongSelect

OPTIONS = [("", "すべて"), (1, "市民課"), (2, "<総務>課 & 人事")]


def parts(html: str) -> list[str]:
    return re.findall(r"<[^>]+>|[^<>\s][^<>]*", html)


@pytest.mark.parametrize("value", ["", 1, "2", None, "9"])
@pytest.mark.parametrize("attrs", [{}, {"class": "k-control", "id": "id_d", "disabled": False, "required": True}])
def test_long_select_renders_what_a_select_renders(value: object, attrs: dict[str, object]) -> None:
    rendered = LongSelect(choices=OPTIONS).render("department", value, attrs)
    assert parts(rendered) == parts(forms.Select(choices=OPTIONS).render("department", value, attrs))
