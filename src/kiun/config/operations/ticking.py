"""Runs the duties that are due, each by one ticker only, however many tickers there are on however many machines."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from kiun.config.models import DutyRun
from kiun.kernel.schedule import Duty

logger = logging.getLogger(__name__)

# A claimed duty is left alone for this long; if its ticker was killed, another one then takes over.
LEASE = timedelta(minutes=10)
RETRY_AFTER = timedelta(minutes=5)
OUTCOME_LENGTH = 300


@dataclass(frozen=True)
class Outcome:
    duty: str
    was_successful: bool
    words: str


def run_due(duties: Iterable[Duty], clock: Callable[[], datetime] = timezone.now) -> list[Outcome]:
    """Each duty begins at its own time: the one before it may have taken longer than a lease."""
    return [_run(duty, now, until) for duty in duties if (until := _claim(duty, now := clock()))]


def _claim(duty: Duty, now: datetime) -> datetime | None:
    """Until when the duty is ours. One conditional UPDATE decides: of several tickers, exactly one changes the row."""
    DutyRun.objects.get_or_create(duty=duty.id, defaults={"due_at": now})
    until = now + max(duty.every, LEASE)
    return until if DutyRun.objects.filter(duty=duty.id, due_at__lte=now).update(due_at=until) else None


def _run(duty: Duty, now: datetime, until: datetime) -> Outcome:
    try:
        outcome = Outcome(duty.id, was_successful=True, words=duty.run(now))
    except Exception as error:  # one room's failure must not stop the duties of the others
        logger.exception("The duty %s failed", duty.id)
        outcome = Outcome(duty.id, was_successful=False, words=f"{type(error).__name__}: {error}")
    pause = duty.every if outcome.was_successful else min(duty.every, RETRY_AFTER)
    # Whoever has taken the duty over meanwhile keeps it.
    DutyRun.objects.filter(duty=duty.id, due_at=until).update(
        due_at=now + pause,
        last_run_at=now,
        was_successful=outcome.was_successful,
        outcome=outcome.words[:OUTCOME_LENGTH],
    )
    return outcome
