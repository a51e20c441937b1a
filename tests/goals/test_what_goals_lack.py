"""A goal can be measured when its words and its indicators together say how: one rule, on every page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from kiun.goals.models import Goal
from kiun.goals.services.lint import read_again
from kiun.kernel.schedule import duties
from kiun.municipality.models import Department
from tests.factories import TODAY, make_department, make_goal, make_indicator, make_plan

pytestmark = pytest.mark.usefixtures("today", "officer")

TEXT = "健診のオンライン予約を増やす"
HINT = "指標では測っています。目標の文には、測るもの、現状の値、目標値、期限がありません。"


@pytest.fixture
def goal(plan):
    """Its indicators, made without the services, say everything; nobody has read the goal since."""
    goal = make_goal(plan, TEXT, is_vague=True, missing=["indicator", "baseline", "target", "deadline"])
    make_indicator(goal, terms={"baseline": 18})
    return goal


def pages(client, town, goal):
    return [client.get(reverse(f"goals:{name}", args=[town.slug, goal.pk])) for name in ("goal_detail", "goal_edit")]


def test_its_indicators_make_a_goal_measurable_and_the_pages_say_so(client, town, goal):
    read_again([goal.pk], TODAY)
    detail, form = pages(client, town, goal)
    goal = detail.context["goal"]
    assert (goal.missing, goal.is_vague) == ([], False)
    assert detail.context["loop"].stages[1].figure.number == "4/4"
    assert [(part.is_found, part.text) for part in detail.context["parts"]] == [(True, "指標にあります")] * 4
    for page in (detail, form):
        assert HINT in page.content.decode()
    assert 'id="missing"' not in detail.content.decode()


def test_count_and_boxes_agree_on_what_neither_says(client, town, goal):
    goal.indicators.get().series.update(target=None)
    read_again([goal.pk], TODAY)
    [detail, form] = pages(client, town, goal)
    assert [(part.id, part.is_found) for part in detail.context["parts"]] == [
        ("indicator", True), ("baseline", True), ("target", False), ("deadline", True)
    ]  # fmt: skip
    figure = detail.context["loop"].stages[1].figure
    assert (figure.number, figure.note, figure.wrong) == ("3/4", "", "足りないもの：目標値")
    assert 'id="missing"' in detail.content.decode()
    [listed] = client.get(reverse("goals:goal_vague", args=[town.slug])).context["rows"]
    assert listed["parts"] == detail.context["parts"]
    for page in (detail, form):
        assert "指標では測っています" not in page.content.decode()


def test_goals_of_an_earlier_version_are_read_again_once_a_day(goal, plan, django_assert_max_num_queries):
    clear = make_goal(plan, "待ち時間を令和7年度の24分から令和9年度末までに15分へ短縮する", is_vague=True)
    ended = make_goal(plan, TEXT, is_vague=True, missing=["target"], ended_on=TODAY)
    make_indicator(ended)
    assert duties["goals.lint"].run(timezone.now()) == "2件の目標を読み直しました"
    kept = {pk: (missing, is_vague) for pk, missing, is_vague in Goal.objects.values_list("pk", "missing", "is_vague")}
    assert kept == {goal.pk: ([], False), clear.pk: ([], False), ended.pk: (["target"], True)}
    with django_assert_max_num_queries(6):
        assert duties["goals.lint"].run(timezone.now()) == ""


def test_the_list_narrows_to_one_plan_and_says_so(client, town, goal, plan):
    draft = make_plan(town, name="次期計画", status="draft")
    new = make_goal(draft, "窓口を便利にする", is_vague=True, missing=["target"])
    where = reverse("goals:goal_vague", args=[town.slug])

    def listed(query):
        page = client.get(where + query)
        said = "「次期計画」のものだけを表示しています" in page.content.decode()
        return [row["goal"].pk for row in page.context["rows"]], said

    assert listed(f"?plan={draft.pk}") == ([new.pk], True)
    for query in ("", "?plan=0", "?plan=x"):
        assert listed(query) == ([goal.pk], False)
    banner = client.get(reverse("goals:plan_detail", args=[town.slug, draft.pk])).content.decode()
    assert f'href="{where}?plan={draft.pk}"' in banner


def test_a_town_without_goals_does_not_boast_that_all_can_be_measured(client, town):
    where = reverse("goals:goal_vague", args=[town.slug])
    assert "すべての目標が測れます" not in client.get(where).content.decode()
    make_goal(make_plan(town), TEXT, is_vague=False)
    assert "すべての目標が測れます" in client.get(where).content.decode()


def test_whoever_brings_in_the_plan_first_is_told_of_the_staff_list(client, town):
    page, hint = reverse("goals:import_new", args=[town.slug]), "先に職員名簿を取り込むと"
    Department.objects.all().delete()
    assert hint in client.get(page).content.decode()
    make_department(town, "市民課")
    assert hint not in client.get(page).content.decode()
