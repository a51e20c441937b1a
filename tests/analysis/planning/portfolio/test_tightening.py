"""Rows that are added for the bound must cut off no answer, and must cut off something."""

from itertools import product

import pytest
from benchmarks.portfolio import town
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning.portfolio import Stop, cp_sat
from kiun.analysis.planning.portfolio.cp_sat import Limits
from kiun.analysis.planning.portfolio.presolve import Decided
from kiun.analysis.planning.portfolio.program import Aim, Row, program_of
from kiun.analysis.planning.portfolio.tightening import _Item, _Knapsack, _Relaxation, tightened

NAMES = ("lateness", "value", "distance", "peak")
PLENTY = Limits(seconds=60, work=None, seed=0)


def heard(_value, _bound):
    """Nobody listens."""


def best(program, rows, aim):
    return cp_sat.improve(program, rows, aim, None, PLENTY, heard=heard, stop=Stop())


def aim_of(program, name):
    return next(aim for aim in program.aims if aim.name == name)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), name=st.sampled_from(NAMES))
def test_no_answer_breaks_a_row_that_was_added(seed, name):
    program = program_of(town(10, seed))
    for row in tightened(program, program.rows, aim_of(program, name), 60, Stop()):
        most = best(program, program.rows, Aim("most", row.terms, is_more_better=True))
        assert most.is_closed
        assert most.bound <= row.high


def test_the_relaxation_comes_nearer():
    program = program_of(town(40, 2))
    aim = aim_of(program, "value")
    added = tightened(program, program.rows, aim, 60, Stop())
    plain, nearer = (bound_of(program, [*program.rows, *more], aim) for more in ([], added))
    real = 8269  # proven by CP-SAT and SCIP together, see benchmarks/results/portfolio.md
    assert plain - nearer > (plain - real) / 4
    assert nearer >= real


def bound_of(program, rows, aim):
    point = _Relaxation(program, rows, aim, Decided(program, rows)).best()
    return aim.constant + sum(factor * point[place] for place, factor in aim.terms.items())


def test_who_wants_it_to_stop_gets_no_rows():
    program = program_of(town(40, 2))
    stop = Stop()
    stop.set()
    assert tightened(program, program.rows, aim_of(program, "value"), 60, stop) == []


def test_when_the_time_is_over_it_ends():
    program = program_of(town(40, 2))
    assert tightened(program, program.rows, aim_of(program, "value"), 0, Stop()) == []


def test_the_same_rows_are_found_again():
    program = program_of(town(20, 3))
    aim = aim_of(program, "value")
    first, again = (tightened(program, program.rows, aim, 60, Stop()) for _ in range(2))
    assert first
    assert first == again


def test_of_rows_that_nothing_keeps_none_follow():
    program = program_of(town(6, 1))
    nothing = Row(dict.fromkeys(program.takes, 1), low=1000)
    assert tightened(program, [*program.rows, nothing], aim_of(program, "value"), 60, Stop()) == []


@given(
    limit=st.integers(1, 30),
    needs=st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True), min_size=1, max_size=4),
    data=st.data(),
)
def test_the_heaviest_packing_is_the_best_of_all(limit, needs, data):
    items = [_Item(project, need, ()) for project, own in enumerate(needs) for need in own]
    weights = data.draw(st.lists(st.integers(0, 20), min_size=len(items), max_size=len(items)))
    most, packing = _Knapsack(limit, items).heaviest(weights)
    ways = product(*([None, *(n for n, item in enumerate(items) if item.project == p)] for p in range(len(needs))))
    packings = [[number for number in way if number is not None] for way in ways]
    fitting = [one for one in packings if sum(items[number].need for number in one) <= limit]
    assert most == max(sum(weights[number] for number in one) for one in fitting)
    assert sum(weights[number] for number in packing) == most
    assert sorted(packing) in [sorted(one) for one in fitting]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), lateness=st.integers(0, 4), data=st.data())
def test_what_rows_decide_is_so_in_every_answer(seed, lateness, data):
    program = program_of(town(12, seed))
    aim = aim_of(program, "lateness")
    least = best(program, program.rows, aim).bound
    rows = [*program.rows, aim.held_at(least + lateness)]
    decided = Decided(program, rows)
    if decided.impossible:
        taken = data.draw(st.sampled_from(sorted(decided.impossible)))
        refused = best(program, [*rows, Row({taken: 1}, low=1)], aim)
        assert (refused.is_closed, refused.values) == (True, None)
    if decided.certain:
        project = data.draw(st.sampled_from(sorted(decided.certain)))
        own = {place: 1 for place in program.takes if program.columns[place].project == project}
        refused = best(program, [*rows, Row(own, high=0)], aim)
        assert (refused.is_closed, refused.values) == (True, None)


@pytest.mark.parametrize("seed", [0, 1])
def test_deadlines_decide_something(seed):
    program = program_of(town(40, seed))
    aim = aim_of(program, "lateness")
    decided = Decided(program, [*program.rows, aim.held_at(best(program, program.rows, aim).bound)])
    assert decided.impossible
    assert decided.certain
