"""What the tables say about work and people, in the terms of the calculation."""

from datetime import date
from decimal import Decimal

import pytest
from django_scopes import scope

from kiun.initiatives.models import (
    Absence,
    Capacity,
    InitiativeStatus,
    Mode,
    ModeKind,
    PeopleNeed,
    Skill,
    TaskHelper,
    TaskStatus,
)
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.queries.workforce import workforce
from kiun.municipality.models import Role
from tests.factories import make_department, make_goal, make_initiative, make_membership, make_plan, make_task

WINDOW = Window(today=date(2026, 11, 2), first=date(2026, 11, 1), months=3)
# All of November: one person-day a day.
NOVEMBER = {"starts_on": date(2026, 11, 2), "due_on": date(2026, 11, 30), "estimate": Decimal(19)}


@pytest.fixture
def skill(town):
    skill = Skill(name="窓口業務")
    skill.save()
    return skill


def demand():
    found = workforce(WINDOW).lines()
    return {
        pair: row
        for pair, row in zip(
            zip(found.departments.tolist(), found.skills.tolist(), strict=True),
            found.demand.round(3).tolist(),
            strict=True,
        )
        if any(row)
    }


def need(initiative, department, fte=1, **fields):
    mode = Mode.objects.filter(initiative=initiative).first() or Mode(initiative=initiative, is_chosen=True)
    mode.save()
    row = PeopleNeed(mode=mode, department=department, fte=Decimal(str(fte)), **fields)
    row.save()
    return row


def test_an_empty_town_needs_nobody(town):
    assert len(workforce(WINDOW).lines()) == 0


def test_what_is_done_of_a_task_is_taken_off(initiative, department):
    make_task(initiative, percent=25, status=TaskStatus.DOING, **NOVEMBER)
    make_task(initiative, percent=100, status=TaskStatus.DONE, **NOVEMBER)
    make_task(initiative, status=TaskStatus.CANCELLED, **NOVEMBER)
    assert demand() == {(department.pk, 0): [0.75, 0, 0]}


@pytest.mark.parametrize("status", [InitiativeStatus.PROPOSED, InitiativeStatus.DONE, InitiativeStatus.STOPPED])
def test_only_approved_work_takes_people(goal, department, status):
    initiative = make_initiative(goal, status=status)
    make_task(initiative, **NOVEMBER)
    need(initiative, department)
    assert demand() == {}


def test_the_responsible_person_and_the_helpers_share_the_work_equally(town, initiative, department, skill):
    taxes = make_department(town, "税務課")
    task = make_task(initiative, skill=skill, **NOVEMBER)
    for helper in (make_membership(town, Role.MEMBER, taxes), make_membership(town, Role.PARTNER)):
        TaskHelper(task=task, helper=helper).save()
    assert demand() == {
        (department.pk, 0): [0.333, 0, 0],
        (department.pk, skill.pk): [0.333, 0, 0],
        (taxes.pk, 0): [0.333, 0, 0],
        (taxes.pk, skill.pk): [0.333, 0, 0],
    }


def test_the_chosen_mode_counts_from_the_month_in_which_the_work_begins(goal, department, skill):
    initiative = make_initiative(goal, starts_on=date(2026, 9, 10), ends_on=date(2027, 8, 31))
    need(initiative, department, 1, first_quarter=1, quarters=1)
    need(initiative, department, 0.5, skill=skill, first_quarter=2, quarters=1)
    other = Mode(initiative=initiative, kind=ModeKind.CONTRACT)
    other.save()
    PeopleNeed(mode=other, department=department, fte=9).save()
    # September to November, then December to February.
    assert demand() == {(department.pk, 0): [1, 0.5, 0.5], (department.pk, skill.pk): [0, 0.5, 0.5]}


def test_capacity_and_absences_are_read_from_the_tables(town, initiative, department, skill):
    Capacity(department=department, month=date(2027, 1, 1), fte=Decimal("1.5"), reason="人事異動").save()
    Capacity(department=department, month=date(2026, 4, 1), fte=2).save()
    Capacity(department=department, skill=skill, month=date(2026, 4, 1), fte=1).save()
    Absence(
        post=initiative.owner, skill=skill, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31), percent=50
    ).save()
    found = workforce(WINDOW).lines()
    assert found.capacity.tolist() == [[2, 1.5, 1.5], [1, 0.5, 1]]


def test_lines_may_be_asked_for_some_departments(town, initiative, department):
    taxes = make_department(town, "税務課")
    make_task(initiative, **NOVEMBER)
    make_task(initiative, department=taxes, **NOVEMBER)
    assert workforce(WINDOW).lines({taxes.pk}).departments.tolist() == [taxes.pk]


def test_the_work_of_another_town_is_not_counted(town, minato, initiative, department):
    with scope(municipality=minato):
        make_task(make_initiative(make_goal(make_plan(minato))), **NOVEMBER)
    assert demand() == {}


def test_the_tables_are_read_once_however_much_work_there_is(town, initiative, department, django_assert_num_queries):
    for _number in range(5):
        task = make_task(initiative, **NOVEMBER)
        TaskHelper(task=task, helper=make_membership(town, Role.MEMBER, department)).save()
    with django_assert_num_queries(5):
        workforce(WINDOW).lines()
