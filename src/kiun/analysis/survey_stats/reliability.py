"""Do the items of one dimension hang together, as sum scores: Cronbach's α with Feldt's interval."""

from dataclasses import dataclass

import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import complete_rows, share, table

FEWEST_ITEMS = 2


@dataclass(frozen=True, slots=True)
class Alpha:
    """α with its interval at `confidence`, from the `people` who answered all `items`.

    `dropped` people answered only some of them.
    """

    value: float
    low: float
    high: float
    confidence: float
    items: int
    people: int
    dropped: int


def cronbach_alpha(answers: ArrayLike, *, confidence: float = 0.95) -> Alpha:
    """α of people × items, all scored in the same direction, with Feldt's interval.

    NaN is 分からない: people with any NaN are dropped and counted, because the interval's degrees of freedom hold for
    complete answers only. An α below 0 is possible and says that items contradict each other. Two items are enough for
    the formula, yet say little: show none for a dimension of fewer than three. Source: Cronbach 1951, Psychometrika 16.
    Raises ValueError for fewer than two items or complete people, and when nobody's total differs from another's.
    """
    asked = table(answers, "answers")
    used = complete_rows(asked)
    people, items = used.shape
    if items < FEWEST_ITEMS or people < 2:  # noqa: PLR2004
        raise ValueError("α needs two items and two people who answered them all")
    total = used.sum(axis=1).var(ddof=1)
    if total <= 0:
        raise ValueError("α is undefined when all totals are equal")
    value = float(items / (items - 1) * (1 - used.var(axis=0, ddof=1).sum() / total))
    low, high = feldt_interval(value, people=people, items=items, confidence=confidence)
    return Alpha(value, low, high, confidence, items, people, len(asked) - people)


def feldt_interval(alpha: float, *, people: int, items: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where the α of the population lies: (1 − α) / (1 − α̂) ~ F with people − 1 and (people − 1)(items − 1) degrees.

    Exact for parallel normal items. Source: Feldt 1965, Psychometrika 30; Feldt, Woodruff and Salih 1987. Raises
    ValueError for fewer than two people or items, an α above 1 or a confidence outside 0–1.
    """
    if people < 2 or items < FEWEST_ITEMS or not alpha <= 1:  # noqa: PLR2004
        raise ValueError("Feldt's interval needs two people, two items and an α of at most 1")
    tail = (1 - share(confidence, "confidence")) / 2
    between, within = people - 1, (people - 1) * (items - 1)
    low = 1 - (1 - alpha) * scipy.special.fdtri(between, within, 1 - tail)
    high = 1 - (1 - alpha) * scipy.special.fdtri(between, within, tail)
    return float(low), float(high)
