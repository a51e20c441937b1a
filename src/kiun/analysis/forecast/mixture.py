"""The predictive distribution: five models of a short series, pooled by how well each foresaw the series itself.

Line and walk are the two extremes of what a noisy indicator can be: swings that pass, and shocks that stay. Either
has a drift, free or shrunk (Bayes, normal inverse gamma); the walk may also stand still. All are Student t in closed
form.

Shapes: m series of n observations each; c = 5 models; k horizons. Times and levels are standardised by the caller:
one unit of time is the mean step between observations, one unit of level the root mean square step.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MODELS = ("line", "line with shrunk drift", "walk", "walk with drift", "walk with shrunk drift")
# Unless similar series are known, a shrunk drift is N(0, σ²/4) per step: moderate trends are common, steep ones rare.
PRIOR_WEIGHT = 4.0
# The first three observations train the models; regression and drift need two, and one is left for the variance.
TRAINING_POINTS = 3
# One-step foresight is evidence about one step, and none of the models is true: half the likelihood, so that the
# weights stay nearer to equal.
TEMPERATURE = 0.5
# Values are rounded: no series is known better than to a hundredth of its typical step.
LEAST_VARIANCE = 1e-4


@dataclass(frozen=True)
class Models:
    """After each prefix of the series, level h later ~ t(df) around origin + slope·h, variance a + b·h + c·h².

    Arrays are c × m × prefixes; `variance` has a last axis of 3; `df` is c × 1 × prefixes.
    """

    origin: Floats
    slope: Floats
    variance: Floats
    df: Floats

    def after_all(self) -> "Models":
        return Models(self.origin[:, :, -1:], self.slope[:, :, -1:], self.variance[:, :, -1:], self.df[:, :, -1:])

    def before_last(self) -> "Models":
        return Models(self.origin[:, :, :-1], self.slope[:, :, :-1], self.variance[:, :, :-1], self.df[:, :, :-1])

    def location(self, horizon: Floats) -> Floats:
        return self.origin + self.slope * horizon

    def scale(self, horizon: Floats) -> Floats:
        a, b, c = np.moveaxis(self.variance, -1, 0)
        return np.asarray(np.sqrt(a + b * horizon + c * horizon**2))


@dataclass(frozen=True)
class _Fit:
    """One model after each prefix; the variance h later is noise · (shape · (1, h, h²))."""

    origin: Floats
    slope: Floats
    noise: Floats
    shape: Floats
    df: Floats


def fit(times: Floats, levels: Floats, prior_mean: Floats, prior_sd: Floats) -> Models:
    """The five models after each prefix of 3 to n observations, in the order of `MODELS`.

    `times`, `levels` m × n with increasing times; `prior_mean`, `prior_sd` m: the drift per step of similar series,
    NaN for the sd where none are known.
    """
    line, walk = _line(times, levels, None), _walk(times, levels, None)
    fits = [
        line,
        _line(times, levels, _prior(line, prior_mean, prior_sd)),
        _standing_walk(times, levels),
        walk,
        _walk(times, levels, _prior(walk, prior_mean, prior_sd)),
    ]
    variance = [np.maximum(one.noise, LEAST_VARIANCE)[..., None] * one.shape for one in fits]
    return Models(
        np.stack([one.origin for one in fits]),
        np.stack([one.slope for one in fits]),
        np.stack(variance),
        np.stack([one.df for one in fits])[:, None, :],
    )


@dataclass(frozen=True)
class _Prior:
    """The drift per step is N(mean, σ² / weight), σ² being the noise of the model; both m × 1."""

    mean: Floats
    weight: Floats


def _prior(free: _Fit, mean: Floats, sd: Floats) -> _Prior:
    """Weighs `sd` against the noise of the model as fitted without a prior."""
    known = np.maximum(free.noise[:, -1], LEAST_VARIANCE) / sd**2
    return _Prior(mean[:, None], np.where(np.isnan(sd), PRIOR_WEIGHT, known)[:, None])


def _line(times: Floats, levels: Floats, prior: _Prior | None) -> _Fit:
    """Regression on time; ordinary least squares without a prior."""
    n, first = times.shape[1], TRAINING_POINTS - 1
    count = np.arange(1.0, n + 1)
    t, y = (x - x.mean(axis=1, keepdims=True) for x in (times, levels))
    mean_t, mean_y = np.cumsum(t, axis=1) / count, np.cumsum(y, axis=1) / count
    tt, ty, yy = (
        (np.cumsum(a * b, axis=1) - count * mean_a * mean_b)[:, first:]
        for a, b, mean_a, mean_b in ((t, t, mean_t, mean_t), (t, y, mean_t, mean_y), (y, y, mean_y, mean_y))
    )
    slope, precision, rest = _drift(ty, tt, yy, prior)
    lever, count = (t - mean_t)[:, first:], count[first:]
    shape = [1 + 1 / count + lever**2 / precision, 2 * lever / precision, 1 / precision]
    origin = levels.mean(axis=1, keepdims=True) + mean_y[:, first:] + slope * lever
    df = count - (2 if prior is None else 1)
    return _Fit(origin, slope, rest / df, np.stack(shape, axis=-1), df)


def _walk(times: Floats, levels: Floats, prior: _Prior | None) -> _Fit:
    """Random walk with drift."""
    span, climb, energy = _steps(times, levels)
    drift, precision, rest = _drift(climb, span, energy, prior)
    df = np.arange(TRAINING_POINTS - 1.0, times.shape[1]) - (prior is None)
    shape = np.stack([np.zeros_like(span), np.ones_like(span), 1 / precision], axis=-1)
    return _Fit(levels[:, TRAINING_POINTS - 1 :], drift, rest / df, shape, df)


def _standing_walk(times: Floats, levels: Floats) -> _Fit:
    """Random walk without drift."""
    span, _, energy = _steps(times, levels)
    df = np.arange(TRAINING_POINTS - 1.0, times.shape[1])
    nothing = np.zeros_like(span)
    shape = np.stack([nothing, np.ones_like(span), nothing], axis=-1)
    return _Fit(levels[:, TRAINING_POINTS - 1 :], nothing, energy / df, shape, df)


def _steps(times: Floats, levels: Floats) -> tuple[Floats, Floats, Floats]:
    """Span, climb, and sum of squared steps per unit of time, of each prefix of 3 to n observations."""
    step, rise = np.diff(times, axis=1), np.diff(levels, axis=1)
    span, climb, energy = (np.cumsum(x, axis=1)[:, TRAINING_POINTS - 2 :] for x in (step, rise, rise**2 / step))
    return span, climb, energy


def _drift(xy: Floats, xx: Floats, yy: Floats, prior: _Prior | None) -> tuple[Floats, Floats, Floats]:
    """Slope of a regression through the origin, its precision, and the sum of squares left; conjugate with a prior."""
    if prior is None:
        return xy / xx, xx, yy - xy**2 / xx
    precision = xx + prior.weight
    slope = (xy + prior.weight * prior.mean) / precision
    return slope, precision, yy + prior.weight * prior.mean**2 - precision * slope**2


def weigh(models: Models, times: Floats, levels: Floats, usable: NDArray[np.bool_]) -> Floats:
    """Weights c × m, summing to 1 over the models marked in `usable` (c × m)."""
    past = models.before_last()
    step = np.diff(times, axis=1)[:, TRAINING_POINTS - 1 :]
    density = _log_density(levels[:, TRAINING_POINTS:], past.df, past.location(step), past.scale(step))
    evidence = np.where(usable, TEMPERATURE * np.sum(density, axis=2), -np.inf)
    weights = np.exp(evidence - evidence.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float64)


def _log_density(level: Floats, df: Floats, location: Floats, scale: Floats) -> Floats:
    """Student's t. `scipy.stats` has it too, but takes a second to load, in every process of the application."""
    constant = (
        scipy.special.gammaln((df + 1) / 2) - scipy.special.gammaln(df / 2) - np.log(df * np.pi) / 2 - np.log(scale)
    )
    return np.asarray(constant - (df + 1) / 2 * np.log1p(((level - location) / scale) ** 2 / df), dtype=np.float64)


