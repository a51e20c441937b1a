"""Pages that no link below a town leads to: those of signing in, and what an uploaded staff list shows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, look, sign_in

pytestmark = pytest.mark.e2e
PAGES = [
    "2fa/",
    "sessions/",
    "password/change/",
    "logout/",
    "reauthenticate/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-x/",
    "3rdparty/",
    "signup/",
    "inactive/",
    "social/login/error/",
]
LIST = "職員番号,氏名,所属,メールアドレス\n10001,浅野 強,広報課,\n99001,森 さくら,窓口改革室,mori@\n".encode("cp932")


def test_pages_of_signing_in(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    for path in PAGES:
        page.goto(f"{kiun.url}/accounts/{path}")
        expect(page.locator("h1")).to_have_count(1)
        look(page)


def test_a_staff_list_is_looked_at_before_it_counts(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/staff-import/")
    page.locator("input[type=file]").set_input_files({"name": "名簿.csv", "mimeType": "text/csv", "buffer": LIST})
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2か所を直してください")
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    look(page)
