"""A plan too long for one page: a resident opens a policy, reads on while figures change, and needs no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiun.dashboard.queries.public import INDICATORS_ON_ONE_PAGE
from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet
from tests.e2e.installation import carry_out

pytestmark = pytest.mark.e2e

LONG_PLAN = f"""
import django; django.setup()
from kiun.municipality.models.towns import check_digit
from tests.factories import make_goal, make_indicator, make_membership, make_plan, make_policy, make_town
town = make_town("nagai", "ながい町", code=f"99500{{check_digit('99500')}}")
plan = make_plan(town)
first, second = make_policy(plan, "行政手続", order=0), make_policy(plan, "防災", order=1)
goal, owner = make_goal(plan, "紙を使わない", policy=first), make_membership(town)
for number in range({INDICATORS_ON_ONE_PAGE}):
    make_indicator(goal, f"手続{{number}}", owner=owner)
make_indicator(make_goal(plan, "早く知らせる", policy=second), "登録者数", owner=owner)
"""
RENAME = """
import django; django.setup()
from django_scopes import scope
from kiun.goals.models import Indicator
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.municipality.actors import record, system_actor
from kiun.municipality.models import Municipality
town = Municipality.objects.get(slug="nagai")
with scope(municipality=town):
    indicator = Indicator.objects.get(name="登録者数")
    before = snapshot(indicator)
    indicator.name = "通知を受け取る人の数"
    indicator.save()
    record(system_actor(town), change_of(indicator, Verb.CHANGED, before))
"""


def test_a_long_plan_opens_policy_by_policy_and_stays_open(kiun: Served, page_at: Callable[..., Page]):
    carry_out(kiun, LONG_PLAN)
    page = page_at(PHONE)
    page.goto(f"{kiun.url}/p/nagai/")
    policy = page.locator("details", has_text="防災")
    expect(policy.get_by_role("link", name="登録者数")).to_have_count(0)
    word = policy.locator("summary").get_by_text("更新待ち").bounding_box()
    assert word, "the state stands in words"
    assert word["width"] > 40, "a resident reads it on a phone too"
    policy.locator("summary").click()
    expect(policy.get_by_role("link", name="登録者数")).to_be_visible()
    for check in (assert_fits, assert_accessible, assert_quiet):
        check(page)
    carry_out(kiun, RENAME)
    # What is being read does not fall shut, and takes the change over by itself.
    expect(policy.get_by_role("link", name="通知を受け取る人の数")).to_be_visible(timeout=10_000)

    without_scripts = page_at(DESK, scripts=False)
    without_scripts.goto(f"{kiun.url}/p/nagai/")
    closed = without_scripts.locator("details", has_text="防災")
    closed.locator("summary").click()
    closed.get_by_role("link", name="目標を見る").click()
    expect(without_scripts.get_by_role("link", name="通知を受け取る人の数")).to_be_visible()


def test_a_long_plan_is_printed_whole(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    page.goto(f"{kiun.url}/p/nagai/")
    policy = page.locator("details", has_text="防災")
    expect(policy.get_by_text("早く知らせる")).to_have_count(0)
    page.pdf(format="A4")
    page.emulate_media(media="print")
    expect(policy.get_by_text("早く知らせる")).to_be_visible()
    assert_quiet(page)
