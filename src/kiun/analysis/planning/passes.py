"""What a plan leaves open by its links and deadlines alone; no solver, quick enough for every page.

Method: forward and backward pass of the critical path method (Kelley and Walker 1959) from given starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiun.analysis.planning.network import Network, network_of, push_backward
from kiun.analysis.planning.terms import Flaw, Project, ProjectError


@dataclass(frozen=True)
class Leeway:
    """In working days. `total`: how much later an activity may start, pushing its followers, without a later end of
    the project or a broken deadline; below 0 where the plan breaks one already. `free`: without moving any other.
    """

    total: int
    free: int


def start_of(activity: str, starts: Mapping[str, int]) -> int:
    """Raises ProjectError (MISSING_START) when there is none."""
    if activity not in starts:
        raise ProjectError(Flaw.MISSING_START, (activity,))
    return starts[activity]


def earliest_starts(project: Project) -> dict[str, int]:
    """Where every activity would start if there were people and money for all of them at once."""
    network = network_of(project)
    return dict(zip(network.ids, network.heads, strict=True))


def slack(project: Project, starts: Mapping[str, int]) -> dict[str, Leeway]:
    """Raises ProjectError when an activity has no start or the links form a circle."""
    network = network_of(project)
    rows = [start_of(each, starts) for each in network.ids]
    latest = latest_starts(network, rows)
    end = end_of(network, rows)
    leeway = {}
    for row, each in enumerate(network.ids):
        alone = min(end - network.durations[row], network.latest_own[row])
        for after, gap in network.successors[row]:
            alone = min(alone, rows[after] - gap)
        leeway[each] = Leeway(latest[row] - rows[row], alone - rows[row])
    return leeway


def critical_path(project: Project, starts: Mapping[str, int]) -> tuple[str, ...]:
    """The activities, by start, of which each day of delay moves the end of the project or breaks a deadline."""
    return tuple(
        sorted(
            (each for each, leeway in slack(project, starts).items() if leeway.total <= 0),
            key=lambda each: (starts[each], each),
        )
    )


def end_of(network: Network, starts: Sequence[int]) -> int:
    return max((start + days for start, days in zip(starts, network.durations, strict=True)), default=0)


def latest_starts(network: Network, starts: Sequence[int]) -> list[int]:
    """For each row the last start that neither moves the end of the project nor breaks a deadline."""
    end = end_of(network, starts)
    own = [min(end - days, last) for days, last in zip(network.durations, network.latest_own, strict=True)]
    return push_backward(network, own)
