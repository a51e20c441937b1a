"""A town measures its momentum, sees what stands in the way, tries something, and learns whether it worked."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, agree, confirm, look, press, sign_in
from tests.e2e.installation import carry_out

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011 - the server's day
TOWN = """
import json
import re
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from django_scopes import scope
from kiun.municipality.models import Role
from tests.factories import make_department, make_membership, make_town
from tests.momentum.builders import make_wave
from tests.surveys.builders import make_people
today = timezone.localdate()
town = make_town()
with scope(municipality=town):
    division = make_department(town, "市民部")
    for name in ("市民課", "税務課", "保険課"):
        make_people(town, make_department(town, name, division), 14)
    officer = make_membership(town, Role.ADMIN, division)
    mayor = make_membership(town, Role.EXECUTIVE, division)
    # Not today: the schedule would begin it by itself before anybody can.
    make_wave(town, 3, opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=14))
    make_wave(town, 4, opens_on=today + timedelta(days=60), closes_on=today + timedelta(days=73))
print(json.dumps({"officer": officer.user.username, "mayor": mayor.user.username}))
"""
# Everybody who has not answered yet but five; those of 市民課 find more room to act than before, if so is said.
OTHERS = """
import django; django.setup()
from django_scopes import scope
from kiun.municipality.models import Municipality
from kiun.surveys.models import Survey, Ticket
from kiun.surveys.services import hand_in
town = Municipality.objects.get()
with scope(municipality=town):
    survey = Survey.objects.select_related("questionnaire", "municipality").get(state="open")
    waiting = Ticket.objects.filter(survey=survey, is_used=False).select_related("membership__department")
    for place, ticket in enumerate(waiting.order_by("pk")[5:]):
        points = {{"W1": 4, "A1": 3, "E1": 3, "P1": 4, "V1": 3, "T1": 1 + place % 2, "I1": 3, "S1": 4}}
        if {rises} and ticket.membership.department.name == "市民課":
            points["T1"] = 4
        hand_in(survey=survey, ticket=ticket, values=points)
"""
# The first wave was sixty days ago and the intervention began thirty days ago, as registered.
DAYS_PASS = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from django_scopes import scope
from kiun.momentum.models import Intervention, InterventionUnit, Wave
from kiun.momentum.services.interventions import begin_due_interventions
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Municipality
from kiun.surveys.models import Survey
today = timezone.localdate()
town = Municipality.objects.get()
with scope(municipality=town):
    days = {"opens_on": today - timedelta(days=73), "closes_on": today - timedelta(days=60)}
    Wave.objects.filter(quarter=3).update(**days)
    Survey.objects.update(**days)
    Intervention.objects.update(starts_on=today - timedelta(days=30))
    InterventionUnit.objects.filter(is_treated=True).update(starts_on=today - timedelta(days=30))
    begin_due_interventions(system_actor(town, on=today))
"""


@dataclass
class Town:
    kiun: Served
    officer: str
    mayor: str


@pytest.fixture(scope="module")
def town(empty_kiun: Served) -> Town:
    return Town(empty_kiun, **json.loads(carry_out(empty_kiun, TOWN)))


def row_of(page: Page, quarter: int) -> Locator:
    return page.locator("tr", has_text=f"第{quarter}四半期")


def open_wave(page: Page, town: Town, quarter: int) -> None:
    page.goto(f"{town.kiun.url}/t/hinata/momentum/waves/?year=2026")
    row_of(page, quarter).get_by_role("button", name="今すぐ始める").click()
    confirm(page, "今すぐ始める")
    expect(page).to_have_url(re.compile("/surveys/"))


def codes_of_slips(page: Page) -> list[str]:
    """As they stand beside the QR codes on paper."""
    page.get_by_role("link", name="氏名入りの案内を印刷する").first.click()
    page.get_by_label("メールアドレスのない人だけ").uncheck()
    press(page, "案内を作る")
    codes = page.locator(".k-cardslip__code")
    expect(codes.first).to_be_visible()
    return codes.all_inner_texts()


def answer_on_a_phone(page: Page, town: Town, code: str) -> None:
    page.goto(f"{town.kiun.url}/p/hinata/a/{code}/")
    look(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    press(page, "回答を始める")
    for number in range(1, 9):
        expect(page.locator("[data-place]")).to_have_text(f"{number} / 8")
        page.locator(".k-survey:visible label").nth(3).click()
    press(page, "回答を送る")
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")


def close_survey(page: Page) -> None:
    page.get_by_role("link", name="調査を締め切る").click()
    press(page, "調査を締め切る")
    expect(page.get_by_role("link", name="調査を締め切る")).to_have_count(0)


def test_from_the_first_wave_to_the_verdict(town: Town, page_at: Callable[..., Page]):
    page, phone = page_at(DESK), page_at(PHONE)
    sign_in(page, town.kiun.url, town.officer, PASSWORD)
    open_wave(page, town, 3)
    survey = page.url
    look(page)
    codes = codes_of_slips(page)
    answer_on_a_phone(phone, town, codes[0])
    page.goto(survey)
    expect(page.locator("h1")).to_contain_text("1人")
    carry_out(town.kiun, OTHERS.format(rises=False))
    page.reload()
    look(page)
    close_survey(page)
    wait_for(page, f"{town.kiun.url}/t/hinata/momentum/", "「余力」が一番の妨げです")
    look(page)

    page.goto(f"{town.kiun.url}/t/hinata/momentum/remedies/?barrier=T")
    look(page)
    page.locator(".k-decision", has_text="やめる仕事を決める").get_by_role("link", name="これを試す").click()
    look(page)
    page.get_by_label("開始日").fill(TOMORROW)
    page.locator("[name=treated]").nth(1).check()
    page.locator("[name=compared]").nth(2).check()
    page.locator("[name=evaluated_with]").select_option(index=1)
    press(page, "下書きとして保存")
    look(page)
    agree(page, "登録する")
    expect(page.locator("main")).to_contain_text("登録しました。")
    intervention = page.url

    page.goto(f"{town.kiun.url}/t/hinata/momentum/waves/?year=2026")
    row_of(page, 4).get_by_role("button", name="今すぐ始める").click()
    confirm(page, "今すぐ始める")
    expect(page.locator("main")).to_contain_text("始まる前に調べると判定できません")
    carry_out(town.kiun, DAYS_PASS)
    open_wave(page, town, 4)
    carry_out(town.kiun, OTHERS.format(rises=True))
    close_survey(page)
    wait_for(page, intervention, "効いたかどうかは、判定できません")
    look(page)
    wait_for(page, f"{town.kiun.url}/t/hinata/momentum/", "職員の機運は")
    expect(page.locator("main")).to_contain_text("判定不能")
    sign_in(page_at(PHONE), town.kiun.url, town.mayor, PASSWORD)


def wait_for(page: Page, url: str, words: str) -> None:
    """The worker counts in the background."""
    for _try in range(60):
        page.goto(url)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("main").inner_text())
