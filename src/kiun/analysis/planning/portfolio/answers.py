"""What a search answers, and how it is told on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from kiun.analysis.planning.portfolio.terms import Choice

Name = tuple[str, tuple[str, ...]]


class Status(StrEnum):
    OPTIMAL = "optimal"  # every level is proven
    FEASIBLE = "feasible"  # stopped before the proof
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"  # stopped before anything was found


@dataclass(frozen=True)
class Level:
    """`gap`: how much better the level could be at most, as a share of its value."""

    name: str
    value: int
    bound: int
    gap: float
    seconds: float


@dataclass(frozen=True)
class Use:
    """Of a budget ("budget", source, fiscal year; yen) or a capacity ("capacity", resource, quarter; FTE)."""

    kind: str
    id: str
    period: int
    used: float
    limit: float


@dataclass(frozen=True)
class Selection:
    """`choices` in the order of the projects; who is not in it is dropped. `conflict` names constraints as (kind, ids):
    together they cannot hold, and without any one of them the rest might (as far as the time reached).
    """

    status: Status
    choices: tuple[Choice, ...] = ()
    levels: tuple[Level, ...] = ()
    uses: tuple[Use, ...] = ()
    conflict: tuple[Name, ...] = ()
    repeatable: bool = False


@dataclass(frozen=True)
class Report:
    """How far a search is."""

    level: str
    value: int
    bound: int
    share: float  # of the time


Told = Callable[[Report], None]


class Stop:
    """Ends a search from another thread; the best so far is the answer."""

    def __init__(self) -> None:
        self.is_set = False
        self._ends: list[Callable[[], object]] = []

    def set(self) -> None:
        self.is_set = True
        for end in list(self._ends):
            end()

    @contextmanager
    def ending(self, end: Callable[[], object]) -> Iterator[None]:
        """`end` is called, once or more, when somebody wants it to stop, or has wanted it already."""
        self._ends.append(end)
        if self.is_set:
            end()
        try:
            yield
        finally:
            self._ends.remove(end)
