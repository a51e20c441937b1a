"""The roadmap for residents: what is public of it, and not a word more."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone
from django_scopes import scope

from kiun.initiatives.models import (
    Blocker,
    ChecklistItem,
    Comment,
    InitiativeLink,
    InitiativeStatus,
    Milestone,
    Mode,
    MoneyNeed,
    Phase,
)
from kiun.initiatives.services import end_initiative
from kiun.ui.dates import long_date
from tests.factories import (
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_initiative,
    make_membership,
    make_plan,
    make_policy,
    make_task,
    make_town,
    make_user,
)

NOW = timezone.localdate()
SECRET = "庁内の秘密"


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def goal(town):
    plan = make_plan(town)
    return make_goal(plan, "申請の60%をオンラインにする", policy=make_policy(plan, "行かない窓口"))


def days(first, last):
    return {"starts_on": NOW + timedelta(days=first), "ends_on": NOW + timedelta(days=last)}


def told(client, town, page="roadmap/"):
    answer = client.get(f"/p/{town.slug}/{page}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_names_words_dates_and_public_milestones(client, town, goal):
    row = make_initiative(goal, "書かない窓口", public_text="市役所で書かずに済みます。", **days(-100, 200))
    Milestone(initiative=row, name="本番の開始", due_on=NOW + timedelta(days=100)).save()
    page = told(client, town)
    for words in ("書かない窓口", "市役所で書かずに済みます。", "本番の開始", goal.text, "行かない窓口", "進行中"):
        assert words in page, words


def test_nothing_of_the_inside_is_in_the_page(client, town):
    """Every internal field holds a word that nobody may find, in the markup either."""
    department = make_department(town, f"{SECRET}課")
    person = make_membership(town, department=department, user=make_user(f"{SECRET}さん"))
    plan = make_plan(town)
    goal = make_goal(plan, f"{SECRET}の目標", is_public=False, department=department, owner=person)
    make_indicator(goal, f"{SECRET}の指標", {"2024-03-31": 20})
    row = make_initiative(
        goal, "見せる取組", summary=SECRET, priority_reason=SECRET, legal_basis=SECRET, alternative_to=SECRET,
        code=SECRET,
        legal_deadline=NOW + timedelta(days=30), department=department, owner=person, **days(-100, 200),
    )  # fmt: skip
    task = make_task(row, f"{SECRET}の作業", responsible=person, note=SECRET, due_on=NOW - timedelta(days=9),
                     starts_on=NOW - timedelta(days=30))  # fmt: skip
    ChecklistItem(task=task, text=SECRET).save()
    Blocker(task=task, text=SECRET, decider=person, raised_on=NOW).save()
    Comment(initiative=row, author=person, text=SECRET).save()
    Phase(initiative=row, name=f"{SECRET}の段階", goal=SECRET, **days(-100, 200)).save()
    Milestone(initiative=row, name=f"{SECRET}の節目", due_on=NOW, is_public=False).save()
    MoneyNeed(mode=(mode := Mode(initiative=row, note=SECRET)), amount=98_765_432, note=SECRET)
    mode.save()
    hidden = make_initiative(goal, f"{SECRET}の取組", is_public=False, **days(-100, 200))
    make_initiative(goal, f"{SECRET}の案", status=InitiativeStatus.PROPOSED, **days(1, 200))
    make_initiative(goal, f"{SECRET}の中止", status=InitiativeStatus.STOPPED, **days(-9, 200))
    draft = make_plan(town, name=f"{SECRET}計画", status="draft")
    make_initiative(make_goal(draft), f"{SECRET}の準備", **days(1, 200))
    inner = make_plan(town, name=f"{SECRET}の計画", is_public=False)
    make_initiative(make_goal(inner), f"{SECRET}の内部", **days(1, 200))
    InitiativeLink(before=row, after=hidden).save()
    page = client.get(f"/p/{town.slug}/roadmap/").content.decode()
    assert "見せる取組" in page
    assert SECRET not in page
    # That it is late is told, but not by what; nor is anybody told that all goes as planned.
    assert "1件が予定より遅れています" in page
    for inner in ("予定どおり", "作業1", "k-road__done", "k-road__phase", "data-move", "法定"):
        assert inner not in page, inner


def test_what_is_late_by_what_is_public_is_not_hidden(client, town, goal):
    row = make_initiative(goal, "遅れた取組", **days(-100, 200))
    Milestone(initiative=row, name="契約", due_on=NOW - timedelta(days=10)).save()
    make_initiative(goal, "過ぎた取組", **days(-100, -1))
    make_initiative(goal, "済んだ取組", status=InitiativeStatus.DONE, **days(-100, -50))
    page = told(client, town)
    assert "3の取組のうち、1が完了し、2が進行中で、0がこれから始まります。 2件が予定より遅れています 。" in page


def test_what_is_late_inside_is_late_for_residents_and_what_is_held_up_is_under_way(client, town, goal):
    behind = make_initiative(goal, "遅れた取組", **days(-100, 200))
    make_task(behind, starts_on=NOW - timedelta(days=30), due_on=NOW - timedelta(days=9))
    inner = make_initiative(goal, "節目を過ぎた取組", **days(-100, 200))
    Milestone(initiative=inner, name="庁内の節目", due_on=NOW - timedelta(days=5), is_public=False).save()
    held_up = make_task(make_initiative(goal, "止まった取組", **days(-100, 200)), due_on=NOW + timedelta(days=9))
    Blocker(task=held_up, text="予算", decider=held_up.responsible, raised_on=NOW).save()
    make_initiative(goal, "動いている取組", **days(-100, 200))
    picture = client.get(f"/p/{town.slug}/roadmap/").context["picture"]
    rows = {drawn.row.name: drawn.row for drawn in picture.rows}
    assert {name: str(row.state.word) for name, row in rows.items()} == {
        "遅れた取組": "遅れ",
        "節目を過ぎた取組": "遅れ",
        "止まった取組": "進行中",
        "動いている取組": "進行中",
    }
    assert [row.late_since for row in rows.values()] == [None] * 4
    caches["pages"].clear()
    assert "担当の決まった取組 遅れ 2" in told(client, town, "")


def test_the_words_stand_lane_by_lane_with_what_is_late_in_each(client, town, goal):
    other = make_goal(goal.plan, policy=make_policy(goal.plan, "災害に備える"))
    make_initiative(goal, "過ぎた取組", **days(-100, -1))
    make_initiative(goal, "動いている取組", **days(-100, 100))
    page = client.get(f"/p/{town.slug}/roadmap/").content.decode()
    assert f'<details class="k-tree" id="words-{goal.policy_id}" open>' in page
    caches["pages"].clear()
    make_initiative(other, "配信", **days(-100, 100))
    page = client.get(f"/p/{town.slug}/roadmap/").content.decode()
    opening = re.findall(r'<details class="k-tree" id="words-(\d+)"( open)?>', page)
    assert opening == [(str(goal.policy_id), ""), (str(other.policy_id), "")]
    assert "行かない窓口 2件の取組 · 遅れ 1 過ぎた取組 遅れ" in (words := told(client, town))
    assert "災害に備える 1件の取組 配信 進行中" in words


def test_it_is_kept_until_something_changes(client, town, goal):
    make_initiative(goal, "はじめの取組", **days(-1, 20))
    answer = client.get(f"/p/{town.slug}/roadmap/")
    again = client.get(f"/p/{town.slug}/roadmap/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/p/{town.slug}/roadmap/?zoom=month").status_code == 302


def test_the_way_to_it_stands_at_the_top_once_there_is_something(client, town, goal):
    link = f'href="/p/{town.slug}/roadmap/"'
    assert link not in client.get(f"/p/{town.slug}/").content.decode()
    assert "市が何をいつ行い" in told(client, town)
    make_initiative(goal, **days(-1, 20))
    caches["pages"].clear()
    assert link in client.get(f"/p/{town.slug}/").content.decode()


def test_a_town_that_is_not_public_has_none(client, town, goal):
    make_initiative(goal, **days(-1, 20))
    town.is_public = False
    town.save()
    assert client.get(f"/p/{town.slug}/roadmap/").status_code == 404


def test_what_was_stopped_stands_there_with_its_dates_and_without_a_reason(client, town, goal):
    actor = make_actor(town)
    for name, fields in {
        "やめた取組": {},
        f"{SECRET}の取組": {"is_public": False},
        f"{SECRET}の案": {"status": InitiativeStatus.PROPOSED},
    }.items():
        row = make_initiative(goal, name, **days(-100, 200), **fields)
        end_initiative(actor=actor, initiative=row, status=InitiativeStatus.STOPPED, on=actor.on, reason=SECRET)
    page = client.get(f"/p/{town.slug}/roadmap/")
    assert [row.name for row in page.context["stopped"]] == ["やめた取組"]
    assert SECRET not in page.content.decode()
    caches["pages"].clear()
    first, last, on = (long_date(day) for day in (NOW - timedelta(days=100), NOW + timedelta(days=200), actor.on))
    assert f"中止した取組 取組 期間 中止した日 やめた取組 {first}– {last} {on}" in told(client, town)


def test_the_legend_explains_only_signs_that_the_picture_holds(client, town, goal):
    row = make_initiative(goal, **days(-100, 200))
    assert "k-roadlegend" not in client.get(f"/p/{town.slug}/roadmap/").content.decode()
    Milestone(initiative=row, name="本番の開始", due_on=NOW + timedelta(days=100)).save()
    caches["pages"].clear()
    page = client.get(f"/p/{town.slug}/roadmap/")
    assert page.context["picture"].signs == {"coming"}
    legend = page.content.decode().split('class="k-roadlegend"')[1].split("</ul>")[0]
    assert re.findall(r'href="#road-(\w+)"', legend) == ["coming"]
    assert "k-road__late" not in legend
