"""From the schedule of the library to what a levelling keeps."""

from dataclasses import replace

from kiun.analysis.planning import Effort, Schedule, gains
from kiun.initiatives.levelling.outcome import (
    OVERDUE,
    TOO_SHORT,
    LevellingOutcome,
    PersonGain,
    PersonOverfull,
    TaskMove,
)
from kiun.initiatives.levelling.workload import WHOLE, Workload

MOST_GAINS = 3
EFFORT_FOR_A_GAIN = Effort(seconds=5, rounds=1)


def outcome_of(workload: Workload, plan: Schedule, seconds: float) -> LevellingOutcome:
    moves = [move for key in workload.tasks if (move := _move(workload, key, plan))]
    ends = {key: task.due_on for key, task in workload.tasks.items()}
    return LevellingOutcome(
        moves=tuple(sorted(moves, key=lambda move: (move.new, move.task))),
        stays=len(workload.tasks) - len(moves),
        old_end=max(ends.values(), default=None),
        new_end=max((ends | {move.task: move.new[1] for move in moves}).values(), default=None),
        left_days=0 if plan.end is None else plan.end - plan.bound,
        gains=tuple(_gains(workload, plan)),
        overfull=tuple(_overfull(workload)),
        is_repeatable=plan.repeatable,
        seconds=seconds,
    )


def _move(workload: Workload, key: int, plan: Schedule) -> TaskMove | None:
    """None for one that begins as planned and is done by its day."""
    task, span, start = workload.tasks[key], workload.spans[key], plan.starts[str(key)]
    due = workload.calendar.day(start + span.days - 1)
    begins_later, is_overdue = start > span.start, task.due_on < workload.calendar.first
    if not begins_later and due <= task.due_on:
        return None
    reason = plan.reasons[str(key)]
    person = workload.people.get(reason.resource or "")
    return TaskMove(
        task=key,
        old=(task.starts_on, task.due_on),
        new=(workload.calendar.day(start) if begins_later or is_overdue else task.starts_on, due),
        because=reason.because.value if begins_later else OVERDUE if is_overdue else TOO_SHORT,
        waits_for=int(reason.waits_for) if begins_later and reason.waits_for else None,
        person=person.pk if begins_later and person else None,
    )


def _gains(workload: Workload, plan: Schedule) -> list[PersonGain]:
    """Only of the tightest few: each is planned anew."""
    tightest = replace(plan, bottlenecks=plan.bottlenecks[:MOST_GAINS])
    units = dict.fromkeys(workload.people, WHOLE)
    found = gains(workload.project, tightest, units=units, effort=EFFORT_FOR_A_GAIN)
    return [PersonGain(person=workload.people[one.resource].pk, days=one.saved) for one in found if one.saved]


def _overfull(workload: Workload) -> list[PersonOverfull]:
    """Whoever has too much first comes first."""
    found = [
        PersonOverfull(person=workload.people[person].pk, days=len(days), first=days[0], last=days[-1])
        for person, days in workload.overfull.items()
    ]
    return sorted(found, key=lambda one: (one.first, one.person))
