"""もしも: from an assumption to an accepted revision."""

from contextlib import suppress
from datetime import date

import pytest

from kiun.activity.models import Job, JobState, Notice
from kiun.activity.services import run_job
from kiun.analysis.planning.portfolio.columns import columns
from kiun.initiatives.models import (
    Blocker,
    Budget,
    Capacity,
    CarryOver,
    Commitment,
    Initiative,
    InitiativeStatus,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Revision,
    RevisionSource,
    Scenario,
    ScenarioState,
    TaskStatus,
)
from kiun.initiatives.queries.money import all_commitment_problems, planned_payments
from kiun.initiatives.services import enter_revision, save_initiative
from kiun.initiatives.services.scenarios import (
    accept_scenario,
    add_assumption,
    calculate_scenario,
    create_scenario,
    discard_scenario,
    remove_assumption,
)
from kiun.initiatives.services.undoing import undo_revision
from kiun.initiatives.what_if.assumptions import (
    BudgetChange,
    LeaveOut,
    PeopleChange,
    StartLater,
    TakeIn,
    as_json,
    from_json,
    say_assumptions,
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
        accept_scenario(actor=mayor, scenario=scenario, reason="そのまま", shown=scenario.fingerprint)


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
    revision = accept_scenario(actor=mayor, scenario=scenario, reason="補正予算の減額", shown=scenario.fingerprint)
    late.refresh_from_db()
    task.refresh_from_db()
    assert (late.starts_on, late.ends_on) == (date(2028, 4, 1), date(2029, 3, 31))
    assert (task.starts_on, task.due_on) == (date(2028, 5, 1), date(2028, 6, 30))
    assert (revision.source, revision.reason, revision.items.count()) == (RevisionSource.SCENARIO, "補正予算の減額", 1)
    assert Scenario.objects.get().state == ScenarioState.ACCEPTED
    with pytest.raises(DomainError):
        accept_scenario(actor=mayor, scenario=scenario, reason="もう一度", shown=scenario.fingerprint)


def test_what_is_left_out_leaves_no_question_open_and_another_drafted_it(mayor, goal, money, town):
    planned(goal, "続ける取組", yen=5 * MILLION, priority=1)
    dropped = planned(goal, "やめる取組", yen=5 * MILLION, priority=3)
    blocker = Blocker(task=make_task(dropped), text="様式", decider=mayor.membership, raised_on=date(2026, 9, 1))
    blocker.save()
    scenario = calculated(mayor, LeaveOut(initiative=dropped.pk))
    officer = make_actor(town, Role.ADMIN)
    revision = accept_scenario(actor=officer, scenario=scenario, reason="費用が見合わない", shown=scenario.fingerprint)
    blocker.refresh_from_db()
    assert (blocker.resolution, blocker.is_withdrawn) == ("費用が見合わない", True)
    assert (revision.decided_by, revision.approver) == ("approved", officer.membership)


def test_nothing_is_accepted_on_a_plan_that_has_changed(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    late = planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    enter_revision(actor=mayor, changes=[change_of(late, Verb.CREATED)], reason="別の変更")
    with pytest.raises(ConflictError):
        accept_scenario(actor=mayor, scenario=scenario, reason="古い試算", shown=scenario.fingerprint)
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
    client.post(f"{base}{scenario.pk}/remove/", {"words": "「大事」の開始が1四半期遅れる"})
    assert len(Scenario.objects.get().assumptions) == 1
    client.post(f"{base}{scenario.pk}/run/")
    run_job(Scenario.objects.get().job_id)
    page = client.get(f"{base}{scenario.pk}/").content.decode()
    assert "1件の取組が変わります。" in page
    assert "R10.4.1" in page
    assert client.post(f"{base}{scenario.pk}/accept/", {"reason": ""}).status_code == 422
    shown = Scenario.objects.get().fingerprint
    assert shown in client.get(f"{base}{scenario.pk}/accept/").content.decode()
    assert client.post(f"{base}{scenario.pk}/accept/", {"reason": "補正", "shown": "x"}).status_code == 302
    assert Revision.objects.count() == 0
    client.post(f"{base}{scenario.pk}/accept/", {"reason": "補正", "shown": shown})
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


def project_of(plan, initiative):
    return next(one for one in plan.problem.projects if one.id == str(initiative.pk))


def test_what_goes_on_for_many_years_stays_in_the_plan(mayor, goal, money):
    planned(goal, "長い取組", yen=0, starts_on=date(2026, 4, 1), ends_on=date(2049, 3, 31))
    assert steps(calculated(mayor, BudgetChange(year=2027, percent=-20))) == {}


def test_the_last_work_can_be_put_off_as_far_as_the_form_allows(mayor, goal, money):
    planned(goal, "最後", yen=0)
    [initiative] = Initiative.objects.all()
    found = steps(calculated(mayor, StartLater(initiative=initiative.pk, quarters=20)))
    assert found["最後"].new_dates == (date(2032, 4, 1), date(2033, 3, 31))


def test_what_begins_later_in_this_quarter_is_put_off_all_the_way(mayor, goal, money):
    soon = planned(goal, "まもなく", yen=0, starts_on=date(2026, 12, 15), ends_on=date(2027, 6, 30))
    plan = town_plan(TODAY, [StartLater(initiative=soon.pk, quarters=4)])
    assert min(project_of(plan, soon).starts) == 4


def test_a_deadline_far_beyond_the_plan_stops_no_calculation(mayor, goal, money):
    planned(goal, "法定", yen=0, legal_deadline=date(2035, 3, 31))
    assert steps(calculated(mayor, BudgetChange(year=2027, percent=-20))) == {}


def test_months_before_the_first_entered_capacity_are_not_empty(mayor, goal, money, department):
    runs = planned(goal, "進行中", yen=0, starts_on=date(2026, 4, 1), ends_on=date(2027, 9, 30))
    PeopleNeed(mode=runs.modes.get(), department=department, fte=2, quarters=6).save()
    Capacity(department=department, month=date(2027, 1, 1), fte=3).save()
    [people] = town_plan(TODAY).problem.resources
    assert set(people.capacity) == {3.0}
    assert steps(calculated(mayor, BudgetChange(year=2027, percent=-20))) == {}


def test_what_recurs_costs_the_same_in_each_year_as_on_the_page_of_budgets(mayor, goal, money):
    """Four million a year for work of five quarters."""
    work = planned(goal, "運用", yen=0, starts_on=date(2027, 4, 1), ends_on=date(2028, 6, 30))
    MoneyNeed(mode=work.modes.get(), amount=4 * MILLION, returns_yearly=True).save()
    problem = town_plan(TODAY).problem
    planned_column = next(one for one in columns(problem) if one.start == 2)
    loads = {year: yen for (kind, _source, year), yen in planned_column.loads.items() if kind == "budget"}
    assert loads == dict.fromkeys(problem.calendar.years[1:], 4_000)
    pages = {(one.year, one.amount) for one in planned_payments([2026, 2027, 2028, 2029])}
    assert pages == {(2027, 4 * MILLION), (2028, 4 * MILLION), (2029, 4 * MILLION)}


def test_running_costs_of_completed_work_are_not_to_be_had(goal, money):
    done = planned(goal, "済んだ", yen=0, status=InitiativeStatus.DONE, starts_on=date(2024, 4, 1))
    MoneyNeed(mode=done.modes.get(), amount=MILLION, returns_yearly=True).save()
    planned(goal, "甲")
    problem = town_plan(TODAY).problem
    assert {(one.source, one.year, one.yen) for one in problem.commitments} == {
        ("general", year, MILLION) for year in problem.calendar.years
    }


def test_a_commitment_limits_its_own_fund_and_year_only(mayor, goal, money):
    """Ten million of grants in 2028 by the council's leave, and two million of general revenue every year."""
    work = planned(goal, "三年の取組", yen=0, ends_on=date(2030, 3, 31))
    mode = work.modes.get()
    MoneyNeed(mode=mode, fund="grant", work_year=2, amount=9 * MILLION).save()
    MoneyNeed(mode=mode, amount=2 * MILLION, returns_yearly=True).save()
    Budget.objects.create(year=2028, fund="grant", amount=10 * MILLION)
    Commitment.objects.create(initiative=work, year=2028, fund="grant", limit=9 * MILLION)
    assert all_commitment_problems() == []
    assert steps(calculated(mayor, BudgetChange(year=2027, percent=-20))) == {}
    starts = {one.start for one in columns(town_plan(TODAY).problem) if not one.refused_by}
    assert starts == {2, 3, 4, 5}


def test_a_carry_over_of_what_is_left_out_is_nobodys(goal, money):
    left_out, other = planned(goal, "見送る"), planned(goal, "ほか")
    for initiative in (left_out, other):
        CarryOver.objects.create(year=2027, fund="general", initiative=initiative, amount=MILLION)
    found = town_plan(TODAY, [LeaveOut(initiative=left_out.pk)]).problem.carry_overs
    assert [one.project for one in found] == [str(other.pk)]


def test_only_the_result_that_was_shown_is_accepted(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    shown = scenario.fingerprint
    add_assumption(actor=mayor, scenario=scenario, assumption=BudgetChange(year=2028, percent=-20))
    run_job(calculate_scenario(actor=mayor, scenario=scenario).job_id)
    with pytest.raises(ConflictError):
        accept_scenario(actor=mayor, scenario=scenario, reason="見ていない結果", shown=shown)
    assert Revision.objects.count() == 0


def test_a_proposal_that_was_edited_since_is_not_set_back(mayor, goal, money):
    proposal = planned(goal, "提案", yen=0, status=InitiativeStatus.PROPOSED)
    scenario = calculated(mayor, TakeIn(initiative=proposal.pk))
    Initiative.objects.filter(pk=proposal.pk).update(starts_on=date(2029, 4, 1), ends_on=date(2030, 3, 31))
    with pytest.raises(ConflictError):
        accept_scenario(actor=mayor, scenario=scenario, reason="古い提案", shown=scenario.fingerprint)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.starts_on) == (InitiativeStatus.PROPOSED, date(2029, 4, 1))


def test_of_alternatives_a_what_if_takes_in_no_second_one(mayor, goal, money):
    planned(goal, "済んだ案", yen=0, status=InitiativeStatus.DONE, alternative_to="窓口")
    other = planned(goal, "別の案", yen=0, status=InitiativeStatus.PROPOSED, alternative_to="窓口")
    scenario = calculated(mayor, TakeIn(initiative=other.pk))
    with pytest.raises(DomainError):
        accept_scenario(actor=mayor, scenario=scenario, reason="二つ目", shown=scenario.fingerprint)
    other.refresh_from_db()
    assert other.status == InitiativeStatus.PROPOSED


def test_assumptions_of_two_people_are_both_kept_and_the_named_one_goes(mayor, goal, money):
    scenario = create_scenario(actor=mayor, assumptions=[BudgetChange(year=2027, percent=-20)])
    for year in (2028, 2029):
        add_assumption(actor=mayor, scenario=scenario, assumption=BudgetChange(year=year, percent=-20))
    scenario.refresh_from_db()
    words = say_assumptions(from_json(scenario.assumptions))
    for _twice in range(2):
        with suppress(ConflictError):
            remove_assumption(actor=mayor, scenario=scenario, words=words[1])
    scenario.refresh_from_db()
    assert [one.year for one in from_json(scenario.assumptions)] == [2027, 2029]


def test_money_that_came_over_for_one_work_pays_for_it_and_for_nothing_else(goal, money):
    this_year = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 9, 30)}
    runs, other = (planned(goal, name, yen=6 * MILLION, **this_year) for name in ("進行中", "ほか"))
    CarryOver.objects.create(year=2025, fund="general", initiative=runs, amount=4 * MILLION)
    CarryOver.objects.create(year=2025, fund="general", amount=MILLION)
    plan = town_plan(TODAY)
    assert [one.yen for one in project_of(plan, runs).modes[0].payments] == [2 * MILLION]
    assert [one.yen for one in project_of(plan, other).modes[0].payments] == [6 * MILLION]
    budgets = {(one.source, one.year): one.yen for one in plan.problem.budgets}
    assert budgets["general", 2026] == 11 * MILLION


