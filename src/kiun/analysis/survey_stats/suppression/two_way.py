"""Which cells of a table of two questions may be shown, when how many chose each answer is known already.

**What is protected.** People are counted by their answers to two questions, rows × columns. The sums of rows and
columns are the distributions of both questions, which are shown whole. The promise: *whatever a reader calculates from
the sums and the shown cells by adding and subtracting them, in any multiples, gives weight to `fewest` people or more,
or says what the sums alone say.* A cell that nobody is in is hidden like one of few, and no more can be calculated.

**Why it holds.** Think of rows and columns as points and of hidden cells as lines between them. A result has weights
w = x(row) − y(column) on hidden cells, where x and y are the multiples of the sums; on shown cells the reader gives
whatever weight they like, and any but 0 falls on `fewest` people at least. So let it be 0 there. If x − y is 0 on all
shown cells, these were not needed, and the sums alone say the result. Otherwise consider the points that hang together
by hidden cells (a *part*); its weights are not all 0, or there were nothing calculated. Among the levels of x and y in
some part one separates two points which shown cells and other parts tie to each other: if there were none in any part,
each part could be shifted so that x − y is 0 on all shown cells. All hidden cells across that level have weight. So it
is enough that in every part, two points tied to each other from outside are separated by no cut of hidden cells that
holds fewer than `fewest` people. That is what is checked, by minimal cuts. ∎

Several tables that share a question are proved one by one only: to subtract them from each other a reader would have to
know who of those who chose one answer chose another. Source of the picture: Gusfield 1988, SIAM J. Comput. 17.
"""

from collections.abc import Iterator

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.analysis.survey_stats.suppression.terms import Standing


def suppress_table(counts: ArrayLike, *, fewest: int = FEWEST_PEOPLE) -> Ints:
    """(rows × columns) the `Standing` of each cell of `counts`; rows and columns that nobody is in are shown.

    Deterministic; small cells are hidden rather than large ones. Raises ValueError for anything but a table of counts.
    """
    people = np.asarray(counts)
    if people.ndim != 2 or not np.issubdtype(people.dtype, np.integer) or (people < 0).any():  # noqa: PLR2004
        raise ValueError("counts must be a table of whole numbers from 0")
    standing = np.full(people.shape, Standing.SHOWN, np.int64)
    used = np.ix_(people.any(axis=1), people.any(axis=0))
    standing[used] = _settled(people[used].astype(np.int64), fewest)
    return standing


def _settled(people: Ints, fewest: int) -> Ints:
    standing = np.where(people < fewest, Standing.TOO_FEW, Standing.SHOWN).astype(np.int64)
    while (weak := _weak_cut(people, standing != Standing.SHOWN, fewest)) is not None:
        standing[_cheapest_way(people, standing != Standing.SHOWN, *weak)] = Standing.PROTECTS_OTHERS
    return standing


def _cheapest_way(people: Ints, hidden: Flags, side: Flags, others: Flags) -> tuple[Ints, Ints]:
    """The shown cells that lead from `side` to `others` of the same part, past other parts, with the fewest people."""
    rows, columns = np.indices(people.shape).reshape(2, -1)
    cost = np.where(hidden, 1, people * people.size).reshape(-1)
    outside = ~(hidden & (side | others)[: len(people), None]).reshape(-1)
    size = len(side)
    ways = scipy.sparse.csr_array((cost[outside], (rows[outside], len(people) + columns[outside])), shape=(size, size))
    starts = np.flatnonzero(side)
    found, before, _start = scipy.sparse.csgraph.dijkstra(
        ways, directed=False, indices=starts, min_only=True, return_predecessors=True
    )
    point = int(np.argmin(np.where(others, found, np.inf)))
    steps = []
    while before[point] >= 0:
        steps.append(sorted((point, int(before[point]))))
        point = int(before[point])
    row, column = np.array(steps).T
    column = column - len(people)
    chosen = ~hidden[row, column]
    return row[chosen], column[chosen]


def _weak_cut(people: Ints, hidden: Flags, fewest: int) -> tuple[Flags, Flags] | None:
    """(rows and columns) the points on both sides of a cut that tells too much; None if there is none."""
    part = _hanging_together(hidden)
    for number in np.unique(part):
        inside = part == number
        for one, other in _tied(hidden, part, inside):
            side = _cut(people, hidden, one, other, fewest)
            if side is not None:
                return side, inside & ~side
    return None


def _hanging_together(cells: Flags) -> Ints:
    """(rows and columns) the number of the part that each point is in."""
    rows, columns = np.nonzero(cells)
    size = sum(cells.shape)
    lines = scipy.sparse.coo_array((np.ones(len(rows)), (rows, len(cells) + columns)), shape=(size, size))
    return scipy.sparse.csgraph.connected_components(lines, directed=False)[1].astype(np.int64)


def _tied(hidden: Flags, part: Ints, inside: Flags) -> Iterator[tuple[int, int]]:
    """Points of a part which shown cells and the other parts tie together: enough pairs to join all of them."""
    rows, columns = np.nonzero(~hidden)
    columns = columns + hidden.shape[0]
    # Another part counts as one point, behind those of this one.
    point = np.where(inside, np.arange(len(part)), len(part) + part)
    joined = scipy.sparse.coo_array((np.ones(len(rows)), (point[rows], point[columns])), shape=(2 * len(part),) * 2)
    labels = scipy.sparse.csgraph.connected_components(joined, directed=False)[1]
    members = np.flatnonzero(inside)
    for label in np.unique(labels[members]):
        tied = members[labels[members] == label].tolist()
        for other in tied[1:]:
            yield tied[0], other


def _cut(people: Ints, hidden: Flags, one: int, other: int, fewest: int) -> Flags | None:
    """The points on the side of `one` when a cut between the two holds fewer than `fewest` people."""
    rows, columns = np.nonzero(hidden & (people > 0))
    weights, ends = people[rows, columns].astype(np.int32), (rows, len(people) + columns)
    size = sum(people.shape)
    both = np.append(*ends), np.append(*ends[::-1])
    capacity = scipy.sparse.csr_array((np.tile(weights, 2), both), shape=(size, size))
    found = scipy.sparse.csgraph.maximum_flow(capacity, one, other)
    if found.flow_value >= fewest:
        return None
    left = scipy.sparse.csr_array(capacity - found.flow)
    left.eliminate_zeros()
    side = np.zeros(size, np.bool_)
    side[scipy.sparse.csgraph.breadth_first_order(left, one, return_predecessors=False)] = True
    return side
