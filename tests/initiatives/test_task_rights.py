"""What a list offers is what the rules allow, for everybody."""

import pytest

from kiun.initiatives.models import Initiative, InitiativeStatus, Task, TaskHelper
from kiun.initiatives.queries.task_rights import changeable_tasks, plannable_initiatives, reportable_tasks
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative, make_task


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("tie", ["none", "owner", "responsible", "helper"])
def test_lists_offer_what_the_rules_allow(town, goal, department, role, tie):
    below, other = make_department(town, "窓口係", department), make_department(town, "税務課")
    actor = make_actor(town, role, department)
    for place in (department, below, other):
        for status in InitiativeStatus:
            initiative = make_initiative(goal, f"{place}{status}", department=place, status=status)
            task = make_task(initiative)
            _tie(tie, initiative, task, actor.membership)
    for permission, model, offered in (
        ("plan_tasks", Initiative, plannable_initiatives),
        ("change_task", Task, changeable_tasks),
        ("report_progress", Task, reportable_tasks),
    ):
        allowed = {row.pk for row in model.objects.all() if may(actor, f"initiatives.{permission}", row)}
        assert set(offered(actor).values_list("pk", flat=True)) == allowed, permission


def _tie(tie, initiative, task, post):
    if tie == "owner":
        Initiative.objects.filter(pk=initiative.pk).update(owner=post)
    elif tie == "responsible":
        Task.objects.filter(pk=task.pk).update(responsible=post)
    elif tie == "helper":
        TaskHelper(task=task, helper=post).save()
