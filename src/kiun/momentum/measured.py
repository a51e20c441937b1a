"""What the sheets of a wave say, for the whole town, every unit, role group and grade. Numbers only; what may not be
shown is NaN from here on, so that no page, export or notice can show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations
from uuid import UUID

import numpy as np

from kiun.analysis.survey_stats import (
    Change,
    Standing,
    UnitMeans,
    count_below,
    depths,
    sample_change,
    settle,
    shrink,
    unit_means,
    wave_change,
)
from kiun.analysis.survey_stats.arrays import Flags, Floats, Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.momentum.answer_arrays import GRADES, NOBODY, ROLES, TOWN, UNPAIRED, AnswerArrays
from kiun.momentum.dimensions import HIGHEST, LOWEST, score_of
from kiun.momentum.models import WaveAnswers
from kiun.momentum.scores import COLUMNS, DIMENSIONS, INDEX, group_scores, person_scores, places_of_dimensions
from kiun.surveys.disclosure import Disclosure
from kiun.surveys.models import Publication

PAIRS = tuple(combinations(range(INDEX), 2))
# A change that matters, in points.
MARGIN = 2.0
FEWEST_TO_SHRINK = 4
# People whose answers are tied over time are told of from ten on, as free texts are.
FEWEST_TIED = 10
EVERYBODY = 0  # the column of `told` before those of the role groups


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """The lowest dimension of a unit, and the one above it: `is_clear` when the same people rate them apart."""

    lowest: str
    next: str
    is_clear: bool

    @property
    def named(self) -> tuple[str, ...]:
        """As long as nobody can tell which is lower, both are the obstacle."""
        return (self.lowest,) if self.is_clear else (self.lowest, self.next)


class Measured:
    """One wave. Places are those of `AnswerArrays`; columns are the dimensions and the index. `told` (items × places ×
    1 + roles) is where each item may be told (`Disclosure.told_of`), `told_by_grade` (items × grades) of which grades.

    What is said of a unit, a role group or a grade is made of its items that may be told there (`group_scores`); how
    far people are apart, and so the intervals, of the scores of its people on these items.
    """

    def __init__(self, arrays: AnswerArrays, told: Flags, told_by_grade: Flags) -> None:
        self.arrays = arrays
        self.told = told
        self.told_by_grade = told_by_grade
        self.answers = score_of(arrays.points_of(arrays.items))
        self.scores = person_scores(self.answers, arrays.items)
        self.place = {int(key): place for place, key in enumerate(arrays.departments)}

    @cached_property
    def shown(self) -> Flags:
        """(places)"""
        return np.equal(self.arrays.shown, Standing.SHOWN)

    @cached_property
    def items(self) -> UnitMeans:
        """(places × items) Only what may be shown, and five who gave a point."""
        found = unit_means(self.arrays.parents, self.arrays.units, self.answers)
        return _hidden(found, self.told[:, :, EVERYBODY].T & (found.people >= FEWEST_PEOPLE))

    @cached_property
    def units(self) -> UnitMeans:
        """(places × columns) Only what may be shown."""
        told = self.items.people > 0
        apart = unit_means(self.arrays.parents, self.arrays.units, self._scores_on(self._used))
        people, variance = apart.people, apart.variance
        for place in np.flatnonzero(told.any(axis=1) & (told != self._used).any(axis=1)).tolist():
            alone = self._people_apart(self._belonging_to(place), told[place])
            people[place], variance[place] = alone.people, alone.variance
        return self._of_items(self.items.mean, people, variance)

    @cached_property
    def invited(self) -> Ints:
        """(places) with everybody below; 0 where it is not known how many could answer."""
        return count_below(self.arrays.parents, self.arrays.invited.sum(axis=1))

    @cached_property
    def answered(self) -> Ints:
        """(places) sheets, with all below; 0 where it may not be shown."""
        own = np.bincount(self.arrays.units, minlength=len(self.arrays.parents))
        return np.where(self.shown, count_below(self.arrays.parents, own), 0)

    @cached_property
    def response(self) -> Floats:
        """(places) the share of those invited; NaN where it is not known or may not be shown."""
        known = (self.invited > 0) & self.shown
        rates: Floats = np.divide(self.answered, self.invited, out=np.full(len(known), np.nan), where=known)
        return rates

    @cached_property
    def reach(self) -> Floats:
        """(places × columns) half the width of the 95% interval."""
        return self.units.reach(np.where(self.invited > 0, self.invited, np.inf))

    @cached_property
    def _used(self) -> Flags:
        """(items) that scores are made of: told of the town or, where nothing is, of any unit."""
        told = self.items.people > 0
        return np.asarray(told[TOWN] if told[TOWN].any() else told.any(axis=0), np.bool_)

    def of_role(self, role: str) -> UnitMeans:
        """(1 × columns) of those of the whole town who answered as one role group."""
        items = self._items_of_role(role)
        apart = self._people_apart(self.arrays.roles == ROLES.index(role), items.people[0] > 0)
        return self._of_items(items.mean, apart.people, apart.variance)

    def of_grade(self, grade: str) -> tuple[int, Floats]:
        """Of the whole town: people, and (columns) their scores, from counts."""
        number = GRADES.index(grade)
        if self.arrays.shown_by_grade[number] != Standing.SHOWN:
            return 0, np.full(COLUMNS, np.nan)
        counts = self.arrays.grade_counts[number]
        people = counts.sum(axis=1)
        told = self.told_by_grade[:, number] & (people >= FEWEST_PEOPLE)
        sums = counts @ np.arange(LOWEST, HIGHEST + 1, dtype=np.float64)
        means = np.divide(sums, people, out=np.full(len(counts), np.nan), where=told)
        return int(self.arrays.grade_people[number]), self._composed(score_of(means[None]))[0]

    def of_items(self, items: Sequence[str]) -> UnitMeans:
        """(places × items) the scores of single items; those that were not asked are left out."""
        return _columns(self.items, self._columns_of(items))

    def items_of_role(self, role: str, items: Sequence[str]) -> UnitMeans:
        """(1 × items) the same, that one role group of the whole town gave."""
        return _columns(self._items_of_role(role), self._columns_of(items))

    def _columns_of(self, items: Sequence[str]) -> list[int]:
        return [column for item in items if (column := self.arrays.column(item)) is not None]

    def _items_of_role(self, role: str) -> UnitMeans:
        """(1 × all items)"""
        number = ROLES.index(role)
        found = _of_everybody(self.answers[self.arrays.roles == number])
        return _hidden(found, self.told[:, TOWN, 1 + number] & (found.people >= FEWEST_PEOPLE))

    def _of_items(self, means: Floats, people: Ints, variance: Floats) -> UnitMeans:
        """(groups × columns), where `people` are enough."""
        found = UnitMeans(people, self._composed(means), variance)
        return _hidden(found, ~np.isnan(found.mean) & (people >= FEWEST_PEOPLE))

    def _composed(self, means: Floats) -> Floats:
        return group_scores(means, self.items.mean[TOWN], self.arrays.items)

    def _people_apart(self, who: Flags, told: Flags) -> UnitMeans:
        """(1 × columns) of `who` (sheets), by their scores on the items that are `told` (items)."""
        return _of_everybody(self._scores_on(told, who))

    def _scores_on(self, told: Flags, who: Flags | slice = slice(None)) -> Floats:
        if told.all():
            return self.scores[who]
        return person_scores(np.where(told, self.answers[who], np.nan), self.arrays.items)

    def _belonging_to(self, place: int) -> Flags:
        """(sheets) of a unit and of all below it"""
        found: Flags = np.any([level == place for level in self._levels], axis=0)
        return found

    @cached_property
    def _levels(self) -> list[Ints]:
        """(levels × sheets) the unit of each, the one above it, and so on; −1 above the top."""
        found = [self.arrays.units]
        while (found[-1] != NOBODY).any():
            found.append(np.where(found[-1] == NOBODY, NOBODY, self.arrays.parents[found[-1]]))
        return found

    def points_of_everybody(self, items: Sequence[str]) -> Floats:
        """(sheets × items) points, for statistics of the whole town and no others; nobody's where it is not shown."""
        points = self.arrays.points_of(items)
        return points if self.shown[TOWN] else points[:0]

    def sheets_of_shown_units(self) -> dict[int, Flags]:
        """By place of a unit that may be shown: which sheets were handed in there itself. For statistics over all of
        these units together.
        """
        places = np.unique(self.arrays.units[self.shown[self.arrays.units]])
        return {int(place): self.arrays.units == place for place in places if place != TOWN}

    def alike(self, other: "Measured") -> tuple["Measured", "Measured"]:
        """Both waves as if only those items had been asked that were asked in both: a full survey and a pulse can be
        compared by nothing else.
        """
        common = tuple(item for item in self.arrays.items if item in other.arrays.items)
        return on_items(self, common), on_items(other, common)

    @cached_property
    def _gaps(self) -> UnitMeans:
        """(places × pairs of dimensions) how much the same people rate the first of them above the second, where all
        that was asked of both is told.
        """
        scores = self._scores_on(self._used)
        gaps = np.column_stack([scores[:, one] - scores[:, other] for one, other in PAIRS])
        found = unit_means(self.arrays.parents, self.arrays.units, gaps)
        told = (self.items.people > 0) | ~self._used
        whole = [told[:, places].all(axis=1) for places in places_of_dimensions(self.arrays.items)]
        both = np.column_stack([whole[one] & whole[other] for one, other in PAIRS])
        return _hidden(found, both & (found.people >= FEWEST_PEOPLE))

    @cached_property
    def _reach_of_gaps(self) -> Floats:
        return self._gaps.reach()

    def bottleneck(self, place: int) -> Bottleneck | None:
        means = self.units.mean[place, :INDEX]
        if np.isnan(means).any():
            return None
        lowest, following = (int(one) for one in np.argsort(means, kind="stable")[:2])
        pair = PAIRS.index((min(lowest, following), max(lowest, following)))
        # How far the same people rate the lowest below the next. Of those who answered to both it may be the other way
        # round: nothing is clear then.
        below = self._gaps.mean[place, pair] * (-1 if lowest < following else 1)
        return Bottleneck(DIMENSIONS[lowest], DIMENSIONS[following], bool(below > self._reach_of_gaps[place, pair]))

    def changes_since(self, earlier: "Measured", column: int = INDEX) -> dict[int, Change]:
        """By place: every unit shown in both waves, by the items asked in both, judged side by side."""
        first, second = earlier.alike(self)
        places, changes = [], []
        for key, place in second.place.items():
            before = first.place.get(key)
            if before is None or not (second.shown[place] and first.shown[before]):
                continue
            places.append(place)
            changes.append(
                sample_change(
                    first.units.sample(before, column),
                    second.units.sample(place, column),
                    margin=MARGIN,
                    responses=_rates(first.response[before], second.response[place]),
                )
            )
        return dict(zip(places, settle(changes), strict=True)) if changes else {}

    def change_of_same_people(self, earlier: "Measured") -> Change | None:
        """Of the whole town's index, of those alone who answered both times and let their answers be tied. None where
        they are few, or where the others of either wave are, who could be worked out from the whole.
        """
        first, second = earlier.alike(self)
        if not (first.shown[TOWN] and second.shown[TOWN]):
            return None
        before, after = first.index_by_pair, second.index_by_pair
        tied = sorted(before.keys() & after.keys())
        others = [_known(one.scores[:, INDEX]) - len(tied) for one in (first, second)]
        if len(tied) < FEWEST_TIED or any(0 < people < FEWEST_PEOPLE for people in others):
            return None
        scores = ([index[pair] for pair in tied] for index in (before, after))
        return wave_change(*scores, paired=True, margin=MARGIN)

    @cached_property
    def index_by_pair(self) -> dict[int, float]:
        """Of those who have an index."""
        index, pairs = self.scores[:, INDEX], self.arrays.pairs
        usable = (pairs != UNPAIRED) & ~np.isnan(index)
        return dict(zip(pairs[usable].tolist(), index[usable].tolist(), strict=True))

    def shrunken(self, depth: int, column: int = INDEX) -> dict[int, tuple[float, float]]:
        """By place of the units of one level: the mean drawn towards the others, and the weight that its own kept."""
        here = np.flatnonzero((depths(self.arrays.parents) == depth) & self.shown)
        people, variance = self.units.people[here, column], self.units.variance[here, column]
        usable = (people > 1) & ~np.isnan(variance)
        here, people, variance = here[usable], people[usable], variance[usable]
        pooled = float(np.sum((people - 1) * variance) / np.sum(people - 1)) if here.size else 0.0
        if len(here) < FEWEST_TO_SHRINK or pooled <= 0:
            return {}
        found = shrink(self.units.mean[here, column], pooled / people)
        return {int(place): (float(found.shrunk[row]), float(found.weight[row])) for row, place in enumerate(here)}


