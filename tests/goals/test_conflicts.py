"""Two people edit the same thing: nothing is overwritten without being seen."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kiun.goals.models import Goal, Indicator, Plan, Series
from kiun.goals.services import change_indicator, change_plan, save_goal
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_membership


@pytest.fixture
def colleague(town):
    return make_actor(town)


@pytest.fixture
def client(client, town):
    client.force_login(make_membership(town, Role.ADMIN).user)
    return client


def filled_in(client, where):
    """The form's fields as a browser would send them back."""
    form = client.get(where).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value is not None and value is not False}


def test_on_a_goal(client, town, plan, colleague):
    goal = make_goal(plan, "窓口を便利にする")
    where = reverse("goals:goal_edit", args=[town.slug, goal.pk])
    mine = filled_in(client, where) | {"text": "待ち時間を短くする"}
    department = make_department(town)
    theirs = Goal.objects.get()
    theirs.department, theirs.code = department, "1-1"
    save_goal(actor=colleague, goal=theirs, reason="所管の変更")

    answer = client.post(where, mine)
    assert answer.status_code == 409
    stored = Goal.objects.get()
    assert (stored.text, stored.code) == ("窓口を便利にする", "1-1")
    conflict = answer.context["conflict"]
    assert [(entry.who, entry.reason) for entry in conflict["entries"]] == [(colleague.label, "所管の変更")]
    assert conflict["contested"] == ()
    form = answer.context["form"]
    shown = [form[name].value() for name in ("text", "code", "department")]
    assert shown == ["待ち時間を短くする", "1-1", str(department.pk)]

    values = {name: form[name].value() for name in form.fields}
    again = {name: value for name, value in values.items() if value is not None and value is not False}
    assert client.post(where, again).status_code == 302
    stored = Goal.objects.get()
    assert (stored.text, stored.code, stored.department) == ("待ち時間を短くする", "1-1", department)


def test_what_both_have_changed_is_named_and_ones_own_words_stay(client, town, plan, colleague):
    goal = make_goal(plan, "窓口を便利にする")
    where = reverse("goals:goal_edit", args=[town.slug, goal.pk])
    mine = filled_in(client, where) | {"text": "待ち時間を短くする"}
    theirs = Goal.objects.get()
    theirs.text = "来庁をなくす"
    save_goal(actor=colleague, goal=theirs)
    answer = client.post(where, mine)
    assert answer.status_code == 409
    assert answer.context["conflict"]["contested"] == ("何を、どれだけ、いつまでに",)
    assert "待ち時間を短くする" in answer.content.decode()
    assert Goal.objects.get().text == "来庁をなくす"


def test_words_that_only_the_other_has_changed_stand_in_the_form(client, town, plan, colleague):
    goal = make_goal(plan, "窓口を便利にする")
    where = reverse("goals:goal_edit", args=[town.slug, goal.pk])
    mine = filled_in(client, where) | {"code": "1-1"}
    theirs = Goal.objects.get()
    theirs.text = "来庁をなくす"
    save_goal(actor=colleague, goal=theirs)
    answer = client.post(where, mine)
    assert answer.context["form"].lint.text == "来庁をなくす"
    assert ">来庁をなくす</textarea>" in answer.content.decode()


def test_on_an_indicator_with_its_terms(client, town, plan, colleague):
    indicator = make_indicator(make_goal(plan))
    where = reverse("goals:indicator_edit", args=[town.slug, indicator.pk])
    mine = filled_in(client, where) | {"name": "オンライン申請率", "target": "70", "reason": "見直し"}
    terms = {"target": Decimal(65), "deadline": date(2028, 3, 31)}
    change_indicator(
        actor=colleague, indicator=Indicator.objects.get(), series_fields=terms, reason="議会の意見を受けて"
    )
    answer = client.post(where, mine)
    form = answer.context["form"]
    assert answer.status_code == 409
    assert answer.context["conflict"]["contested"] == ("目標値",)
    assert [form[name].value() for name in ("name", "target", "deadline")] == ["オンライン申請率", "70", "令和9年度末"]
    assert Series.objects.get(is_current=True).target == 65


def test_on_a_plan(client, town, plan, colleague):
    where = reverse("goals:plan_edit", args=[town.slug, plan.pk])
    mine = filled_in(client, where) | {"summary": "市民の時間を返す"}
    theirs = Plan.objects.get()
    theirs.last_year, theirs.is_public = 2030, False
    change_plan(actor=colleague, plan=theirs)
    answer = client.post(where, mine)
    form = answer.context["form"]
    assert answer.status_code == 409
    assert (form["last_year"].value(), form["is_public"].value(), form["summary"].value()) == (
        "令和12年度", False, "市民の時間を返す"
    )  # fmt: skip


def test_the_same_change_by_both_is_no_contest(client, town, plan, colleague):
    goal = make_goal(plan)
    where = reverse("goals:goal_edit", args=[town.slug, goal.pk])
    mine = filled_in(client, where) | {"code": "1-1"}
    theirs = Goal.objects.get()
    theirs.code = "1-1"
    save_goal(actor=colleague, goal=theirs)
    answer = client.post(where, mine)
    assert (answer.status_code, answer.context["conflict"]["contested"]) == (409, ())


def test_a_download_by_somebody_else_is_no_conflict(client, town, plan):
    where = reverse("goals:plan_edit", args=[town.slug, plan.pk])
    mine = filled_in(client, where) | {"summary": "市民の時間を返す"}
    client.get(reverse("goals:plan_export", args=[town.slug, plan.pk]))
    assert client.post(where, mine).status_code == 302
    assert Plan.objects.get().summary == "市民の時間を返す"


def test_ones_own_earlier_change_is_no_conflict(client, town, plan):
    goal = make_goal(plan)
    where = reverse("goals:goal_edit", args=[town.slug, goal.pk])
    for code in ("1", "2"):
        assert client.post(where, filled_in(client, where) | {"code": code}).status_code == 302
    assert Goal.objects.get().code == "2"
