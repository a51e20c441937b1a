"""Units day by day, as arrays: resources along the first axis, days from 0 to the horizon along the second."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.planning.network import Network

Days = NDArray[np.int64]


def capacities(network: Network) -> Days:
    units = np.zeros((len(network.levels), network.horizon + 1), dtype=np.int64)
    for kind, levels in enumerate(network.levels):
        for day, capacity in levels:
            units[kind, day:] = capacity
    return units


def free_units(network: Network, starts: Mapping[int, int]) -> Days:
    """What the rows that have a start leave over; below 0 where they ask for too much."""
    free = capacities(network)
    for row, start in starts.items():
        for kind, units in network.demands[row].items():
            free[kind, max(start, 0) : start + network.durations[row]] -= units
    return free
