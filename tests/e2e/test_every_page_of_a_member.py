"""Every page that links lead to, for somebody who may change little: in a file of its own, as it takes long."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import DESK, Served, sign_in
from tests.e2e.crawling import crawl

pytestmark = pytest.mark.e2e


def test_every_page_of_a_member(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "shirai")
    assert {"dashboard:home", "initiatives:my_work"} <= set(crawl(page, page.url))
