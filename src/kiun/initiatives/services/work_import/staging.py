"""From the upload to the agreement: a file waits, and the plan knows nothing of it."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.models import JobState
from kiun.activity.services import start_job
from kiun.initiatives.models import WorkImport, WorkImportState
from kiun.initiatives.queries.work_contents import work_contents
from kiun.initiatives.services.work_import.comparing import compare_work
from kiun.initiatives.services.work_import.differences import WorkDifference
from kiun.initiatives.work_files.reading import open_workbook, read_work
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, require

JOB_KIND = "initiatives.import_work"
UNCONFIRMED_FOR = timedelta(days=7)


@transaction.atomic
def upload_work(*, actor: Actor, name: str, content: bytes) -> WorkImport:
    """Keep the file until it is agreed to or thrown away. What cannot be read at all is refused here."""
    require(actor, "initiatives.import_work")
    read_work(open_workbook(content, name), actor.municipality.slug)
    staged = WorkImport(
        municipality=actor.municipality,
        name=name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        created_by=actor.membership,
    )
    staged.save()
    return staged


def review_work(actor: Actor, staged: WorkImport) -> WorkDifference:
    """What the file would change as things stand now."""
    _ensure_waiting(staged)
    file = read_work(open_workbook(bytes(staged.content), staged.name), actor.municipality.slug)
    return compare_work(actor, file, work_contents(actor))


@transaction.atomic
def confirm_work(*, actor: Actor, staged: WorkImport, agreed: str, reason: str) -> WorkImport:
    """Hand the work to the background. It compares once more, and does nothing if it would do anything else than what
    was agreed to.
    """
    stored = _locked(actor, staged)
    difference = review_work(actor, stored)
    if difference.digest != agreed:
        raise ConflictError(_("The plan has changed since the preview. Please look at the differences once more."))
    if not difference.can_be_applied:
        raise DomainError(_("Some cells have to be mended first. Please look at the preview again."))
    if difference.needs_reason and not reason.strip():
        raise DomainError(_("Please write why the approved plan changes."), field="reason")
    stored.agreed, stored.reason = agreed, reason.strip()
    stored.job = start_job(
        actor=actor,
        kind=JOB_KIND,
        label=_("Import of %(file)s") % {"file": stored.name},
        parameters={"import": stored.pk},
    )
    stored.save(update_fields=["agreed", "reason", "job"])
    return stored


@transaction.atomic
def discard_work(*, actor: Actor, staged: WorkImport) -> None:
    stored = _locked(actor, staged)
    stored.state, stored.content = WorkImportState.DISCARDED, b""
    stored.save(update_fields=["state", "content"])


def _locked(actor: Actor, staged: WorkImport) -> WorkImport:
    require(actor, "initiatives.import_work")
    stored = WorkImport.objects.select_for_update(of=("self",)).select_related("job").get(pk=staged.pk)
    _ensure_waiting(stored)
    return stored


def _ensure_waiting(staged: WorkImport) -> None:
    if staged.state != WorkImportState.UPLOADED:
        raise ConflictError(_("This file has already been taken over or thrown away. Nothing was done a second time."))
    if staged.job is not None and not staged.job.is_over:
        raise ConflictError(_("This file is being taken over right now."))


def forget_unconfirmed_work() -> int:
    """Of the active town: nobody came back to them."""
    old = WorkImport.objects.filter(state=WorkImportState.UPLOADED, created_at__lt=timezone.now() - UNCONFIRMED_FOR)
    being_applied = Q(job__state__in=[JobState.WAITING, JobState.RUNNING])
    return old.exclude(being_applied).update(state=WorkImportState.DISCARDED, content=b"")
