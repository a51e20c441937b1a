"""Small portfolios whose answer can be derived by hand, and all of them by trying everything."""

from dataclasses import replace
from itertools import product
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import (
    Budget,
    Calendar,
    CarryOver,
    Choice,
    LegalDeadline,
    Mode,
    Payment,
    PortfolioError,
    Precedence,
    Problem,
    Project,
    Reason,
    Resource,
    ResourceKind,
    Running,
    Source,
    Status,
    Stop,
    Work,
    select_portfolio,
    worth_of,
)

MILLION = 1_000_000
YEARS = (2026, 2027)


def mode(yen=0, value=1, duration=2, fte=0.0, name="own"):
    return Mode(
        id=name,
        duration=duration,
        value=value,
        payments=(Payment(0, "general", yen),) if yen else (),
        work=tuple(Work(quarter, "office", fte) for quarter in range(duration)) if fte else (),
    )


def problem(*projects, yen=10 * MILLION, fte=2.0, **more):
    return Problem(
        calendar=Calendar(2026, 8),
        sources=(Source("general"),),
        budgets=tuple(Budget("general", year, yen) for year in YEARS),
        resources=(Resource("office", ResourceKind.DEPARTMENT, (fte,) * 8),),
        projects=projects,
        **more,
    )


def solved(asked):
    found = select_portfolio(asked, effort=Effort(20), workers=1)
    assert found.status is Status.OPTIMAL
    return {choice.project: (choice.mode, choice.start) for choice in found.choices}


def level(found, name):
    return next(one.value for one in found.levels if one.name == name)


def test_the_more_valuable_is_taken_first_and_the_other_when_there_is_money_again():
    asked = problem(Project(id="a", modes=(mode(8 * MILLION, 5),)), Project(id="b", modes=(mode(8 * MILLION, 2),)))
    assert solved(asked) == {"a": ("own", 0), "b": ("own", 4)}


def test_people_limit_what_runs_at_once():
    asked = problem(Project(id="a", modes=(mode(fte=1.5, value=3),)), Project(id="b", modes=(mode(fte=1.0, value=1),)))
    assert solved(asked) == {"a": ("own", 0), "b": ("own", 2)}


def test_a_deadline_set_by_law_comes_before_value():
    legal = Project(id="legal", modes=(mode(8 * MILLION, 1),), deadline=LegalDeadline(2))
    asked = problem(legal, Project(id="rich", modes=(mode(8 * MILLION, 100),)))
    assert solved(asked) == {"legal": ("own", 0), "rich": ("own", 4)}


def test_order_lag_exclusion_and_the_cheaper_mode():
    first = Project(id="first", modes=(mode(),))
    second = Project(id="second", modes=(mode(),))
    assert solved(problem(first, second, precedences=(Precedence("first", "second", lag=1),))) == {
        "first": ("own", 0), "second": ("own", 3),
    }  # fmt: skip
    assert solved(problem(first, Project(id="better", modes=(mode(value=4),)), exclusions=(("first", "better"),))) == {
        "better": ("own", 0)
    }
    dear, cheap = mode(20 * MILLION, 9, name="dear"), mode(5 * MILLION, 3, name="cheap")
    assert solved(problem(Project(id="a", modes=(dear, cheap)))) == {"a": ("cheap", 0)}


def three_years(*projects, carry_overs, yen=10 * MILLION):
    years = (2026, 2027, 2028)
    return Problem(
        calendar=Calendar(2026, 12),
        sources=(Source("general"),),
        budgets=tuple(Budget("general", year, yen) for year in years),
        resources=(),
        projects=projects,
        carry_overs=carry_overs,
    )


def test_unspent_money_is_carried_into_the_next_year():
    big = Project(id="big", modes=(mode(15 * MILLION),))
    carry = CarryOver("general", 2026, 5 * MILLION)
    assert solved(three_years(big, carry_overs=())) == {}
    assert solved(three_years(big, carry_overs=(carry,))) == {"big": ("own", 4)}


