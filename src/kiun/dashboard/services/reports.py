from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.activity.queries import attachments_of
from kiun.activity.services import Message, add_attachment, notify, remove_attachment, start_job
from kiun.dashboard.models import CouncilReport
from kiun.dashboard.reports.contents import PARTS, write_report
from kiun.dashboard.reports.document import Report, as_json
from kiun.dashboard.reports.scope import ReportScope
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor, actor_of, record, require, system_actor
from kiun.ui.links import town_url

JOB_KIND = "dashboard.report"
OBJECT_TYPE = "dashboard.councilreport"
STEPS = len(PARTS) + 2
EARLIEST_YEARS = 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@transaction.atomic
def order_report(*, actor: Actor, title: str, first: date, last: date, is_internal: bool) -> CouncilReport:
    """Write down what is wanted; a worker writes it."""
    require(actor, "dashboard.make_report")
    if last < first:
        raise DomainError(_("The period ends before it begins."), field="last")
    if last > actor.on:
        raise DomainError(_("A report tells of what has been: choose a last day up to today."), field="last")
    if fiscal_year_of(last).year - fiscal_year_of(first).year > EARLIEST_YEARS:
        raise DomainError(_("Choose a period of at most twenty years."), field="first")
    report = CouncilReport(
        municipality=actor.municipality,
        title=title,
        first=first,
        last=last,
        is_internal=is_internal,
        made_by=actor.membership,
    )
    report.save()
    label = _("Report: %(title)s") % {"title": title}
    report.job = start_job(actor=actor, kind=JOB_KIND, label=label, parameters={"report": report.pk})
    report.save(update_fields=["job"])
    record(actor, change_of(report, Verb.CREATED))
    return report


def write_ordered_report(job: Job, progress: Progress) -> None:
    """What the worker does. One that dies leaves nothing behind: content and files come in one transaction."""
    # The packages that write Word and slides are large, and of all processes only a worker needs them.
    from kiun.dashboard.reports.slides import write_slides
    from kiun.dashboard.reports.word import write_word

    report = CouncilReport.objects.filter(pk=job.parameters["report"]).first()
    if report is None or report.is_written:
        return
    actor = _actor_of(job)
    scope = ReportScope(actor, report.first, report.last, is_internal=report.is_internal)
    content = write_report(
        scope, report.title, lambda done, _all: progress.report(done, STEPS, _("Gathering the figures"))
    )
    progress.report(STEPS - 2, STEPS, _("Writing the Word file"))
    word = write_word(content)
    progress.report(STEPS - 1, STEPS, _("Drawing the slides"))
    slides = write_slides(content)
    with transaction.atomic():
        _keep(actor, report, content, {"docx": word, "pptx": slides}, progress)


def _actor_of(job: Job) -> Actor:
    if job.started_by is None:
        return system_actor(job.municipality)
    return actor_of(job.started_by.user, job.municipality, on=timezone.localdate())


def _keep(actor: Actor, report: CouncilReport, content: Report, files: dict[str, bytes], progress: Progress) -> None:
    stored = CouncilReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if stored.is_written:
        # Another worker took over a job that was thought dead, and was faster.
        return
    stored.content, stored.written_at = as_json(content), timezone.now()
    stored.save(update_fields=["content", "written_at"])
    kinds = {"docx": DOCX, "pptx": PPTX}
    for suffix, blob in files.items():
        upload = SimpleUploadedFile(f"{report.title}.{suffix}", blob, kinds[suffix])
        add_attachment(actor=actor, object_type=OBJECT_TYPE, object_id=report.pk, upload=upload)
    url = town_url(actor.municipality, "dashboard:report_detail", report.pk)
    progress.finish({"report": report.pk}, url)
    if actor.membership:
        message = Message(
            recipient=actor.membership,
            kind="dashboard.report_written",
            subject=_("The report “%(title)s” is ready") % {"title": report.title},
            body=_("Word, slides and the page can be opened."),
            path=url,
            occasion=f"report:{report.pk}",
        )
        notify(town=actor.municipality, messages=[message])


@transaction.atomic
def publish_report(*, actor: Actor, report: CouncilReport, is_public: bool) -> None:
    """Put it onto the public page, or take it back."""
    require(actor, "dashboard.make_report")
    stored = CouncilReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if stored.is_internal:
        raise DomainError(_("This report holds what residents do not see. Make one without that to publish it."))
    if not stored.is_written:
        raise DomainError(_("The report is not written yet."))
    before = snapshot(stored)
    stored.published_on = actor.on if is_public else None
    stored.save(update_fields=["published_on"])
    record(actor, change_of(stored, Verb.CHANGED, before))


@transaction.atomic
def remove_report(*, actor: Actor, report: CouncilReport) -> None:
    require(actor, "dashboard.make_report")
    if report.published_on:
        raise DomainError(_("Take the report off the public page first."))
    for attachment in attachments_of(report):
        remove_attachment(actor=actor, attachment=attachment)
    before, pk = snapshot(report), report.pk
    report.delete()
    record(actor, change_of(report, Verb.DELETED, before, pk=pk))
