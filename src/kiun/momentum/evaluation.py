"""Did an intervention work? From the scores of its units over the waves to a verdict that is published either way."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.survey_stats import Caution, Effect, difference_in_differences
from kiun.kernel.plain import plain
from kiun.momentum.models import Verdict

LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """`effect` is what the treated units gained beyond the others, in points. `waves` are the keys of the waves, `gaps`
    treated − others in each, `start` the place of the first wave after the beginning. `why` names the sentence that
    says why nothing can be decided.
    """

    verdict: Verdict
    why: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    assignments: int = 0
    treated: int = 0
    others: int = 0
    pre_waves: int = 0
    start: int = 0
    waves: tuple[int, ...] = ()
    gaps: tuple[float | None, ...] = ()
    cautions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "Evaluation":
        tuples = {name: tuple(held[name]) for name in ("waves", "gaps", "cautions")}
        return cls(**{**held, **tuples, "verdict": Verdict(held["verdict"])})


# Why nothing can be decided.
NO_UNITS = "no_units"
NO_WAVE_BEFORE = "no_wave_before"
REGRESSION = "regression"
TOO_FEW_UNITS = "too_few_units"
WITHIN_CHANCE = "within_chance"


def evaluate(
    outcomes: NDArray[np.float64],
    treated: Sequence[bool],
    *,
    start: int,
    expected: float,
    by_lot: bool,
    waves: Sequence[int],
) -> Evaluation:
    """`outcomes` are units × waves in points (NaN: not shown), `start` is the first wave after the beginning,
    `expected` what was expected when it was registered, `by_lot` whether the treated units were drawn.

    It worked when the gain is above 0 beyond chance, by the permutation of units and by its interval; it did not when
    the interval lies below half of what was expected. Anything else is undecidable.
    """
    if start < 1:
        return _undecided(NO_WAVE_BEFORE, waves)
    try:
        found = difference_in_differences(outcomes, treated, start=start)
    except ValueError:
        return _undecided(NO_UNITS, waves)
    verdict, why = _verdict(found, expected, by_lot=by_lot)
    return Evaluation(
        verdict=verdict,
        why=why,
        effect=_known(found.effect),
        low=_known(found.low),
        high=_known(found.high),
        p=_known(found.p),
        assignments=found.assignments,
        treated=found.treated,
        others=found.others,
        pre_waves=found.pre_waves,
        start=start,
        waves=tuple(waves),
        gaps=tuple(_known(gap) for gap in found.gaps),
        cautions=tuple(caution.value for caution in found.cautions),
    )


def _undecided(why: str, waves: Sequence[int]) -> Evaluation:
    return Evaluation(verdict=Verdict.UNDECIDABLE, why=why, waves=tuple(waves), gaps=(None,) * len(waves))


def _verdict(found: Effect, expected: float, *, by_lot: bool) -> tuple[Verdict, str]:
    if found.effect > 0 and found.p <= LEVEL and found.low > 0:
        if Caution.REGRESSION_TO_THE_MEAN in found.cautions and not by_lot:
            return Verdict.UNDECIDABLE, REGRESSION
        return Verdict.WORKED, ""
    if Caution.TOO_FEW_UNITS in found.cautions:
        return Verdict.UNDECIDABLE, TOO_FEW_UNITS
    if found.high < expected / 2:
        return Verdict.DID_NOT, ""
    return Verdict.UNDECIDABLE, WITHIN_CHANCE


def _known(value: float) -> float | None:
    return None if isnan(value) or abs(value) == float("inf") else round(value, 4)
