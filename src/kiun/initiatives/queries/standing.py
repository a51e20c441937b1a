"""How an initiative stands today, in one word: what the lists filter by, the pages show and the loop counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import UNFINISHED, Blocker, Initiative, InitiativeStatus, Milestone, Task


class Standing(TextChoices):
    """The most urgent that is true; what has ended or is not yet approved is neither late nor in time."""

    LATE = "late", pgettext_lazy("standing", "late")
    BLOCKED = "blocked", pgettext_lazy("standing", "blocked")
    IN_TIME = "in_time", pgettext_lazy("standing", "in time")
    COMING = "coming", pgettext_lazy("standing", "not begun")
    PROPOSED = "proposed", pgettext_lazy("standing", "awaits approval")
    DONE = "done", pgettext_lazy("standing", "completed")
    STOPPED = "stopped", pgettext_lazy("standing", "stopped")

    @property
    def mark(self) -> str:
        """Whose shape and colour show it; the word is its own."""
        return MARKS[self]


MARKS = {
    Standing.LATE: "late",
    Standing.BLOCKED: "even",
    Standing.IN_TIME: "on_track",
    Standing.COMING: "unknown",
    Standing.PROPOSED: "stale",
    Standing.DONE: "on_track",
    Standing.STOPPED: "unknown",
}

ENDED_OR_PROPOSED = (InitiativeStatus.PROPOSED, InitiativeStatus.DONE, InitiativeStatus.STOPPED)
# Those that the plan counts with, the most urgent first.
COUNTED = (Standing.LATE, Standing.BLOCKED, Standing.IN_TIME, Standing.COMING)


def with_standing(initiatives: QuerySet[Initiative], on: date) -> QuerySet[Any]:
    """Annotate `standing`."""
    return initiatives.annotate(
        standing=Case(
            When(status=InitiativeStatus.PROPOSED, then=Value(Standing.PROPOSED)),
            When(status=InitiativeStatus.DONE, then=Value(Standing.DONE)),
            When(status=InitiativeStatus.STOPPED, then=Value(Standing.STOPPED)),
            When(is_late_on(on), then=Value(Standing.LATE)),
            When(_is_blocked(), then=Value(Standing.BLOCKED)),
            When(starts_on__gt=on, then=Value(Standing.COMING)),
            default=Value(Standing.IN_TIME),
            output_field=CharField(),
        )
    )


def standing_of(
    status: str, starts_on: date, ends_on: date, on: date, *, is_behind: bool, is_blocked: bool
) -> Standing:
    """Twin of `with_standing` for whoever has counted tasks and milestones already."""
    if status in ENDED_OR_PROPOSED:
        return Standing(status)
    if ends_on < on or is_behind:
        return Standing.LATE
    if is_blocked:
        return Standing.BLOCKED
    return Standing.COMING if starts_on > on else Standing.IN_TIME


def is_late_on(on: date) -> Q:
    """Past its own end, or behind with a task or a milestone."""
    tasks = Task.objects.filter(initiative=OuterRef("pk"), status__in=UNFINISHED, due_on__lt=on)
    milestones = Milestone.objects.filter(initiative=OuterRef("pk"), reached_on__isnull=True, due_on__lt=on)
    return Q(ends_on__lt=on) | Q(Exists(tasks)) | Q(Exists(milestones))


def told_to_residents(standing: str, starts_on: date, on: date) -> Standing:
    """What is late is late for residents too, but not by what; what stands in the way is a matter of the town hall
    (docs/privacy.md).
    """
    if standing == Standing.BLOCKED:
        return Standing.COMING if starts_on > on else Standing.IN_TIME
    return Standing(standing)


def _is_blocked() -> Q:
    standing_in_the_way = Blocker.objects.filter(
        task__initiative=OuterRef("pk"), task__status__in=UNFINISHED, resolved_on__isnull=True
    )
    return Q(Exists(standing_in_the_way))


@dataclass(frozen=True, kw_only=True)
class StandingCounts:
    late: int = 0
    blocked: int = 0
    in_time: int = 0
    coming: int = 0
    proposed: int = 0
    done: int = 0
    stopped: int = 0

    @property
    def counted(self) -> int:
        """All that the plan counts with."""
        return self.late + self.blocked + self.in_time + self.coming

    @property
    def open(self) -> int:
        return self.counted + self.proposed

    @property
    def total(self) -> int:
        return self.open + self.done + self.stopped


def standing_counts(initiatives: QuerySet[Initiative], on: date) -> StandingCounts:
    annotated = with_standing(initiatives, on).order_by().values_list("standing").annotate(number=Count("pk"))
    return StandingCounts(**{str(standing): number for standing, number in annotated})
