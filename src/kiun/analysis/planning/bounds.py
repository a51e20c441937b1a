"""Days that no plan can save, found without search.

Method: the longest path; and, per resource, the work that must lie after a first day and before a last stretch (the
energetic argument of Baptiste, Le Pape and Nuijten 1999, Satisfiability Tests and Time-Bound Adjustments for
Cumulative Scheduling Problems), on calendars of changing capacity.
"""

from bisect import bisect_left
from itertools import accumulate

from kiun.analysis.planning.network import Network

_THRESHOLDS = 60


def least_end(network: Network) -> int:
    """No plan that keeps links, windows and capacities ends before this day."""
    return max([network.path_bound, *(_energy_bound(network, kind) for kind in range(len(network.levels)))])


def _energy_bound(network: Network, kind: int) -> int:
    rows = [row for row in range(network.size) if network.demands[row].get(kind)]
    if not rows:
        return 0
    supply = _supply(network, kind)
    bound = 0
    for head in _spread({network.heads[row] for row in rows}):
        tails: dict[int, int] = {}
        for row in rows:
            if network.heads[row] >= head:
                after = network.tails[row] - network.durations[row]
                tails[after] = tails.get(after, 0) + network.durations[row] * network.demands[row][kind]
        work = 0
        for after in sorted(tails, reverse=True):
            work += tails[after]
            bound = max(bound, _first_day(supply, supply[head] + work) + after)
    return bound


def _supply(network: Network, kind: int) -> list[int]:
    """Units × days there are before each day up to the horizon."""
    levels = network.levels[kind]
    daily: list[int] = []
    for (begin, units), end in zip(levels, [*(day for day, _ in levels[1:]), network.horizon], strict=True):
        daily.extend([units] * (end - begin))
    return list(accumulate(daily, initial=0))


def _first_day(supply: list[int], wanted: int) -> int:
    return min(bisect_left(supply, wanted), len(supply) - 1)


def _spread(values: set[int]) -> list[int]:
    """All of few values, evenly chosen ones of many: each alone gives a true bound."""
    ordered = sorted(values)
    return ordered[:: len(ordered) // _THRESHOLDS + 1]
