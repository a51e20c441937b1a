"""What the sheets of a wave say, for the whole town, every unit, role group and grade. Numbers only; what may not be
shown is NaN from here on, so that no page, export or notice can show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.survey_stats import (
    Change,
    Standing,
    UnitMeans,
    count_below,
    depths,
    sample_change,
    settle,
    shrink,
    told,
    told_of_groups,
    unit_means,
    wave_change,
)
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.momentum.answer_arrays import GRADES, NOBODY, ROLES, TOWN, UNPAIRED, AnswerArrays, Ints
from kiun.momentum.dimensions import HIGHEST, LOWEST, Dimension, dimension_of, score_of
from kiun.momentum.models import WaveAnswers
from kiun.surveys.disclosure import told_by_roles

Floats = NDArray[np.float64]
DIMENSIONS: tuple[str, ...] = tuple(Dimension.values)
INDEX = len(DIMENSIONS)  # the column of the index, behind those of the dimensions
COLUMNS = INDEX + 1
PAIRS = tuple(combinations(range(INDEX), 2))
# Whoever answered to fewer dimensions has no index.
FEWEST_DIMENSIONS = 4
# A change that matters, in points.
MARGIN = 2.0
FEWEST_TO_SHRINK = 4
# People whose answers are tied over time are told of from ten on, as free texts are.
FEWEST_TIED = 10


def person_scores(arrays: AnswerArrays) -> Floats:
    """(sheets × 7) each dimension as the mean of its answered items from 0 to 100, and the index, their mean."""
    scores = np.full((len(arrays.units), COLUMNS), np.nan)
    for column, letter in enumerate(DIMENSIONS):
        points = arrays.scores_of([item for item in arrays.items if dimension_of(item) == letter])
        scores[:, column] = score_of(_mean_of_known(points))
    known = ~np.isnan(scores[:, :INDEX])
    whole = known.sum(axis=1) >= FEWEST_DIMENSIONS
    scores[whole, INDEX] = _mean_of_known(scores[whole, :INDEX])
    return scores


def _mean_of_known(values: Floats) -> Floats:
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0).sum(axis=1)
    means: Floats = np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
    return means


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
    """One wave. Places are those of `AnswerArrays`; columns are the dimensions and the index."""

    def __init__(self, arrays: AnswerArrays) -> None:
        self.arrays = arrays
        self.scores = person_scores(arrays)
        self.place = {int(key): place for place, key in enumerate(arrays.departments)}
        self._told_items: dict[str, NDArray[np.bool_]] = {}

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """(places)"""
        return np.equal(self.arrays.shown, Standing.SHOWN)

    @cached_property
    def units(self) -> UnitMeans:
        """Only what may be shown."""
        return self._of_units(self.scores)

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

    def of_role(self, role: str) -> UnitMeans:
        """(1 × columns) of those of the whole town who answered as one role group."""
        return _hidden(self._by_role(self.scores, role), self._told_roles[[ROLES.index(role)]])

    def of_grade(self, grade: str) -> tuple[int, Floats]:
        """Of the whole town: people, and (dimensions) the mean score, from counts."""
        number = GRADES.index(grade)
        if self.arrays.shown_by_grade[number] != Standing.SHOWN:
            return 0, np.full(INDEX, np.nan)
        counts, told_items = self.arrays.grade_counts[number], self._told_of_grades[number]
        scores = np.full(INDEX, np.nan)
        for column, letter in enumerate(DIMENSIONS):
            rows = [place for place, item in enumerate(self.arrays.items) if dimension_of(item) == letter]
            total = counts[rows].sum(axis=0)
            if rows and told_items[rows].all():
                scores[column] = score_of(float(total @ np.arange(LOWEST, HIGHEST + 1) / total.sum()))
        return int(self.arrays.grade_people[number]), scores

    @cached_property
    def _told_of_grades(self) -> NDArray[np.bool_]:
        """(grades × items) What few of a grade answered is hidden of all: beside role groups it could be the rest."""
        people = self.arrays.grade_counts.sum(axis=2)
        shown = np.equal(self.arrays.shown_by_grade, Standing.SHOWN)[:, None]
        few = shown & (people > 0) & (people < FEWEST_PEOPLE)
        found: NDArray[np.bool_] = shown & (people > 0) & ~few.any(axis=0)
        return found

    def of_items(self, items: Sequence[str]) -> UnitMeans:
        """(places × items) the scores of single items."""
        return self._of_units(score_of(self.arrays.scores_of(items)))

    def items_of_role(self, role: str, items: Sequence[str]) -> UnitMeans:
        """(1 × items) the scores of single items that one role group of the whole town gave. It is decided as for the
        results of the survey, which tell items of departments; but here 分からない is no answer.
        """
        scores = score_of(self.arrays.scores_of(items))
        told_items = [self._told_by_item(item)[ROLES.index(role)] for item in items]
        return _hidden(self._by_role(scores, role), np.array([told_items]))

    def _told_by_item(self, item: str) -> NDArray[np.bool_]:
        """(roles) of the whole town"""
        if item not in self._told_items:
            answered = self.arrays.answers[:, self.arrays.items.index(item)] > 0
            found = told_by_roles(self.arrays.parents, self.arrays.units[answered], self.arrays.roles[answered])
            self._told_items[item] = found.table(0).shown[TOWN] & self._shown_roles
        return self._told_items[item]

    def _of_units(self, scores: Floats) -> UnitMeans:
        """(places × columns of `scores`, which are by sheet)"""
        found = unit_means(self.arrays.parents, self.arrays.units, scores)
        return _hidden(found, told(self.arrays.parents, found.people, self.shown))

    def _by_role(self, scores: Floats, role: str) -> UnitMeans:
        """(1 × columns of `scores`)"""
        theirs = self.arrays.roles == ROLES.index(role)
        return unit_means([NOBODY], np.zeros(int(theirs.sum()), np.int64), scores[theirs])

    @cached_property
    def _shown_roles(self) -> NDArray[np.bool_]:
        """(roles) of the whole town"""
        shown: NDArray[np.bool_] = np.equal(self.arrays.shown_by_role[TOWN], Standing.SHOWN)
        return shown

    @cached_property
    def _told_roles(self) -> NDArray[np.bool_]:
        """(roles × columns) of the whole town, beside all units."""
        kinds = self.arrays.units * (1 + len(ROLES)) + self.arrays.roles + 1
        size = len(self.arrays.parents) * (1 + len(ROLES))
        found = []
        for column in range(COLUMNS):
            answered = ~np.isnan(self.scores[:, column])
            counts = np.bincount(kinds[answered], minlength=size).reshape(-1, 1 + len(ROLES))
            shown = [*(self.units.people[:, column] > 0), *self._shown_roles]
            found.append(told_of_groups(self.arrays.parents, counts, shown))
        return np.stack(found, axis=1)

    def points_of_everybody(self, items: Sequence[str]) -> Floats:
        """(sheets × items) points, for statistics of the whole town and no others; nobody's where it is not shown."""
        points = self.arrays.scores_of(items)
        return points if self.shown[TOWN] else points[:0]

    def sheets_of_shown_units(self) -> dict[int, NDArray[np.bool_]]:
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
        """(places × pairs of dimensions) how much the same people rate the first of them above the second."""
        gaps = np.column_stack([self.scores[:, one] - self.scores[:, other] for one, other in PAIRS])
        return self._of_units(gaps)

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


def _hidden(found: UnitMeans, mask: NDArray[np.bool_]) -> UnitMeans:
    return UnitMeans(
        np.where(mask, found.people, 0),
        np.where(mask, found.mean, np.nan),
        np.where(mask, found.variance, np.nan),
    )


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
    return Measured(arrays)


def measured(answers: WaveAnswers) -> Measured:
    """Published answers never change: each is read once by a process."""
    return _measured(answers.pk)


@lru_cache(maxsize=64)
def _measured(key: UUID) -> Measured:
    return Measured(AnswerArrays.unpacked(WaveAnswers.objects.get(pk=key).arrays))
