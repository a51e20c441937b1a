from dataclasses import replace
from itertools import count
from threading import active_count
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning import (
    Activity,
    Because,
    Effort,
    Gain,
    Link,
    LinkKind,
    ProjectError,
    Resource,
    Status,
    Step,
    earliest_starts,
    gains,
    schedule,
)
from tests.analysis.planning.projects import broken_rules, chain, drawn_project, end, project_of, projects

SHORT = Effort(seconds=30, rounds=2)

OFFICE = project_of(
    [
        Activity("design", 3, {"staff": 2}),
        Activity("tender", 4, {"staff": 1}),
        Activity("build", 5, {"staff": 2}),
        Activity("train", 2, {"staff": 1}),
    ],
    [Link("design", "build"), Link("tender", "train")],
    [Resource("staff", 2)],
)


def shortest_by_hand(project):
    """Tries every plan of a small project, in topological order of its numbered activities, day by day."""
    best = None

    def place(rest, starts):
        nonlocal best
        if not rest:
            if not broken_rules(project, starts):
                best = end(project, starts) if best is None else min(best, end(project, starts))
            return
        first, *others = rest
        for day in range(first.earliest, 40):
            if best is not None and day + first.duration >= best:
                return
            partial = {**starts, first.id: day}
            placed = replace(
                project,
                activities=tuple(a for a in project.activities if a.id in partial),
                links=tuple(link for link in project.links if {link.before, link.after} <= set(partial)),
            )
            if not broken_rules(placed, partial):
                place(others, partial)

    place(list(project.activities), {})
    return best


def test_two_people_do_one_thing_after_another():
    plan = schedule(OFFICE, effort=SHORT)
    assert (plan.status, plan.end, plan.bound, plan.gap) == (Status.OPTIMAL, 14, 14, 0.0)
    assert broken_rules(OFFICE, plan.starts) == []


def test_nothing_to_do_is_done_on_day_0():
    plan = schedule(project_of([]))
    assert (plan.status, plan.end, plan.starts, plan.chain) == (Status.OPTIMAL, 0, {}, ())


def test_a_circle_is_refused():
    circular = replace(chain(1, 2), links=(Link("a", "b"), Link("b", "a")))
    with pytest.raises(ProjectError, match="circle"):
        schedule(circular)


def test_an_absence_is_waited_for():
    project = project_of([Activity("a", 3, {"staff": 1})], resources=[Resource("staff", 1, ((2, 0), (6, 1)))])
    plan = schedule(project, effort=SHORT)
    assert plan.starts == {"a": 6}
    assert plan.chain == (Step("a", Because.CAPACITY, resource="staff"),)


def test_a_fixed_start_is_kept_and_others_go_around_it():
    project = project_of(
        [Activity("vote", 2, {"hall": 1}, fixed_start=3), Activity("a", 4, {"hall": 1}), Activity("b", 2, {"hall": 1})],
        resources=[Resource("hall", 1)],
    )
    plan = schedule(project, effort=SHORT)
    assert (plan.starts, plan.end) == ({"vote": 3, "b": 0, "a": 5}, 9)
    assert plan.slack["vote"] == 0


def test_a_deadline_comes_before_an_early_end():
    """By the way to the end `long` would go first."""
    project = project_of(
        [Activity("long", 5, {"staff": 1}), Activity("tail", 9), Activity("law", 2, {"staff": 1}, deadline=2)],
        [Link("long", "tail")],
        [Resource("staff", 1)],
    )
    plan = schedule(project, effort=SHORT)
    assert (plan.starts["law"], plan.end, plan.status) == (0, 16, Status.OPTIMAL)


def test_many_deadlines_that_lists_miss_are_left_to_the_solver():
    """The halves of a day go together in one way only: 3 + 7, 4 + 6, 5 + 5 on a resource for two tens."""
    sizes = [7, 6, 5, 5, 4, 3]
    project = project_of(
        [Activity(f"a{n}", size, {"staff": 1}, deadline=15) for n, size in enumerate(sizes)],
        resources=[Resource("staff", 2)],
    )
    plan = schedule(project, effort=SHORT)
    assert (plan.end, plan.status, broken_rules(project, plan.starts)) == (15, Status.OPTIMAL, [])


def test_the_critical_chain_leads_through_links_and_people():
    project = project_of(
        [Activity("a", 3, {"staff": 1}), Activity("b", 4, {"staff": 1}), Activity("c", 2), Activity("d", 1)],
        [Link("b", "c")],
        [Resource("staff", 1)],
    )
    plan = schedule(project, effort=SHORT)
    assert plan.end == 7
    first, second = sorted(("a", "b"), key=plan.starts.__getitem__)
    assert plan.chain == (
        Step("b", Because.DAY_0),
        Step("a", Because.RESOURCE, "b", "staff"),
    )
    assert (first, second) == ("b", "a")
    assert plan.slack == {"a": 0, "b": 0, "c": 1, "d": 6}
    assert plan.critical == ("b", "a")
    assert [(each.resource, each.on_chain, each.waiting, each.used) for each in plan.bottlenecks] == [
        ("staff", 1, ("a",), 1.0)
    ]


