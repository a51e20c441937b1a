"""The calculation of levellings."""

from kiun.activity.job_kinds import JobKind, Progress, job_kinds
from kiun.activity.models import Job
from kiun.initiatives.services.levelling import JOB_KIND


def _run(job: Job, progress: Progress) -> None:
    # Only whoever calculates loads OR-tools, which takes memory and time at the start of a program.
    from kiun.initiatives.services.levelling_runs import run_levelling

    run_levelling(job, progress)


def register() -> None:
    job_kinds.register(JobKind(JOB_KIND, _run))
