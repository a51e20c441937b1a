"""What takes over where CP-SAT alone does not come to an end: bounds by SCIP, better answers nearby, both together."""

import threading
from random import Random

import pytest
from benchmarks.portfolio import town
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import Status, Stop, cp_sat, nearby, scip, select_portfolio
from kiun.analysis.planning.portfolio.cp_sat import Limits
from kiun.analysis.planning.portfolio.program import program_of

PLENTY = Limits(seconds=60, work=None, seed=0)
NAMES = ("lateness", "value", "distance", "peak")


def heard(_value, _bound):
    """Nobody listens."""


def aim_of(program, name):
    return next(aim for aim in program.aims if aim.name == name)


def keeps(program, values):
    """Whether every row holds, reckoned apart from all solvers."""
    for row in program.rows:
        total = sum(factor * values[variable] for variable, factor in row.terms.items())
        if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
            return False
    return all(0 <= value <= most for value, most in zip(values, program.greatest, strict=True))


@pytest.fixture(scope="module")
def hard():
    """A town whose value CP-SAT does not prove at once."""
    return town(48, 4)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), name=st.sampled_from(NAMES))
def test_both_solvers_agree_on_what_is_best(seed, name):
    program = program_of(town(6, seed))
    aim = aim_of(program, name)
    one = cp_sat.improve(program, program.rows, aim, None, PLENTY, heard=heard, stop=Stop())
    other = scip.improve(program, program.rows, aim, None, PLENTY, heard=heard, stop=Stop())
    assert (one.is_closed, other.is_closed) == (True, True)
    assert aim.of(one.values) == aim.of(other.values) == other.bound
    assert keeps(program, one.values)
    assert keeps(program, other.values)


@pytest.mark.parametrize("name", NAMES)
def test_nearby_answers_keep_every_row_and_are_never_worse(hard, name):
    program = program_of(hard)
    aim = aim_of(program, name)
    begin = cp_sat.improve(program, program.rows, aim, None, Limits(60, 0.5, 0), heard=heard, stop=Stop()).values
    found = nearby.improve(program, program.rows, aim, begin, Limits(60, 4.0, 0), heard=heard, stop=Stop())
    assert keeps(program, found.values)
    assert aim.better(aim.of(found.values), aim.of(begin)) == aim.of(found.values)


def test_nearby_finds_more_than_it_began_with(hard):
    program = program_of(hard)
    aim = aim_of(program, "value")
    nothing = (0,) * len(program.greatest)
    found = nearby.improve(program, program.rows, aim, nothing, Limits(60, 2.0, 0), heard=heard, stop=Stop())
    assert aim.of(found.values) > 0


def test_a_bound_is_above_every_answer(hard):
    program = program_of(hard)
    aim = aim_of(program, "value")
    bounded = scip.improve(
        program, program.rows, aim, None, Limits(60, 0.5, 0), heard=heard, stop=Stop(), only_bounds=True
    )
    begin = cp_sat.improve(program, program.rows, aim, None, Limits(60, 2.0, 0), heard=heard, stop=Stop()).values
    assert bounded.bound >= aim.of(begin)
    assert not bounded.is_cut


def test_counted_work_brings_the_same_plan_again():
    small = town(28, 1)  # that is yet too much for one round
    effort = Effort(seconds=300, rounds=1)
    first, again = (select_portfolio(small, effort=effort, seed=5) for _ in range(2))
    assert (first.repeatable, again.repeatable) == (True, True)
    assert first.choices == again.choices
    assert [level.value for level in first.levels] == [level.value for level in again.levels]
    assert first.status is Status.FEASIBLE


def test_whoever_has_enough_gets_the_best_so_far(hard):
    stop, reports = Stop(), []
    threading.Timer(6, stop.set).start()
    found = select_portfolio(hard, effort=Effort(seconds=300), stop=stop, told=reports.append)
    assert found.status is Status.FEASIBLE
    assert found.choices
    assert not found.repeatable
    value = next(level for level in found.levels if level.name == "value")
    assert value.seconds < 30
    told = [report for report in reports if report.level == "value"]
    assert told[-1].value == value.value
    assert all(report.bound >= value.value for report in told)


def test_the_clock_ends_it_and_says_so(hard):
    found = select_portfolio(hard, effort=Effort(seconds=5))
    assert (found.status, found.repeatable) == (Status.FEASIBLE, False)
    assert sum(level.seconds for level in found.levels) < 12


@given(seed=st.integers(0, 10_000))
def test_a_row_without_some_variables_takes_their_part_along(seed):
    random = Random(seed)
    program = program_of(town(4, seed % 7))
    values = [random.randint(0, most) for most in program.greatest]
    stays = {place: values[place] for place in program.takes if random.random() < 0.5}
    for row in program.rows:
        rest = row.without(stays)
        assert (row.high is None) == (rest.high is None)
        if row.high is not None:
            whole = sum(factor * values[variable] for variable, factor in row.terms.items())
            part = sum(factor * values[variable] for variable, factor in rest.terms.items())
            assert row.high - whole == rest.high - part
    for aim in program.aims:
        assert aim.of(values) == aim.without(stays).of(values)


def test_whoever_begins_with_the_best_is_told_that_nothing_is_better():
    program = program_of(town(12, 3))
    aim = aim_of(program, "value")
    best = cp_sat.improve(program, program.rows, aim, None, PLENTY, heard=heard, stop=Stop())
    bounded = scip.improve(program, program.rows, aim, best.values, PLENTY, heard=heard, stop=Stop(), only_bounds=True)
    assert bounded.bound == aim.of(best.values)
