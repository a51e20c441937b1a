"""What stands in the way of a plan, derived by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import (
    Budget,
    CarryOver,
    Choice,
    Explanation,
    LegalDeadline,
    Obstacle,
    Precedence,
    Project,
    Status,
    select_portfolio,
)
from tests.analysis.planning.portfolio.test_selection import MILLION, mode, problem, three_years


def test_money_and_people_that_are_lacking():
    asked = problem(
        Project(id="a", modes=(mode(8 * MILLION, fte=1.5),)), Project(id="b", modes=(mode(5 * MILLION, fte=1.0),))
    )
    both = [Choice("a", "own", 0), Choice("b", "own", 1)]
    assert Explanation(asked).obstacles(both) == (
        Obstacle(("budget", ("general", "2026")), 3.0 * MILLION),
        Obstacle(("capacity", ("office", "1")), 0.5),
    )
    assert Explanation(asked).obstacles([Choice("a", "own", 0), Choice("b", "own", 4)]) == ()


def test_money_is_carried_before_any_is_said_to_be_lacking():
    project = Project(id="a", modes=(mode(12 * MILLION, duration=1),))
    planned = [Choice("a", "own", 4)]
    assert (
        Explanation(three_years(project, carry_overs=(CarryOver("general", 2026, 5 * MILLION),))).obstacles(planned)
        == ()
    )
    assert Explanation(three_years(project, carry_overs=(CarryOver("general", 2026, MILLION),))).obstacles(planned) == (
        Obstacle(("budget", ("general", "2027")), 1.0 * MILLION),
    )


def test_what_is_no_limit_is_named_without_an_amount():
    first, second, third = (Project(id=name, modes=(mode(),), starts=starts) for name, starts in (
        ("first", None), ("second", (0, 1, 2)), ("third", None),
    ))  # fmt: skip
    asked = problem(
        first, second, third, precedences=(Precedence("first", "second"),), exclusions=(("first", "third"),)
    )
    broken = Explanation(asked).obstacles(
        [Choice("first", "own", 2), Choice("second", "own", 3), Choice("third", "own", 0)]
    )
    assert broken == (
        Obstacle(("precedence", ("first", "second"))),
        Obstacle(("exclusion", ("first", "third"))),
        Obstacle(("window", ("second",))),
    )


def test_what_the_council_committed_itself_to_and_what_has_to_be_done():
    bound = Project(
        id="a", modes=(mode(8 * MILLION),), mandatory=True, committed=(Budget("general", 2027, 5 * MILLION),)
    )
    explanation = Explanation(problem(bound))
    assert explanation.obstacles([Choice("a", "own", 4)]) == (Obstacle(("committed", ("a",))),)
    assert explanation.obstacles([]) == (Obstacle(("mandatory", ("a",))),)


def test_points_that_a_choice_earns_within_the_view():
    explanation = Explanation(problem(Project(id="a", modes=(mode(value=3, duration=2),))))
    assert [explanation.earned(Choice("a", "own", start)) for start in (0, 4, 6, 7)] == [18, 6, 0, 0]


def test_quarters_after_a_legal_deadline():
    bound = Project(id="a", modes=(mode(duration=2),), deadline=LegalDeadline(4))
    explanation = Explanation(problem(bound, Project(id="b", modes=(mode(),))))
    assert [explanation.late(Choice("a", "own", start)) for start in (0, 2, 3, 6)] == [0, 0, 1, 4]
    assert explanation.late(Choice("b", "own", 6)) == 0


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4), st.integers(1, 5)), min_size=1, max_size=4),
    st.integers(0, 6),
)
def test_an_answer_breaks_nothing(rows, carried):
    projects = [
        Project(id=f"p{number}", modes=(mode(cost * MILLION, value, fte=people / 2),))
        for number, (cost, people, value) in enumerate(rows)
    ]
    asked = problem(*projects, carry_overs=(CarryOver("general", 2026, carried * MILLION),))
    found = select_portfolio(asked, effort=Effort(20), workers=1)
    assert found.status is Status.OPTIMAL
    assert Explanation(asked).obstacles(found.choices) == ()
