"""Who is there: the table, single rows, 人事異動, absences and skills."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Absence, Capacity, Skill
from kiun.initiatives.queries.capacities import capacity_months, capacity_sheet, coming_changes, managed_absences
from kiun.initiatives.queries.resource_departments import managed_departments, resource_departments
from kiun.initiatives.queries.transfers import coming_transfers
from kiun.initiatives.services.capacity import (
    CapacityEntry,
    enter_transfer,
    remove_capacity,
    remove_skill,
    save_absence,
    save_capacities,
    save_capacity,
    save_skill,
)
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.actors import may
from kiun.municipality.models import Department, Role
from tests.factories import TODAY, make_actor, make_department, make_membership, make_system_actor, make_task

JANUARY, APRIL = date(2027, 1, 1), date(2027, 4, 1)


@pytest.fixture
def actor(town):
    return make_system_actor(town)


def enter(department, month, fte, was=None, skill=None):
    return CapacityEntry(
        department=department,
        skill=skill,
        month=month,
        fte=None if fte is None else Decimal(str(fte)),
        was=None if was is None else Decimal(str(was)),
    )


def rows():
    return list(Capacity.objects.order_by("department_id", "month").values_list("month", "fte", "reason"))


def test_a_table_is_entered_changed_and_emptied(actor, department):
    entries = [enter(department, JANUARY, 2), enter(department, APRIL, "1.5")]
    assert save_capacities(actor=actor, entries=entries, reason="当初") == 2
    changed = [enter(department, JANUARY, 3, was=2), enter(department, APRIL, None, was="1.5")]
    save_capacities(actor=actor, entries=changed)
    assert rows() == [(JANUARY, Decimal(3), "当初")]
    entries = AuditEntry.objects.filter(object_type="initiatives.capacity").order_by("pk")
    assert [entry.verb for entry in entries] == ["created", "created", "changed", "deleted"]


def test_a_table_that_somebody_else_has_changed_is_not_overwritten(actor, department):
    save_capacities(actor=actor, entries=[enter(department, JANUARY, 2)])
    stale = [enter(department, JANUARY, 3), enter(department, APRIL, 1)]
    with pytest.raises(ConflictError) as caught:
        save_capacities(actor=actor, entries=stale)
    assert caught.value.details["contested"] == [(department.pk, "2027-01-01")]
    assert rows() == [(JANUARY, Decimal(2), "")]


def test_a_head_enters_the_own_departments_alone(town, department):
    below, other = make_department(town, "窓口係", department), make_department(town, "税務課")
    head = make_actor(town, Role.HEAD, department)
    save_capacities(actor=head, entries=[enter(department, JANUARY, 2), enter(below, JANUARY, 1)])
    with pytest.raises(NotAllowedError):
        save_capacities(actor=head, entries=[enter(department, APRIL, 2), enter(other, APRIL, 1)])
    assert Capacity.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "seen", "managed"),
    [
        (Role.ADMIN, {"市民課", "窓口係", "税務課"}, {"市民課", "窓口係", "税務課"}),
        (Role.EXECUTIVE, {"市民課", "窓口係", "税務課"}, set()),
        (Role.HEAD, {"市民課", "窓口係"}, {"市民課", "窓口係"}),
        (Role.MEMBER, {"市民課", "窓口係"}, set()),
        (Role.VIEWER, set(), set()),
        (Role.PARTNER, set(), set()),
    ],
)
def test_lists_show_what_the_rules_allow(town, department, role, seen, managed):
    make_department(town, "窓口係", department)
    make_department(town, "税務課")
    actor = make_actor(town, role, department)
    every = Department.objects.all()
    for queryset, permission, names in (
        (resource_departments(actor), "initiatives.see_resources_of", seen),
        (managed_departments(actor), "initiatives.manage_capacity", managed),
    ):
        assert {row.name for row in queryset} == names
        assert {row.name for row in every if may(actor, permission, row)} == names


def test_empty_months_hold_what_stood_before(actor, department):
    save_capacities(actor=actor, entries=[enter(department, date(2026, 4, 1), 2), enter(department, APRIL, 1)])
    months = [date(2027, 3, 1), APRIL, date(2027, 5, 1)]
    found = capacity_months([department.pk], None, months)[department.pk]
    assert [(cell.entered, cell.held) for cell in found] == [(None, 2), (1, 1), (None, 1)]
    sheet = capacity_sheet([department], months)
    assert [list(row) for row in sheet.rows] == [["市民課", "", 2, 1, 1]]


def test_the_sheet_asks_as_often_however_many_skills_there_are(actor, department):
    counts = []
    for number in range(2):
        skill = save_skill(actor=actor, skill=Skill(name=f"専門{number}"))
        save_capacities(actor=actor, entries=[enter(department, APRIL, 1, skill=skill)])
        with CaptureQueriesContext(connection) as captured:
            sheet = capacity_sheet([department], [APRIL])
        counts.append(len(captured))
    assert [list(row) for row in sheet.rows] == [["市民課", "専門0", 1], ["市民課", "専門1", 1]]
    assert counts[0] == counts[1]


def test_a_single_row_begins_with_a_month_and_stands_once(actor, department):
    row = Capacity(department=department, month=date(2027, 4, 15), fte=2, reason="人事異動")
    save_capacity(actor=actor, capacity=row)
    assert rows() == [(APRIL, Decimal(2), "人事異動")]
    with pytest.raises(DomainError) as caught:
        save_capacity(actor=actor, capacity=Capacity(department=department, month=APRIL, fte=3))
    assert caught.value.field == "month"
    assert [str(change) for change in coming_changes(actor)] == ["市民課 2027-04"]
    remove_capacity(actor=actor, capacity=row)
    assert rows() == []


def leave(town, department, last, **fields):
    return make_membership(town, Role.MEMBER, department, valid_to=last, **fields)


def told(department, end=date(2027, 11, 1)):
    return [(one.month, one.leaving, one.coming, one.fte_after) for one in coming_transfers([department], TODAY, end)]


def test_transfers_are_known_from_the_posts(town, actor, department):
    save_capacities(actor=actor, entries=[enter(department, date(2026, 4, 1), 3)])
    leave(town, department, date(2027, 3, 31))
    leave(town, department, date(2027, 3, 31))
    make_membership(town, Role.MEMBER, department, valid_from=APRIL)
    leave(town, department, date(2027, 5, 15))
    make_membership(town, Role.MEMBER, department)
    # Four people give three to the plan today: with three of them it has 2.25, and two of three give two.
    assert told(department) == [(APRIL, 2, 1, Decimal("2.2")), (date(2027, 6, 1), 1, 0, Decimal("2.0"))]


def test_who_goes_on_in_another_post_of_the_department_does_not_move(town, department):
    post = leave(town, department, date(2027, 3, 31))
    make_membership(town, Role.HEAD, department, user=post.user, valid_from=APRIL)
    assert told(department) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_those_who_do_no_work_of_the_town_do_not_count(town, department, role):
    make_membership(town, role, department, valid_to=date(2027, 3, 31))
    assert told(department) == []


def test_one_press_enters_a_transfer_and_the_hint_goes(town, actor, department):
    save_capacities(actor=actor, entries=[enter(department, date(2026, 4, 1), 3)])
    leave(town, department, date(2027, 3, 31))
    make_membership(town, Role.MEMBER, department)
    (transfer,) = coming_transfers([department], TODAY, date(2027, 11, 1))
    enter_transfer(actor=actor, transfer=transfer, reason="4月の人事異動")
    assert rows()[1] == (APRIL, Decimal("1.5"), "4月の人事異動")
    assert told(department) == []


def test_without_a_capacity_a_transfer_says_what_to_do_first(town, actor, department):
    leave(town, department, date(2027, 3, 31))
    (transfer,) = coming_transfers([department], TODAY, date(2027, 11, 1))
    with pytest.raises(DomainError, match="先に、この部署のいまの要員を入力してください"):
        enter_transfer(actor=actor, transfer=transfer, reason="")


def absence(post, first, last, percent=100):
    return Absence(post=post, starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last), percent=percent)


def test_nobody_is_away_for_more_than_all_of_their_time(town, actor, department):
    post = make_membership(town, Role.MEMBER, department)
    save_absence(actor=actor, absence=absence(post, "2026-12-01", "2026-12-31", 50))
    save_absence(actor=actor, absence=absence(post, "2026-12-15", "2027-01-31", 50))
    with pytest.raises(DomainError) as caught:
        save_absence(actor=actor, absence=absence(post, "2027-01-10", "2027-01-10", 60))
    assert caught.value.field == "percent"
    with pytest.raises(DomainError) as caught:
        save_absence(actor=actor, absence=absence(post, "2027-03-10", "2027-03-01"))
    assert caught.value.field == "ends_on"
    assert Absence.objects.count() == 2


def test_why_somebody_is_away_is_for_those_who_plan_with_them(town, department):
    post = make_membership(town, Role.MEMBER, department)
    save_absence(actor=make_system_actor(town), absence=absence(post, "2026-12-01", "2026-12-31"))
    counts = {
        role: managed_absences(make_actor(town, role, department)).count()
        for role in (Role.ADMIN, Role.HEAD, Role.EXECUTIVE, Role.MEMBER)
    }
    assert counts == {Role.ADMIN: 1, Role.HEAD: 1, Role.EXECUTIVE: 0, Role.MEMBER: 0}
    other = make_actor(town, Role.HEAD, make_department(town, "税務課"))
    with pytest.raises(NotAllowedError):
        save_absence(actor=other, absence=absence(post, "2027-02-01", "2027-02-28"))


def test_a_skill_is_named_once_renamed_and_removed_only_while_unused(actor, initiative):
    skill = save_skill(actor=actor, skill=Skill(name=" 窓口業務 "))
    assert skill.name == "窓口業務"
    with pytest.raises(DomainError, match="同じ名前の専門性"):
        save_skill(actor=actor, skill=Skill(name="窓口業務"))
    task = make_task(initiative, skill=skill)
    with pytest.raises(DomainError, match="「窓口業務」は1か所で使われています"):
        remove_skill(actor=actor, skill=skill)
    task.delete()
    remove_skill(actor=actor, skill=skill)
    assert Skill.objects.count() == 0
