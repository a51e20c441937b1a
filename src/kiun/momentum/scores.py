"""From answers to scores between 0 and 100: of people, and of groups by what is told of their single questions."""

from functools import lru_cache

import numpy as np

from kiun.analysis.survey_stats.arrays import Floats
from kiun.momentum.dimensions import HIGHEST_SCORE, LOWEST_SCORE, Dimension, dimension_of

DIMENSIONS: tuple[str, ...] = tuple(Dimension.values)
INDEX = len(DIMENSIONS)  # the column of the index, behind those of the dimensions
COLUMNS = INDEX + 1
# Whoever answered to fewer dimensions has no index.
FEWEST_DIMENSIONS = 4


def person_scores(answers: Floats, items: tuple[str, ...]) -> Floats:
    """(people × columns) each dimension as the mean of its answered items, and the index, their mean. `answers` (people
    × items) is NaN where there is none.
    """
    scores = np.full((len(answers), COLUMNS), np.nan)
    for column, places in enumerate(places_of_dimensions(items)):
        scores[:, column] = _mean_of_known(answers[:, places])
    known = ~np.isnan(scores[:, :INDEX])
    whole = known.sum(axis=1) >= FEWEST_DIMENSIONS
    scores[whole, INDEX] = _mean_of_known(scores[whole, :INDEX])
    return scores


def group_scores(told: Floats, town: Floats, items: tuple[str, ...]) -> Floats:
    """(groups × columns) the same of groups, made of nothing but what is told of them: `told` (groups × items) is the
    mean of an item, NaN where it is hidden, and `town` (items) that of everybody. For what is hidden stands what the
    town says, moved by as much as the group lies from it elsewhere in the dimension, or in the index.

    Where nothing is told of the town, nothing can be filled in: only what is told whole has a score.

    A mean of people's own scores would be another number as soon as somebody leaves an item out, and that number less
    those of the items would tell what they said.
    """
    if np.isnan(town).all():
        return _plain_scores(told, items)
    scores = np.full((len(told), COLUMNS), np.nan)
    of_town = np.full(INDEX, np.nan)
    for column, places in enumerate(places_of_dimensions(items)):
        scores[:, column] = _mean_of_completed(told[:, places], town[places])
        of_town[column] = _mean_of_known(town[None, places])[0]
    known = ~np.isnan(scores[:, :INDEX])
    whole = known.sum(axis=1) >= FEWEST_DIMENSIONS
    scores[whole, INDEX] = _mean_of_completed(scores[whole, :INDEX], of_town)
    return scores


def _plain_scores(told: Floats, items: tuple[str, ...]) -> Floats:
    scores = np.full((len(told), COLUMNS), np.nan)
    asked = [(column, places) for column, places in enumerate(places_of_dimensions(items)) if places]
    for column, places in asked:
        scores[:, column] = told[:, places].mean(axis=1)
    if len(asked) >= FEWEST_DIMENSIONS:
        scores[:, INDEX] = scores[:, [column for column, _places in asked]].mean(axis=1)
    return scores


@lru_cache(maxsize=64)
def places_of_dimensions(items: tuple[str, ...]) -> list[list[int]]:
    """(dimensions) the places of the items of each."""
    return [[place for place, item in enumerate(items) if dimension_of(item) == letter] for letter in DIMENSIONS]


def _mean_of_completed(values: Floats, usual: Floats) -> Floats:
    known = ~np.isnan(values) & ~np.isnan(usual)
    apart = _mean_of_known(np.where(known, values - usual, np.nan))
    filled = np.clip(usual + apart[:, None], LOWEST_SCORE, HIGHEST_SCORE)
    return _mean_of_known(np.where(known, values, filled))


def _mean_of_known(values: Floats) -> Floats:
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0).sum(axis=1)
    means: Floats = np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
    return means
