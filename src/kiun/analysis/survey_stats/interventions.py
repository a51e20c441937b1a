"""Did an intervention work: difference-in-differences of units over waves."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations, islice
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Flags, Floats, Ints, table
from kiun.analysis.survey_stats.means import reach_of

MOST_ASSIGNMENTS = 20_000
"""As many ways to choose the treated units are all gone through; of more, as many are drawn."""
FEWEST_UNITS = 5
FEWEST_PRE_WAVES = 2
# In standard deviations between units: a gap that chance alone often opens, and closes again.
GAP_OF_CONCERN = 0.5
_CHUNK = 2_000


class Caution(StrEnum):
    """What must stand beside an effect."""

    TOO_FEW_UNITS = "too_few_units"
    """Fewer than five units on a side: the interval is too narrow; believe p, which may be unable to reach 0.05."""
    TOO_FEW_PRE_WAVES = "too_few_pre_waves"
    """Fewer than two waves before the start: nobody can see whether the units went the same way before."""
    REGRESSION_TO_THE_MEAN = "regression_to_the_mean"
    """The treated units stood out just before the start, and the effect leads back: it may have come by itself."""

    @property
    def label(self) -> str:
        return _CAUTION_LABELS[self]


_CAUTION_LABELS = {
    Caution.TOO_FEW_UNITS: "部署の数が少なすぎるため、区間は実際より狭く出ます。",
    Caution.TOO_FEW_PRE_WAVES: "開始前の調査が2回に満たないため、もともと同じ動きをしていたか確かめられません。",
    Caution.REGRESSION_TO_THE_MEAN: "開始直前の値が極端だったため、何もしなくても元に戻っただけかもしれません。",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What the treated units gained beyond the others, in the unit of the outcome.

    `low` and `high` are Student's interval at `confidence` from `error`, which is robust to any dependence within a
    unit; `pooled_error` is the classical error of the same contrast when each wave asks new units, as published tables
    of four means give it. `p` is the share of `assignments` of the treatment to as many units whose effect is at least
    as large, `exact` when all are counted. `gaps` (waves) are treated − others in each wave, NaN where one side is
    missing: plot those before the start. `treated` and `others` are units seen both before and after the start.
    """

    effect: float
    low: float
    high: float
    confidence: float
    error: float
    pooled_error: float
    p: float
    assignments: int
    exact: bool
    treated: int
    others: int
    pre_waves: int
    gaps: tuple[float, ...]
    cautions: tuple[Caution, ...]


def difference_in_differences(
    outcomes: ArrayLike, treated: ArrayLike, *, start: int, seed: int = 0, confidence: float = 0.95
) -> Effect:
    """The effect on the `treated` units of what began before wave `start`, with effects of unit and wave taken out.

    `outcomes` units × waves in any unit; NaN is a unit without a value in that wave (not asked, suppressed): the cell
    is left out, and a unit without a value on either side of the start tells nothing of the effect. `treated` (units)
    are flags; `start` is the first wave after the beginning. Every unit counts the same. p permutes the treatment over
    units, which is valid with few units and any dependence within them if the treated were chosen by lot; `seed` serves
    only when there are more than 20,000 assignments.

    Source: Angrist and Pischke 2009, ch. 5; Liang and Zeger 1986 (errors clustered by unit, with Student's t of
    units − 1 as in Cameron and Miller 2015); Fisher's randomisation test, Conley and Taber 2011. Raises ValueError
    for arrays that do not fit, and when either side has no unit that was seen before and after.
    """
    values, flags = table(outcomes, "outcomes"), np.asarray(treated, dtype=bool)
    if flags.shape != values.shape[:1] or not 0 < start < values.shape[1]:
        raise ValueError("as many flags as units are needed, and a start between the first and the last wave")
    after = np.arange(values.shape[1]) >= start
    seen = ~np.isnan(values)
    telling = np.asarray(seen[:, after].any(axis=1) & seen[:, ~after].any(axis=1))
    panel = _Panel.of(values, telling, flags, after)
    if not panel.treated.any() or panel.treated.all():
        raise ValueError("treated and other units must have been seen before and after the start")
    effect, error = panel.effect(), panel.clustered_error()
    reach = reach_of(error, len(panel.treated) - 1, confidence)
    p, assignments, exact = _permutation(panel, seed)
    gaps = _gaps(values, flags)
    return Effect(
        effect=effect,
        low=effect - reach,
        high=effect + reach,
        confidence=confidence,
        error=error,
        pooled_error=panel.pooled_error(),
        p=p,
        assignments=assignments,
        exact=exact,
        treated=int(panel.treated.sum()),
        others=int((~panel.treated).sum()),
        pre_waves=int(seen[:, ~after].any(axis=0).sum()),
        gaps=tuple(gaps.tolist()),
        cautions=_cautions(panel, gaps[:start], effect),
    )


