"""Who is reminded of a task, when, and how often."""

from datetime import date, timedelta

import pytest

from kiun.activity.models import Notice
from kiun.initiatives.models import InitiativeStatus, TaskStatus
from kiun.initiatives.services import report_progress
from kiun.initiatives.services.task_reminders import remind_of_tasks
from kiun.municipality.models import Role
from tests.factories import make_actor, make_initiative, make_system_actor, make_task

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (20, 21, 23, 24))


def remind(town, day):
    return remind_of_tasks(actor=make_system_actor(town, on=day))


def test_the_last_working_day_before_the_due_date_reminds_once(town, initiative):
    """Monday the 23rd is a holiday: Friday is the day before Tuesday."""
    task = make_task(initiative, due_on=TUESDAY)
    assert remind(town, FRIDAY - timedelta(days=1)) == 0
    assert remind(town, FRIDAY) == 1
    assert remind(town, FRIDAY) == 0
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (task.responsible, "initiatives.task_due")
    assert notice.subject == "「様式を整える」の期限は令和8年11月24日です"


def test_a_late_task_is_told_of_once_a_week(town, initiative):
    make_task(initiative, due_on=date(2026, 11, 12))
    told = {day: remind(town, date(2026, 11, day)) for day in (13, 16, 17, 19, 20, 24, 27)}
    assert told == {13: 1, 16: 0, 17: 0, 19: 0, 20: 1, 24: 0, 27: 1}


@pytest.mark.parametrize("day", [SATURDAY, MONDAY])
def test_nobody_is_disturbed_while_the_town_hall_is_closed(town, initiative, day):
    make_task(initiative, due_on=date(2026, 11, 12))
    assert remind(town, day) == 0


def test_neither_proposals_nor_what_is_done_remind_anybody(town, goal, initiative):
    make_task(make_initiative(goal, status=InitiativeStatus.PROPOSED), due_on=date(2026, 11, 12))
    make_task(initiative, due_on=date(2026, 11, 12), status=TaskStatus.DONE, percent=100)
    assert remind(town, FRIDAY) == 0


def test_what_is_done_needs_no_reading_any_more(town, initiative, department):
    task = make_task(initiative, due_on=date(2026, 11, 12))
    remind(town, FRIDAY)
    report_progress(actor=make_actor(town, Role.MEMBER, department), task=task, status=TaskStatus.DONE)
    assert Notice.objects.get().read_at is not None
