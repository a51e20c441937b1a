from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.planning import Activity, Effort, Link, LinkKind, Resource, Rule, RuleKind, Status, schedule
from tests.analysis.planning.projects import broken_rules, chain, project_of, projects

SHORT = Effort(seconds=30, rounds=3)


def conflict(project):
    plan = schedule(project, effort=SHORT)
    assert (plan.status, plan.starts, plan.end, plan.gap) == (Status.INFEASIBLE, {}, None, None)
    return plan.conflict


def test_a_chain_that_is_too_long_for_its_deadline_is_named_and_nothing_else():
    project = chain(3, 4, 2)
    law = replace(
        project,
        activities=(*project.activities[:2], Activity("c", 2, deadline=8), Activity("other", 1, deadline=5)),
    )
    found = conflict(law)
    assert found.smallest
    assert set(found.rules) == {
        Rule(RuleKind.AFTER_END, ("a", "b"), 0),
        Rule(RuleKind.AFTER_END, ("b", "c"), 0),
        Rule(RuleKind.DEADLINE, ("c",), 8),
    }


def test_too_few_people_before_a_deadline():
    project = project_of(
        [Activity(name, 3, {"staff": 1}, deadline=7) for name in "abc"] + [Activity("d", 9, {"staff": 1, "hall": 1})],
        resources=[Resource("staff", 1), Resource("hall", 1)],
    )
    found = conflict(project)
    assert found.smallest
    assert set(found.rules) == {
        rule
        for name in "abc"
        for rule in (Rule(RuleKind.DEADLINE, (name,), 7), Rule(RuleKind.NEED, (name, "staff"), 1))
    }


def test_two_things_fixed_on_one_day():
    project = project_of(
        [Activity("a", 2, {"hall": 1}, fixed_start=3), Activity("b", 2, {"hall": 1}, fixed_start=4)],
        resources=[Resource("hall", 1)],
    )
    assert len(conflict(project).rules) == 4


def test_an_early_day_against_a_fixed_start_behind_a_lag():
    project = project_of(
        [Activity("a", 5, earliest=4), Activity("b", 1, fixed_start=6)], [Link("a", "b", LinkKind.START_START, 3)]
    )
    found = conflict(project)
    assert found.rules == (
        Rule(RuleKind.EARLIEST, ("a",), 4),
        Rule(RuleKind.AFTER_START, ("a", "b"), 3),
        Rule(RuleKind.FIXED_START, ("b",), 6),
    )
    assert str(found) == (
        "These cannot all be kept: a does not start before day 4. "
        "b starts at least 3 days after the start of a. b starts on day 6."
    )


def test_people_who_leave_before_the_work_is_done():
    project = project_of([Activity("a", 3, {"staff": 2}, earliest=4)], resources=[Resource("staff", 2, ((5, 1),))])
    assert conflict(project).rules == (
        Rule(RuleKind.EARLIEST, ("a",), 4),
        Rule(RuleKind.NEED, ("a", "staff"), 2),
    )


@settings(max_examples=40, deadline=None)
@given(projects(most=6), st.data())
def test_a_conflict_is_real_and_none_of_its_rules_is_idle(project, data):
    tight = data.draw(st.integers(0, 6))
    hurried = replace(project, activities=tuple(replace(a, deadline=a.duration + tight) for a in project.activities))
    plan = schedule(hurried, effort=SHORT)
    if plan.status is Status.OPTIMAL:
        assert broken_rules(hurried, plan.starts) == []
        return
    assert plan.status is Status.INFEASIBLE
    assert plan.conflict.smallest
    assert schedule(only(hurried, plan.conflict.rules), effort=SHORT).status is Status.INFEASIBLE
    for rule in plan.conflict.rules:
        rest = [each for each in plan.conflict.rules if each != rule]
        assert schedule(only(hurried, rest), effort=SHORT).status is Status.OPTIMAL


def only(project, rules):
    """The project with nothing to keep but these rules, put together anew."""

    def number(kind, *ids):
        return next((rule.number for rule in rules if rule.kind == kind and rule.ids == ids), None)

    return project_of(
        [
            Activity(
                a.id,
                a.duration,
                {r.id: number("need", a.id, r.id) or 0 for r in project.resources},
                earliest=number("earliest", a.id) or 0,
                deadline=number("deadline", a.id),
            )
            for a in project.activities
        ],
        [
            Link(
                *rule.ids,
                kind=LinkKind.FINISH_START if rule.kind == "after_end" else LinkKind.START_START,
                lag=rule.number,
            )
            for rule in rules
            if rule.kind in {"after_end", "after_start"}
        ],
        project.resources,
    )
