"""Which cells are hidden so that the others are safe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import numpy as np

from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.analysis.survey_stats.suppression.grid import Grid
from kiun.analysis.survey_stats.suppression.reading import Reading
from kiun.analysis.survey_stats.suppression.terms import Census, Standing, Suppression, Table, identities

EVERYBODY: tuple[int, ...] = ()


@dataclass(eq=False)
class _View:
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
        self.standing.reshape(-1)[cells] = reason
        self._cut()

    def _cut(self) -> None:
        self.blocks = self.grid.blocks(self.grid.lowest(self.shown))


@dataclass(frozen=True, eq=False)
class _Reader:
    """Somebody who knows one earlier wave, or none; `places` (people of this wave) is where they are in `reading`."""

    reading: Reading
    places: Ints

    def spread(self, blocks: Ints) -> Ints:
        found = np.zeros(len(self.reading.classes), dtype=np.int64)
        found[self.places] = blocks
        return found

    def reads(self, views: Sequence[_View]) -> "_Reader":
        reading = self.reading
        for view in views:
            reading = reading.with_view(self.spread(view.blocks))
        return _Reader(reading, self.places)

    def exposed(self, view: _View, fewest: int) -> Ints:
        return self.reading.exposed(self.spread(view.blocks), fewest)[self.places]


def suppress(
    census: Census,
    earlier: Sequence[Suppression] = (),
    *,
    crossings: Iterable[tuple[int, ...]] | None = None,
    fewest: int = FEWEST_PEOPLE,
) -> Suppression:
    """What may be shown of a wave, after `earlier` ones, so that nothing about fewer than `fewest` people leaks.

    `crossings` are shown beside everybody, as places of attributes, the most important first: what is decided for one
    is kept for the next. Without it they are the attributes one by one. `earlier` are what this function returned for
    the waves before, in their order. Small cells are hidden rather than large ones, and so low ones rather than those
    above, and new ones rather than those that were shown in the wave before.

    For free texts `fewest` is 10 and `crossings` is empty: a text is found again in every cell that shows it, so that
    crossed cells would tell where its writer belongs. Raises ValueError for `fewest` below 1, for attributes that are
    not there, and when people are known for some waves only.
    """
    if fewest < 1:
        raise ValueError("fewest must be at least 1")
    alone = [_Reader(Reading.nothing(len(census.units)), np.arange(len(census.units)))]
    waves = list(_readers_of(census, earlier))
    views: list[_View] = []
    for attributes in _asked(census, crossings):
        view = _opened(Grid.of(census, attributes), views, earlier, fewest)
        _settle(view, views, alone, Standing.PROTECTS_OTHERS, fewest)
        _settle(view, views, waves, Standing.COMPARES_WAVES, fewest)
        views.append(view)
    return Suppression(census, tuple(Table(view.grid.attributes, view.standing) for view in views))


def _asked(census: Census, crossings: Iterable[tuple[int, ...]] | None) -> list[tuple[int, ...]]:
    attributes = range(len(census.sizes))
    asked = [(one,) for one in attributes] if crossings is None else [tuple(one) for one in crossings]
    if any(one not in attributes for crossing in asked for one in crossing):
        raise ValueError("crossings must be made of the attributes of the census")
    return list(dict.fromkeys([EVERYBODY, *asked]))


def _readers_of(census: Census, earlier: Sequence[Suppression]) -> Iterator[_Reader]:
    for wave in earlier:
        now, then = identities([census, wave.census])
        reader = _Reader(Reading.nothing(max(now.max(initial=-1), then.max(initial=-1)) + 1), then)
        for table in wave.tables:
            grid = Grid.of(wave.census, table.attributes)
            blocks = reader.spread(grid.blocks(grid.lowest(table.shown)))
            reader = _Reader(reader.reading.with_view(blocks), then)
        yield _Reader(reader.reading.with_wave(now), now)


def _opened(grid: Grid, decided: Sequence[_View], earlier: Sequence[Suppression], fewest: int) -> _View:
    """Everything is shown that has people enough and whose unit is shown."""
    standing = np.full_like(grid.people, Standing.SHOWN)
    if decided:
        standing[:] = decided[0].standing
    standing[grid.people < fewest] = Standing.TOO_FEW
    return _View(grid, standing, grid.people * (1 + _shown_before(grid, earlier)))


def _shown_before(grid: Grid, earlier: Sequence[Suppression]) -> Ints:
    tables = earlier[-1].tables if earlier else ()
    alike = [one.shown for one in tables if one.attributes == grid.attributes and one.shown.shape == grid.people.shape]
    return alike[0].astype(np.int64) if alike else np.zeros_like(grid.people)


def _settle(view: _View, decided: Sequence[_View], readers: Sequence[_Reader], reason: Standing, fewest: int) -> None:
    """Hide cells of `view` until no reader can calculate anything from it and what is decided."""
    before, after = _around(view, decided)
    content = 0
    for reader in cycle([reader.reads(before) for reader in readers]):
        if content == len(readers):
            return
        content += 1
        while (cells := _leaks(view, after, reader, fewest)).size:
            view.hide(cells, reason)
            content = 1


def _around(view: _View, decided: Sequence[_View]) -> tuple[list[_View], list[_View]]:
    """What is read before and after the view in the proof: everybody, then the finer before the coarser."""

    def order(one: _View) -> tuple[bool, int]:
        return bool(one.grid.attributes), -len(one.grid.attributes)

    ranked = sorted(decided, key=order)
    return [one for one in ranked if order(one) <= order(view)], [one for one in ranked if order(one) > order(view)]


def _leaks(view: _View, after: Sequence[_View], reader: _Reader, fewest: int) -> Ints:
    """The cells to hide next; none when nothing can be calculated."""
    groups = reader.exposed(view, fewest)
    if (groups > 0).any():
        return _cheapest(view, groups)
    for number, other in enumerate(after):
        exposed = reader.reads([view, *after[:number]]).exposed(other, fewest)
        if (exposed > 0).any():
            return _entangled(view, exposed, reader.reading.classes[reader.places])
    return np.empty(0, dtype=np.int64)


def _cheapest(view: _View, groups: Ints) -> Ints:
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
    return _least_of_each(np.where(brings, other, 0), np.where(leaves, own, 0), view.weight)


def _waiting(view: _View, groups: Ints) -> Flags:
    """(groups) which are the largest of several exposed ones that begin in the same tree."""
    exposed, first, people = np.unique(groups, return_index=True, return_counts=True)
    exposed, first, people = (part[exposed > 0] for part in (exposed, first, people))
    tree = view.grid.roots()[view.grid.units[first]]
    ranked = np.lexsort((exposed, people, tree))
    exposed, tree = exposed[ranked], tree[ranked]
    same = tree[1:] == tree[:-1]
    waits = np.zeros(view.grid.people.size + 1, dtype=np.bool_)
    waits[exposed[np.append(False, same) & ~np.append(same, False)]] = True
    return waits


def _entangled(view: _View, exposed: Ints, classes: Ints) -> Ints:
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
