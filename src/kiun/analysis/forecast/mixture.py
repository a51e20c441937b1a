"""The predictive distribution: four models of a short series, pooled by how well each foresaw the series itself.

Shapes: m series of n observations each; c = 4 models; k horizons. Times and levels are standardised by the caller:
one unit of time is the mean step between observations, one unit of level the root mean square step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import elementwise
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]

# The drift of the shrunk walk is N(0, σ²/4) per step: the prior weighs as much as the shortest series we judge.
PRIOR_STEPS = 4.0
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
        return np.sqrt(a + b * horizon + c * horizon**2)


def fit(times: Floats, levels: Floats, prior_mean: Floats, prior_steps: Floats) -> Models:
    """Regression line, walk without drift, with drift, with shrunk drift, after each prefix of 3 to n observations.

    `times`, `levels` m × n with increasing times; `prior_mean`, `prior_steps` m: the drift prior and its weight in steps.
    """
    line = _line(times, levels)
    n = times.shape[1]
    step, rise = np.diff(times, axis=1), np.diff(levels, axis=1)
    span, climb, energy = (np.cumsum(x, axis=1) for x in (step, rise, rise**2 / step))
    nothing = np.zeros_like(span)
    mean, weight = prior_mean[:, None], np.broadcast_to(prior_steps[:, None], span.shape)
    steps = np.arange(1.0, n)
    walks = [
        _walk(levels, nothing, nothing, energy, steps),
        _walk(levels, climb / span, 1 / span, energy - climb**2 / span, steps - 1),
        _walk(
            levels,
            (climb + weight * mean) / (span + weight),
            1 / (span + weight),
            energy + weight * mean**2 - (climb + weight * mean) ** 2 / (span + weight),
            steps,
        ),
    ]
    origin, slope, variance, df = (np.stack(parts) for parts in zip(line, *walks, strict=True))
    return Models(origin, slope, variance, df[:, None, :])


_Fit = tuple[Floats, Floats, Floats, Floats]


def _walk(levels: Floats, drift: Floats, drift_variance: Floats, energy: Floats, df: Floats) -> _Fit:
    """`drift_variance` is in units of the walk's variance per step; prefixes of fewer than 3 observations are cut."""
    first = TRAINING_POINTS - 2
    noise = np.maximum(energy[:, first:] / df[first:], LEAST_VARIANCE)
    shape = np.stack([np.zeros_like(noise), np.ones_like(noise), drift_variance[:, first:]], axis=-1)
    return levels[:, first + 1 :], drift[:, first:], noise[..., None] * shape, df[first:]


def _line(times: Floats, levels: Floats) -> _Fit:
    n = times.shape[1]
    first = TRAINING_POINTS - 1
    count = np.arange(1.0, n + 1)
    t, y = (x - x.mean(axis=1, keepdims=True) for x in (times, levels))
    mean_t, mean_y = np.cumsum(t, axis=1) / count, np.cumsum(y, axis=1) / count
    tt, ty, yy = (
        np.cumsum(a * b, axis=1)[:, first:] - (count * mean_a * mean_b)[:, first:]
        for a, b, mean_a, mean_b in ((t, t, mean_t, mean_t), (t, y, mean_t, mean_y), (y, y, mean_y, mean_y))
    )
    slope = ty / tt
    lever = (t - mean_t)[:, first:]
    origin = levels.mean(axis=1, keepdims=True) + mean_y[:, first:] + slope * lever
    df = count[first:] - 2
    noise = np.maximum((yy - slope * ty) / df, LEAST_VARIANCE)
    shape = np.stack([1 + 1 / count[first:] + lever**2 / tt, 2 * lever / tt, 1 / tt], axis=-1)
    return origin, slope, noise[..., None] * shape, df


def weigh(models: Models, times: Floats, levels: Floats, usable: NDArray[np.bool_]) -> Floats:
    """Weights c × m, summing to 1 over the models marked in `usable` (c × m)."""
    past = models.before_last()
    step = np.diff(times, axis=1)[:, TRAINING_POINTS - 1 :]
    foreseen = stats.t.logpdf(levels[:, TRAINING_POINTS:], past.df, past.location(step), past.scale(step)).sum(axis=2)
    evidence = np.where(usable, TEMPERATURE * foreseen, -np.inf)
    weights = np.exp(evidence - evidence.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float64)


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
        """M × k; what lies under the floor is impossible, and the rest shares its probability."""
        below = self._pooled(np.broadcast_to(self.floor[:, None], level.shape))
        return np.clip((self._pooled(level) - below) / (1 - below), 0, 1)

    def quantiles(self, probabilities: Floats) -> Floats:
        """M × k × number of probabilities."""
        below = self._pooled(np.broadcast_to(self.floor[:, None], self.location.shape[1:]))[..., None]
        wanted = below + probabilities * (1 - below)
        parts = tuple(part[..., None] for part in (self.location, self.scale, self.df, self.weights))
        location, scale, df, weights = parts
        each = location + scale * stdtrit(df, wanted)
        margin = 1e-9 * scale.max(axis=0)

        def excess(level: Floats, wanted: Floats, *flat: Floats) -> Floats:
            locations, scales, dfs, shares = (np.stack(flat[i::4]) for i in range(4))
            return np.asarray((shares * stdtr(dfs, (level - locations) / scales)).sum(axis=0) - wanted)

        flat = [np.broadcast_to(part[i], wanted.shape) for i in range(len(location)) for part in parts]
        found = elementwise.find_root(
            excess, (each.min(axis=0) - margin, each.max(axis=0) + margin), args=(wanted, *flat)
        )
        return np.maximum(found.x, self.floor[:, None, None])

    def _pooled(self, level: Floats) -> Floats:
        return np.asarray((self.weights * stdtr(self.df, (level - self.location) / self.scale)).sum(axis=0))