def test_money_is_carried_once():
    huge = Project(id="huge", modes=(mode(25 * MILLION),))
    twice = tuple(CarryOver("general", year, 15 * MILLION) for year in YEARS)
    assert solved(three_years(huge, carry_overs=twice)) == {}
    assert solved(three_years(Project(id="big", modes=(mode(20 * MILLION),)), carry_overs=twice)) == {"big": ("own", 4)}


def test_what_is_carried_for_one_project_pays_for_no_other():
    first, other = (Project(id=key, modes=(mode(15 * MILLION),)) for key in ("first", "other"))
    carry = CarryOver("general", 2026, 5 * MILLION, project="first")
    assert solved(three_years(first, other, carry_overs=(carry,))) == {"first": ("own", 4)}
    assert solved(three_years(other, Project(id="first", modes=(mode(),)), carry_overs=(carry,))) == {
        "first": ("own", 0)
    }


def test_nothing_moves_when_the_approved_plan_is_as_good():
    projects = tuple(Project(id=key, modes=(mode(value=0),)) for key in "ab")
    approved = (Choice("a", "own", 3), Choice("b", "own", 5))
    assert solved(problem(*projects, approved=approved)) == {"a": ("own", 3), "b": ("own", 5)}


def test_what_cannot_hold_together_is_small():
    bound = Project(id="bound", modes=(mode(11 * MILLION),), mandatory=True)
    other = Project(id="other", modes=(mode(MILLION),))
    found = select_portfolio(problem(bound, other, yen=10 * MILLION), effort=Effort(20))
    assert found.status is Status.INFEASIBLE
    assert set(found.conflict) == {("mandatory", ("bound",)), *(("budget", ("general", str(y))) for y in YEARS)}


def test_what_a_million_more_would_bring():
    asked = problem(Project(id="a", modes=(mode(10 * MILLION, 3),)), Project(id="b", modes=(mode(MILLION, 2),)))
    found = select_portfolio(asked, effort=Effort(20), workers=1)
    budget = next(use for use in found.uses if use.kind == "budget" and use.period == 2026)
    assert (budget.used, budget.limit) == (10 * MILLION, 10 * MILLION)
    # b could begin in the first quarter instead of the fifth.
    assert worth_of(asked, budget, level(found, "value"), workers=1) == 2 * 4


def test_a_circle_is_refused():
    projects = tuple(Project(id=key, modes=(mode(),)) for key in "ab")
    with pytest.raises(PortfolioError) as refused:
        select_portfolio(problem(*projects, precedences=(Precedence("a", "b"), Precedence("b", "a"))))
    assert refused.value.reason is Reason.CYCLE


def best_by_trying_everything(costs, values, limit):
    """Of projects of two quarters that pay at once: the most points, over all starts within the view."""
    best = 0
    for starts in product([None, *range(7)], repeat=len(costs)):
        spent = {0: 0, 1: 0}
        for cost, start in zip(costs, starts, strict=True):
            if start is not None:
                spent[start // 4] += cost
        if max(spent.values()) <= limit:
            points = sum(v * (8 - s - 2) for v, s in zip(values, starts, strict=True) if s is not None)
            best = max(best, points)
    return best


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=3), st.integers(3, 12))
def test_the_best_value_is_that_of_trying_everything(rows, limit):
    costs, values = zip(*rows, strict=True)
    projects = tuple(Project(id=str(n), modes=(mode(cost * MILLION, value),)) for n, (cost, value) in enumerate(rows))
    found = select_portfolio(problem(*projects, yen=limit * MILLION), effort=Effort(20), workers=1)
    assert level(found, "value") == best_by_trying_everything(costs, values, limit)


