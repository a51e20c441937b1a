"""もしも: from an assumption to an accepted revision."""

from datetime import date

import pytest

from kiun.activity.models import Job, JobState
from kiun.activity.services import run_job
from kiun.initiatives.models import (
    Budget,
    Capacity,
    Initiative,
    InitiativeStatus,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Revision,
    RevisionSource,
    Scenario,
    ScenarioState,
)
from kiun.initiatives.services import enter_revision
from kiun.initiatives.services.scenarios import (
    accept_scenario,
    calculate_scenario,
    create_scenario,
    discard_scenario,
)
from kiun.initiatives.what_if.assumptions import (
    BudgetChange,
    LeaveOut,
    PeopleChange,
    StartLater,
    TakeIn,
    as_json,
    from_json,
)
from kiun.initiatives.what_if.outcome import outcome_as_json, outcome_from_json
from kiun.initiatives.what_if.town import town_plan
from kiun.initiatives.what_if.wording import say_conflict
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_goal, make_initiative, make_plan, make_task

MILLION = 1_000_000
NEXT = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def mayor(town):
    return make_actor(town, Role.EXECUTIVE)


@pytest.fixture
def money(town):
    """Ten million yen a year of general revenue."""
    return [Budget.objects.create(year=year, fund="general", amount=10 * MILLION) for year in range(2026, 2031)]


def planned(goal, name, yen=6 * MILLION, priority=2, **fields):
    """Next fiscal year's, for so much money in its first year."""
    initiative = make_initiative(goal, name, priority=priority, **{**NEXT, **fields})
    mode = Mode(initiative=initiative, kind="contract", is_chosen=True)
    mode.save()
    if yen:
        MoneyNeed(mode=mode, amount=yen).save()
    return initiative


def calculated(actor, *assumptions):
    scenario = create_scenario(actor=actor, assumptions=assumptions)
    scenario = calculate_scenario(actor=actor, scenario=scenario)
    run_job(scenario.job_id)
    return Scenario.objects.get(pk=scenario.pk)


def steps(scenario):
    rows = {row.pk: row.name for row in Initiative.objects.all()}
    return {rows[step.initiative]: step for step in outcome_from_json(scenario.result).steps}


def test_assumptions_survive_being_kept():
    assumed = (
        BudgetChange(year=2026, percent=-20, fund="grant"),
        PeopleChange(department=3, month="2027-04-01", fte="-2", skill=4),
        StartLater(initiative=1, quarters=4),
        LeaveOut(initiative=2),
        TakeIn(initiative=3),
    )
    assert from_json(as_json(assumed)) == assumed


def test_the_plan_of_the_town_as_a_problem(town, goal, money, department):
    running = planned(goal, "実施中", starts_on=date(2026, 4, 1), ends_on=date(2027, 9, 30))
    later = planned(goal, "来年度")
    PeopleNeed(mode=later.modes.get(), department=department, fte=2, quarters=2).save()
    Capacity(department=department, month=date(2026, 4, 1), fte=3).save()
    make_initiative(goal, "提案", status=InitiativeStatus.PROPOSED, **NEXT)
    problem = town_plan(TODAY).problem
    assert {project.id for project in problem.projects} == {str(running.pk), str(later.pk)}
    assert {(choice.project, choice.start) for choice in problem.approved} == {(str(running.pk), 0), (str(later.pk), 2)}
    modes = {project.id: project.modes[0] for project in problem.projects}
    assert (modes[str(running.pk)].duration, modes[str(later.pk)].duration) == (4, 4)
    assert [(one.offset, one.yen) for one in modes[str(later.pk)].payments] == [(0, 6 * MILLION)]
    assert [(one.offset, one.fte) for one in modes[str(later.pk)].work] == [(0, 2.0), (1, 2.0)]
    assert {resource.id: set(resource.capacity) for resource in problem.resources} == {f"{department.pk}:0": {3.0}}


def test_what_fits_stays_as_it_is(mayor, goal, money):
    planned(goal, "甲")
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    assert (scenario.state, steps(scenario)) == (ScenarioState.READY, {})
    with pytest.raises(DomainError):
        accept_scenario(actor=mayor, scenario=scenario, reason="そのまま")


