"""What serves a goal: rooms above hold the work, and tell how far it is and what is late."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Serving:
    """One thing that serves a goal. `percent` is None while nothing is planned; `mark` is a status of `ui.statuses`,
    whose shape shows `word`.
    """

    name: str
    url: str
    note: str
    percent: int | None
    mark: str
    word: str | Promise
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class ServingSource:
    """`serving` answers for many goals at once, with what the actor may see; `proposal` gives the address where the
    first thing for a goal is proposed: "" when there is one already or the actor may not. `stopped`: those of the
    goals for which all the work was stopped, and whether residents may know.
    """

    id: str
    label: Any
    serving: Callable[[Actor, Collection[int]], Mapping[int, Sequence[Serving]]]
    proposal: Callable[[Actor, int], str]
    stopped: Callable[..., set[int]]


SERVING: Registry[ServingSource] = Registry()


def what_serves(
    actor: Actor, goals: Collection[int], registry: Registry[ServingSource] = SERVING
) -> dict[int, tuple[Serving, ...]]:
    """By goal; a fixed number of queries for each source."""
    found: dict[int, tuple[Serving, ...]] = {}
    for source in registry if goals else ():
        for goal, servings in source.serving(actor, goals).items():
            found[goal] = (*found.get(goal, ()), *servings)
    return found


def proposal_for(actor: Actor, goal: int, registry: Registry[ServingSource] = SERVING) -> str:
    return next((url for source in registry if (url := source.proposal(actor, goal))), "")


def goals_without_work(
    goals: Collection[int], *, to_residents: bool, registry: Registry[ServingSource] = SERVING
) -> set[int]:
    """Those for which all the work was stopped: an outlook of theirs follows from the past alone."""
    return {goal for source in registry if goals for goal in source.stopped(goals, to_residents=to_residents)}
