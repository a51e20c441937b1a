"""The import itself: all of it in one transaction together with the end of its job, or nothing."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.activity.services import Message, notify
from kiun.initiatives.models import WorkImport, WorkImportState
from kiun.initiatives.services.work_import.applying import Application
from kiun.initiatives.services.work_import.differences import WorkDifference
from kiun.initiatives.services.work_import.staging import JOB_KIND, review_work
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, actor_of, record, system_actor

STEPS = 2


def run_work_import(job: Job, progress: Progress) -> None:
    """What the worker does. A worker that dies leaves nothing behind; the next one begins anew."""
    staged = WorkImport.objects.get(pk=job.parameters["import"])
    if staged.state != WorkImportState.UPLOADED:
        return
    progress.report(1, STEPS, _("Writing initiatives and tasks"))
    with transaction.atomic():
        stored = WorkImport.objects.select_for_update(of=("self",)).get(pk=staged.pk)
        if stored.state == WorkImportState.UPLOADED:
            _take_over(_actor_of(job), stored, progress)


def _actor_of(job: Job) -> Actor:
    if job.started_by is None:
        return system_actor(job.municipality, via="import")
    return actor_of(job.started_by.user, job.municipality, on=timezone.localdate(), via="import")


def _take_over(actor: Actor, staged: WorkImport, progress: Progress) -> None:
    staged.job = None  # the job that runs is no reason to refuse
    difference = review_work(actor, staged)
    if difference.digest != staged.agreed:
        raise ConflictError(_("The plan has changed since the preview. Please look at the differences once more."))
    if not difference.can_be_applied:
        raise DomainError(_("Some cells have to be mended first. Please look at the preview again."))
    Application(actor, difference, staged.reason).run()
    counts = dict(difference.counts)
    WorkImport.objects.filter(pk=staged.pk).update(state=WorkImportState.APPLIED, content=b"", result=counts)
    record(actor, _import_of(staged, difference))
    page = reverse("initiatives:work_import_done", kwargs={"town": actor.municipality.slug, "pk": staged.pk})
    _tell(actor, staged, page)
    progress.finish(counts, page)


def _import_of(staged: WorkImport, difference: WorkDifference) -> Change:
    return Change(
        object_type=staged._meta.label_lower,
        object_id=staged.pk,
        label=staged.name,
        verb=Verb.IMPORTED,
        after={"file": staged.name, "digest": staged.digest, **difference.counts},
        reason=staged.reason,
    )


def _tell(actor: Actor, staged: WorkImport, page: str) -> None:
    """Who closed the page learns that it is done."""
    if actor.membership:
        message = Message(
            recipient=actor.membership,
            kind=JOB_KIND,
            subject=_("“%(file)s” has been taken over.") % {"file": staged.name},
            body=_("See what has changed."),
            occasion=f"{JOB_KIND}.{staged.pk}",
            path=page,
        )
        notify(town=actor.municipality, messages=[message])