@dataclass(frozen=True)
class Mixture:
    """Predictive distribution of m series at k horizons; `floor` (m) is the least possible level, −inf for none."""

    location: Floats
    scale: Floats
    df: Floats
    weights: Floats
    floor: Floats

    @classmethod
    def at(cls, models: Models, weights: Floats, horizon: Floats, floor: Floats) -> "Mixture":
        """`horizon` is m × k, in steps after the last observation."""
        last = models.after_all()
        scale = last.scale(horizon)
        return cls(last.location(horizon), scale, np.broadcast_to(last.df, scale.shape), weights[:, :, None], floor)

    def cdf(self, level: Floats) -> Floats:
        """Shape m × k. What lies under the floor is impossible, and the rest shares its probability."""
        below = self._pooled(np.broadcast_to(self.floor[:, None], level.shape))
        return np.clip((self._pooled(level) - below) / (1 - below), 0, 1)

    def quantiles(self, probabilities: Floats) -> Floats:
        """Shape m × k × number of probabilities."""
        # Loaded here, because it takes a quarter of a second and most processes never draw a quantile.
        from scipy.optimize import elementwise

        below = self._pooled(np.broadcast_to(self.floor[:, None], self.location.shape[1:]))[..., None]
        wanted = below + probabilities * (1 - below)
        parts = [part[..., None] for part in (self.location, self.scale, self.df, self.weights)]
        location, scale, df, _ = parts
        each = location + scale * scipy.special.stdtrit(df, wanted)
        margin = 1e-9 * scale.max(axis=0)
        bracket = (each.min(axis=0) - margin, each.max(axis=0) + margin)
        flat = [np.broadcast_to(part[i], wanted.shape) for i in range(len(location)) for part in parts]
        found = elementwise.find_root(_excess, bracket, args=(wanted, *flat), tolerances={"fatol": 1e-8, "xatol": 1e-9})
        return np.maximum(found.x, self.floor[:, None, None])

    def _pooled(self, level: Floats) -> Floats:
        return np.asarray(
            (self.weights * scipy.special.stdtr(self.df, (level - self.location) / self.scale)).sum(axis=0)
        )


def _excess(level: Floats, wanted: Floats, *parts: Floats) -> Floats:
    """Probability below `level` minus the one wanted; `parts`: location, scale, df and weight, model after model."""
    location, scale, df, weight = (np.stack(parts[i::4]) for i in range(4))
    return np.asarray((weight * scipy.special.stdtr(df, (level - location) / scale)).sum(axis=0) - wanted)
