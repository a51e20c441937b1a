"""Which cell is hidden next: the choice decides how much is lost, never whether what stays is safe."""

from dataclasses import dataclass, field

import numpy as np

from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.suppression.grid import Grid
from kiun.analysis.survey_stats.suppression.terms import Standing


@dataclass(eq=False)
class View:
    """A grid and what has become of its cells; `weight` (units × categories) is how much each would be missed."""

    grid: Grid
    standing: Ints
    weight: Ints
    blocks: Ints = field(init=False)

    def __post_init__(self) -> None:
        self._cut()

    @property
    def shown(self) -> Flags:
        return np.equal(self.standing, Standing.SHOWN)

    def hide(self, cells: Ints, reason: Standing) -> None:
        assert cells.size, "what is exposed must be hidden"
        self.standing.reshape(-1)[cells] = reason
        self._cut()

    def _cut(self) -> None:
        self.blocks = self.grid.blocks(self.grid.lowest(self.shown))


def cheapest(view: View, groups: Ints) -> Ints:
    """For each exposed group the cell that is missed least: one that leaves it, or one that brings it enough people.

    A cell leaves when the block above, into which its people fall, is in another group. A cell below a block of the
    group brings people when its own block is linked with others; or when it has no block yet, but such a one below.
    Of the exposed groups of a tree the largest waits: it is mostly the others that expose it.
    """
    numbers, above = view.grid.numbers(), view.grid.above(view.shown)
    size = numbers.size + 1
    group = np.zeros(size, dtype=np.int64)
    group[view.blocks] = groups
    filled = np.bincount(view.blocks, minlength=size) > 0
    exposed, group = group > 0, np.abs(group)
    linked = filled & ((np.bincount(group[filled], minlength=size) > 1) | (np.arange(size) == 0))[group]
    acting = exposed & ~_waiting(view, groups)[group]
    own, other = group[numbers], group[above]
    apart = view.shown & (own != other)
    bridging = view.shown & ~filled[numbers] & view.grid.any_below(view.shown & linked[numbers])
    leaves = apart & acting[numbers]
    brings = ((apart & linked[numbers]) | bridging) & acting[above]
    return _lowest(view, _least_of_each(np.where(brings, other, 0), np.where(leaves, own, 0), view.weight))


def _lowest(view: View, cells: Ints) -> Ints:
    """Those below which none is to be hidden: when those are, the cells above may be safe."""
    units = cells // view.standing.shape[1]
    chosen = np.zeros(len(view.grid.parents), dtype=np.bool_)
    chosen[units] = True
    later: Flags = view.grid.any_below(chosen)[units]
    kept: Ints = cells[~later]
    return kept


def _waiting(view: View, groups: Ints) -> Flags:
    """(groups) which are the largest of several exposed ones that begin in the same tree."""
    members = np.flatnonzero(groups > 0)
    people = np.bincount(groups[members], minlength=view.grid.people.size + 1)
    exposed = np.flatnonzero(people)
    anybody = np.zeros_like(people)
    anybody[groups[members]] = members
    tree, people = view.grid.roots()[view.grid.units[anybody[exposed]]], people[exposed]
    ranked = np.lexsort((exposed, people, tree))
    exposed, tree = exposed[ranked], tree[ranked]
    same = tree[1:] == tree[:-1]
    waits = np.zeros(view.grid.people.size + 1, dtype=np.bool_)
    waits[exposed[np.append(False, same) & ~np.append(same, False)]] = True
    return waits


def entangled(view: View, exposed: Ints, classes: Ints) -> Ints:
    """For each group of a coarser view that this one exposes, the least missed cell of each unit that touches it."""
    told = np.zeros(classes.max() + 1, dtype=np.int64)
    told[classes[exposed > 0]] = exposed[exposed > 0]
    group, cell = told[classes], view.blocks - 1
    touched = (group > 0) & (cell >= 0)
    if not touched.any():
        return np.unique(cell[cell >= 0])
    width = view.standing.shape[1]
    pairs = np.unique(np.column_stack([group[touched], cell[touched] // width, cell[touched]]), axis=0)
    ranked = pairs[np.lexsort((pairs[:, 2], view.weight.reshape(-1)[pairs[:, 2]], pairs[:, 1], pairs[:, 0]))]
    first = np.unique(ranked[:, :2], axis=0, return_index=True)[1]
    return np.unique(ranked[first, 2])


def _least_of_each(some: Ints, others: Ints, weights: Ints) -> Ints:
    """The place of the lightest cell of each group, where a cell may be in one of `some` and of `others`; 0 is none."""
    owner = np.concatenate([some.reshape(-1), others.reshape(-1)])
    cells = np.flatnonzero(owner)
    owner, cells = owner[cells], cells % some.size
    order = np.lexsort((cells, weights.reshape(-1)[cells], owner))
    first = np.unique(owner[order], return_index=True)[1]
    return np.unique(cells[order][first])
