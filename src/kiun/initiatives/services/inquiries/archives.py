"""All workbooks of a round in one file, for those who hand them over by other ways."""

import zipfile
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.activity.services import start_job
from kiun.initiatives.inquiry_workbooks import sheet_name, write_sheet
from kiun.initiatives.models import Request, RequestState, Round
from kiun.initiatives.queries.inquiries.sheets import as_collated, sheets_of
from kiun.initiatives.services.inquiries.drafting import locked_round
from kiun.initiatives.services.inquiries.messages import round_path
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor

ARCHIVE_JOB = "initiatives.round_archive"


@transaction.atomic
def begin_archive(*, actor: Actor, round_: Round) -> Job:
    locked = locked_round(actor, round_)
    if not locked.is_open:
        raise DomainError(_("Workbooks are made while the round waits for answers."))
    if locked.archive_job and not locked.archive_job.is_over:
        return locked.archive_job
    job = start_job(
        actor=actor,
        kind=ARCHIVE_JOB,
        label=_("All workbooks: %(title)s") % {"title": locked},
        parameters={"round": locked.pk},
    )
    locked.archive_job = job
    locked.save(update_fields=["archive_job"])
    return job


def run_archive(job: Job, progress: Progress) -> None:
    """Written aside first: a worker that dies leaves no half file behind."""
    round_ = Round.objects.select_related("inquiry__department", "inquiry__owner__user").get(pk=job.parameters["round"])
    with TemporaryFile() as written:
        _write_all(round_, written, progress)
        old = round_.archive.name
        written.seek(0)
        with transaction.atomic():
            round_.archive.save("workbooks.zip", File(written), save=False)
            round_.save(update_fields=["archive"])
            progress.finish({}, round_path(round_))
        if old:
            round_.archive.storage.delete(old)


def _write_all(round_: Round, target: IO[bytes], progress: Progress) -> None:
    rows = Request.objects.filter(round=round_).exclude(state=RequestState.WITHDRAWN)
    requests = list(rows.select_related("department", "round__inquiry__department", "round__inquiry__owner__user"))
    today = timezone.localdate()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, sheet in enumerate(sheets_of(round_, requests), start=1):
            # Numbered: two departments of different divisions may have one name.
            archive.writestr(f"{number:03d}_{sheet_name(sheet)}", write_sheet(as_collated(sheet), today))
            progress.report(number, len(requests), gettext_lazy("Writing the workbooks"))
