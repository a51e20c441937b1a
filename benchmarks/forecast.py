"""Brier score and calibration of `kiun.analysis.forecast` on simulated municipal indicators.

    python benchmarks/forecast.py [--series 2000] [--seed 1] [--thorough]

How a series is drawn
    Process: one of the seven below, each as often as the others, with parameters of its own. Days: a rhythm of 30, 91,
    182 or 365 days; every step varies by ±15%, and one observation in ten is missing. The deadline lies 1–8 steps after
    the last observation. Every process is simulated through to the deadline; the methods see the first n observations.
How its target is drawn, without looking at what comes after the last observation
    "peer" (half): to change from the first value as much as an independent series of the same process did over the
    same days, as a plan copies another town's result. "stretch" (half): from the last value up or down by
    |N(0, 1)| × root mean square step × √(steps to the deadline).
What is compared
    Plug-in regression (normal around the fitted line with the residual spread, the usual spreadsheet answer) and random
    walk with drift (Student t), each on the plain numbers and on Kiun's own scale (logit, logarithm); a constant 50%.
`--thorough` repeats the Brier table for each process alone, each kind of target alone, and five further seeds.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy import stats

from kiun.analysis.forecast import (
    Direction,
    Observation,
    Scale,
    Series,
    Target,
    brier_score,
    calibration_table,
    drift_prior,
    forecast_many,
)
from kiun.analysis.forecast.scales import TRANSFORMS, Floats, usable_scale

LENGTHS = (4, 6, 8, 12, 20)
RHYTHMS = (30, 91, 182, 365)
TODAY = date(2026, 4, 1)
PLUG_IN, KIUN = "OLS normal", "Kiun"
WORDS = (0.0, 1 / 3, 2 / 3, 1.0)

Path = Callable[[np.random.Generator, Floats], Floats]


def linear_trend(rng: np.random.Generator, t: Floats) -> Floats:
    """A line with independent noise: 利用率 from a yearly survey."""
    return rng.normal(0, 0.5) * t + rng.standard_normal(len(t))


def random_walk(rng: np.random.Generator, t: Floats) -> Floats:
    """Shocks that stay, with a small drift: 残業時間, 職員数."""
    step = np.diff(t, prepend=t[0] - 1)
    return np.cumsum(rng.normal(0, 0.25) * step + np.sqrt(step) * rng.standard_normal(len(t)))


def saturating_share(rng: np.random.Generator, t: Floats) -> Floats:
    """A logistic adoption curve in percent with survey noise: オンライン申請率."""
    ceiling, speed, middle = rng.uniform(50, 100), rng.uniform(0.1, 0.6), rng.uniform(0, t[-1])
    noise = rng.uniform(0.5, 4) * rng.standard_normal(len(t))
    return np.round(np.clip(ceiling / (1 + np.exp(-speed * (t - middle))) + noise, 0, 100), 1)


def step_change(rng: np.random.Generator, t: Floats) -> Floats:
    """A level that jumps once, at any time up to the deadline: a new system, a new counter."""
    return rng.normal(0, 4) * (t >= rng.uniform(0, t[-1])) + rng.normal(0, 0.1) * t + rng.standard_normal(len(t))


def running_total(rng: np.random.Generator, t: Floats) -> Floats:
    """Poisson additions at a wandering rate: 累計研修修了者数."""
    step = np.diff(t, prepend=t[0] - 1)
    rate = np.exp(rng.normal(3, 1) + np.cumsum(0.2 * np.sqrt(step) * rng.standard_normal(len(t))))
    return np.cumsum(rng.poisson(rate * step)).astype(float)


def mean_reverting(rng: np.random.Generator, t: Floats) -> Floats:
    """Swings around a level: 満足度, 待ち時間. An Ornstein–Uhlenbeck process at its exact transitions."""
    keep = rng.uniform(0.3, 0.9) ** np.diff(t)
    value = np.empty(len(t))
    value[0] = rng.standard_normal()
    for i, k in enumerate(keep, start=1):
        value[i] = k * value[i - 1] + np.sqrt(1 - k**2) * rng.standard_normal()
    return value


def growing_count(rng: np.random.Generator, t: Floats) -> Floats:
    """A yearly number that grows or shrinks in proportion: 来庁者数, アクセス数."""
    step = np.diff(t, prepend=t[0] - 1)
    growth = rng.normal(0.03, 0.06) * step + rng.uniform(0.05, 0.2) * np.sqrt(step) * rng.standard_normal(len(t))
    return np.round(np.exp(rng.uniform(4, 9) + np.cumsum(growth)))


PROCESSES: dict[str, tuple[Path, Scale, bool]] = {
    "linear trend": (linear_trend, Scale.PLAIN, False),
    "random walk": (random_walk, Scale.PLAIN, False),
    "saturating share": (saturating_share, Scale.PERCENTAGE, False),
    "step change": (step_change, Scale.PLAIN, False),
    "running total": (running_total, Scale.COUNT, True),
    "mean reverting": (mean_reverting, Scale.PLAIN, False),
    "growing count": (growing_count, Scale.COUNT, False),
}
TARGETS = ("peer", "stretch")


@dataclass(frozen=True)
class Case:
    series: Series
    came_true: bool


def draw_case(rng: np.random.Generator, process: str, n: int, target_rule: str) -> Case:
    path, scale, cumulative = PROCESSES[process]
    while True:
        rhythm, t = draw_days(rng, n)
        values = path(rng, t)
        if np.ptp(values[:n]) > 0:  # a constant series has no forecast to score
            break
    start, last, truth = (float(values[i]) for i in (0, n - 1, -1))
    if target_rule == "peer":
        peer = path(rng, t)
        wanted = start + float(peer[-1] - peer[0])
    else:
        spread = float(np.sqrt(np.mean(np.diff(values[:n]) ** 2)) * np.sqrt(t[-1] - t[n - 1]))
        wanted = last + float(rng.choice([-1, 1]) if not cumulative else 1) * abs(float(rng.standard_normal())) * spread
    if scale is Scale.PERCENTAGE:
        wanted = min(max(wanted, 0.0), 100.0)
    rising = wanted >= (start if target_rule == "peer" else last)
    days = [TODAY + timedelta(days=round(rhythm * x)) for x in t - t[n - 1]]
    return Case(
        Series(
            observations=tuple(Observation(day, float(value)) for day, value in zip(days[:n], values[:n], strict=True)),
            target=Target(wanted, days[-1], Direction.INCREASE if rising else Direction.DECREASE),
            scale=scale,
            cumulative=cumulative,
        ),
        truth >= wanted if rising else truth <= wanted,
    )


def draw_days(rng: np.random.Generator, n: int) -> tuple[int, Floats]:
    """The rhythm in days, and n observations and the deadline in units of it."""
    steps = rng.uniform(0.85, 1.15, n) + (rng.random(n) < 0.1)
    steps[-1] = rng.uniform(1, 8)
    return int(rng.choice(RHYTHMS)), np.concatenate([[0.0], np.cumsum(steps)])


def draw_cases(
    rng: np.random.Generator, count: int, n: int, processes: Sequence[str], targets: Sequence[str]
) -> list[Case]:
    return [
        draw_case(rng, processes[i % len(processes)], n, targets[i // len(processes) % len(targets)])
        for i in range(count)
    ]


# The rivals, written without Kiun's code


def rival(case: Case, *, own_scale: bool) -> tuple[Floats, Floats, float, float]:
    """Times ending at 0, levels, deadline and target on the scale the rival works on."""
    series = case.series
    last = series.observations[-1].on
    t = np.array([(o.on - last).days for o in series.observations], dtype=float)
    values = np.array([o.value for o in series.observations], dtype=float)
    scale = usable_scale(series.scale, values, series.target.value, cumulative=series.cumulative)
    forward = TRANSFORMS[scale if own_scale else Scale.PLAIN].forward
    wanted = float(forward(np.array(series.target.value)))
    return t, forward(values), float((series.target.by - last).days), wanted


def exceeding(case: Case, above: float) -> float:
    return above if case.series.target.direction is Direction.INCREASE else 1 - above


def plug_in_regression(case: Case, *, own_scale: bool = False) -> float:
    t, y, deadline, wanted = rival(case, own_scale=own_scale)
    fit = stats.linregress(t, y)
    spread = np.sqrt(np.sum((y - fit.intercept - fit.slope * t) ** 2) / (len(t) - 2))
    expected = fit.intercept + fit.slope * deadline
    return exceeding(case, float(stats.norm.sf(wanted, expected, max(spread, 1e-9))))


def walk_with_drift(case: Case, *, own_scale: bool = False) -> float:
    t, y, deadline, wanted = rival(case, own_scale=own_scale)
    span, step, rise = t[-1] - t[0], np.diff(t), np.diff(y)
    drift = (y[-1] - y[0]) / span
    variance = np.sum((rise - drift * step) ** 2 / step) / (len(step) - 1)
    spread = np.sqrt(variance * (deadline + deadline**2 / span))
    return exceeding(case, float(stats.t.sf(wanted, len(step) - 1, y[-1] + drift * deadline, max(spread, 1e-9))))


def kiun(cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Probabilities as computed and as shown."""
    forecasts = forecast_many([case.series for case in cases], now=TODAY)
    return (
        np.array([f.probability for f in forecasts], dtype=float),
        np.array([f.shown_probability for f in forecasts], dtype=float),
    )