def test_with_less_money_the_less_important_waits_for_the_next_year(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    found = steps(scenario)
    assert set(found) == {"後でもよい"}
    assert found["後でもよい"].new_dates == (date(2028, 4, 1), date(2029, 3, 31))
    assert (scenario.name, Revision.objects.count()) == ("令和9年度の予算（全財源）が20%減", 0)


def test_people_who_leave_move_the_work(mayor, goal, money, department):
    for name, priority in (("大事", 1), ("後でもよい", 3)):
        mode = planned(goal, name, yen=0, priority=priority).modes.get()
        PeopleNeed(mode=mode, department=department, fte=1, quarters=4).save()
    Capacity(department=department, month=date(2026, 4, 1), fte=2).save()
    scenario = calculated(mayor, PeopleChange(department=department.pk, month="2027-04-01", fte="-1"))
    assert {name: step.new_dates[0] for name, step in steps(scenario).items()} == {"後でもよい": date(2028, 4, 1)}


def test_a_later_start_carries_its_followers(mayor, goal, money):
    first, second = (
        planned(goal, "先", yen=0),
        planned(goal, "後", yen=0, starts_on=date(2028, 4, 1), ends_on=date(2029, 3, 31)),
    )
    first.links_after.create(after=second)
    found = steps(calculated(mayor, StartLater(initiative=first.pk, quarters=2)))
    assert {name: step.new_dates[0] for name, step in found.items()} == {
        "先": date(2027, 10, 1), "後": date(2028, 10, 1),
    }  # fmt: skip


def test_what_cannot_hold_together_is_named(mayor, goal, money):
    bound = planned(goal, "法定", yen=9 * MILLION, legal_deadline=date(2028, 3, 31))
    outcome = outcome_from_json(
        calculated(mayor, *(BudgetChange(year=year, percent=-50) for year in range(2026, 2031))).result
    )
    assert not outcome.is_found
    assert {"kind": "mandatory", "initiative": bound.pk} in outcome.conflict
    assert {part["kind"] for part in outcome.conflict} == {"mandatory", "money"}


def test_accepting_makes_one_revision_with_all_that_moves(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    late = planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    task = make_task(late, starts_on=date(2027, 5, 1), due_on=date(2027, 6, 30))
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    revision = accept_scenario(actor=mayor, scenario=scenario, reason="補正予算の減額")
    late.refresh_from_db()
    task.refresh_from_db()
    assert (late.starts_on, late.ends_on) == (date(2028, 4, 1), date(2029, 3, 31))
    assert (task.starts_on, task.due_on) == (date(2028, 5, 1), date(2028, 6, 30))
    assert (revision.source, revision.reason, revision.items.count()) == (RevisionSource.SCENARIO, "補正予算の減額", 1)
    assert Scenario.objects.get().state == ScenarioState.ACCEPTED
    with pytest.raises(DomainError):
        accept_scenario(actor=mayor, scenario=scenario, reason="もう一度")


def test_nothing_is_accepted_on_a_plan_that_has_changed(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    late = planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    enter_revision(actor=mayor, changes=[change_of(late, Verb.CREATED)], reason="別の変更")
    with pytest.raises(ConflictError):
        accept_scenario(actor=mayor, scenario=scenario, reason="古い試算")
    late.refresh_from_db()
    assert late.starts_on == date(2027, 4, 1)


def test_a_worker_that_dies_leaves_it_to_the_next(mayor, goal, money, monkeypatch):
    planned(goal, "甲")
    scenario = create_scenario(actor=mayor, assumptions=[BudgetChange(year=2027, percent=-20)])
    scenario = calculate_scenario(actor=mayor, scenario=scenario)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("kiun.initiatives.services.scenario_runs.outcome_as_json", die)
    with pytest.raises(KeyboardInterrupt):
        run_job(scenario.job_id)
    assert Scenario.objects.get().state == ScenarioState.RUNNING
    monkeypatch.setattr("kiun.initiatives.services.scenario_runs.outcome_as_json", outcome_as_json)
    Job.objects.update(state=JobState.WAITING)
    run_job(scenario.job_id)
    assert Scenario.objects.get().state == ScenarioState.READY


def test_a_calculation_that_failed_can_be_tried_again(client, town, mayor, goal, money, monkeypatch):
    planned(goal, "甲")
    scenario = create_scenario(actor=mayor, assumptions=[BudgetChange(year=2027, percent=-20)])
    scenario = calculate_scenario(actor=mayor, scenario=scenario)
    monkeypatch.setattr("kiun.initiatives.services.scenario_runs.outcome_as_json", lambda _outcome: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_job(scenario.job_id)
    assert Scenario.objects.get().stage == ScenarioState.DRAFT
    client.force_login(mayor.user)
    page = client.get(f"/t/{town.slug}/what-if/{scenario.pk}/").content.decode()
    assert "結果が出ないまま計算が終わりました。" in page
    monkeypatch.undo()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    run_job(calculate_scenario(actor=mayor, scenario=scenario).job_id)
    assert Scenario.objects.get().stage == ScenarioState.READY


def test_throwing_away_ends_the_calculation(mayor, goal, money):
    scenario = create_scenario(actor=mayor, assumptions=[BudgetChange(year=2027, percent=-20)])
    scenario = calculate_scenario(actor=mayor, scenario=scenario)
    discard_scenario(actor=mayor, scenario=scenario)
    assert (Scenario.objects.get().stage, Job.objects.get().state) == (ScenarioState.DISCARDED, JobState.CANCELLED)


def test_only_the_leadership_and_the_dx_office_ask(town, department, goal, mayor):
    head = make_actor(town, Role.HEAD, department)
    with pytest.raises(NotAllowedError):
        create_scenario(actor=head, assumptions=[BudgetChange(year=2027, percent=-20)])
    scenario = create_scenario(actor=mayor, assumptions=[BudgetChange(year=2027, percent=-20)])
    discard_scenario(actor=mayor, scenario=scenario)
    assert Scenario.objects.get().state == ScenarioState.DISCARDED


def test_the_pages(client, town, goal, mayor, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    client.force_login(mayor.user)
    base = f"/t/{town.slug}/what-if/"
    assert "予算が変わったら" in client.get(base).content.decode()
    answer = client.post(f"{base}new/budget/", {"year": "令和9年度", "fund": "", "percent": "-20"})
    scenario = Scenario.objects.get()
    assert answer["Location"] == f"{base}{scenario.pk}/"
    client.post(f"{base}{scenario.pk}/add/later/", {"initiative": Initiative.objects.first().pk, "quarters": "1"})
    client.post(f"{base}{scenario.pk}/remove/1/")
    assert len(Scenario.objects.get().assumptions) == 1
    client.post(f"{base}{scenario.pk}/run/")
    run_job(Scenario.objects.get().job_id)
    page = client.get(f"{base}{scenario.pk}/").content.decode()
    assert "1件の取組が変わります。" in page
    assert "R10.4.1" in page
    assert client.post(f"{base}{scenario.pk}/accept/", {"reason": ""}).status_code == 422
    client.post(f"{base}{scenario.pk}/accept/", {"reason": "補正"})
    assert Revision.objects.get().source == RevisionSource.SCENARIO


def test_another_town_is_not_counted(town, minato, goal, money):
    from django_scopes import scope

    with scope(municipality=minato):
        planned(make_goal(make_plan(minato), department=make_department(minato)), "よその取組")
    assert town_plan(TODAY).problem.projects == ()


def test_a_conflict_says_that_the_work_has_begun(mayor, goal, money):
    """Next year there would be money, but it cannot wait."""
    this_year = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 9, 30)}
    runs = planned(goal, "進行中", yen=9 * MILLION, legal_deadline=date(2028, 3, 31), **this_year)
    outcome = outcome_from_json(calculated(mayor, BudgetChange(year=2026, percent=-50)).result)
    assert sorted(outcome.conflict, key=lambda part: part["kind"]) == [
        {"kind": "mandatory", "initiative": runs.pk},
        {"kind": "money", "fund": "general", "year": 2026, "limit": 5 * MILLION},
        {"kind": "start", "initiative": runs.pk, "quarter": ""},
    ]
    assert [say_conflict(part, lambda _kind, _key: "進行中") for part in outcome.conflict][-1] == (
        "「進行中」は、すでに始まっています。"
    )
