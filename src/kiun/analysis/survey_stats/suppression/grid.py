"""The cells of one crossing over the tree of units, and the blocks that the shown ones cut people into."""

from dataclasses import dataclass

import numpy as np

from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.suppression.terms import NOBODY, Census, levels


@dataclass(frozen=True, eq=False)
class Grid:
    """`people` (units × categories) is how many people each cell holds, those of units below included.

    The block of a person is the lowest shown cell that holds them, as the number of the cell from 1; 0 if there is
    none. Every shown cell is the sum of its own block and of the blocks of the shown cells below.
    """

    attributes: tuple[int, ...]
    parents: Ints
    levels: list[Ints]
    units: Ints
    category: Ints
    people: Ints

    @classmethod
    def of(cls, census: Census, attributes: tuple[int, ...]) -> "Grid":
        category, tree = census.category_of(attributes), levels(census.parents)
        shape = len(census.parents), census.width(attributes)
        known = category != NOBODY
        cells = census.units[known] * shape[1] + category[known]
        people = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
        for level in reversed(tree[1:]):
            np.add.at(people, census.parents[level], people[level])
        return cls(attributes, census.parents, tree, census.units, category, people)

    def numbers(self) -> Ints:
        return np.arange(1, self.people.size + 1).reshape(self.people.shape)

    def lowest(self, shown: Flags) -> Ints:
        """(units × categories) the block of people who belong to the unit itself."""
        return self._handed_down(np.where(shown, self.numbers(), 0))[0]

    def above(self, shown: Flags) -> Ints:
        """(units × categories) the block that people of a cell fall into when the cell is hidden."""
        return self._handed_down(np.where(shown, self.numbers(), 0))[1]

    def blocks(self, lowest: Ints) -> Ints:
        """(people) their block; 0 for those whose category is not known."""
        return np.where(self.category == NOBODY, 0, lowest[self.units, self.category])

    def any_below(self, marked: Flags) -> Flags:
        """(units …) whether any unit below, on whatever level, is marked."""
        found = np.zeros_like(marked)
        for level in reversed(self.levels[1:]):
            np.logical_or.at(found, self.parents[level], found[level] | marked[level])
        return found

    def roots(self) -> Ints:
        """(units) the unit at the top of each one's tree."""
        found = np.arange(len(self.parents))
        for level in self.levels[1:]:
            found[level] = found[self.parents[level]]
        return found

    def _handed_down(self, own: Ints) -> tuple[Ints, Ints]:
        lowest, above = own.copy(), np.zeros_like(own)
        for level in self.levels[1:]:
            above[level] = lowest[self.parents[level]]
            lowest[level] = np.where(own[level] > 0, own[level], above[level])
        return lowest, above
