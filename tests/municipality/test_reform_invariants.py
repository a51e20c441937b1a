"""After any sequence of reforms the tree is a tree and nothing hangs on a closed department."""

import contextlib
from datetime import date, timedelta
from itertools import count

import pytest
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiun.kernel.errors import DomainError
from kiun.kernel.trees import places
from kiun.municipality.department_holders import department_holders
from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import tree_on
from kiun.municipality.services import (
    Part,
    add_department,
    close_department,
    merge_departments,
    move_department,
    rename_department,
    split_department,
)
from kiun.municipality.services.departments import renumber_departments
from tests.factories import TODAY, make_actor, make_department, make_goal, make_membership, make_plan, make_town

_towns = count()
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "rename", "move", "merge", "merge_new", "split", "split_new", "close"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


def reform(admin, kind, rows, first, second, on):
    one, two = rows[first % len(rows)], rows[second % len(rows)]
    match kind:
        case "add":
            add_department(actor=admin, name=f"新{first}課", parent=one, on=on)
        case "rename":
            rename_department(actor=admin, department=one, name=f"改{second}課", on=on)
        case "move":
            move_department(actor=admin, department=one, parent=None if second % 4 == 0 else two, on=on)
        case "merge":
            merge_departments(actor=admin, sources=[one, two], into=one, on=on)
        case "merge_new":
            merge_departments(actor=admin, sources=[one, two], name="統合課", parent=None, on=on)
        case "split":
            split_department(actor=admin, department=one, parts=[Part("第一課"), Part("第二課")], goes_on=True, on=on)
        case "split_new":
            split_department(actor=admin, department=one, parts=[Part("甲課"), Part("乙課")], goes_on=False, on=on)
        case "close":
            close_department(actor=admin, department=one, successor=None if second % 3 == 0 else two, on=on)


def check_tree():
    departments = {row.pk: row for row in Department.objects.all()}
    for row in departments.values():
        if row.valid_to is None:
            above = departments[row.parent_id].path if row.parent_id else "/"
            assert row.path == f"{above}{row.pk}/"
            assert all(departments[key].valid_to is None for key in row.ancestor_ids)
    assert {row.pk: row.place for row in departments.values()} == places(
        (row.pk, row.parent_id, row.order) for row in departments.values()
    )
    closed = [row.pk for row in departments.values() if row.valid_to is not None]
    for holder in department_holders:
        assert list(holder.held_by(closed)) == []
    still = sorted(row.pk for row in departments.values() if row.valid_to is None)
    assert sorted(node.department.pk for node in tree_on(TODAY)) == still


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_tree_stays_a_tree(steps):
    town = make_town(slug=f"town-{next(_towns)}")
    admin = make_actor(town)
    with scope(municipality=town):
        root = make_department(town, "総務部")
        leaves = [make_department(town, f"第{number}課", parent=root) for number in range(3)]
        people = [make_membership(town, Role.MEMBER, row) for row in leaves]
        goal = make_goal(make_plan(town), department=leaves[0])
        on = date(2020, 4, 1)
        renumber_departments()
        for kind, first, second, days in steps:
            on += timedelta(days=days + 1)
            rows = list(Department.objects.filter(valid_to__isnull=True))
            with contextlib.suppress(DomainError):
                reform(admin, kind, rows, first, second, on)
            check_tree()
        goal.refresh_from_db()
        assert goal.department.valid_to is None
        assert Membership.objects.filter(pk__in=[post.pk for post in people], department__valid_to=None).count() == 3