@dataclass(frozen=True)
class Answers:
    by_method: dict[str, Floats]
    came_true: list[bool]

    def brier(self) -> dict[str, float]:
        return {method: brier_score(p, self.came_true) for method, p in self.by_method.items()}


def answer(cases: Sequence[Case]) -> Answers:
    computed, shown = kiun(cases)
    return Answers(
        {
            KIUN: computed,
            "Kiun shown": shown,
            PLUG_IN: np.array([plug_in_regression(case) for case in cases]),
            "OLS n., scaled": np.array([plug_in_regression(case, own_scale=True) for case in cases]),
            "walk+drift": np.array([walk_with_drift(case) for case in cases]),
            "w.+d., scaled": np.array([walk_with_drift(case, own_scale=True) for case in cases]),
            "always 50%": np.full(len(cases), 0.5),
        },
        [case.came_true for case in cases],
    )


def margin(scores: dict[str, float]) -> float:
    """Kiun minus the best rival: negative is better."""
    return scores[KIUN] - min(score for method, score in scores.items() if not method.startswith("Kiun"))


def print_brier(title: str, rows: dict[str, dict[str, float]]) -> None:
    methods = list(next(iter(rows.values())))
    print(f"\n### {title}\n")
    print("| | " + " | ".join(methods) + " | Kiun − best rival |")
    print("|---|" + "---:|" * (len(methods) + 1))
    for label, scores in rows.items():
        print(f"| {label} | " + " | ".join(f"{scores[m]:.3f}" for m in methods) + f" | {margin(scores):+.3f} |")


