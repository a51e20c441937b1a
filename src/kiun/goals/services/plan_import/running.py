"""The import itself: all of it in one transaction together with the end of its job, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.activity.services import Message, notify
from kiun.goals.models import ImportState, Indicator, Plan, PlanImport
from kiun.goals.plan_files import Choices, PlanReading
from kiun.goals.services.plan_import.applying import Provenance, apply_difference
from kiun.goals.services.plan_import.differences import PlanDifference
from kiun.goals.services.plan_import.staging import JOB_KIND, Review, new_plan, read_staged, review_reading
from kiun.goals.services.plans import create_plan
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, actor_of, record, require, system_actor

STEPS = 3


@dataclass(frozen=True)
class Outcome:
    plan: Plan
    review: Review
    indicators: Sequence[Indicator]

    def as_json(self) -> dict[str, Any]:
        return {"plan": self.plan.pk, "without_owner": self._without_owner, **counts_of(self.review.difference)}

    @property
    def _without_owner(self) -> list[int]:
        """Indicators for which the file names nobody."""
        pairs = zip(self.indicators, self.review.difference.indicators, strict=True)
        return [row.pk for row, one in pairs if one.owner_note]


def counts_of(difference: PlanDifference) -> dict[str, Any]:
    goals, indicators = difference.goal_counts, difference.indicator_counts
    return {
        "goals": {"new": goals.new, "changed": goals.changed, "unchanged": goals.unchanged, "absent": goals.absent},
        "indicators": {
            "new": indicators.new,
            "changed": indicators.changed,
            "unchanged": indicators.unchanged,
            "absent": indicators.absent,
        },
        "policies": sum(policy.stored is None for policy in difference.policies),
        "challenges": len(difference.challenges),
        "readings": difference.reading_count,
        "ended": len(difference.ended),
        "vague": difference.vague_count,
    }


def run_import(job: Job, progress: Progress) -> None:
    """What the worker does. A worker that dies leaves nothing behind; the next one begins anew."""
    staged = PlanImport.objects.select_related("plan", "job").get(pk=job.parameters["import"])
    if staged.state != ImportState.UPLOADED:
        return
    actor = _actor_of(job)
    progress.report(0, STEPS, _("Reading the file"))
    reading = _read(staged, actor)
    progress.report(1, STEPS, _("Writing the plan"))
    with transaction.atomic():
        _apply_staged(actor, staged, reading, progress)


def _actor_of(job: Job) -> Actor:
    if job.started_by is None:
        return system_actor(job.municipality, via="import")
    return actor_of(job.started_by.user, job.municipality, on=timezone.localdate(), via="import")


def _read(staged: PlanImport, actor: Actor) -> PlanReading:
    staged.job = None  # the job that runs is no reason to refuse
    return read_staged(staged, actor.on)


def _apply_staged(actor: Actor, staged: PlanImport, reading: PlanReading, progress: Progress) -> None:
    stored = PlanImport.objects.select_for_update(of=("self",)).get(pk=staged.pk)
    if stored.state != ImportState.UPLOADED:
        return
    outcome = import_reading(
        actor=actor,
        reading=reading,
        choices=Choices.from_json(stored.choices),
        plan=staged.plan,
        provenance=Provenance(stored.name, stored.digest),
        agreed=stored.agreed,
    )
    stored.state, stored.plan, stored.content = ImportState.APPLIED, outcome.plan, b""
    stored.result = outcome.as_json()
    stored.save(update_fields=["state", "plan", "content", "result"])
    page = _page_of(actor, stored)
    _tell(actor, stored, page)
    progress.finish(outcome.as_json(), page)


def _tell(actor: Actor, staged: PlanImport, page: str) -> None:
    """Who closed the page learns that it is done."""
    if actor.membership:
        message = Message(
            recipient=actor.membership,
            kind=JOB_KIND,
            subject=_("“%(file)s” has been taken over into the plan.") % {"file": staged.name},
            body=_("See which goals are still vague and which indicators need somebody who answers for them."),
            occasion=f"{JOB_KIND}.{staged.pk}",
            path=page,
        )
        notify(town=actor.municipality, messages=[message])


def _page_of(actor: Actor, staged: PlanImport) -> str:
    # Addresses are known only when everything is loaded.
    from django.urls import reverse

    return reverse("goals:import_done", kwargs={"town": actor.municipality.slug, "pk": staged.pk})


@transaction.atomic
def import_reading(
    *,
    actor: Actor,
    reading: PlanReading,
    choices: Choices,
    plan: Plan | None,
    provenance: Provenance,
    agreed: str = "",
) -> Outcome:
    """Compare and apply in one transaction. `agreed`: the digest that a person has seen; another one is refused."""
    require(actor, "goals.import_plan")
    if plan is not None:
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
    review = review_reading(actor, reading, choices, plan)
    if review.difference.errors:
        raise DomainError(_("Some cells have to be mended first. Please look at the preview again."))
    if agreed and review.difference.digest != agreed:
        raise ConflictError(_("The plan has changed since the preview. Please look at the differences once more."))
    target = plan or create_plan(actor=actor, plan=new_plan(actor, review.facts))
    indicators = apply_difference(actor=actor, plan=target, difference=review.difference, provenance=provenance)
    record(actor, _import_of(target, review.difference, provenance))
    return Outcome(target, review, indicators)


def _import_of(plan: Plan, difference: PlanDifference, provenance: Provenance) -> Change:
    return Change(
        object_type=plan._meta.label_lower,
        object_id=plan.pk,
        label=str(plan),
        verb=Verb.IMPORTED,
        after={"file": provenance.file, "digest": provenance.digest, **counts_of(difference)},
        reason=provenance.reason,
    )
