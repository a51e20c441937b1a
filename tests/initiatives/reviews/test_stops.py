"""What stopping sets free, and where it is worth asking."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kiun.initiatives.models import InitiativeStatus, Mode, ModeKind, MoneyNeed, PeopleNeed, Task
from kiun.initiatives.queries.freed import Freed, freed_by
from kiun.initiatives.queries.stop_proposals import stop_proposals
from kiun.initiatives.queries.stops import by_year, stops, total_of
from kiun.initiatives.services import end_initiative
from kiun.initiatives.services.modes import choose_mode
from kiun.initiatives.services.revisions import Decided
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_initiative,
    make_task,
)

YEAR = {"starts_on": date(2026, 4, 1), "ends_on": date(2029, 3, 31)}


def make_mode(initiative, kind=ModeKind.CONTRACT, fte="1", people_quarters=12, money=(), **fields):
    """`money`: (work year, fund, amount, returns yearly)."""
    mode = Mode(initiative=initiative, kind=kind, **{"is_chosen": True, "quarters": 12, **fields})
    mode.save()
    department = initiative.department
    if fte:
        PeopleNeed(mode=mode, department=department, quarters=people_quarters, fte=Decimal(fte)).save()
    for year, fund, amount, returns in money:
        MoneyNeed(mode=mode, work_year=year, fund=fund, amount=amount, returns_yearly=returns).save()
    return mode


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, department=department), **YEAR)


def test_people_count_by_the_months_after_the_stop(work):
    mode = make_mode(work, fte="0.5")
    freed = freed_by(mode, starts_on=date(2026, 4, 1), stops_on=date(2026, 9, 10), last_year=2028)
    # October to March: half a year of half a person; then two whole years until the need ends.
    assert freed.people == {2026: Decimal("0.25"), 2027: Decimal("0.50"), 2028: Decimal("0.50")}
    assert freed.person_years == Decimal("1.25")


def test_nothing_is_freed_after_the_plan_or_of_what_has_passed(work):
    mode = make_mode(work, people_quarters=2)
    assert freed_by(mode, starts_on=date(2026, 4, 1), stops_on=date(2026, 9, 30), last_year=2028).people == {}
    longer = make_mode(work, ModeKind.IN_HOUSE, is_chosen=False)
    found = freed_by(longer, starts_on=date(2026, 4, 1), stops_on=date(2026, 9, 30), last_year=2026)
    assert found.people == {2026: Decimal("0.50")}


def test_money_counts_from_the_fiscal_year_after_the_stop(work):
    needs = [(1, "general", 9, False), (2, "grant", 4, False), (2, "general", 3, True), (5, "bond", 100, False)]
    mode = make_mode(work, fte="", money=needs)
    freed = freed_by(mode, starts_on=date(2026, 7, 1), stops_on=date(2026, 11, 1), last_year=2028)
    assert freed.money == {(2027, "general"): 3, (2027, "grant"): 4, (2028, "general"): 3}
    assert (freed.yen, freed.yen_in(2027)) == (10, 7)


def test_sums_and_differences_keep_year_and_fund():
    one = Freed(people={2027: Decimal(1)}, money={(2027, "general"): 5})
    other = Freed(people={2028: Decimal(2)}, money={(2027, "general"): 3, (2028, "bond"): 1})
    assert (one + other).money == {(2027, "general"): 8, (2028, "bond"): 1}
    assert (one - other).people == {2027: Decimal(1), 2028: Decimal(-2)}
    assert [(line.year, line.yen) for line in by_year(one + other)] == [(2027, 8), (2028, 1)]


def test_the_list_names_who_stopped_it_and_what_is_free(officer, mayor, work):
    make_mode(work, fte="1", money=[(2, "general", 10, True)])
    end_initiative(
        actor=officer,
        initiative=work,
        status=InitiativeStatus.STOPPED,
        on=TODAY,
        reason="使われない",
        decided=Decided(how="meeting", who=mayor.membership),
    )
    [stop] = stops(officer)
    assert (stop.kind, stop.on, stop.revision.approver) == ("stopped", TODAY, mayor.membership)
    assert (stop.freed.yen, stop.freed.fte_in(2027)) == (20, Decimal(1))
    assert total_of(stops(officer)).yen == 20


def test_doing_less_frees_the_difference(officer, work):
    make_mode(work, fte="1", money=[(2, "general", 10, True)])
    reduced = make_mode(work, ModeKind.REDUCED, fte="0.25", money=[(2, "general", 4, True)], is_chosen=False)
    assert stops(officer) == []
    choose_mode(actor=replace(officer, via="demo"), mode=reduced, reason="補正がつかない")
    [stop] = stops(officer)
    assert (stop.kind, stop.freed.yen, stop.freed.fte_in(2027)) == ("reduced", 12, Decimal("0.75"))
    assert stop.revision.reason == "補正がつかない"


def test_a_dropped_proposal_frees_nothing(officer, plan, department):
    row = make_initiative(make_goal(plan, department=department), status=InitiativeStatus.PROPOSED, **YEAR)
    make_mode(row)
    end_initiative(actor=officer, initiative=row, status=InitiativeStatus.STOPPED, on=TODAY, reason="見送り")
    assert stops(officer) == []


def test_a_department_sees_what_its_own_work_frees(officer, work, town):
    make_mode(work)
    end_initiative(actor=officer, initiative=work, status=InitiativeStatus.STOPPED, on=TODAY, reason="使われない")
    stranger = make_actor(town, Role.HEAD, make_department(town, "税務課"))
    assert stops(stranger) == []


FALLING = {"2023-03-31": 30, "2024-03-31": 29, "2025-03-31": 28, "2026-03-31": 27, "2026-09-30": 26}


class TestProposals:
    @pytest.fixture
    def costly(self, plan, department):
        """With a goal that will hardly be reached, and dearer than another one that will."""
        goal = make_goal(plan, department=department)
        make_indicator(goal, readings=FALLING)
        row = make_initiative(goal, "高い取組", **YEAR)
        make_mode(row, fte="", money=[(2, "general", 100, False)])
        other = make_goal(plan, "別の目標", department=department)
        make_indicator(other, readings={"2025-03-31": 43, "2025-09-30": 50, "2026-03-31": 55, "2026-09-30": 59})
        cheap = make_initiative(other, "安い取組", **YEAR)
        make_mode(cheap, fte="", money=[(2, "general", 1, False)])
        return row

    def test_low_chance_and_high_cost_together(self, officer, costly):
        [found] = stop_proposals(officer)
        assert (found.initiative, found.freed.yen) == (costly, 100)
        assert found.reasons[0].startswith("目標に届きにくい指標が1つ")

    def test_what_a_law_asks_for_is_not_questioned(self, officer, costly):
        costly.legal_deadline = date(2028, 3, 31)
        costly.save()
        assert stop_proposals(officer) == []

    def test_nobody_measures_whether_it_helps(self, officer, plan, department):
        row = make_initiative(make_goal(plan, department=department))
        [found] = stop_proposals(officer)
        assert (found.initiative, found.reasons) == (row, ("役に立っているかを示す指標がありません。",))

    def test_work_that_stands_still_or_has_hardly_begun(self, officer, plan, department):
        goal = make_goal(plan, department=department)
        make_indicator(goal, readings={"2025-03-31": 43, "2025-09-30": 50, "2026-03-31": 55, "2026-09-30": 59})
        row = make_initiative(goal, starts_on=date(2025, 4, 1), ends_on=date(2027, 3, 31))
        task = make_task(row)
        long_ago = timezone.make_aware(datetime.combine(TODAY - timedelta(days=200), time(12)))
        Task.objects.filter(pk=task.pk).update(created_at=long_ago)
        [found] = stop_proposals(officer)
        assert found.reasons == (
            "令和8年5月7日から、どの作業も動いていません。",
            "期間の82%が過ぎ、作業は0%です。",
        )
