"""Of units that may be shown, which questions are told: where some of their people gave no answer, fewer are left.

Each question by itself: what is calculated from several, as the mean of three, is not seen through here.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.analysis.survey_stats.suppression.terms import NOBODY, levels


def told(parents: ArrayLike, people: ArrayLike, shown: ArrayLike, *, fewest: int = FEWEST_PEOPLE) -> Flags:
    """(units × questions) which may be told, so that nothing about fewer than `fewest` answers can be worked out.

    `parents` (units) is the place of the unit above, −1 at the top; `people` (units × questions) is how many answered,
    with all units below; `shown` (units) is whether anything is told of the unit at all. A unit less the told ones
    right below it is nobody or `fewest`: where it is fewer, the smallest of those below is not told either. It is the
    rule of `suppress` for the tree of one wave. Raises ValueError for a tree that does not hang together.
    """
    tree = _Tree(np.asarray(parents, dtype=np.int64))
    answered = np.asarray(people, dtype=np.int64)
    found: Flags = np.asarray(shown, dtype=np.bool_)[:, None] & (answered >= fewest)
    while True:
        rest = np.where(found, answered - tree.told_below(answered, found), 0)
        units, questions = np.nonzero((rest > 0) & (rest < fewest))
        if not units.size:
            return found
        for unit, question in tree.lowest_of_each(units, questions):
            below = tree.right_below(unit, found[:, question])
            found[min(below, key=lambda one: (answered[one, question], one)), question] = False


def told_of_groups(parents: ArrayLike, answered: ArrayLike, shown: ArrayLike, *, fewest: int = FEWEST_PEOPLE) -> Flags:
    """(groups) of which groups of the whole town a question is told, beside the units of which it is.

    `answered` (units × 1 + groups) is how many answered who belong to the unit itself and to each group, the first
    column those of none; `shown` (units + groups) is what `told` has left of the units, and what may be shown of the
    groups. Exact for one wave: a reader may add the told units and groups in any multiples. Within the people of a unit
    less the told ones below it the multiple of the units is one number, so that what falls on a person there is that
    and the multiple of their group; the fewest people on whom anything falls are those who are left in each unit when
    its number cancels the most frequent one. That is nobody or `fewest` for every way in which multiples of groups can
    be equal. Where it is fewer, the smallest group is not told.
    """
    counts = np.asarray(answered, dtype=np.int64)
    above, flags = np.asarray(parents, dtype=np.int64), np.asarray(shown, dtype=np.bool_)
    units, found = flags[: len(above)], flags[len(above) :].copy()
    blocks = _blocks(above, units)
    gathered = np.zeros((len(above) + 1, counts.shape[1]), dtype=np.int64)
    np.add.at(gathered, blocks, counts)
    people = counts[:, 1:].sum(axis=0)
    found &= people >= fewest
    while any(0 < _fewest_left(gathered, labels) < fewest for labels in _labels(found)):
        groups = np.flatnonzero(found)
        found[groups[np.argmin(people[groups])]] = False
    return found


def _blocks(parents: Ints, units: Flags) -> Ints:
    """(units) the lowest told unit at or above each, −1 for none."""
    blocks = np.where(units, np.arange(len(parents)), NOBODY)
    for places in levels(parents)[1:]:
        blocks[places] = np.where(units[places], places, blocks[parents[places]])
    return blocks


def _labels(found: Flags) -> Iterator[Ints]:
    """(1 + groups) every way in which the multiples of told groups are equal to each other or to 0, but all 0."""
    labels = np.zeros(1 + len(found), dtype=np.int64)
    groups = np.flatnonzero(found) + 1

    def chosen(place: int, highest: int) -> Iterator[Ints]:
        if place == len(groups):
            if highest:
                yield labels.copy()
            return
        for label in range(highest + 2):
            labels[groups[place]] = label
            yield from chosen(place + 1, max(highest, label))

    yield from chosen(0, 0)


def _fewest_left(gathered: Ints, labels: Ints) -> int:
    """`gathered` (units + 1 × 1 + groups): the last row are those of no told unit, whose number is 0."""
    alike = np.stack([gathered[:, labels == label].sum(axis=1) for label in range(labels.max() + 1)])
    left = gathered.sum(axis=1) - alike.max(axis=0)
    left[-1] = alike[1:, -1].sum()
    return int(left.sum())


class _Tree:
    def __init__(self, parents: Ints) -> None:
        self.parents = parents
        self.levels = levels(parents)
        self.depth = np.zeros(len(parents), dtype=np.int64)
        for depth, places in enumerate(self.levels):
            self.depth[places] = depth
        self.children: dict[int, list[int]] = {}
        for place, above in enumerate(parents.tolist()):
            self.children.setdefault(above, []).append(place)

    def told_below(self, answered: Ints, found: Flags) -> Ints:
        """(units × questions) the answers of the uppermost told units below each."""
        below = np.zeros_like(answered)
        for places in reversed(self.levels[1:]):
            np.add.at(below, self.parents[places], np.where(found[places], answered[places], below[places]))
        return below

    def lowest_of_each(self, units: Ints, questions: Ints) -> list[tuple[int, int]]:
        """For each question those at its lowest level: what is hidden below one does not touch another."""
        lowest = np.full(questions.max() + 1, NOBODY)
        np.maximum.at(lowest, questions, self.depth[units])
        chosen = self.depth[units] == lowest[questions]
        return list(zip(units[chosen].tolist(), questions[chosen].tolist(), strict=True))

    def right_below(self, unit: int, found: Flags) -> list[int]:
        """The uppermost told units below it."""
        told_there: list[int] = []
        waiting = list(self.children.get(unit, ()))
        while waiting:
            one = waiting.pop()
            if found[one]:
                told_there.append(one)
            else:
                waiting += self.children.get(one, ())
        return told_there
