"""From one wave to the next: did it change, and can the answers say so at all?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, known, series
from kiun.analysis.survey_stats.discoveries import benjamini_hochberg
from kiun.analysis.survey_stats.means import reach_of

FEWEST_PEOPLE = 5
LEAST_RESPONSE = 0.5


class Verdict(StrEnum):
    ROSE = "rose"
    FELL = "fell"
    SAME = "same"
    """Not a change that matters: the whole interval lies within the margin."""
    UNDECIDABLE = "undecidable"

    @property
    def label(self) -> str:
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.ROSE: "上がった",
    Verdict.FELL: "下がった",
    Verdict.SAME: "変わらない",
    Verdict.UNDECIDABLE: "判定不能",
}


class Doubt(StrEnum):
    """Why a change is undecidable; the first that applies."""

    TOO_FEW_PEOPLE = "too_few_people"
    LOW_RESPONSE = "low_response"
    NO_SPREAD = "no_spread"
    WITHIN_CHANCE = "within_chance"
    MANY_COMPARISONS = "many_comparisons"

    @property
    def label(self) -> str:
        return _DOUBT_LABELS[self]


_DOUBT_LABELS = {
    Doubt.TOO_FEW_PEOPLE: "回答者が5人に満たない回があるため、変化は判定できません。",
    Doubt.LOW_RESPONSE: "回答率が半分に満たない回があるため、変化は判定できません。",
    Doubt.NO_SPREAD: "回答がすべて同じで、偶然の幅を見積もれないため、変化は判定できません。",
    Doubt.WITHIN_CHANCE: "偶然の幅に収まるため、上がったとも下がったとも言えません。",
    Doubt.MANY_COMPARISONS: "多くの部署を同時に比べているため、この差だけでは偶然と区別できません。",
}


@dataclass(frozen=True, slots=True)
class Change:
    """`difference` is after − before, in the unit of the answers, with its interval at `confidence` and p of no change.

    `before` and `after` people were used; for pairs both are the number of pairs. `doubt` is None unless the verdict is
    UNDECIDABLE. `adjusted_p` is NaN until `settle`.
    """

    difference: float
    low: float
    high: float
    confidence: float
    p: float
    before: int
    after: int
    verdict: Verdict
    doubt: Doubt | None
    adjusted_p: float = np.nan


@dataclass(frozen=True, slots=True)
class Sample:
    """What is left of a wave's scores for comparing it: `people`, their `mean` and `variance` (n − 1)."""

    people: int
    mean: float
    variance: float

    @classmethod
    def of(cls, scores: Floats) -> "Sample":
        n = len(scores)
        return cls(n, float(scores.mean()) if n else np.nan, float(scores.var(ddof=1)) if n > 1 else np.nan)


@dataclass(frozen=True, slots=True)
class _Contrast:
    difference: float
    error: float
    degrees: float
    before: int
    after: int

    @property
    def p(self) -> float:
        if not self.error > 0:
            return np.nan
        return float(2 * scipy.special.stdtr(self.degrees, -abs(self.difference) / self.error))


