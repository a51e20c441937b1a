"""Which cells are hidden so that the others are safe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kiun.analysis.survey_stats.arrays import Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.analysis.survey_stats.suppression.choosing import View, cheapest, entangled
from kiun.analysis.survey_stats.suppression.grid import Grid
from kiun.analysis.survey_stats.suppression.reading import Reading
from kiun.analysis.survey_stats.suppression.terms import Census, Standing, Suppression, Table, identities

EVERYBODY: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class _Reader:
    """Somebody who knows one earlier wave, or none; `places` (people of this wave) is where they are in `reading`."""

    reading: Reading
    places: Ints

    def spread(self, blocks: Ints) -> Ints:
        found = np.zeros(len(self.reading.classes), dtype=np.int64)
        found[self.places] = blocks
        return found

    def reads(self, views: Sequence[View]) -> "_Reader":
        reading = self.reading
        for view in views:
            reading = reading.with_view(self.spread(view.blocks))
        return _Reader(reading, self.places)

    def exposed(self, view: View, fewest: int) -> Ints:
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
    is kept for the next. Without it they are the attributes one by one. Two attributes crossed are best asked for
    instead of each of them: beside both, hardly any can be proved safe. `earlier` are what this function returned for
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
    views: list[View] = []
    for attributes in _asked(census, crossings):
        view = _opened(Grid.of(census, attributes), views, earlier, fewest)
        _settle(view, views, alone, Standing.PROTECTS_OTHERS, fewest)
        _settle(view, views, waves, Standing.COMPARES_WAVES, fewest)
        views.append(view)
    return Suppression(census, tuple(Table(view.grid.attributes, view.standing) for view in views))


def beside(census: Census, decided: Sequence[Table], table: Table, *, fewest: int = FEWEST_PEOPLE) -> Table:
    """`table` with whatever has to be hidden so that it may be read beside what is `decided`, which keeps the promise
    by itself. Cells of few people are not looked for: that is for whoever shows them.

    Where some of the people of `census` are not among those of whom something is said, and nobody knows which, `fewest`
    is larger by as many as they are: each can take away one witness.
    """
    reading = Reading.nothing(len(census.units))
    for one in decided:
        grid = Grid.of(census, one.attributes)
        reading = reading.with_view(grid.blocks(grid.lowest(one.shown)))
    grid, standing = Grid.of(census, table.attributes), table.standing.copy()
    while (reading.exposed(grid.blocks(grid.lowest(standing == Standing.SHOWN)), fewest) > 0).any():
        shown = np.flatnonzero(standing == Standing.SHOWN)
        standing.flat[shown[np.argmin(grid.people.flat[shown])]] = Standing.PROTECTS_OTHERS
    return Table(table.attributes, standing)


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


def _opened(grid: Grid, decided: Sequence[View], earlier: Sequence[Suppression], fewest: int) -> View:
    """Everything is shown that has people enough and whose unit is shown."""
    standing = np.full_like(grid.people, Standing.SHOWN)
    if decided:
        standing[:] = decided[0].standing
    standing[grid.people < fewest] = Standing.TOO_FEW
    return View(grid, standing, grid.people * (1 + _shown_before(grid, earlier)))


def _shown_before(grid: Grid, earlier: Sequence[Suppression]) -> Ints:
    tables = earlier[-1].tables if earlier else ()
    alike = [one.shown for one in tables if one.attributes == grid.attributes and one.shown.shape == grid.people.shape]
    return alike[0].astype(np.int64) if alike else np.zeros_like(grid.people)


def _settle(view: View, decided: Sequence[View], readers: Sequence[_Reader], reason: Standing, fewest: int) -> None:
    """Hide cells of `view` until no reader can calculate anything from it and what is decided.

    No reader is asked twice: when more is hidden for another, they can calculate less.
    """
    before, after = _around(view, decided)
    for reader in (reader.reads(before) for reader in readers):
        while (cells := _leaks(view, after, reader, fewest)) is not None:
            view.hide(cells, reason)


def _around(view: View, decided: Sequence[View]) -> tuple[list[View], list[View]]:
    """What is read before and after the view in the proof: everybody, then the finer before the coarser."""

    def order(one: View) -> tuple[bool, int]:
        return bool(one.grid.attributes), -len(one.grid.attributes)

    ranked = sorted(decided, key=order)
    return [one for one in ranked if order(one) <= order(view)], [one for one in ranked if order(one) > order(view)]


def _leaks(view: View, after: Sequence[View], reader: _Reader, fewest: int) -> Ints | None:
    """The cells to hide next; None when nothing can be calculated."""
    groups = reader.exposed(view, fewest)
    if (groups > 0).any():
        return cheapest(view, groups)
    for number, other in enumerate(after):
        exposed = reader.reads([view, *after[:number]]).exposed(other, fewest)
        if (exposed > 0).any():
            return entangled(view, exposed, reader.reading.classes[reader.places])
    return None