def print_calibration(answers: Sequence[Answers]) -> None:
    came_true = [outcome for each in answers for outcome in each.came_true]
    for title, edges in (("by tenths", None), ("by word: 低い, 五分五分, 高い", WORDS)):
        print(f"\n### Calibration {title}, all n together\n")
        print("| method | forecast | series | mean forecast | came true | 95% interval |\n|---|---|---:|---:|---:|---|")
        for method in (KIUN, PLUG_IN) if edges is None else (KIUN,):
            p = np.concatenate([each.by_method[method] for each in answers])
            table = calibration_table(p, came_true) if edges is None else calibration_table(p, came_true, edges=edges)
            for one in table.bins:
                if one.mean_forecast is not None:
                    print(
                        f"| {method} | {one.low:.0%}–{one.high:.0%} | {one.n} | {one.mean_forecast:.1%} "
                        f"| {one.observed_rate:.1%} | {one.observed_low:.1%}–{one.observed_high:.1%} |"
                    )


def print_overconfidence(by_length: dict[int, Answers]) -> None:
    print("\n### When regression says at least 90%\n")
    print("| n | series | came true | Kiun's mean there | Kiun itself ≥ 90% (raw): series | came true |")
    print("|---:|---:|---:|---:|---:|---:|")
    for n, answers in by_length.items():
        came_true = np.array(answers.came_true)
        sure = answers.by_method[PLUG_IN] >= 0.9
        own = answers.by_method[KIUN] >= 0.9
        print(
            f"| {n} | {sure.sum()} | {came_true[sure].mean():.1%} | {answers.by_method[KIUN][sure].mean():.1%} "
            f"| {own.sum()} | {came_true[own].mean():.1%} |"
        )


