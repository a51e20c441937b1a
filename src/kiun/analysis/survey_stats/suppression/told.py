"""Of units that may be shown, which questions are told: where some of their people gave no answer, fewer are left."""

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
