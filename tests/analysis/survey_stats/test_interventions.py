import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kiun.analysis.survey_stats import Caution, difference_in_differences, smallest_p

NAN = float("nan")


def minimum_wage():
    """Full-time equivalents of 384 restaurants before and after, Card and Krueger 1994, and which are in New Jersey."""
    with (Path(__file__).parent / "card_krueger.csv").open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row.values()] for row in csv.DictReader(file)]
    state, *waves = np.array(rows).T
    return np.column_stack(waves), state == 1


def test_the_published_minimum_wage():
    found = difference_in_differences(*minimum_wage(), start=1)
    assert (round(found.effect, 3), round(found.pooled_error, 3)) == (2.750, 1.731)
    # Following the same restaurants, Card and Krueger give 2.75 with an error of 1.34.
    assert round(found.error, 2) == 1.34
    assert (found.treated, found.others, found.pre_waves, found.exact) == (309, 75, 1, False)
    assert found.gaps == pytest.approx((-2.949, -0.199), abs=1e-3)
    assert found.cautions == (Caution.TOO_FEW_PRE_WAVES,)


def test_four_means_by_hand():
    """Treated 1→4 and 3→6, others 2→3 and 4→3: 3 − 0. Of six choices of two units, this and its opposite reach it.

    Within units and waves the treatment is ±¼ in all 8 cells, Σ = ½; the others miss their mean by ±½, so two scores
    are ±¼; three parameters and 4 units correct by 7/5 · 4/3.
    """
    found = difference_in_differences([[1, 4], [3, 6], [2, 3], [4, 3]], [1, 1, 0, 0], start=1)
    assert found.effect == pytest.approx(3)
    assert (found.p, found.assignments, found.exact) == (pytest.approx(2 / 6), 6, True)
    assert found.error == pytest.approx((7 / 5 * 4 / 3 * 2 / 16) ** 0.5 / 0.5)
    assert found.gaps == pytest.approx((-1, 2))


def by_dummies(outcomes, treated, start):
    """Effect and clustered error of ordinary regression with a column for every unit and wave."""
    unit, wave = np.nonzero(~np.isnan(outcomes))
    units, waves = outcomes.shape
    design = np.column_stack([treated[unit] & (wave >= start), np.eye(units)[unit], np.eye(waves)[wave][:, 1:]]).astype(
        float
    )
    y = outcomes[unit, wave]
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    left = y - design @ coefficients
    bread = np.linalg.pinv(design.T @ design)
    meat = sum(np.outer(score, score) for score in (design[unit == u].T @ left[unit == u] for u in range(units)))
    cells = len(y)
    correction = units / (units - 1) * (cells - 1) / (cells - waves - 1)
    return coefficients[0], np.sqrt(correction * (bread @ meat @ bread)[0, 0])


def panel(seed=0, units=9, waves=5):
    random = np.random.default_rng(seed)
    outcomes = random.standard_normal((units, 1)) + random.standard_normal((units, waves))
    outcomes[2, 1] = outcomes[6, 4] = outcomes[0, 0] = NAN
    return outcomes, np.arange(units) < 3


def test_cells_without_a_value_are_left_out():
    outcomes, treated = panel()
    found = difference_in_differences(outcomes, treated, start=3)
    assert (found.effect, found.error) == pytest.approx(by_dummies(outcomes, treated, 3))


def test_p_counts_every_assignment():
    outcomes, treated = panel()
    found = difference_in_differences(outcomes, treated, start=3)
    effects = []
    for chosen in combinations(range(9), 3):
        flags = np.isin(np.arange(9), chosen)
        effects.append(abs(by_dummies(outcomes, flags, 3)[0]))
    assert found.p == pytest.approx(np.mean(np.array(effects) >= abs(found.effect) - 1e-9))
    assert (found.assignments, found.exact) == (84, True)


def test_drawn_assignments_depend_on_the_seed_alone():
    outcomes, _ = panel(units=30)
    treated = np.arange(30) < 10
    first = difference_in_differences(outcomes, treated, start=3, seed=1)
    assert (first.exact, first.assignments) == (False, 20_000)
    assert first == difference_in_differences(outcomes, treated, start=3, seed=1)
    other = difference_in_differences(outcomes, treated, start=3, seed=2)
    assert other.p != first.p
    assert other.p == pytest.approx(first.p, abs=0.02)


def test_a_lot_without_effect_is_believed_one_time_in_twenty():
    random = np.random.default_rng(3)
    p = []
    for _ in range(300):
        outcomes = random.standard_normal((10, 1)) + random.standard_normal((10, 4))
        p.append(difference_in_differences(outcomes, random.permutation(10) < 5, start=2).p)
    assert np.mean(np.array(p) <= 0.05) <= 0.08