def run(seed: int, count: int, processes: Sequence[str], targets: Sequence[str]) -> dict[int, Answers]:
    rng = np.random.default_rng(seed)
    return {n: answer(draw_cases(rng, count, n, processes, targets)) for n in LENGTHS}


def pooled(runs: dict[int, Answers]) -> dict[str, dict[str, float]]:
    return {f"n = {n}": answers.brier() for n, answers in runs.items()}


def print_robustness(seed: int, count: int) -> None:
    everything = list(PROCESSES)
    for process in everything:
        print_brier(f"Brier, {process} alone", pooled(run(seed, count, [process], TARGETS)))
    for target in TARGETS:
        print_brier(f"Brier, every target by the rule “{target}”", pooled(run(seed, count, everything, [target])))
    for further in range(seed + 1, seed + 6):
        print_brier(f"Brier, seed {further}", pooled(run(further, count, everything, TARGETS)))


def print_prior(seed: int, count: int) -> None:
    """Twenty-one indicators in a family whose drifts are alike: the last is forecast with and without the others."""
    rng = np.random.default_rng(seed)
    without, informed = [], []
    for _ in range(count // 4):
        family_drift = rng.normal(0, 0.5)
        family = [family_case(rng, family_drift) for _ in range(21)]
        case = family[-1]
        prior = drift_prior([each.series for each in family[:-1]])
        without.append(case)
        informed.append(
            Case(Series(observations=case.series.observations, target=case.series.target, prior=prior), case.came_true)
        )
    outcomes = [case.came_true for case in without]
    print("\n### Drift prior from 20 similar indicators, n = 4\n\n| | Brier |\n|---|---:|")
    for label, cases in (("without", without), ("with the prior", informed)):
        print(f"| {label} | {brier_score(kiun(cases)[0], outcomes):.3f} |")


def family_case(rng: np.random.Generator, family_drift: float) -> Case:
    t = np.array([0.0, 1, 2, 3, 8])
    y = rng.normal(family_drift, 0.1) * t + np.cumsum(np.sqrt(np.diff(t, prepend=-1)) * rng.standard_normal(5))
    days = [TODAY + timedelta(days=round(365 * x)) for x in t - 3]
    wanted = float(y[3] + abs(rng.standard_normal()) * 2)
    observations = tuple(Observation(day, float(value)) for day, value in zip(days[:4], y[:4], strict=True))
    return Case(Series(observations=observations, target=Target(wanted, days[-1], Direction.INCREASE)), y[-1] >= wanted)


def print_speed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = [case.series for case in draw_cases(rng, 2000, 40, list(PROCESSES), TARGETS)]
    started, worked = time.perf_counter(), time.process_time()
    forecast_many(cases, now=TODAY)
    took, work = time.perf_counter() - started, time.process_time() - worked
    print(f"\n2,000 indicators × 40 observations, fan included: {took:.2f} s ({work:.2f} s of processor time).")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=2000, help="series for each n")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--thorough", action="store_true", help="also each process and target rule alone, and more seeds"
    )
    options = parser.parse_args()
    runs = run(options.seed, options.series, list(PROCESSES), TARGETS)
    print_brier(f"Brier, seed {options.seed}, {options.series} series for each n (lower is better)", pooled(runs))
    print_overconfidence(runs)
    print_calibration(list(runs.values()))
    print_prior(options.seed, options.series)
    if options.thorough:
        print_robustness(options.seed, options.series)
    print_speed(options.seed)


if __name__ == "__main__":
    main()