@pytest.mark.parametrize(
    ("project", "more", "name"),
    [
        ({"starts": (0,)}, {}, ("window", ("bound",))),
        ({"fixed": Choice("bound", "own", 0)}, {}, ("fixed", ("bound",))),
        ({}, {"sources": (Source("general", (0,)),)}, ("source", ("general",))),
    ],
)
def test_a_conflict_names_what_keeps_the_work_from_beginning_later(project, more, name):
    """Only the second year has the money, and something forbids to begin in it."""
    bound = Project(id="bound", modes=(mode(11 * MILLION),), mandatory=True, **project)
    asked = problem(bound, **more) if not more else replace(problem(bound), **more)
    asked = replace(asked, budgets=(Budget("general", 2026, 0), Budget("general", 2027, 20 * MILLION)))
    found = select_portfolio(asked, effort=Effort(20))
    assert found.status is Status.INFEASIBLE
    assert set(found.conflict) == {("mandatory", ("bound",)), ("budget", ("general", "2026")), name}


def test_a_conflict_names_what_the_council_committed_itself_to():
    """The approved choice keeps; any other is refused when it costs more, or in a year that was not agreed to."""
    paid = Mode(id="own", duration=6, value=1, payments=(Payment(5, "general", 3 * MILLION),))
    agreed = (Budget("general", 2027, 2 * MILLION),)
    bound = Project(id="bound", modes=(paid,), mandatory=True, committed=agreed)
    found = select_portfolio(problem(bound), effort=Effort(20))
    assert set(found.conflict) == {("mandatory", ("bound",)), ("committed", ("bound",))}
    assert solved(problem(bound, approved=(Choice("bound", "own", 1),))) == {"bound": ("own", 1)}
    enough = replace(bound, committed=(Budget("general", 2027, 3 * MILLION),))
    assert solved(problem(enough)) == {"bound": ("own", 0)}


def test_a_running_cost_is_paid_once_a_year_from_its_first_year_on():
    cost = Running("general", 6 * MILLION, first=1)
    two = [Project(id=key, modes=(replace(mode(), running=(cost,)),)) for key in "ab"]
    # In 2027 there is money for one of them; in 2027 the other one may start, whose first payment is due in 2028.
    assert sorted(start for _mode, start in solved(problem(*two)).values()) == [0, 4]


def test_a_plan_costs_no_yen_more_than_there_is():
    """Ten times 1,499 yen, where each alone would be rounded down to a thousand."""
    many = tuple(Project(id=str(n), modes=(mode(1_499, duration=7),)) for n in range(10))
    found = select_portfolio(problem(*many, yen=10_000), effort=Effort(20))
    assert 1_499 * len(found.choices) <= 10_000
    assert len(found.choices) == 5


def test_two_carry_overs_for_one_project_bring_no_more_than_it_costs():
    first = Project(id="first", modes=(mode(4 * MILLION, 1),), starts=(4,))
    other = Project(id="other", modes=(mode(13 * MILLION, 1),), starts=(4,))
    carry = CarryOver("general", 2026, 4 * MILLION, project="first")
    assert solved(three_years(first, other, carry_overs=(carry,))) == {"first": ("own", 4)}
    assert solved(three_years(first, other, carry_overs=(carry, carry))) == {"first": ("own", 4)}


def test_whoever_stops_before_it_begins_waits_for_nothing():
    stop = Stop()
    stop.set()
    begun = monotonic()
    found = select_portfolio(problem(Project(id="a", modes=(mode(),))), effort=Effort(60), stop=stop)
    assert found.status is Status.UNKNOWN
    assert monotonic() - begun < 2


def test_a_level_of_which_nothing_is_known_is_not_proven():
    """Whoever stops after the value: of the distance only what no plan can go beyond is known."""
    stop = Stop()

    def told(report):
        if report.level == "value":
            stop.set()

    asked = problem(*(Project(id=key, modes=(mode(value=2),)) for key in "ab"), approved=(Choice("a", "own", 3),))
    found = select_portfolio(asked, effort=Effort(20), stop=stop, told=told)
    assert (found.status, found.repeatable) == (Status.FEASIBLE, False)
