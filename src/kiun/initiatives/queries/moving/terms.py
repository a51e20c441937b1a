from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from kiun.kernel.fiscal_year import fiscal_year_of


@dataclass(frozen=True, kw_only=True)
class Move:
    """`with_work`: unfinished tasks, phases and milestones go along by as many days as the end moves. `with_followers`:
    initiatives that would begin too early are pushed as far as the links ask, with their work.
    """

    starts_on: date
    ends_on: date
    with_work: bool = True
    with_followers: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenInitiative:
    """One of the town's, before the move."""

    key: int
    name: str
    starts_on: date
    ends_on: date
    legal_deadline: date | None
    may_move: bool
    is_visible: bool


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Its dates before and after. `days`: how far its work goes along."""

    key: int
    name: str
    old: tuple[date, date]
    new: tuple[date, date]
    days: int

    @property
    def delay(self) -> int:
        return (self.new[1] - self.old[1]).days


@dataclass(frozen=True, kw_only=True)
class Collision:
    """`after` begins on `starts_on`, and `needed` would be the first day that its link allows. A name is "" where the
    reader may not see the initiative; `may_push`: the reader may move `after`.
    """

    before: str
    after: str
    starts_on: date
    needed: date
    was_there: bool
    may_push: bool


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A phase or milestone whose day changes, or that no longer lies within its initiative."""

    name: str
    initiative: str
    old: date
    new: date
    is_outside: bool = False
    is_past: bool = False

    @property
    def changes_year(self) -> bool:
        return fiscal_year_of(self.old) != fiscal_year_of(self.new)


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A deadline, set by law or of a goal, before the new end."""

    name: str
    initiative: str
    deadline: date
    ends_on: date
    was_missed: bool


@dataclass(frozen=True, kw_only=True)
class Short:
    """People that are missing in the worst month, in full-time ones; `skill` is "" for a department in all."""

    department: str
    skill: str
    month: date
    missing: float


@dataclass(frozen=True, kw_only=True)
class Effect:
    """`moved`: the initiative itself first, then those that are pushed. `broken_tasks`: pairs of tasks of different
    initiatives whose order breaks.
    """

    moved: tuple[Moved, ...]
    collisions: tuple[Collision, ...] = ()
    slips: tuple[Slip, ...] = ()
    laws: tuple[Missed, ...] = ()
    goals: tuple[Missed, ...] = ()
    tasks: int = 0
    tasks_outside: int = 0
    broken_tasks: tuple[tuple[str, str], ...] = ()
    shortages: tuple[Short, ...] = ()

    @property
    def root(self) -> Moved:
        return self.moved[0]

    @property
    def followers(self) -> tuple[Moved, ...]:
        return self.moved[1:]

    @property
    def troubles(self) -> int:
        """How much is wrong only because of the move."""
        collisions = sum(not one.was_there for one in self.collisions)
        missed = sum(not one.was_missed for one in (*self.laws, *self.goals))
        slips = sum(slip.is_outside or slip.is_past for slip in self.slips)
        return collisions + missed + slips + self.tasks_outside + len(self.broken_tasks) + len(self.shortages)

    @cached_property
    def fingerprint(self) -> str:
        """Whoever saves gives it back: it must still be the effect that was shown."""
        return sha256(repr(self).encode()).hexdigest()[:16]
