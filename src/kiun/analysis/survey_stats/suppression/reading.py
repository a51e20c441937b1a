"""The proof that a reader can calculate nothing about few people; the theorem is in the package's docstring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy  # its parts load when they are first used

from kiun.analysis.survey_stats.arrays import Flags, Ints

WIDEST = 32
"""How far apart two blocks of a class are looked at as a pair; fewer pairs prove less, never too much."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What somebody has read: `views` are (people) the block of each person, 0 for those in none.

    `classes` (people) is the same number for people who are in the same block in every view; 0 for those in none.
    `twins` are places of people who answered in the wave that is being read, each of whom either was in no view before
    it or has a twin of their own, who was in the same blocks and has not answered now. `latest` (twins) is as `classes`
    for the views of that wave alone.
    """

    views: tuple[Ints, ...]
    classes: Ints
    twins: Ints
    latest: Ints

    @classmethod
    def nothing(cls, people: int) -> "Reading":
        none = np.empty(0, dtype=np.int64)
        return cls((), np.zeros(people, dtype=np.int64), none, none)

    def with_view(self, blocks: Ints) -> "Reading":
        classes, latest = _refined(self.classes, blocks), _refined(self.latest, blocks[self.twins])
        return Reading((*self.views, blocks), classes, self.twins, latest)

    def with_wave(self, places: Ints) -> "Reading":
        """The same when a wave is opened in which those at `places` answered."""
        answered = np.zeros(len(self.classes), dtype=np.bool_)
        answered[places] = True
        silent = np.bincount(self.classes[~answered], minlength=self.classes.max(initial=0) + 1)
        ranked = places[np.argsort(self.classes[places], kind="stable")]
        owner = self.classes[ranked]
        number = np.arange(len(ranked)) - np.searchsorted(owner, owner)
        twins = ranked[(owner == 0) | (number < silent[owner])]
        return Reading(self.views, self.classes, twins, np.zeros_like(twins))

    def exposed(self, blocks: Ints, fewest: int) -> Ints:
        """(people) the number of the exposed group that each is in, when a view with these `blocks` is read too.

        0 is nobody of whom anything new is said; groups below 0 are known already. The view is safe if none is above.
        """
        places, count = _close(blocks)
        tables = [_counted(self.classes, places, count), _counted(self.latest, places[self.twins], count)]
        groups = _grouped(tables, count, fewest)[places]
        unknown = np.bincount(groups, minlength=count) > 0
        unknown[0] = False
        while any(_derive(view, groups, unknown) for view in reversed(self.views)):
            pass
        return np.where(unknown[groups], groups, -groups)


class _Counts(NamedTuple):
    """How many `people` of each `block` are in each class."""

    owner: Ints
    block: Ints
    people: Ints


def _close(blocks: Ints) -> tuple[Ints, int]:
    """The blocks numbered without gaps, 0 staying 0, and how many there are."""
    used = np.bincount(blocks, minlength=1) > 0
    used[0] = True
    return (np.cumsum(used) - 1)[blocks], int(used.sum())


def _refined(classes: Ints, blocks: Ints) -> Ints:
    """(people) the same number for those of the same class and block; 0 stays for those in none of either."""
    keys = classes * (blocks.max(initial=0) + 1) + blocks
    return np.unique(np.append(keys, 0), return_inverse=True)[1][:-1]


def _counted(classes: Ints, places: Ints, blocks: int) -> _Counts:
    keys, people = np.unique(classes * blocks + places, return_counts=True)
    return _paired(keys, people, blocks)


def _paired(keys: Ints, people: Ints, blocks: int) -> _Counts:
    """What can link: class 0, and classes that lie in several blocks."""
    owner = keys // blocks
    follows = np.append(False, owner[1:] == owner[:-1])
    useful = (owner == 0) | follows | np.append(follows[1:], False)
    return _Counts(owner[useful], (keys - owner * blocks)[useful], people[useful])


def _grouped(tables: Sequence[_Counts], blocks: int, fewest: int) -> Ints:
    """(blocks) the first block of the group that each is linked with; that of 0 is the group of which nothing is said.

    Two blocks are linked when one of the tables holds `fewest` disjoint pairs of people, one of each block, who are in
    the same class; a person in no class is linked with block 0 without a second one.
    """
    first = np.arange(blocks)
    while True:
        strong = np.concatenate([_links(table, blocks, fewest) for table in tables])
        if not strong.size:
            return first
        joined = scipy.sparse.coo_array((np.ones(len(strong)), np.divmod(strong, blocks)), shape=(blocks, blocks))
        count, label = scipy.sparse.csgraph.connected_components(joined, directed=False)
        least = np.full(count, blocks)
        np.minimum.at(least, label, np.arange(blocks))
        first = least[label][first]
        tables = [_merged(table, first, blocks) for table in tables]


def _merged(table: _Counts, first: Ints, blocks: int) -> _Counts:
    keys, where = np.unique(table.owner * blocks + first[table.block], return_inverse=True)
    return _paired(keys, np.bincount(where, table.people, len(keys)).astype(np.int64), blocks)


def _links(table: _Counts, blocks: int, fewest: int) -> Ints:
    """The linked pairs of blocks, as lower · `blocks` + upper."""
    found = list(_pairs(table, blocks))
    pairs, where = np.unique(np.concatenate([pair for pair, _ in found]), return_inverse=True)
    people = np.bincount(where, np.concatenate([weight for _, weight in found]), len(pairs))
    return pairs[people >= fewest]


def _pairs(table: _Counts, blocks: int) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of blocks that share a class, and how many disjoint pairs of people they have there."""
    owner, block, people = table
    unread = (owner == 0) & (block > 0)
    yield block[unread], people[unread]
    lower = np.flatnonzero(owner > 0)
    for distance in range(1, WIDEST):
        lower = lower[lower + distance < len(owner)]
        lower = lower[owner[lower] == owner[lower + distance]]
        if not lower.size:
            return
        upper = lower + distance
        yield block[lower] * blocks + block[upper], np.minimum(people[lower], people[upper])


def _derive(view: Ints, groups: Ints, unknown: Flags) -> bool:
    """Unmark the groups that a `view` read before tells already; True if there were any.

    Groups that share blocks of the view hang together. If together they are a sum of blocks, and all of them but one
    are known, so is that one.
    """
    if not unknown.any():
        return False
    size, blocks = len(unknown), int(view.max(initial=0)) + 1
    outside = np.bincount(groups[view == 0], minlength=size) > 0
    sought = np.flatnonzero(unknown)
    if outside[sought].all():
        return False
    # One edge between each block and a group of its people, and one for every person who is in another.
    sample = np.zeros(blocks, dtype=np.int64)
    sample[view] = groups
    others = (sample[view] != groups) & (view > 0) & (groups > 0)
    ends = np.append(np.arange(blocks), view[others]), blocks + np.append(sample, groups[others])
    told = (ends[0] > 0) & (ends[1] > blocks)
    joined = scipy.sparse.coo_array(
        (np.ones(int(told.sum())), (ends[0][told], ends[1][told])), shape=(blocks + size,) * 2
    )
    count, label = scipy.sparse.csgraph.connected_components(joined, directed=False)
    # What hangs together with people in no block, or with the group of which nothing is said, is no sum.
    partial = np.zeros(count, dtype=np.bool_)
    partial[label[blocks + np.flatnonzero(outside)]] = True
    partial[label[view[(view > 0) & (groups == 0)]]] = True
    together = label[blocks + sought]
    settled = sought[~partial[together] & (np.bincount(together, minlength=count)[together] == 1)]
    unknown[settled] = False
    return bool(settled.size)