def smallest_p(treated: int, others: int) -> float:
    """The smallest p that `difference_in_differences` can find with so many units on either side.

    Of all ways to choose the treated units, the one that took place is at least as large as itself; of two halves, the
    opposite choice is exactly as large. Raises ValueError for a side without a unit.
    """
    if treated < 1 or others < 1:
        raise ValueError("a unit is needed on either side")
    possible = comb(treated + others, treated)
    if possible > MOST_ASSIGNMENTS:
        return 1 / (MOST_ASSIGNMENTS + 1)
    return (2 if treated == others else 1) / possible


@dataclass(frozen=True)
class _Panel:
    """Units × waves without the units that tell nothing; `seen` marks the cells with a value, others hold 0.

    `outcome` is what is left of the values, and `late` of the flags "after the start", one row each per unit, when the
    effects of units are taken out; `waves` (cells with a value × waves − 1) is the same of the waves themselves.
    """

    values: Floats
    seen: Flags
    treated: Flags
    after: Flags
    outcome: Floats
    late: Floats
    waves: Floats

    @classmethod
    def of(cls, values: Floats, kept: Flags, treated: Flags, after: Flags) -> "_Panel":
        used, seen = np.nan_to_num(values[kept]), ~np.isnan(values[kept])
        each_wave = np.eye(values.shape[1])[1:, None, :] * seen
        waves = np.stack([_without_unit(one, seen) for one in each_wave], axis=-1)
        late = _without_unit(after * seen, seen)
        return cls(used, seen, treated[kept], after, _without_unit(used, seen), late, waves)

    @property
    def wave_products(self) -> Floats:
        return np.asarray(np.linalg.pinv(np.einsum("uti,utj->ij", self.waves, self.waves)))

    def residual(self, cells: Floats) -> Floats:
        """What the effects of waves leave of cells that have lost those of units."""
        return np.asarray(cells - self.waves @ (self.wave_products @ np.einsum("uti,ut->i", self.waves, cells)))

    def effect(self) -> float:
        treatment = self.residual(self.late * self.treated[:, None])
        return float(np.sum(treatment * self.outcome) / np.sum(treatment**2))

    def clustered_error(self) -> float:
        units, cells, wave_effects = len(self.treated), int(self.seen.sum()), self.waves.shape[-1]
        treatment = self.residual(self.late * self.treated[:, None])
        left = self.residual(self.outcome) - self.effect() * treatment
        scores = np.sum(treatment * left, axis=1)
        # The effects of units are nested in the clusters and do not count as parameters.
        freedom = max(cells - wave_effects - 2, 1)
        correction = units / (units - 1) * (cells - 1) / freedom
        return float(np.sqrt(correction * np.sum(scores**2)) / np.sum(treatment**2))

    def pooled_error(self) -> float:
        """Of ordinary regression on treatment group, waves and their product, as if no unit were asked twice."""
        unit, wave = np.nonzero(self.seen)
        group, late = self.treated[unit].astype(float), self.after[wave]
        design = np.column_stack([group * late, group, np.eye(len(self.after))[wave]])
        design = design[:, design.any(axis=0)]
        y = self.values[unit, wave]
        inverse = np.linalg.pinv(design.T @ design)
        left = y - design @ (inverse @ (design.T @ y))
        freedom = len(y) - int(np.linalg.matrix_rank(design))
        return float(np.sqrt(left @ left / freedom * inverse[0, 0])) if freedom > 0 else float(np.nan)


