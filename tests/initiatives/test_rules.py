"""Lists show what the rules allow: a department its own, the leadership all, a partner what was shared."""

import pytest

from kiun.initiatives.models import (
    Blocker,
    Comment,
    Initiative,
    InitiativeStatus,
    Mention,
    SharedInitiative,
    TaskHelper,
)
from kiun.initiatives.queries import planned_initiatives, public_initiatives, visible_initiatives, visible_tasks
from kiun.initiatives.queries.stops import public_stops
from kiun.initiatives.services import end_initiative
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_initiative, make_task


@pytest.fixture
def departments(town, department):
    return {
        "own": department,
        "below": make_department(town, "窓口係", department),
        "other": make_department(town, "税務課"),
    }


@pytest.fixture
def rows(goal, departments):
    """Initiatives of the own department, of one below and of another."""
    return {name: make_initiative(goal, name, department=place) for name, place in departments.items()}


def seen(actor):
    return set(visible_initiatives(actor).values_list("name", flat=True))


def allowed(actor):
    return {row.name for row in Initiative.objects.all() if may(actor, "initiatives.see_initiative", row)}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.ADMIN, {"own", "below", "other"}),
        (Role.EXECUTIVE, {"own", "below", "other"}),
        (Role.HEAD, {"own", "below"}),
        (Role.MEMBER, {"own", "below"}),
        (Role.VIEWER, {"own", "below"}),
        (Role.PARTNER, set()),
        (Role.RESIDENT, set()),
    ],
)
def test_a_department_sees_its_own_and_the_leadership_all(town, department, rows, role, names):
    actor = make_actor(town, role, department)
    assert seen(actor) == allowed(actor) == names


def _responsible(initiative, post):
    make_task(initiative, responsible=post)


def _works_in_its_department(initiative, post):
    make_task(initiative, department=post.department)


def _helps(initiative, post):
    TaskHelper(task=make_task(initiative), helper=post).save()


def _decides(initiative, post):
    Blocker(task=make_task(initiative), text="予算", decider=post, raised_on=TODAY).save()


def _is_mentioned(initiative, post):
    comment = Comment(initiative=initiative, text="確認をお願いします")
    comment.save()
    Mention(comment=comment, post=post).save()


def _owns(initiative, post):
    initiative.owner = post
    initiative.save()


@pytest.mark.parametrize("take_part", [_responsible, _works_in_its_department, _helps, _decides, _is_mentioned, _owns])
def test_whoever_takes_part_sees_the_work_of_another_department(town, department, rows, take_part):
    actor = make_actor(town, Role.MEMBER, department)
    take_part(rows["other"], actor.membership)
    assert seen(actor) == allowed(actor) == {"own", "below", "other"}
    assert not may(actor, "initiatives.change_initiative", rows["other"]) or take_part is _owns


def test_a_partner_sees_what_was_shared_with_them_and_nothing_else(town, rows):
    partner, another = make_actor(town, Role.PARTNER), make_actor(town, Role.PARTNER)
    SharedInitiative(initiative=rows["own"], partner=partner.membership).save()
    make_task(rows["other"], responsible=partner.membership)
    assert seen(partner) == allowed(partner) == {"own"}
    assert seen(another) == allowed(another) == set()
    assert {task.initiative.name for task in visible_tasks(partner)} == set()


def test_residents_see_no_proposals_and_nothing_that_is_not_public(goal, rows):
    make_initiative(goal, "proposal", status=InitiativeStatus.PROPOSED)
    make_initiative(goal, "internal", is_public=False)
    assert set(public_initiatives().values_list("name", flat=True)) == {"own", "below", "other"}
    assert visible_initiatives(None).count() == 3


def test_a_proposal_that_was_dropped_never_was_part_of_the_plan_but_what_was_stopped_was(town, goal, rows):
    dx = make_actor(town, Role.ADMIN)
    proposal = make_initiative(goal, "dropped", status=InitiativeStatus.PROPOSED)
    for row in (proposal, rows["own"]):
        end_initiative(actor=dx, initiative=row, status=InitiativeStatus.STOPPED, on=TODAY, reason="ほかで行う。")
    assert set(planned_initiatives().values_list("name", flat=True)) == {"own", "below", "other"}
    assert set(public_initiatives().values_list("name", flat=True)) == {"own", "below", "other"}
    assert set(public_stops().values_list("name", flat=True)) == {"own"}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.ADMIN, {"change_initiative", "approve_initiative", "plan_tasks"}),
        (Role.EXECUTIVE, {"approve_initiative", "plan_tasks"}),
        (Role.HEAD, {"change_initiative", "plan_tasks"}),
        (Role.MEMBER, {"plan_tasks"}),
        (Role.VIEWER, set()),
        (Role.PARTNER, set()),
    ],
)
def test_who_may_do_what_with_the_work_of_the_own_department(town, department, rows, role, permissions):
    actor = make_actor(town, role, department)
    every = ("change_initiative", "approve_initiative", "plan_tasks")
    assert {name for name in every if may(actor, f"initiatives.{name}", rows["own"])} == permissions


def test_what_has_ended_is_changed_no_more(town, department, goal):
    ended = make_initiative(goal, status=InitiativeStatus.DONE)
    task = make_task(ended)
    head = make_actor(town, Role.HEAD, department)
    assert may(head, "initiatives.see_initiative", ended)
    assert not may(head, "initiatives.plan_tasks", ended)
    assert not may(head, "initiatives.report_progress", task)
