import pytest
from benchmarks.passes import wide_project
from hypothesis import given

from kiun.analysis.planning import (
    Activity,
    Flaw,
    Leeway,
    Link,
    LinkKind,
    ProjectError,
    critical_path,
    earliest_starts,
    slack,
)
from tests.analysis.planning.projects import broken_rules, chain, end, project_of, projects, without_resources

DIAMOND = project_of(
    [Activity("plan", 2), Activity("build", 5), Activity("train", 1), Activity("open", 1)],
    [Link("plan", "build"), Link("plan", "train"), Link("build", "open"), Link("train", "open")],
)


def test_slack_is_what_a_delay_costs_nobody():
    starts = earliest_starts(DIAMOND)
    assert starts == {"plan": 0, "build": 2, "train": 2, "open": 7}
    assert slack(DIAMOND, starts)["train"] == Leeway(total=4, free=4)
    assert critical_path(DIAMOND, starts) == ("plan", "build", "open")


def test_free_slack_stops_where_a_follower_stands():
    project = project_of([Activity("a", 1), Activity("b", 1), Activity("long", 9)], [Link("a", "b")])
    assert slack(project, {"a": 0, "b": 3, "long": 0}) == {
        "a": Leeway(total=7, free=2),
        "b": Leeway(total=5, free=5),
        "long": Leeway(total=0, free=0),
    }


def test_a_lag_after_a_start_is_kept():
    project = project_of([Activity("a", 10), Activity("b", 3)], [Link("a", "b", LinkKind.START_START, 4)])
    assert earliest_starts(project) == {"a": 0, "b": 4}
    assert slack(project, {"a": 0, "b": 4})["b"] == Leeway(3, 3)


def test_a_deadline_takes_slack_away_and_a_missed_one_makes_it_negative():
    project = project_of([Activity("law", 2, deadline=4), Activity("long", 9)])
    assert slack(project, {"law": 0, "long": 0})["law"] == Leeway(2, 2)
    assert slack(project, {"law": 5, "long": 0})["law"] == Leeway(-3, -3)
    assert critical_path(project, {"law": 5, "long": 0}) == ("long", "law")


def test_what_is_fixed_has_no_slack():
    project = project_of([Activity("vote", 1, fixed_start=3), Activity("long", 9)])
    assert slack(project, earliest_starts(project))["vote"] == Leeway(0, 0)


def test_an_activity_without_a_start_is_named():
    with pytest.raises(ProjectError) as caught:
        slack(chain(1, 2), {"a": 0})
    assert (caught.value.reason, caught.value.ids) == (Flaw.MISSING_START, ("b",))


def test_nothing_to_do_has_no_critical_path():
    assert critical_path(project_of([]), {}) == ()


@given(projects())
def test_moving_an_activity_within_its_free_slack_breaks_no_link_and_keeps_the_end(project):
    unlimited = without_resources(project)
    starts = earliest_starts(unlimited)
    for each, leeway in slack(unlimited, starts).items():
        assert 0 <= leeway.free <= leeway.total
        moved = {**starts, each: starts[each] + leeway.free}
        assert broken_rules(unlimited, moved) == []
        assert end(unlimited, moved) == end(unlimited, starts)


@given(projects())
def test_a_delay_beyond_the_slack_moves_the_end(project):
    unlimited = without_resources(project)
    starts = earliest_starts(unlimited)
    for each, leeway in slack(unlimited, starts).items():
        for delay, moves in ((leeway.total, False), (leeway.total + 1, True)):
            late = project_of(
                [
                    Activity(a.id, a.duration, earliest=starts[a.id] + delay if a.id == each else a.earliest)
                    for a in project.activities
                ],
                project.links,
            )
            assert (end(late, earliest_starts(late)) > end(unlimited, starts)) is moves


# How fast, says benchmarks/passes.py.
def test_the_critical_path_of_five_thousand_activities_fills_the_time_without_a_pause():
    project = wide_project(5000)
    starts = earliest_starts(project)
    path = critical_path(project, starts)
    lengths = {activity.id: activity.duration for activity in project.activities}
    ends = [starts[key] + lengths[key] for key in path]
    assert [starts[key] for key in path] == [0, *ends[:-1]]
    assert ends[-1] == end(project, starts)
