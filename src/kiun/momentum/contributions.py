"""What this room does by itself, and gives to lower ones."""

from datetime import datetime, timedelta

from kiun.activity.job_kinds import JobKind, Progress, job_kinds
from kiun.activity.models import Job
from kiun.kernel.schedule import Duty, duties
from kiun.momentum import (
    access,
    agenda,
    loop,
    navigation,
    receivers,  # noqa: F401 - hears what happens to surveys
    sources,
)
from kiun.momentum.models import Wave
from kiun.momentum.services.evaluating import evaluate_with
from kiun.momentum.services.interventions import begin_due_interventions
from kiun.momentum.services.publishing import publish_wave
from kiun.momentum.services.waves import JOB_KIND, open_due_waves
from kiun.municipality.actors import system_actor
from kiun.municipality.every_town import in_every_town


def _publish(job: Job, progress: Progress) -> None:
    wave = Wave.objects.get(pk=job.parameters["wave"])
    publish_wave(wave)
    evaluate_with(actor=system_actor(wave.municipality), wave=wave)
    progress.finish({})


def _open(now: datetime) -> str:
    in_every_town(lambda actor: open_due_waves(actor.municipality, actor.on), now)
    return ""


def _begin(now: datetime) -> str:
    in_every_town(begin_due_interventions, now)
    return ""


PARTS = (access, agenda, loop, navigation, sources)


def register() -> None:
    for part in PARTS:
        part.register()
    job_kinds.register(JobKind(JOB_KIND, _publish))
    duties.register(Duty(id="momentum.waves", every=timedelta(hours=1), run=_open))
    duties.register(Duty(id="momentum.interventions", every=timedelta(hours=1), run=_begin))
