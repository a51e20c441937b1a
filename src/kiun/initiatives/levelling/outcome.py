"""What a levelling keeps as JSON in `Levelling.result`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kiun.kernel.plain import day_in, plain

Dates = tuple[date, date]
# Why a task moves that begins as planned: its estimate does not fit into its days.
TOO_SHORT = "too_short"
# It should have been done already, and has not begun.
OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class TaskMove:
    """`because` as in `analysis.planning.Because`; `waits_for` is the task that keeps the person until then."""

    task: int
    old: Dates
    new: Dates
    because: str
    waits_for: int | None = None
    person: int | None = None


@dataclass(frozen=True, kw_only=True)
class PersonGain:
    """How many working days earlier everything would be done with one more like this person (a post)."""

    person: int
    days: int


@dataclass(frozen=True, kw_only=True)
class PersonOverfull:
    """Fixed work alone is more than this person (a post) has time for, on so many working days."""

    person: int
    days: int
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class LevellingOutcome:
    """`stays`: tasks that keep their days. `left_days`: by how many working days a better order could end earlier at
    most; 0 when it is proven that none does.
    """

    moves: tuple[TaskMove, ...] = ()
    stays: int = 0
    old_end: date | None = None
    new_end: date | None = None
    left_days: int = 0
    gains: tuple[PersonGain, ...] = ()
    overfull: tuple[PersonOverfull, ...] = ()
    is_repeatable: bool = True
    seconds: float = 0.0


def outcome_as_json(outcome: LevellingOutcome) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(outcome).items()}


def outcome_from_json(stored: Mapping[str, Any]) -> LevellingOutcome:
    moves = ({**one, "old": _days(one["old"]), "new": _days(one["new"])} for one in stored["moves"])
    return LevellingOutcome(
        **{
            **stored,
            "moves": tuple(TaskMove(**one) for one in moves),
            "gains": tuple(PersonGain(**one) for one in stored["gains"]),
            "overfull": tuple(_overfull(one) for one in stored.get("overfull", ())),
            "old_end": day_in(stored["old_end"]),
            "new_end": day_in(stored["new_end"]),
        }
    )


def _overfull(one: Mapping[str, Any]) -> PersonOverfull:
    first, last = _days((one["first"], one["last"]))
    return PersonOverfull(person=one["person"], days=one["days"], first=first, last=last)


def _days(pair: Sequence[str]) -> Dates:
    return date.fromisoformat(pair[0]), date.fromisoformat(pair[1])
