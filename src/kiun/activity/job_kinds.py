"""Rooms register what their background work does; the Job row and its progress are the same for all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kiun.activity.models import Job, JobState
from kiun.kernel.errors import DomainError
from kiun.kernel.registries import Registry

SECONDS_BETWEEN_BEATS = 0.5


class JobStoppedError(DomainError):
    """The person pressed stop."""


class Progress:
    """Handed to the work: says how far it is, and ends it in the work's own transaction."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last_beat = 0.0

    def report(self, done: int, total: int, message: object = "") -> None:
        """Call often, outside a transaction; the row is written at most twice a second."""
        if time.monotonic() - self._last_beat < SECONDS_BETWEEN_BEATS:
            return
        self._last_beat = time.monotonic()
        still_running = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING).update(
            done=done, total=total, message=str(message)[:200], beat_at=timezone.now()
        )
        if not still_running:
            raise JobStoppedError("")

    def finish(self, result: dict[str, Any], url: str = "") -> None:
        """Write the result. Called in the same transaction as the effect: a work done twice is impossible."""
        ended = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING).update(
            state=JobState.DONE, result=result, result_url=url, message="", finished_at=timezone.now()
        )
        if not ended:
            raise JobStoppedError("")


@dataclass(frozen=True)
class JobKind:
    id: str
    run: Callable[[Job, Progress], None]


job_kinds: Registry[JobKind] = Registry()