def wave_change(
    before: ArrayLike,
    after: ArrayLike,
    *,
    paired: bool,
    margin: float = 0.0,
    responses: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Change:
    """The change of a mean between two waves, and whether the answers can tell its direction.

    `before` and `after` (people) hold one score per person; NaN is 分からない or absent. `paired`: place i is the same
    person in both, and people with NaN in either are left out; otherwise the waves are two samples (Welch), which is
    also what to use when the pseudonyms of most people do not match. `margin` is the smallest change that matters, in
    the unit of the answers: SAME when the whole interval lies within ±margin, be it above 0 or not. `responses` are the
    response rates of both waves, 0–1.

    UNDECIDABLE when either wave has fewer than five people, either rate is below half, there is no spread to judge
    chance by, or the interval holds 0 without fitting the margin. The interval is NaN below two people. Source: Welch
    1947, Biometrika 34; Schuirmann 1987 for SAME. Raises ValueError for pairs of different lengths, a negative margin
    or a rate outside 0–1.
    """
    first, second = series(before, "before"), series(after, "after")
    if not paired:
        samples = Sample.of(known(first)), Sample.of(known(second))
        return sample_change(*samples, margin=margin, responses=responses, confidence=confidence)
    return _change(_pairs(first, second), margin, responses, confidence)


def sample_change(
    before: Sample,
    after: Sample,
    *,
    margin: float = 0.0,
    responses: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Change:
    """`wave_change` of two samples of which only means and variances are at hand."""
    return _change(_welch(before, after), margin, responses, confidence)


def _change(found: _Contrast, margin: float, responses: tuple[float, float] | None, confidence: float) -> Change:
    if margin < 0 or not all(0 <= rate <= 1 for rate in responses or ()):
        raise ValueError("margin must not be negative, and responses must lie between 0 and 1")
    reach = np.nan if np.isnan(found.error) else reach_of(found.error, found.degrees, confidence)
    low, high = found.difference - reach, found.difference + reach
    verdict, doubt = _verdict(found, low, high, margin, min(responses or (1.0,)))
    return Change(found.difference, low, high, confidence, found.p, found.before, found.after, verdict, doubt)


def settle(changes: Sequence[Change], *, rate: float = 0.05) -> tuple[Change, ...]:
    """The same changes when all are read side by side, as departments are: Benjamini–Hochberg at `rate`.

    Those with too few people or answers to be tested do not count; of the others, ROSE and FELL become UNDECIDABLE
    when their adjusted p is above `rate`.
    """
    tested = [one.doubt in {None, Doubt.WITHIN_CHANCE} for one in changes]
    p_values = [one.p if counts else np.nan for one, counts in zip(changes, tested, strict=True)]
    adjusted = benjamini_hochberg(np.array(p_values, dtype=np.float64), rate=rate).adjusted
    return tuple(_settled(one, float(p), rate) for one, p in zip(changes, adjusted, strict=True))


def _settled(change: Change, adjusted_p: float, rate: float) -> Change:
    if change.verdict in {Verdict.ROSE, Verdict.FELL} and adjusted_p > rate:
        doubt = Doubt.MANY_COMPARISONS
        return replace(change, verdict=Verdict.UNDECIDABLE, doubt=doubt, adjusted_p=adjusted_p)
    return replace(change, adjusted_p=adjusted_p)


def _pairs(first: Floats, second: Floats) -> _Contrast:
    if first.shape != second.shape:
        raise ValueError("pairs need as many people before as after")
    differences = known(second - first)
    n = len(differences)
    error = float(differences.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    return _Contrast(float(differences.mean()) if n else np.nan, error, n - 1, n, n)


def _welch(before: Sample, after: Sample) -> _Contrast:
    difference, sizes = after.mean - before.mean, (before.people, after.people)
    if min(sizes) < 2:  # noqa: PLR2004
        return _Contrast(difference, np.nan, np.nan, *sizes)
    # Plain numbers: thousands of units are compared, and arrays of two would take ten times as long.
    first, second = before.variance / before.people, after.variance / after.people
    total = first + second
    spread = first**2 / (before.people - 1) + second**2 / (after.people - 1)
    return _Contrast(difference, sqrt(total), total**2 / spread if total else np.nan, *sizes)


def _verdict(found: _Contrast, low: float, high: float, margin: float, response: float) -> tuple[Verdict, Doubt | None]:
    if min(found.before, found.after) < FEWEST_PEOPLE:
        return Verdict.UNDECIDABLE, Doubt.TOO_FEW_PEOPLE
    if response < LEAST_RESPONSE:
        return Verdict.UNDECIDABLE, Doubt.LOW_RESPONSE
    if not found.error > 0:
        return Verdict.UNDECIDABLE, Doubt.NO_SPREAD
    if -margin <= low and high <= margin:
        return Verdict.SAME, None
    if low > 0 or high < 0:
        return (Verdict.ROSE if low > 0 else Verdict.FELL), None
    return Verdict.UNDECIDABLE, Doubt.WITHIN_CHANCE
