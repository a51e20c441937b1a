"""工程表 on A3: as few sheets as it takes, none without the years at its top, and no lane torn in two."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from kiun.initiatives.roadmap.picture import ROWS_ON_SHEET
from tests.e2e.conftest import DESK, Served, assert_quiet, sign_in
from tests.e2e.installation import carry_out

pytestmark = pytest.mark.e2e

# 150 initiatives in lanes of every size; the first is longer than a sheet.
LANES = (40, 28, 25, 20, 15, 10, 8, 3, 1)
LARGE_TOWN = f"""
import django; django.setup()
from django_scopes import scope
from kiun.initiatives.models import InitiativeLink
from kiun.municipality.models.towns import check_digit
from tests.factories import make_department, make_goal, make_initiative, make_membership
from tests.factories import make_plan, make_policy, make_town
town = make_town("oki", "おおき市", code=f"99501{{check_digit('99501')}}")
officer = make_membership(town, "admin", make_department(town))
plan = make_plan(town)
before = None
for lane, size in enumerate({LANES}):
    policy = make_policy(plan, f"施策{{lane}}番", order=lane)
    goal = make_goal(plan, f"目標{{lane}}", policy=policy, department=officer.department)
    for number in range(size):
        row = make_initiative(goal, f"仕事{{lane}}の{{number:02d}}号", owner=officer)
        if before:
            with scope(municipality=town):
                InitiativeLink(before=before, after=row).save()
        before = row
print(officer.user.username)
"""


def sheets_of(page: Page) -> list[str]:
    """What each sheet says, without spaces."""
    printed = page.pdf(prefer_css_page_size=True)
    return [re.sub(r"\s+", "", sheet.extract_text()) for sheet in PdfReader(BytesIO(printed)).pages]


def test_the_plan_of_a_town_takes_one_sheet(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/roadmap/")
    shown = page.locator(".k-road__name a").all_text_contents()
    [sheet] = sheets_of(page)
    assert [name for name in shown if name.replace(" ", "") not in sheet] == []
    # However far apart the screen's scale draws the months.
    page.goto(f"{kiun.url}/t/hinata/roadmap/?zoom=month")
    assert len(sheets_of(page)) == 1
    assert_quiet(page)


def test_residents_print_the_picture_and_in_words_what_nobody_has_opened(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    page.goto(f"{kiun.url}/p/hinata/roadmap/")
    _picture, words = sheets_of(page)
    assert "住所や氏名を何度も書かなくてよい窓口にします。" in words
    assert_quiet(page)


def test_no_lane_is_torn_and_every_sheet_names_the_years(kiun: Served, page_at: Callable[..., Page]):
    officer = carry_out(kiun, LARGE_TOWN).strip()
    page = page_at(DESK)
    sign_in(page, kiun.url, officer, "correct horse battery")
    page.goto(f"{kiun.url}/t/oki/roadmap/")
    sheets = sheets_of(page)
    assert len(sheets) == 7
    for sheet in sheets:
        assert ("令和8年度" in sheet, "4–6月" in sheet, "目標に届く見込み" in sheet) == (True, True, True)
    for lane, size in enumerate(LANES):
        rows = [f"仕事{lane}の{number:02d}号" for number in range(size)]
        [title] = [number for number, sheet in enumerate(sheets) if f"施策{lane}番{size}件の取組" in sheet]
        whole = rows[:ROWS_ON_SHEET]
        assert [row for row in whole if row not in sheets[title]] == []
        rest = rows[ROWS_ON_SHEET:]
        again = [sheet for sheet in sheets if f"施策{lane}番（続き）" in sheet]
        assert len(again) == bool(rest)
        assert [row for row in rest if row not in again[0]] == []
    assert_quiet(page)