def _without_unit(cells: Floats | Flags, seen: Flags) -> Floats:
    means = np.sum(cells * seen, axis=1, keepdims=True) / seen.sum(axis=1, keepdims=True)
    return np.asarray((cells - means) * seen, dtype=np.float64)


def _permutation(panel: _Panel, seed: int) -> tuple[float, int, bool]:
    """p, how many assignments it rests on, and whether these are all there are."""
    units, treated = len(panel.treated), int(panel.treated.sum())
    possible = comb(units, treated)
    exact = possible <= MOST_ASSIGNMENTS
    observed = abs(panel.effect()) * (1 - 1e-9)
    drawn = _all_assignments(units, treated) if exact else _drawn_assignments(units, treated, seed)
    as_large = sum(int(np.sum(np.abs(_effects_of(panel, chunk)) >= observed)) for chunk in drawn)
    # The assignment that took place is one of all, and is added to those drawn.
    count, extra = (possible, 0) if exact else (MOST_ASSIGNMENTS, 1)
    return (as_large + extra) / (count + extra), count, exact


def _effects_of(panel: _Panel, assignments: Floats) -> Floats:
    """The effect under each of assignments × units, without fitting the panel again.

    With M what takes out units and waves, and d the cells after the start of one unit, the effect is Σ d′My over
    (Σ d)′M(Σ d), where the sums run over the treated.
    """
    numerator = assignments @ np.sum(panel.late * panel.residual(panel.outcome), axis=1)
    by_wave = assignments @ np.einsum("uti,ut->ui", panel.waves, panel.late)
    squares = assignments @ np.sum(panel.late**2, axis=1)
    return np.asarray(numerator / (squares - np.einsum("ri,ij,rj->r", by_wave, panel.wave_products, by_wave)))


def _all_assignments(units: int, treated: int) -> Iterator[Floats]:
    chosen = combinations(range(units), treated)
    while chunk := list(islice(chosen, _CHUNK)):
        places = np.fromiter(chain.from_iterable(chunk), dtype=np.int64).reshape(len(chunk), treated)
        yield _flags(places, units)


def _drawn_assignments(units: int, treated: int, seed: int) -> Iterator[Floats]:
    generator = np.random.default_rng(seed)
    for _ in range(MOST_ASSIGNMENTS // _CHUNK):
        lots = generator.random((_CHUNK, units))
        yield _flags(np.argpartition(lots, treated - 1, axis=1)[:, :treated], units)


def _flags(places: Ints, units: int) -> Floats:
    flags = np.zeros((len(places), units))
    np.put_along_axis(flags, places, 1.0, axis=1)
    return flags


def _gaps(values: Floats, treated: Flags) -> Floats:
    return _means(values[treated]) - _means(values[~treated])


def _means(values: Floats) -> Floats:
    seen = ~np.isnan(values)
    count = seen.sum(axis=0)
    sums = np.nan_to_num(values).sum(axis=0)
    return np.asarray(np.divide(sums, count, out=np.full(len(sums), np.nan), where=count > 0))


def _cautions(panel: _Panel, gaps: Floats, effect: float) -> tuple[Caution, ...]:
    treated = int(panel.treated.sum())
    before = gaps[~np.isnan(gaps)]
    found = []
    if min(treated, len(panel.treated) - treated) < FEWEST_UNITS:
        found.append(Caution.TOO_FEW_UNITS)
    if len(before) < FEWEST_PRE_WAVES:
        found.append(Caution.TOO_FEW_PRE_WAVES)
    if _stood_out(panel, before, effect):
        found.append(Caution.REGRESSION_TO_THE_MEAN)
    return tuple(found)


def _stood_out(panel: _Panel, gaps: Floats, effect: float) -> bool:
    """The last gap before the start is wide, by itself or against the earlier ones, and the effect closes it."""
    if not len(gaps):
        return False
    last = gaps[-1] - (gaps[:-1].mean() if len(gaps) > 1 else 0.0)
    before = panel.seen & ~panel.after
    levels = np.sum(panel.values * before, axis=1) / before.sum(axis=1)
    spread = levels.std(ddof=1)
    return bool(last * effect < 0 and abs(last) > GAP_OF_CONCERN * spread)
