"""Who answered in a wave, and what of it may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Flags, Ints

NOBODY = -1


class Standing(IntEnum):
    """Whether a cell may be shown, and if not, why.

    The reasons are for those who run the survey. Readers should find the same words for all three: the third says that
    few people came or went.
    """

    SHOWN = 0
    TOO_FEW = 1
    """Fewer people answered than may be shown. Nobody is as few as somebody, so that the two cannot be told apart."""
    PROTECTS_OTHERS = 2
    """Enough people, but with it something about fewer could be calculated from this wave."""
    COMPARES_WAVES = 3
    """The same, from this wave and an earlier one."""


@dataclass(frozen=True, init=False, eq=False)
class Census:
    """The people who answered in one wave, and the tree of units then. Units keep their places from wave to wave.

    `parents` (units) is the place of the unit above, −1 at the top. `units` (people) is where each person belongs, on a
    leaf or above. `categories` (people × attributes) counts from 0 and is −1 where it is not known; `sizes`
    (attributes) says how many categories there are. `people` (people) are numbers that stay with a person from wave to
    wave; None if it is not known who comes back.
    """

    parents: Ints
    units: Ints
    categories: Ints
    sizes: tuple[int, ...]
    people: Ints | None

    def __init__(
        self,
        parents: ArrayLike,
        units: ArrayLike,
        categories: ArrayLike,
        sizes: Sequence[int],
        people: ArrayLike | None = None,
    ) -> None:
        """Raises ValueError for a place, category or person that cannot be, and for a tree that goes in circles."""
        belonging = _whole(units, "units")
        values = np.asarray(categories, dtype=np.int64).reshape(len(belonging), len(sizes))
        object.__setattr__(self, "parents", _whole(parents, "parents"))
        object.__setattr__(self, "units", belonging)
        object.__setattr__(self, "categories", values)
        object.__setattr__(self, "sizes", tuple(sizes))
        object.__setattr__(self, "people", None if people is None else _whole(people, "people"))
        self._check()

    def _check(self) -> None:
        if ((self.units < 0) | (self.units >= len(self.parents))).any():
            raise ValueError("everybody must belong to a unit of the tree")
        if ((self.categories < NOBODY) | (self.categories >= np.array(self.sizes))).any():
            raise ValueError("every category must be −1 or less than the size of its attribute")
        if self.people is not None and len(np.unique(self.people)) != len(self.units):
            raise ValueError("as many different people as units are needed")
        levels(self.parents)

    def category_of(self, attributes: tuple[int, ...]) -> Ints:
        """(people) the place of their category among those of `attributes` crossed; −1 if any is not known."""
        chosen = self.categories[:, attributes]
        place = np.zeros(len(chosen), dtype=np.int64)
        for attribute, values in zip(attributes, chosen.T, strict=True):
            place = place * self.sizes[attribute] + values
        return np.where((chosen == NOBODY).any(axis=1), NOBODY, place)

    def width(self, attributes: tuple[int, ...]) -> int:
        return prod(self.sizes[attribute] for attribute in attributes)


@dataclass(frozen=True, eq=False)
class Table:
    """What may be shown of each unit by `attributes`: () is everybody, (0,) the first attribute, (0, 1) two crossed.

    `standing` (units × categories) holds values of `Standing`; of attributes crossed, the category of the last one runs
    fastest. A cell of a unit holds the people of all units below it too.
    """

    attributes: tuple[int, ...]
    standing: Ints

    @property
    def shown(self) -> Flags:
        return np.equal(self.standing, Standing.SHOWN)


@dataclass(frozen=True, eq=False)
class Suppression:
    """What may be shown of `census`: one table for each of the crossings that were asked for, everybody first."""

    census: Census
    tables: tuple[Table, ...]

    def table(self, *attributes: int) -> Table:
        return next(table for table in self.tables if table.attributes == attributes)


def levels(parents: Ints) -> list[Ints]:
    """The places of the units, from the top down. Raises ValueError for a tree that does not hang together."""
    found = []
    level = np.flatnonzero(parents == NOBODY)
    while level.size:
        found.append(level)
        level = np.flatnonzero(np.isin(parents, level))
    if sum(map(len, found)) != len(parents):
        raise ValueError("every unit must hang below a unit at the top")
    return found


def identities(censuses: Sequence[Census]) -> list[Ints]:
    """For each census (people) numbers from 0 that stay with a person.

    Where it is not known who comes back, those of the same unit and categories are numbered in each wave, which is to
    say that the fewer are among the more. Raises ValueError when it is known for some waves only.
    """
    known = [one.people for one in censuses if one.people is not None]
    if known and len(known) != len(censuses):
        raise ValueError("people must be known for all waves or for none")
    if len({one.sizes for one in censuses}) > 1 and not known:
        raise ValueError("waves with different attributes can be compared only if people are known")
    keys = np.concatenate(known or _numbered(censuses))
    numbers = np.unique(keys, return_inverse=True)[1]
    ends = np.cumsum([0, *(len(one.units) for one in censuses)])
    return [numbers[start:end] for start, end in pairwise(ends)]


def _numbered(censuses: Sequence[Census]) -> list[Ints]:
    """For each census (people) a number made of the smallest group that each belongs to and of their place in it."""
    most = max(len(one.units) for one in censuses)
    return [_place_in_group(group := _smallest_group(one)) + group * most for one in censuses]


def _smallest_group(census: Census) -> Ints:
    group = census.units
    for values, size in zip(census.categories.T, census.sizes, strict=True):
        group = group * (size + 1) + values + 1
    return group


def _place_in_group(group: Ints) -> Ints:
    order = np.argsort(group, kind="stable")
    ranked = group[order]
    place = np.empty_like(group)
    place[order] = np.arange(len(group)) - np.searchsorted(ranked, ranked)
    return place


def _whole(values: ArrayLike, name: str) -> Ints:
    numbers = np.asarray(values)
    if numbers.ndim != 1 or not (np.issubdtype(numbers.dtype, np.integer) or not numbers.size):
        raise ValueError(f"{name} must be a row of whole numbers")
    return numbers.astype(np.int64)
