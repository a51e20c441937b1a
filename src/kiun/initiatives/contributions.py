"""What this room gives to lower ones: what a post can own, what belongs to a department, what serves a goal."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.activity.attachables import Attachable, attachables
from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.initiatives import (
    behaviour,
    inquiry_contributions,
    levelling_contributions,
    loop,
    navigation,
    resource_navigation,
    review_contributions,
    scenario_contributions,
    search,
    serving,
    task_contributions,
)
from kiun.initiatives.models import OPEN_STATUSES, UNFINISHED, Capacity, Initiative, PeopleNeed, Task
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.services import hand_over_initiatives, hand_over_tasks
from kiun.initiatives.services.departments import move_capacities, move_work
from kiun.initiatives.services.work_import import JOB_KIND, forget_unconfirmed_work, run_work_import
from kiun.kernel.schedule import Duty, duties
from kiun.municipality.actors import Actor, may
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.every_town import in_every_town
from kiun.municipality.ownables import Ownable, ownables

PARTS = (
    behaviour,
    inquiry_contributions,
    levelling_contributions,
    loop,
    navigation,
    resource_navigation,
    review_contributions,
    scenario_contributions,
    search,
    serving,
    task_contributions,
)


def _may_see_files(actor: Actor, pk: int) -> bool:
    """Files stay inside the town hall."""
    return actor.is_town_staff and visible_initiatives(actor).filter(pk=pk).exists()


def _may_add_files(actor: Actor, pk: int) -> bool:
    initiative = visible_initiatives(actor).select_related("department").filter(pk=pk).first()
    return initiative is not None and may(actor, "initiatives.plan_tasks", initiative)


def _owned_initiatives(posts: Collection[int]) -> QuerySet[Initiative]:
    return Initiative.objects.filter(owner__in=posts, status__in=OPEN_STATUSES)


def _unfinished_tasks(posts: Collection[int]) -> QuerySet[Task]:
    return _open_tasks().filter(responsible__in=posts)


def _open_tasks() -> QuerySet[Task]:
    return Task.objects.filter(status__in=UNFINISHED, initiative__status__in=OPEN_STATUSES)


def _initiatives_of(departments: Collection[int]) -> QuerySet[Initiative]:
    return Initiative.objects.filter(department__in=departments, status__in=OPEN_STATUSES).select_related("department")


def _tasks_of(departments: Collection[int]) -> QuerySet[Task]:
    return _open_tasks().filter(department__in=departments).select_related("department")


def _needs_of(departments: Collection[int]) -> QuerySet[PeopleNeed]:
    needs = PeopleNeed.objects.filter(mode__initiative__status__in=OPEN_STATUSES)
    return needs.filter(department__in=departments).select_related("department")


def _capacities_of(departments: Collection[int]) -> QuerySet[Capacity]:
    return Capacity.objects.filter(department__in=departments).select_related("department", "skill")


def _forget_files(now: datetime) -> str:
    in_every_town(lambda _actor: forget_unconfirmed_work(), now)
    return ""


def register() -> None:
    attachables.register(Attachable(id="initiatives.initiative", may_see=_may_see_files, may_add=_may_add_files))
    for part in PARTS:
        part.register()
    job_kinds.register(JobKind(JOB_KIND, run_work_import))
    duties.register(Duty(id="initiatives.work_files", every=timedelta(days=1), run=_forget_files))
    _register_ownables()
    _register_holders()


def _register_ownables() -> None:
    ownables.register(
        Ownable(
            id="initiatives.initiative",
            label=_("initiatives"),
            held_by=_owned_initiatives,
            hand_over=hand_over_initiatives,
        )
    )
    ownables.register(
        Ownable(
            id="initiatives.task",
            label=_("tasks"),
            held_by=_unfinished_tasks,
            hand_over=hand_over_tasks,
            field="responsible",
        )
    )


def _register_holders() -> None:
    kinds: tuple[tuple[str, Any, Any, Any], ...] = (
        ("initiative", _("initiatives"), _initiatives_of, move_work),
        ("task", _("tasks"), _tasks_of, move_work),
        ("people_need", _("needs of people"), _needs_of, move_work),
        ("capacity", _("capacities"), _capacities_of, move_capacities),
    )
    for name, label, held_by, relocate in kinds:
        department_holders.register(
            DepartmentHolder(id=f"initiatives.{name}", label=label, held_by=held_by, relocate=relocate)
        )