def test_taking_it_back_takes_the_tasks_back_too(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    late = planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    task = make_task(late, starts_on=date(2027, 5, 1), due_on=date(2027, 6, 30))
    done = make_task(late, starts_on=date(2027, 4, 1), due_on=date(2027, 4, 2), status=TaskStatus.DONE)
    scenario = calculated(mayor, BudgetChange(year=2027, percent=-20))
    revision = accept_scenario(actor=mayor, scenario=scenario, reason="減額", shown=scenario.fingerprint)
    undo_revision(actor=mayor, revision=revision, reason="減額がなくなった")
    for row in (late, task, done):
        row.refresh_from_db()
    assert (late.starts_on, late.ends_on) == (date(2027, 4, 1), date(2028, 3, 31))
    assert (task.starts_on, task.due_on) == (date(2027, 5, 1), date(2027, 6, 30))
    assert (done.starts_on, done.due_on) == (date(2027, 4, 1), date(2027, 4, 2))


def test_owners_are_told_of_what_somebody_else_accepts(mayor, goal, money):
    dropped, kept = planned(goal, "外れる", yen=MILLION), planned(goal, "残る", yen=MILLION)
    scenario = calculated(mayor, LeaveOut(initiative=dropped.pk))
    accept_scenario(actor=mayor, scenario=scenario, reason="減額のため", shown=scenario.fingerprint)
    [notice] = Notice.objects.filter(kind="initiatives.plan_changed")
    assert (notice.recipient, "「外れる」：中止" in notice.body, "減額のため" in notice.body) == (
        dropped.owner,
        True,
        True,
    )
    assert kept.name not in notice.body


def test_whoever_changes_their_own_is_told_nothing(department, goal, money):
    head = make_actor(goal.municipality, Role.HEAD, department)
    row = planned(goal, "自分の取組", owner=head.membership)
    row.ends_on = date(2028, 6, 30)
    save_initiative(actor=head, initiative=row, goals=[goal], reason="改修が延びた", seen=None)
    assert (Revision.objects.count(), Notice.objects.filter(kind="initiatives.plan_changed").count()) == (1, 0)
