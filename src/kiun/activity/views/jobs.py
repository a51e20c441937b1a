from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kiun.activity.models import Job, JobState
from kiun.activity.services import stop_job
from kiun.kernel.errors import NotAllowedError
from kiun.municipality.actors import Actor
from kiun.municipality.middleware import TownRequest

STOP_POLLING = 286  # htmx ends its polling on this status


def job_detail(request: TownRequest, pk: int) -> HttpResponse:
    return render(request, "activity/job_detail.html", {"job": _visible(request, pk)})


def job_progress(request: TownRequest, pk: int) -> HttpResponse:
    """The moving part of the page, asked for once a second."""
    job = _visible(request, pk)
    response = render(request, "activity/job_progress.html", {"job": job}, status=STOP_POLLING if job.is_over else 200)
    if job.state == JobState.DONE and job.result_url:
        response["HX-Redirect"] = job.result_url
    return response


@require_POST
def job_stop(request: TownRequest, pk: int) -> HttpResponse:
    stop_job(job=_visible(request, pk))
    return redirect("activity:job_detail", town=request.town.slug, pk=pk)


def _visible(request: TownRequest, pk: int) -> Job:
    job = get_object_or_404(Job, pk=pk)
    if not may_see_job(request.actor, job):
        raise NotAllowedError("")
    return job


def may_see_job(actor: Actor, job: Job) -> bool:
    return actor.is_admin or job.started_by_id in actor.membership_ids
