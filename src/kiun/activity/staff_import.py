"""Takes a large staff list over in the background: the lower room has no jobs of its own."""

from dataclasses import asdict

from django.urls import reverse
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import JobKind, Progress, job_kinds
from kiun.activity.models import Job
from kiun.activity.services import start_job
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.import_runners import ImportRunner, import_runners
from kiun.municipality.models import StaffUpload
from kiun.municipality.services.staff_import import ImportResult, apply_people_import, waiting_upload

KIND = "municipality.staff_import"


def start(actor: Actor, upload: StaffUpload) -> str:
    label = _("Staff list %(name)s") % {"name": upload.name}
    job = start_job(actor=actor, kind=KIND, label=label, parameters={"upload": upload.pk})
    return reverse("activity:job_detail", kwargs={"town": actor.municipality.slug, "pk": job.pk})


def run(job: Job, progress: Progress) -> None:
    """Acts for the person who confirmed, with the rights they have now."""
    assert job.started_by is not None
    upload = waiting_upload(job.parameters["upload"])
    apply_people_import(
        actor=actor_of(job.started_by.user, job.municipality, via="import"),
        upload=upload,
        progress=progress.report,
        on_done=lambda result: progress.finish(asdict(result), _next_page(job, result)),
    )


def _next_page(job: Job, result: ImportResult) -> str:
    """Who is new needs a sheet for the first sign-in."""
    page = "municipality:first_sign_in" if result.accounts else "municipality:person_list"
    return reverse(page, kwargs={"town": job.municipality.slug})


def register() -> None:
    job_kinds.register(JobKind(KIND, run))
    import_runners.register(ImportRunner(id="activity.jobs", start=start))
