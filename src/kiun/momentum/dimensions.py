"""The six dimensions of momentum: five beliefs about a change, and whether there is room for it."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from numpy.typing import NDArray


class Dimension(models.TextChoices):
    """By the letter with which the keys of its items begin."""

    NEED = "W", pgettext_lazy("dimension", "need")
    FIT = "A", pgettext_lazy("dimension", "fit")
    CONFIDENCE = "E", pgettext_lazy("dimension", "confidence")
    SUPPORT = "P", pgettext_lazy("dimension", "support")
    BENEFIT = "V", pgettext_lazy("dimension", "benefit")
    SLACK = "T", pgettext_lazy("dimension", "room to act")

    @property
    def meaning(self) -> Promise:
        """In one line, true of what staff, residents and partners are asked."""
        return _MEANINGS[self]


_MEANINGS: Mapping[Dimension, Promise] = {
    Dimension.NEED: pgettext_lazy("dimension", "Do people think that things need to change?"),
    Dimension.FIT: pgettext_lazy("dimension", "Does what is being done fit what really troubles people?"),
    Dimension.CONFIDENCE: pgettext_lazy("dimension", "Do people think that they can cope with new ways?"),
    Dimension.SUPPORT: pgettext_lazy("dimension", "Is there somebody who helps and clears the way?"),
    Dimension.BENEFIT: pgettext_lazy("dimension", "Do people feel that things get better?"),
    Dimension.SLACK: pgettext_lazy("dimension", "Is there time and strength for it?"),
}


_BY_LETTER = {dimension.value: dimension for dimension in Dimension}


def dimension_of(key: str) -> Dimension | None:
    """None for an item that belongs to none: intention, trust in the survey, texts."""
    return _BY_LETTER.get(key[:1]) if key[1:].isdigit() else None


LOWEST, HIGHEST = 1, 5
LOWEST_SCORE, HIGHEST_SCORE = 0, 100
Points = TypeVar("Points", float, NDArray[np.float64])


def score_of(mean: Points) -> Points:
    """A mean of points from 1 to 5 as a score from 0 to 100; of an array each."""
    return (mean - LOWEST) / (HIGHEST - LOWEST) * HIGHEST_SCORE