def test_one_more_person_is_worth_the_days_that_are_saved():
    plan = schedule(OFFICE, effort=SHORT)
    assert gains(OFFICE, plan) == (Gain("staff", 1, end=8, saved=6, most_saved=6),)
    assert gains(OFFICE, plan, units={"staff": 2}) == (Gain("staff", 2, end=8, saved=6, most_saved=6),)


def test_where_people_are_not_short_there_is_nothing_to_gain():
    assert gains(chain(1, 2), schedule(chain(1, 2))) == ()


def test_an_earlier_plan_is_a_place_to_begin():
    shortest = schedule(OFFICE, effort=SHORT)
    again = schedule(OFFICE, effort=Effort(seconds=30, rounds=0), like=shortest.starts)
    assert again.end == shortest.end


@settings(max_examples=60, deadline=None)
@given(projects())
def test_every_plan_keeps_every_rule(project):
    plan = schedule(project, effort=SHORT)
    assert plan.status is Status.OPTIMAL
    assert broken_rules(project, plan.starts) == []
    assert plan.end == end(project, plan.starts) >= plan.bound
    assert plan.repeatable


@settings(max_examples=25, deadline=None)
@given(projects(most=4))
def test_an_optimal_plan_is_as_short_as_trying_everything(project):
    assert schedule(project, effort=SHORT).end == shortest_by_hand(project)


@settings(max_examples=60, deadline=None)
@given(projects(), st.data())
def test_moving_within_the_slack_keeps_the_end_and_every_capacity(project, data):
    plan = schedule(project, effort=SHORT)
    assert min(plan.slack.values()) == 0
    assert {each for each, days in plan.slack.items() if days == 0} == set(plan.critical)
    latest = {each: start + plan.slack[each] for each, start in plan.starts.items()}
    assert broken_rules(project, latest) == []
    assert end(project, latest) == plan.end
    one = data.draw(st.sampled_from(sorted(plan.starts)))
    moved = {**plan.starts, one: data.draw(st.integers(plan.starts[one], latest[one]))}
    pushed = schedule(
        replace(
            project,
            activities=tuple(
                replace(a, fixed_start=moved[a.id]) if a.id == one else replace(a, earliest=moved[a.id])
                for a in project.activities
            ),
        ),
        effort=SHORT,
    )
    assert pushed.end == plan.end


@settings(max_examples=40, deadline=None)
@given(projects())
def test_each_step_of_the_chain_is_the_reason_for_the_next(project):
    plan = schedule(project, effort=SHORT)
    durations = {activity.id: activity.duration for activity in project.activities}
    assert plan.starts[plan.chain[-1].activity] + durations[plan.chain[-1].activity] == plan.end
    for before, step in zip(plan.chain, plan.chain[1:], strict=False):
        assert step.waits_for == before.activity
        if step.because is Because.RESOURCE:
            assert plan.starts[step.activity] == plan.starts[before.activity] + durations[before.activity]


def hard_project():
    return drawn_project(60, seed=4)


def test_the_same_seed_brings_the_same_plan_whoever_is_quicker():
    effort = Effort(seconds=300, rounds=1)
    plans = [schedule(hard_project(), effort=effort, seed=3) for _ in range(2)]
    assert [plan.repeatable for plan in plans] == [True, True]
    assert plans[0].starts == plans[1].starts
    assert (plans[0].end, plans[0].bound) == (plans[1].end, plans[1].bound)


def test_the_same_seed_brings_the_same_proof():
    easy = drawn_project(25, seed=1)
    plans = [schedule(easy, seed=5, effort=Effort(seconds=120)) for _ in range(3)]
    assert {plan.status for plan in plans} == {Status.OPTIMAL}
    assert plans[0].starts == plans[1].starts == plans[2].starts


def test_the_clock_ends_the_search_and_the_plan_says_so():
    begun = monotonic()
    plan = schedule(hard_project(), effort=Effort(seconds=1))
    assert monotonic() - begun < 10
    assert (plan.status, plan.repeatable) == (Status.FEASIBLE, False)
    assert broken_rules(hard_project(), plan.starts) == []
    assert plan.end > plan.bound
    assert plan.gap == (plan.end - plan.bound) / plan.end


def test_who_is_told_can_stop():
    told = []

    def tell(progress):
        told.append(progress)
        return len(told) == 3

    plan = schedule(hard_project(), effort=Effort(seconds=300), tell=tell)
    assert len(told) == 3
    assert not plan.repeatable
    bests = [progress.best for progress in told]
    assert bests == sorted(bests, reverse=True)
    assert bests[-1] >= plan.end
    assert all(progress.bound <= plan.end and 0 < progress.gap < 1 for progress in told)


def test_an_error_of_who_is_told_leaves_no_thread_behind():
    calls = count()
    threads = active_count()

    def tell(progress):
        if next(calls) == 2:
            raise ConnectionError("the job's row is gone")
        return False

    with pytest.raises(ConnectionError):
        schedule(hard_project(), effort=Effort(seconds=300), tell=tell)
    assert active_count() == threads


def test_without_limits_on_people_the_plan_is_the_critical_path():
    project = project_of(
        [Activity("a", 4), Activity("b", 2), Activity("c", 3)],
        [Link("a", "c", LinkKind.START_START, 2), Link("b", "c", lag=-1)],
    )
    plan = schedule(project)
    assert plan.starts == earliest_starts(project) == {"a": 0, "b": 0, "c": 2}
