"""What an officer does from the barrier to the verdict, on the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kiun.momentum.models import Intervention, InterventionState
from kiun.momentum.services.evaluating import evaluate_with
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_goal, make_initiative, make_membership, make_plan
from tests.momentum.builders import answer_all, closed_wave, make_wave, opened_wave
from tests.surveys.builders import make_people

LATER = TODAY + timedelta(days=90)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def departments(town):
    return [make_department(town, f"第{number}課") for number in range(6)]


@pytest.fixture
def crews(town, departments):
    crews = [make_people(town, department, 12) for department in departments]
    wave = opened_wave(make_wave(town, 2, opens_on=TODAY - timedelta(days=90)))
    for crew in crews:
        answer_all(wave, crew, points=(3,))
    closed_wave(wave)
    return crews


@pytest.fixture
def deciding(town):
    return make_wave(town, 4, opens_on=LATER, closes_on=LATER + timedelta(days=13))


@pytest.fixture
def dx(town):
    return make_actor(town, Role.ADMIN)


def at(name, *args):
    return reverse(f"momentum:{name}", args=("hinata", *args))


def typed(departments, deciding, **fields):
    return {
        "title": "やめる仕事を決める",
        "description": "三つ挙げる。",
        "starts_on": "2026-12-01",
        "treated": [row.pk for row in departments[:3]],
        "compared": [row.pk for row in departments[3:]],
        "step_months": "0",
        "expected_effect": "8",
        "evaluated_with": deciding.pk,
        **fields,
    }


def test_from_the_barrier_to_the_verdict(client, town, dx, departments, crews, deciding):
    client.force_login(dx.user)
    barrier = client.get(f"{at('remedy_list')}?barrier=T").content.decode()
    assert "研修を増やすと、負担が増すだけです。" in barrier
    assert "やめる仕事を決める" in barrier
    form = client.get(at("intervention_create", "stop-work")).content.decode()
    assert "第0課：50点" in form
    answer = client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    assert answer["Location"] == at("intervention_detail", row.pk)
    client.post(at("intervention_register", row.pk))
    assert Intervention.objects.get().state == InterventionState.REGISTERED
    client.post(at("intervention_link", row.pk), {"label": "会議", "path": "/t/hinata/tasks/"})
    page = client.get(at("intervention_detail", row.pk)).content.decode()
    assert "2026年" not in page
    assert "/t/hinata/tasks/" in page
    wave = opened_wave(deciding)
    for crew in crews:
        answer_all(wave, crew, points=(3,))
    closed_wave(wave)
    evaluate_with(actor=system_actor(town, on=TODAY), wave=wave)
    page = client.get(at("intervention_detail", row.pk)).content.decode()
    assert "「やめる仕事を決める」が効いたかどうかは、判定できません。" in page
    assert "部署の数が少なく、偶然でも同じくらいの差が出ます。" in page
    listed = client.get(at("intervention_list")).content.decode()
    assert "判定不能" in listed


def test_a_head_compares_with_others_without_seeing_their_scores(client, town, departments, crews, deciding):
    client.force_login(make_membership(town, Role.HEAD, departments[0]).user)
    form = client.get(at("intervention_create", "stop-work")).content.decode()
    assert form.count("第0課：50点") == 2
    assert "第1課" in form
    assert form.count("：50点") == 2


def test_what_was_registered_is_not_changed_by_its_form(client, dx, departments, crews, deciding):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    client.post(at("intervention_register", row.pk))
    answer = client.post(at("intervention_edit", row.pk), typed(departments, deciding, expected_effect="1"))
    assert answer.status_code == 422
    assert Intervention.objects.get().expected_effect == 8


def test_a_form_that_lacks_something_says_so_and_keeps_what_was_typed(client, dx, departments, crews, deciding):
    client.force_login(dx.user)
    answer = client.post(at("intervention_create", "stop-work"), typed(departments, deciding, expected_effect="0"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["expected_effect"] == [
        "何点上がると見込むかを、0より大きい数で入力してください。"
    ]
    assert "三つ挙げる。" in answer.content.decode()
    assert Intervention.objects.count() == 0


def test_a_head_treats_the_own_departments_only(client, town, departments, crews, deciding):
    head = make_actor(town, Role.HEAD, departments[0])
    client.force_login(head.user)
    answer = client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    assert "treated" in answer.context["form"].errors
    own = typed(departments, deciding, treated=[departments[0].pk], compared=[row.pk for row in departments[1:]])
    client.post(at("intervention_create", "stop-work"), own)
    assert Intervention.objects.get().department == departments[0]


def test_drafts_are_read_by_those_who_make_them_and_the_rest_by_all_staff(
    client, town, dx, departments, crews, deciding
):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    member = make_actor(town, Role.MEMBER, departments[0])
    client.force_login(member.user)
    assert client.get(at("intervention_detail", row.pk)).status_code == 404
    client.force_login(dx.user)
    client.post(at("intervention_register", row.pk))
    client.force_login(member.user)
    assert client.get(at("intervention_detail", row.pk)).status_code == 200
    assert client.post(at("intervention_withdraw", row.pk), {"reason": "x"}).status_code == 403
    assert client.get(at("intervention_create", "stop-work")).status_code == 403


def test_a_link_leads_to_this_town_only(client, dx, departments, crews, deciding):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    for path in ("https://example.com/", "/t/minato/tasks/", "//example.com", "javascript:alert(1)"):
        client.post(at("intervention_link", row.pk), {"label": "よそ", "path": path})
    assert row.links.count() == 0
    assert client.get(at("intervention_create", "nothing-known")).status_code == 404


def test_the_order_is_drawn_before_registering(client, dx, departments, crews, deciding):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding, step_months="2", compared=[]))
    row = Intervention.objects.get()
    assert "順番のくじを引く" in client.get(at("intervention_detail", row.pk)).content.decode()
    client.post(at("intervention_draw", row.pk))
    seed = Intervention.objects.get().seed
    assert f"乱数の種 {seed}" in client.get(at("intervention_detail", row.pk)).content.decode()
    client.post(at("intervention_register", row.pk))
    assert Intervention.objects.get().state == InterventionState.REGISTERED


def test_the_page_of_one_of_which_nothing_may_be_shown_says_so(client, town, dx, departments, crews, deciding):
    """In the deciding wave nobody answers."""
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    client.post(at("intervention_register", row.pk))
    wave = opened_wave(deciding)
    closed_wave(wave)
    evaluate_with(actor=system_actor(town, on=TODAY), wave=wave)
    page = client.get(at("intervention_detail", row.pk)).content.decode()
    assert "開始前と開始後の両方で値を示せる部署が足りません。" in page


def test_a_form_whose_day_lies_in_the_past_says_so_at_the_field(client, dx, departments, crews, deciding):
    client.force_login(dx.user)
    past = typed(departments, deciding, starts_on=(TODAY - timedelta(days=1)).isoformat())
    answer = client.post(at("intervention_create", "stop-work"), past)
    assert (answer.status_code, answer.context["form"].errors["starts_on"], Intervention.objects.count()) == (
        422,
        ["開始日が過ぎています。働きかけは、始める前に登録する必要があります。今日以降の日にしてください。"],
        0,
    )


def test_a_draft_whose_day_has_passed_is_told_and_cannot_be_registered(
    client, dx, departments, crews, deciding, monkeypatch
):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: row.starts_on + timedelta(days=1))
    page = client.get(at("intervention_detail", row.pk)).content.decode()
    assert ("このままでは登録できません" in page, at("intervention_register", row.pk) in page) == (True, False)


@pytest.mark.parametrize(("unit", "chosen"), [("own", True), ("none", False), ("unknown", False)])
def test_the_department_whose_page_one_comes_from_is_chosen_already(
    client, dx, departments, crews, deciding, unit, chosen
):
    client.force_login(dx.user)
    wanted = {"own": f"?unit={departments[1].pk}", "none": "", "unknown": "?unit=x"}[unit]
    listed = client.get(f"{at('remedy_list')}{wanted}").content.decode()
    assert (f"{at('intervention_create', 'stop-work')}?unit={departments[1].pk}" in listed) == chosen
    form = client.get(f"{at('intervention_create', 'stop-work')}{wanted}").context["form"]
    assert form["treated"].value() == ([departments[1].pk] if chosen else [])


def test_before_registering_it_is_told_that_it_could_not_be_judged(client, dx, departments, crews, deciding):
    """Three of six can be chosen in twenty ways: with its opposite, one choice in ten looks as good."""
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    found = client.get(at("intervention_detail", row.pk))
    assert found.context["to_come"] == [
        "行う部署が3、比べる部署が3では、どれほど差が出ても偶然と見分けられません。登録はできますが、結果は「判定不能」になります。",
        "行う部署が3、比べる部署が4あれば、判定できるようになります。",
        "くじで決めた順に1部署ずつ広げると、順番を待つ部署と比べることもできます。",
    ]
    assert "それでも登録しますか。" in found.content.decode()
    client.post(at("intervention_register", row.pk))
    assert Intervention.objects.get().state == InterventionState.REGISTERED
    assert "to_come" not in client.get(at("intervention_detail", row.pk)).context


def test_what_it_is_carried_out_by_is_found_by_name(client, town, dx, departments, crews, deciding):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    goal = make_goal(make_plan(town), department=departments[0])
    initiative = make_initiative(goal, "窓口のオンライン化")
    make_initiative(goal, "道路の点検")
    page = client.get(f"{at('intervention_link', row.pk)}?q=窓口")
    found = [thing for _kind, things in page.context["groups"] for thing in things]
    path = reverse("initiatives:initiative_detail", args=("hinata", initiative.pk))
    assert [(thing.label, thing.path) for thing in found] == [("窓口のオンライン化", path)]
    answer = client.post(at("intervention_link", row.pk), {"label": found[0].label, "path": found[0].path})
    assert answer["Location"] == at("intervention_detail", row.pk)
    assert list(row.links.values_list("label", "path")) == [("窓口のオンライン化", path)]


def test_only_who_may_change_it_links_something(client, town, dx, departments, crews, deciding):
    client.force_login(dx.user)
    client.post(at("intervention_create", "stop-work"), typed(departments, deciding))
    row = Intervention.objects.get()
    client.post(at("intervention_register", row.pk))
    client.force_login(make_actor(town, Role.MEMBER, departments[0]).user)
    assert client.get(at("intervention_link", row.pk)).status_code == 403


@pytest.mark.parametrize(("role", "has_tabs"), [(Role.ADMIN, True), (Role.EXECUTIVE, True), (Role.MEMBER, False)])
def test_the_list_stands_among_the_tabs_of_whoever_has_them(client, town, departments, role, has_tabs):
    client.force_login(make_actor(town, role, departments[0]).user)
    page = client.get(at("intervention_list")).content.decode()
    current = f'<a href="{at("intervention_list")}" aria-current="page" >働きかけ</a>'
    assert (current in page, "k-crumbs" in page) == (has_tabs, not has_tabs)
