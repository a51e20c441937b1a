"""What a partner sees of an initiative: no people, no money, no files, nothing of what colleagues write."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kiun.initiatives.models import Initiative, Milestone, Phase, Task, TaskStatus
from kiun.initiatives.queries.listing import InitiativeRow, initiative_rows
from kiun.initiatives.queries.standing import with_standing
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.models import Role


def shared_with(actor: Actor) -> QuerySet[Initiative]:
    """With this person as a partner, whatever other posts they may have."""
    partners = [post.pk for post in actor.memberships if post.role == Role.PARTNER]
    return visible_initiatives(actor).filter(shares__partner__in=partners).distinct()


def shared_initiatives(actor: Actor) -> list[InitiativeRow]:
    rows = shared_with(actor)
    return initiative_rows(with_standing(rows, actor.on).order_by("starts_on", "pk"), actor.on)


@dataclass(frozen=True, kw_only=True)
class SharedSheet:
    row: InitiativeRow
    phases: tuple[tuple[Phase | None, tuple[Task, ...]], ...]
    milestones: tuple[Milestone, ...]
    on: date


def shared_sheet(initiative: Initiative, on: date) -> SharedSheet:
    found = with_standing(Initiative.objects.filter(pk=initiative.pk), on)
    tasks: dict[int | None, list[Task]] = {}
    for task in initiative.tasks.exclude(status=TaskStatus.CANCELLED).order_by("starts_on", "due_on", "pk"):
        tasks.setdefault(task.phase_id, []).append(task)
    phases: list[tuple[Phase | None, tuple[Task, ...]]] = [
        (phase, tuple(tasks.pop(phase.pk, ()))) for phase in initiative.phases.all()
    ]
    if outside := tasks.pop(None, []):
        phases.append((None, tuple(outside)))
    return SharedSheet(
        row=initiative_rows(found, on)[0],
        phases=tuple(phases),
        milestones=tuple(initiative.milestones.all()),
        on=on,
    )