def test_units_seen_on_one_side_only_tell_nothing():
    outcomes, treated = panel()
    found = difference_in_differences(outcomes, treated, start=3)
    more = np.vstack([outcomes, [5, 5, 5, NAN, NAN], [NAN, NAN, NAN, 7, 7], [NAN] * 5])
    again = difference_in_differences(more, np.append(treated, [True, False, True]), start=3)
    assert (again.effect, again.p, again.treated, again.others) == (found.effect, found.p, 3, 6)


def steady(units, waves, rise=0.0, start=2):
    """Units at their own level; the first half rises at the start."""
    outcomes = np.repeat(np.arange(units, dtype=float)[:, None] % 5, waves, axis=1)
    outcomes += np.resize([0.1, -0.1, 0.05], (units, waves))
    treated = np.arange(units) < units // 2
    outcomes[treated, start:] += rise
    return outcomes, treated


def test_few_units_are_said_to_be_few():
    assert Caution.TOO_FEW_UNITS in difference_in_differences(*steady(8, 4, 1), start=2).cautions
    assert Caution.TOO_FEW_UNITS not in difference_in_differences(*steady(10, 4, 1), start=2).cautions


def test_one_wave_before_is_too_few():
    outcomes, treated = steady(10, 4, 1)
    assert Caution.TOO_FEW_PRE_WAVES not in difference_in_differences(outcomes, treated, start=2).cautions
    outcomes[:, 0] = NAN
    assert Caution.TOO_FEW_PRE_WAVES in difference_in_differences(outcomes, treated, start=2).cautions


def test_a_dip_just_before_the_start_may_pass_by_itself():
    outcomes, treated = steady(10, 4)
    outcomes[treated, 1] -= 2
    found = difference_in_differences(outcomes, treated, start=2)
    assert found.effect > 0
    assert found.cautions == (Caution.REGRESSION_TO_THE_MEAN,)


def test_a_gap_that_was_always_there_is_no_dip():
    outcomes, treated = steady(10, 4, 1)
    outcomes[treated] -= 3
    assert difference_in_differences(outcomes, treated, start=2).cautions == ()


def test_with_one_wave_before_the_gap_itself_is_suspect():
    outcomes, treated = steady(10, 2, 1, start=1)
    outcomes[treated] -= 3
    found = difference_in_differences(outcomes, treated, start=1)
    assert found.cautions == (Caution.TOO_FEW_PRE_WAVES, Caution.REGRESSION_TO_THE_MEAN)


def test_every_caution_has_words():
    assert all(caution.label for caution in Caution)


@pytest.mark.parametrize(
    ("outcomes", "treated", "start"),
    [
        ([[1, 2], [1, 2]], [1], 1),
        ([[1, 2], [1, 2]], [1, 0], 0),
        ([[1, 2], [1, 2]], [1, 0], 2),
        ([[1, 2], [1, 2]], [1, 1], 1),
        ([[1, 2], [1, 2]], [0, 0], 1),
        ([[1, NAN], [1, 2]], [1, 0], 1),
        ([1, 2], [1, 0], 1),
    ],
)
def test_what_does_not_fit_is_refused(outcomes, treated, start):
    with pytest.raises(ValueError, match=r"units|axes"):
        difference_in_differences(outcomes, treated, start=start)


@pytest.mark.parametrize(("treated", "others"), [(1, 1), (1, 4), (3, 3), (3, 4), (2, 5)])
def test_the_smallest_p_is_that_of_units_that_gain_as_one(treated, others):
    """No choice looks as good as that of the treated units alone, but for its opposite where both sides are as many."""
    outcomes = [[0, 1]] * treated + [[0, 0]] * others
    found = difference_in_differences(outcomes, [1] * treated + [0] * others, start=1)
    assert smallest_p(treated, others) == pytest.approx(found.p, abs=1e-12)


@pytest.mark.parametrize(
    ("treated", "others", "smallest"),
    [(1, 19, 1 / 20), (3, 3, 2 / 20), (3, 4, 1 / 35), (4, 4, 2 / 70), (10, 10, 1 / 20_001)],
)
def test_how_small_p_can_become(treated, others, smallest):
    assert smallest_p(treated, others) == smallest


def test_without_a_unit_on_either_side_there_is_no_p():
    for treated, others in ((0, 5), (5, 0)):
        with pytest.raises(ValueError, match="either side"):
            smallest_p(treated, others)
