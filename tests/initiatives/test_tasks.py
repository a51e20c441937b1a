"""Tasks: who answers, how long, in which order, how far."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.initiatives.models import ChecklistItem, LinkKind, Task, TaskLink, TaskStatus
from kiun.initiatives.queries import Progress, progress_of
from kiun.initiatives.services import Predecessor, remove_task, report_progress, save_task, tick_step
from kiun.initiatives.services.order import circle_through
from kiun.initiatives.working_days import working_days
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_initiative, make_link, make_task


@pytest.fixture
def member(town, department):
    return make_actor(town, Role.MEMBER, department)


def draft(initiative, actor, **fields):
    values = {
        "initiative": initiative,
        "name": "業者と打ち合わせる",
        "responsible": actor.membership,
        "department": initiative.department,
        "estimate": Decimal(3),
        "starts_on": date(2026, 12, 1),
        "due_on": date(2026, 12, 11),
        **fields,
    }
    return Task(**values)


def test_a_colleague_plans_a_task_with_helpers_and_several_predecessors(member, initiative):
    first, second = make_task(initiative, "調査"), make_task(initiative, "要件")
    other = make_actor(member.municipality, Role.MEMBER).membership
    task = save_task(
        actor=member,
        task=draft(initiative, member),
        helpers=[other, other, member.membership],
        predecessors=[Predecessor(task=first), Predecessor(task=second, kind=LinkKind.START_START, lag_days=5)],
    )
    assert [helper.helper for helper in task.helpers.all()] == [other]
    assert set(task.links_before.values_list("before__name", "kind", "lag_days")) == {
        ("調査", "fs", 0), ("要件", "ss", 5),
    }  # fmt: skip


def test_another_department_plans_no_task_here(town, initiative):
    stranger = make_actor(town, Role.MEMBER, make_department(town, "税務課"))
    with pytest.raises(NotAllowedError):
        save_task(actor=stranger, task=draft(initiative, stranger))


@pytest.mark.parametrize("estimate", [Decimal(0), Decimal(-1), Decimal(10_000), Decimal("1000.1")])
def test_an_estimate_that_cannot_be_true_is_refused(member, initiative, estimate):
    with pytest.raises(DomainError) as refused:
        save_task(actor=member, task=draft(initiative, member, estimate=estimate))
    assert refused.value.field == "estimate"
    assert Task.objects.count() == 0


def test_a_task_due_before_it_begins_is_refused(member, initiative):
    with pytest.raises(DomainError) as refused:
        save_task(actor=member, task=draft(initiative, member, due_on=date(2026, 11, 30)))
    assert refused.value.field == "due_on"


def test_a_circle_is_named_and_nothing_is_saved(member, initiative):
    a, b, c = (make_task(initiative, name) for name in "甲乙丙")
    make_link(a, b)
    make_link(b, c)
    with pytest.raises(DomainError) as refused:
        save_task(actor=member, task=a, predecessors=[Predecessor(task=c)])
    assert str(refused.value) == "互いに待ち合う順序になっています：甲 → 乙 → 丙 → 甲。つながりを一つ外してください。"
    assert TaskLink.objects.count() == 2


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_a_circle_is_found_exactly_when_there_is_one(arrows):
    followers = {}
    for before, after in arrows:
        followers.setdefault(before, []).append(after)
    reach = {(a, b) for a, b in arrows}
    for _ in range(8):
        reach |= {(a, d) for a, b in reach for c, d in arrows if b == c}
    circle = circle_through(0, followers)
    assert (circle is not None) == ((0, 0) in reach)
    if circle:
        assert circle[0] == 0
        assert all(pair in arrows for pair in zip(circle, [*circle[1:], 0], strict=True))


def test_progress_follows_the_checklist(member, initiative):
    task = make_task(initiative)
    steps = [ChecklistItem(task=task, text=text, order=n) for n, text in enumerate(("様式", "決裁", "公開"))]
    for step in steps:
        step.save()
    with pytest.raises(DomainError) as refused:
        report_progress(actor=member, task=task, percent=50)
    assert refused.value.field == "percent"
    tick_step(actor=member, item=steps[0], is_done=True)
    assert Task.objects.values_list("percent", "status").get() == (33, TaskStatus.DOING)
    for step in steps[1:]:
        tick_step(actor=member, item=step, is_done=True)
    assert Task.objects.values_list("percent", "status").get() == (99, TaskStatus.DOING)
    report_progress(actor=member, task=task, status=TaskStatus.DONE)
    assert Task.objects.values_list("percent", "status", "finished_on").get() == (100, TaskStatus.DONE, TODAY)


def test_state_and_percent_say_the_same(member, initiative):
    task = make_task(initiative)
    report_progress(actor=member, task=task, percent=40)
    assert Task.objects.values_list("percent", "status").get() == (40, TaskStatus.DOING)
    report_progress(actor=member, task=task, percent=100)
    assert Task.objects.values_list("percent", "status", "finished_on").get() == (100, TaskStatus.DONE, TODAY)
    report_progress(actor=member, task=task, status=TaskStatus.DOING)
    assert Task.objects.values_list("percent", "status", "finished_on").get() == (40, TaskStatus.DOING, None)


def test_a_task_that_others_wait_for_is_not_removed(member, initiative):
    first, second = make_task(initiative, "先"), make_task(initiative, "後")
    make_link(first, second)
    with pytest.raises(DomainError):
        remove_task(actor=member, task=first)
    remove_task(actor=member, task=second)
    assert list(Task.objects.values_list("name", flat=True)) == ["先"]


def test_progress_of_an_initiative_is_weighted_by_the_estimates(goal, initiative):
    make_task(initiative, estimate=Decimal(30), status=TaskStatus.DONE, percent=100)
    make_task(initiative, estimate=Decimal(10), due_on=date(2026, 11, 20))
    make_task(initiative, estimate=Decimal(500), status=TaskStatus.CANCELLED)
    empty = make_initiative(goal, "まだ作業がない")
    assert progress_of([initiative.pk, empty.pk], TODAY) == {
        initiative.pk: Progress(tasks=2, done=1, late=1, blocked=0, percent=75),
        empty.pk: Progress(),
    }


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 2), date(2026, 11, 6), 4),  # 3 November is a holiday
        (date(2026, 12, 25), date(2027, 1, 4), 3),  # the town hall rests from 29 December to 3 January
        (date(2026, 11, 7), date(2026, 11, 8), 0),
        (date(2026, 11, 9), date(2026, 11, 6), 0),
    ],
)
def test_working_days(first, last, days):
    assert working_days(first, last) == days
