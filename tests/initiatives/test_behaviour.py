"""What is counted of the work, beside what people say of momentum."""

from datetime import date

from django_scopes import scope

from kiun.initiatives.behaviour import begun_initiatives, finished_tasks
from kiun.initiatives.models import InitiativeStatus, TaskStatus
from tests.factories import make_department, make_goal, make_initiative, make_plan, make_task

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 29)


def test_finished_tasks_and_begun_initiatives_are_counted_by_day_and_department(hinata):
    division = make_department(hinata, "市民部")
    department = make_department(hinata, "市民課", division)
    other = make_department(hinata, "税務課")
    goal = make_goal(make_plan(hinata), department=department)
    begun = make_initiative(goal, starts_on=date(2026, 9, 1))
    make_initiative(goal, "前からの取組", starts_on=date(2026, 8, 31))
    make_initiative(goal, "提案", starts_on=date(2026, 9, 2), status=InitiativeStatus.PROPOSED)
    days = ((FIRST, department), (LAST, department), (date(2026, 8, 31), department), (FIRST, other))
    for finished_on, place in days:
        make_task(begun, department=place, status=TaskStatus.DONE, finished_on=finished_on)
    make_task(begun, department=department)
    with scope(municipality=hinata):
        assert [finished_tasks(path, FIRST, LAST) for path in ("", division.path, other.path)] == [3, 2, 1]
        assert [begun_initiatives(path, FIRST, LAST) for path in ("", division.path, other.path)] == [1, 1, 0]
