"""What the work gives to lower rooms: the goal's page, the loop, the search, handovers and reforms."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.goals.queries import goal_rows, listed_goals
from kiun.goals.queries.steps import next_steps
from kiun.goals.serving import what_serves
from kiun.initiatives.loop import count_initiatives
from kiun.initiatives.models import Capacity, Initiative, InitiativeStatus, Mode, PeopleNeed, Skill, Task
from kiun.initiatives.search import find_initiatives
from kiun.kernel.errors import DomainError
from kiun.municipality.department_holders import Relocation, department_holders
from kiun.municipality.models import Role
from kiun.municipality.ownables import ownables
from kiun.municipality.services.handover import Assignment, hand_over
from kiun.municipality.services.posts import end_post
from kiun.ui.loop import LoopSubject
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_initiative,
    make_membership,
    make_plan,
    make_task,
)
from tests.initiatives.pages import url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


class Request:
    def __init__(self, actor):
        self.actor = actor


def told(actor, goal):
    return [(one.name, one.percent, one.word, one.is_late) for one in what_serves(actor, [goal.pk]).get(goal.pk, ())]


class TestGoals:
    def test_a_goal_shows_the_progress_of_what_serves_it(self, officer, goal):
        late = make_initiative(goal, "書かない窓口")
        make_task(late, percent=40, due_on=TODAY - timedelta(days=1))
        make_initiative(goal, "窓口予約", starts_on=date(2026, 12, 1))
        make_initiative(goal, "やめた", status=InitiativeStatus.STOPPED)
        make_initiative(make_goal(goal.plan), "別の目標")
        assert told(officer, goal) == [("書かない窓口", 40, "遅れ", True), ("窓口予約", None, "開始前", False)]
        row = goal_rows(listed_goals(officer).filter(pk=goal.pk), officer)[0]
        assert (len(row.serving), row.late_serving) == (2, 1)

    def test_only_what_the_reader_may_see_is_told(self, town, goal):
        make_initiative(goal, "書かない窓口")
        assert told(make_actor(town, Role.MEMBER, make_department(town, "税務課")), goal) == []

    def test_thirty_goals_cost_as_many_questions_as_one(self, officer, goal):
        def ask(goals):
            with CaptureQueriesContext(connection) as captured:
                what_serves(officer, goals)
            return len(captured)

        goals = [goal.pk]
        make_task(make_initiative(goal))
        few = ask(goals)
        for _ in range(30):
            other = make_goal(goal.plan, department=goal.department)
            make_task(make_initiative(other))
            goals.append(other.pk)
        assert ask(goals) == few

    def test_a_goal_without_work_suggests_a_proposal(self, town, department, officer, goal):
        def suggested(actor):
            return [step.url for step in next_steps(goal_rows([goal], actor)[0], actor) if "initiatives" in step.url]

        form = f"{url(town, 'initiative_create')}?goal={goal.pk}"
        assert suggested(officer) == [form]
        assert suggested(make_actor(town, Role.MEMBER, department)) == [form]
        assert suggested(make_actor(town, Role.VIEWER, department)) == []
        make_initiative(goal, department=make_department(town, "税務課"))
        assert suggested(officer) == []
        assert suggested(make_actor(town, Role.MEMBER, department)) == []


class TestLoop:
    def figure(self, actor, kind="town", row=None):
        return count_initiatives(LoopSubject(kind=kind, town=actor.municipality, row=row, request=Request(actor)))

    def test_it_counts_approved_work_and_what_of_it_is_late(self, town, officer, goal):
        assert self.figure(officer) is None
        late = make_initiative(goal, "甲")
        make_task(late, due_on=TODAY - timedelta(days=1))
        make_initiative(goal, "乙")
        make_initiative(goal, "丙", status=InitiativeStatus.PROPOSED)
        make_initiative(goal, "丁", status=InitiativeStatus.DONE)
        figure = self.figure(officer)
        assert (figure.number, figure.wrong, figure.url) == (2, "遅れ 1", url(town, "initiative_list"))

    def test_each_subject_counts_its_own(self, town, officer, department, goal):
        make_initiative(goal, "甲")
        below = make_department(town, "窓口係", department)
        make_initiative(goal, "乙", department=below)
        other = make_goal(make_plan(town, name="別の計画"), department=make_department(town, "税務課"))
        make_initiative(other, "丙", is_public=False)
        assert self.figure(officer, "department", department).number == 2
        assert self.figure(officer, "department", below).number == 1
        assert self.figure(officer, "plan", goal.plan).number == 2
        assert self.figure(officer, "goal", other).number == 1
        assert self.figure(officer, "public").number == 2
        lonely = self.figure(officer, "goal", make_goal(goal.plan))
        assert (lonely.number, lonely.wrong) == (0, "取組がない")


def test_the_search_finds_what_may_be_seen(town, department, officer, goal):
    make_initiative(goal, "書かない窓口", summary="住所を書かない")
    stranger = make_actor(town, Role.MEMBER, make_department(town, "税務課"))
    assert [hit.label for hit in find_initiatives(officer, ["住所"], 5)] == ["書かない窓口"]
    assert find_initiatives(stranger, ["住所"], 5) == []


class TestHandover:
    def test_a_post_does_not_end_while_work_hangs_on_it(self, town, department, officer, goal):
        leaving, staying = (
            make_membership(town, Role.MEMBER, department),
            make_membership(town, Role.MEMBER, department),
        )
        initiative = make_initiative(goal, owner=leaving)
        task = make_task(initiative, responsible=leaving)
        done = make_task(initiative, responsible=leaving, status="done")
        ended = make_initiative(goal, owner=leaving, status=InitiativeStatus.DONE)
        with pytest.raises(DomainError):
            end_post(actor=officer, post=leaving, on=TODAY, reason="異動")
        assignments = [
            Assignment(ownable="initiatives.initiative", row_ids=frozenset({initiative.pk}), to=staying),
            Assignment(ownable="initiatives.task", row_ids=frozenset({task.pk}), to=staying),
        ]
        hand_over(actor=officer, posts=[leaving], assignments=assignments, reason="異動")
        owners = {row.pk: row.owner for row in Initiative.objects.all()}
        people = {row.pk: row.responsible for row in Task.objects.all()}
        assert (owners[initiative.pk], owners[ended.pk]) == (staying, leaving)
        assert (people[task.pk], people[done.pk]) == (staying, leaving)

    def test_both_are_binding(self):
        assert [ownables[name].is_binding for name in ("initiatives.initiative", "initiatives.task")] == [True, True]


class TestReform:
    def move(self, officer, kind, source, to):
        holder = department_holders[f"initiatives.{kind}"]
        rows = list(holder.held_by([source.pk]))
        holder.move(rows, Relocation(actor=officer, to=to, on=TODAY, reason="組織改編"))
        return len(rows)

    def test_open_work_and_its_needs_go_to_the_successor(self, town, officer, department, goal):
        to = make_department(town, "総合窓口課")
        initiative = make_initiative(goal)
        ended = make_initiative(goal, status=InitiativeStatus.DONE)
        task, done = make_task(initiative), make_task(initiative, status="done")
        for row in (initiative, ended):
            mode = Mode(initiative=row)
            mode.save()
            PeopleNeed(mode=mode, department=department, fte=1).save()
        assert [self.move(officer, kind, department, to) for kind in ("initiative", "task", "people_need")] == [1, 1, 1]
        for row, place in ((initiative, to), (ended, department), (task, to), (done, department)):
            row.refresh_from_db()
            assert row.department == place
        assert sorted(need.department.name for need in PeopleNeed.objects.all()) == sorted([to.name, department.name])

    def test_the_people_of_two_departments_are_added_up_month_by_month(self, town, officer, department):
        to = make_department(town, "総合窓口課")
        skill = Skill(name="データ分析")
        skill.save()
        for place, known, month, fte in (
            (department, None, 4, "1"),
            (department, None, 7, "2.5"),
            (to, None, 1, "3"),
            (to, None, 7, "2"),
            (department, skill, 4, "0.5"),
        ):
            Capacity(department=place, skill=known, month=date(2026, month, 1), fte=fte).save()
        self.move(officer, "capacity", department, to)
        rows = Capacity.objects.filter(department=to).order_by("month").values_list("skill", "month", "fte")
        assert set(rows) == {
            (None, date(2026, 1, 1), Decimal(3)),
            (None, date(2026, 4, 1), Decimal(4)),
            (None, date(2026, 7, 1), Decimal("4.5")),
            (skill.pk, date(2026, 4, 1), Decimal("0.5")),
        }
        assert Capacity.objects.count() == len(rows)
