"""もしも: each change comes with its reason, and the plan of today with what it would lack."""

from datetime import date

import pytest

from kiun.activity.services import run_job
from kiun.initiatives.models import Budget, Capacity, LinkKind, Mode, PeopleNeed, Scenario
from kiun.initiatives.queries.scenarios import scenario_sheet
from kiun.initiatives.services.scenarios import calculate_scenario, create_scenario
from kiun.initiatives.what_if.assumptions import BudgetChange, LeaveOut, PeopleChange, StartLater, TakeIn
from kiun.initiatives.what_if.outcome import Lack, outcome_from_json
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department
from tests.initiatives.test_scenarios import MILLION, planned


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def mayor(town):
    return make_actor(town, Role.EXECUTIVE)


@pytest.fixture
def money(town):
    for year in range(2026, 2031):
        Budget.objects.create(year=year, fund="general", amount=10 * MILLION)


def sheet_of(actor, *assumptions):
    scenario = create_scenario(actor=actor, assumptions=assumptions)
    scenario = calculate_scenario(actor=actor, scenario=scenario)
    run_job(scenario.job_id)
    return scenario_sheet(Scenario.objects.get(pk=scenario.pk))


def reasons(shown):
    return {one.initiative.name: one.reasons for one in shown}


def test_what_waits_says_which_money_would_be_lacking(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    sheet = sheet_of(mayor, BudgetChange(year=2027, percent=-20))
    assert reasons(sheet.moved) == {"後でもよい": ("計画どおりでは、令和9年度の一般財源が200万円足りません。",)}
    assert [(one.name, one.when, one.lacking, one.already) for one in sheet.lacks] == [
        ("一般財源", "令和9年度", "200万円", "なし"),
    ]


def test_what_is_lacking_today_already_is_told_apart(mayor, goal, money):
    planned(goal, "大事", yen=6 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    sheet = sheet_of(mayor, BudgetChange(year=2027, percent=-20))
    assert sheet.outcome.lacks == (
        Lack(kind="money", fund="general", year=2027, limit=8 * MILLION, lacking=3 * MILLION, already=1 * MILLION),
    )
    assert [(one.lacking, one.already) for one in sheet.lacks] == [("300万円", "100万円")]


def test_people_who_are_lacking_are_named_with_the_quarter(mayor, goal, money, department):
    for name, priority in (("大事", 1), ("後でもよい", 3)):
        mode = planned(goal, name, yen=0, priority=priority).modes.get()
        PeopleNeed(mode=mode, department=department, fte=1, quarters=4).save()
    Capacity(department=department, month=date(2026, 4, 1), fte=2).save()
    sheet = sheet_of(mayor, PeopleChange(department=department.pk, month="2027-10-01", fte="-1"))
    assert reasons(sheet.moved) == {
        "後でもよい": (f"計画どおりでは、令和9年度第3四半期に{department}が1人足りません。",),
    }
    assert [(one.name, one.when, one.lacking, one.already) for one in sheet.lacks] == [
        (str(department), "令和9年度第3四半期～令和9年度第4四半期", "最大1人", "なし"),
    ]


def test_what_follows_says_what_it_waits_for(mayor, goal, money):
    first = planned(goal, "先", yen=0)
    second = planned(goal, "後", yen=0, starts_on=date(2028, 4, 1), ends_on=date(2029, 3, 31))
    first.links_after.create(after=second)
    assert reasons(sheet_of(mayor, StartLater(initiative=first.pk, quarters=2)).moved) == {
        "先": ("仮定によります。",),
        "後": ("「後」は「先」を待ちます。",),
    }


def test_what_is_assumed_and_what_there_is_room_for(mayor, goal, money):
    left_out = planned(goal, "やめる", yen=10 * MILLION)
    proposal = planned(goal, "提案", yen=10 * MILLION, status="proposed")
    sheet = sheet_of(mayor, LeaveOut(initiative=left_out.pk), TakeIn(initiative=proposal.pk))
    assert reasons(sheet.dropped) == {"やめる": ("仮定によります。",)}
    assert [reason.startswith("余裕があり、効果が") for reason in reasons(sheet.added)["提案"]] == [True]


def test_a_plan_that_cannot_be_found_still_says_what_is_lacking(mayor, goal, money):
    planned(goal, "法定", yen=9 * MILLION, legal_deadline=date(2028, 3, 31))
    sheet = sheet_of(mayor, *(BudgetChange(year=year, percent=-50) for year in range(2026, 2031)))
    assert (sheet.outcome.is_found, [one.lacking for one in sheet.lacks]) == (False, ["400万円"])


def test_a_result_that_was_kept_before_reasons_were_still_opens(mayor, goal, money):
    planned(goal, "大事", yen=5 * MILLION, priority=1)
    planned(goal, "後でもよい", yen=5 * MILLION, priority=3)
    scenario = sheet_of(mayor, BudgetChange(year=2027, percent=-20)).scenario
    del scenario.result["lacks"], scenario.result["steps"][0]["reasons"]
    scenario.save()
    assert outcome_from_json(scenario.result).lacks == ()
    assert reasons(scenario_sheet(scenario).moved) == {"後でもよい": ()}


def test_what_is_done_sooner_for_the_law_says_so(mayor, goal, money):
    bound = planned(goal, "法定", yen=0, ends_on=date(2029, 3, 31), legal_deadline=date(2028, 3, 31))
    Mode(initiative=bound, kind="reduced", quarters=4, effect=40).save()
    sheet = sheet_of(mayor, BudgetChange(year=2027, percent=-20))
    assert reasons(sheet.changed) == {"法定": ("計画どおりでは、法定の期限からの遅れが4四半期増えます。",)}


def test_departments_of_the_same_name_stay_apart(mayor, goal, money, town):
    for place, fte in (("総務課", 1), ("庶務課", 4)):
        group = make_department(town, "管理係", parent=make_department(town, place))
        mode = planned(goal, place, yen=0, starts_on=date(2027, 4, 1), ends_on=date(2027, 6, 30)).modes.get()
        PeopleNeed(mode=mode, department=group, fte=fte, quarters=1).save()
        Capacity(department=group, month=date(2026, 4, 1), fte=0).save()
    sheet = sheet_of(mayor, BudgetChange(year=2027, percent=-20))
    assert [(one.name, one.lacking) for one in sheet.lacks] == [("庶務課 管理係", "4人"), ("総務課 管理係", "1人")]


def test_an_order_that_the_plan_keeps_by_days_drops_nothing(mayor, goal, money):
    """The first ends in the quarter in which the second begins; of the others the first has begun long ago."""
    first = planned(goal, "先", yen=0, starts_on=date(2027, 4, 1), ends_on=date(2027, 7, 31))
    second = planned(goal, "後", yen=0, starts_on=date(2027, 8, 1), ends_on=date(2028, 3, 31))
    first.links_after.create(after=second)
    begun = planned(goal, "実施中", yen=0, starts_on=date(2025, 4, 1), ends_on=date(2027, 9, 30))
    follows = planned(goal, "続き", yen=0, starts_on=date(2026, 7, 1), ends_on=date(2027, 9, 30))
    begun.links_after.create(after=follows, kind=LinkKind.START_START, lag_days=30)
    sheet = sheet_of(mayor, BudgetChange(year=2027, percent=-20))
    assert (sheet.outcome.steps, sheet.lacks) == ((), ())


def test_an_order_still_holds_for_what_moves(mayor, goal, money):
    first = planned(goal, "先", yen=0, starts_on=date(2027, 4, 1), ends_on=date(2027, 7, 31))
    second = planned(goal, "後", yen=0, starts_on=date(2027, 8, 1), ends_on=date(2028, 3, 31))
    first.links_after.create(after=second)
    found = sheet_of(mayor, StartLater(initiative=first.pk, quarters=2))
    assert {one.initiative.name: one.step.new_dates[0] for one in found.moved} == {
        "先": date(2027, 10, 1),
        "後": date(2028, 1, 1),
    }
