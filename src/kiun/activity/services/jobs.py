from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from kiun.activity.events import JobQueued
from kiun.activity.job_kinds import JobStoppedError, Progress, job_kinds
from kiun.activity.models import Job, JobState
from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.municipality.actors import Actor

# Longer than the longest single transaction of any job kind: a worker that is silent for this time is dead.
SILENCE_OF_THE_DEAD = timedelta(minutes=3)
MOST_ATTEMPTS = 5


@transaction.atomic
def start_job(*, actor: Actor, kind: str, label: object, parameters: dict[str, Any]) -> Job:
    """Write the work down and have a worker pick it up after commit."""
    job = Job(
        municipality=actor.municipality,
        kind=kind,
        label=str(label)[:200],
        parameters=parameters,
        started_by=actor.membership,
    )
    job.save()
    announce(JobQueued(municipality_id=actor.municipality.pk, job_id=job.pk))
    return job


def stop_job(*, job: Job) -> None:
    Job.objects.filter(pk=job.pk, state__in=[JobState.WAITING, JobState.RUNNING]).update(
        state=JobState.CANCELLED, finished_at=timezone.now()
    )


def run_job(job_id: int) -> None:
    job = _claim(job_id)
    if job is None:
        return
    kind = job_kinds[job.kind]
    with scope(municipality=job.municipality):
        try:
            kind.run(job, Progress(job))
        except JobStoppedError:
            return
        except DomainError as error:
            _fail(job, error.message)
        except Exception as error:
            # The person who waits must see that it failed; the worker's log gets the trace.
            _fail(job, f"{type(error).__name__}: {error}")
            raise


def _claim(job_id: int) -> Job | None:
    """Take the job unless somebody alive has it. The update is the lock."""
    now = timezone.now()
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, beat_at__lt=now - SILENCE_OF_THE_DEAD)
    with scopes_disabled():
        taken = Job.objects.filter(free, pk=job_id).update(
            state=JobState.RUNNING, beat_at=now, attempts=F("attempts") + 1
        )
        return Job.objects.select_related("municipality", "started_by__user").get(pk=job_id) if taken else None


def _fail(job: Job, message: str) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, message=message[:200], finished_at=timezone.now()
    )


def revive_jobs() -> int:
    """Queue again what waits without a task or whose worker died; part of `kiun tick`."""
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, beat_at__lt=now - SILENCE_OF_THE_DEAD)
    forgotten = Q(state=JobState.WAITING, created_at__lt=now - SILENCE_OF_THE_DEAD)
    with scopes_disabled():
        jobs = list(Job.objects.filter(silent | forgotten))
        for job in jobs:
            if job.attempts >= MOST_ATTEMPTS:
                # Unless it ended in this very moment after all.
                Job.objects.filter(silent, pk=job.pk).update(state=JobState.FAILED, finished_at=now)
            else:
                announce(JobQueued(municipality_id=job.municipality_id, job_id=job.pk))
    return len(jobs)