def _hidden(found: UnitMeans, mask: Flags) -> UnitMeans:
    return UnitMeans(
        np.where(mask, found.people, 0),
        np.where(mask, found.mean, np.nan),
        np.where(mask, found.variance, np.nan),
    )


def _of_everybody(values: Floats) -> UnitMeans:
    """(1 × columns of `values`)"""
    return unit_means([NOBODY], np.zeros(len(values), np.int64), values)


def _columns(found: UnitMeans, columns: Sequence[int]) -> UnitMeans:
    return UnitMeans(found.people[:, columns], found.mean[:, columns], found.variance[:, columns])


def _known(values: Floats) -> int:
    return int((~np.isnan(values)).sum())


def _rates(*rates: float) -> tuple[float, float] | None:
    """None where nobody knows how many could answer."""
    first, second = rates
    return None if np.isnan(first) or np.isnan(second) else (min(first, 1.0), min(second, 1.0))


@lru_cache(maxsize=64)
def on_items(found: Measured, items: tuple[str, ...]) -> Measured:
    """The same wave as if only `items` had been asked."""
    if items == found.arrays.items:
        return found
    columns = [found.arrays.items.index(item) for item in items]
    arrays = replace(
        found.arrays,
        items=items,
        answers=found.arrays.answers[:, columns],
        grade_counts=found.arrays.grade_counts[:, columns],
    )
    return Measured(arrays, found.told[columns], found.told_by_grade[columns])


def measured(answers: WaveAnswers) -> Measured:
    """Published answers never change: each is read once by a process."""
    return _measured(answers.pk)


@lru_cache(maxsize=64)
def _measured(key: UUID) -> Measured:
    row = WaveAnswers.objects.select_related("wave").get(pk=key)
    arrays = AnswerArrays.unpacked(row.arrays)
    disclosure = Disclosure.unpacked(Publication.objects.get(survey=row.wave.survey_id).arrays)
    told = np.stack([disclosure.told_of(item) for item in arrays.items])
    return Measured(arrays, told, np.stack([disclosure.grades_told_of(item) for item in arrays.items]))
