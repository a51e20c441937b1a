"""What a review of the plan has to talk about. Rooms register what they watch; the review makes its agenda from it.

The registry stands here, on the lowest floor that knows the plan, so that every room beside the one that holds reviews
can bring something to the table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor


class Severity(IntEnum):
    HIGH = 1
    MIDDLE = 2
    LOW = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with a row (`subject_type` is the model's label, "goals.indicator").

    `sentence` says it with its figure, in the language that is active; `figure` and `figure_label` are the same for
    eyes at the other end of a table; `path` is the page on which it can be looked at.
    """

    subject_type: str
    subject_id: int
    title: str
    sentence: str
    figure: str = ""
    figure_label: str = ""
    as_of: date
    severity: Severity
    path: str = ""
    department_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgendaContribution:
    """`find` is given Kiun itself on the day of the review's preparation: an agenda is the same whoever prepares it."""

    id: str
    label: Any
    find: Callable[[Actor], Iterable[Finding]]


review_agenda: Registry[AgendaContribution] = Registry()
