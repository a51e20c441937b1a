"""組織改編: names and places change on a day, the rows of a department never get lost."""

from datetime import UTC, date, datetime

import pytest
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals.models import Series
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Department, Reform, ReformState, Role, Succession
from kiun.municipality.queries import coming_first_of_april, tree_on
from kiun.municipality.services import (
    Part,
    add_department,
    cancel_reform,
    carry_out_due_reforms,
    close_department,
    merge_departments,
    move_department,
    rename_department,
    split_department,
)
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_town,
)

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)
NEXT_APRIL = date(2027, 4, 1)


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def admin(town):
    return make_actor(town)


@pytest.fixture
def scoped(town):
    with scope(municipality=town):
        yield


def outline(day):
    return [(node.depth, node.name) for node in tree_on(day)]


def test_the_next_first_of_april():
    assert coming_first_of_april(date(2026, 3, 31)) == APRIL
    assert coming_first_of_april(APRIL) == APRIL
    assert coming_first_of_april(date(2026, 4, 2)) == NEXT_APRIL


def test_a_new_department_is_there_from_its_day(town, admin, scoped):
    add_department(actor=admin, name="総務部", code="10", on=APRIL)
    parent = Department.objects.get()
    add_department(actor=admin, name="情報政策課", parent=parent, on=APRIL)
    child = Department.objects.get(name="情報政策課")
    assert (parent.path, child.path) == (f"/{parent.pk}/", f"/{parent.pk}/{child.pk}/")
    assert outline(APRIL) == [(0, "総務部"), (1, "情報政策課")]
    assert outline(date(2026, 3, 31)) == []


def test_a_new_name_keeps_the_old_one_for_earlier_days(town, admin, scoped):
    department = make_department(town, "情報政策課")
    rename_department(actor=admin, department=department, name="DX推進課", on=APRIL, reason="体制の強化")
    assert outline(date(2026, 3, 31)) == [(0, "情報政策課")]
    assert outline(APRIL) == [(0, "DX推進課")]
    entry = AuditEntry.objects.filter(object_type="municipality.department").first()
    assert (entry.before, entry.after, entry.reason) == ({"name": "情報政策課"}, {"name": "DX推進課"}, "体制の強化")


def test_a_move_takes_everything_below_along(town, admin, scoped):
    general, citizens = make_department(town, "総務部"), make_department(town, "市民部")
    division = make_department(town, "情報政策課", parent=general)
    section = make_department(town, "統計係", parent=division)
    move_department(actor=admin, department=division, parent=citizens, on=APRIL)
    section.refresh_from_db()
    assert section.path == f"/{citizens.pk}/{division.pk}/{section.pk}/"
    assert outline(date(2026, 3, 31)) == [(0, "総務部"), (1, "情報政策課"), (2, "統計係"), (0, "市民部")]
    assert outline(APRIL) == [(0, "総務部"), (0, "市民部"), (1, "情報政策課"), (2, "統計係")]


def test_a_circular_tree_is_refused_with_a_sentence(town, admin, scoped):
    parent = make_department(town, "総務部")
    child = make_department(town, "情報政策課", parent=parent)
    with pytest.raises(DomainError) as caught:
        move_department(actor=admin, department=parent, parent=child, on=APRIL)
    assert caught.value.field == "parent"
    assert "情報政策課" in caught.value.message
    assert outline(APRIL) == [(0, "総務部"), (1, "情報政策課")]
    assert Reform.objects.count() == 0


def test_history_is_written_forwards_only(town, admin, scoped):
    department = make_department(town, "情報政策課")
    rename_department(actor=admin, department=department, name="DX推進課", on=APRIL)
    with pytest.raises(DomainError) as caught:
        rename_department(actor=admin, department=department, name="企画課", on=date(2025, 4, 1))
    assert caught.value.field == "on"


def test_a_merger_moves_people_goals_indicators_and_sections_without_losing_series(town, admin, scoped):
    welfare, children = make_department(town, "福祉課"), make_department(town, "子育て課")
    section = make_department(town, "給付係", parent=welfare)
    head = make_membership(town, Role.HEAD, welfare)
    goal = make_goal(make_plan(town), department=children)
    indicator = make_indicator(goal, readings={"2025-03-31": 20, "2026-03-31": 25}, owner=head)
    series = Series.objects.get(indicator=indicator)
    merge_departments(actor=admin, sources=[welfare, children], name="こども福祉課", on=APRIL, reason="機構改革")
    new = Department.objects.get(name="こども福祉課")
    for row in (head, goal, indicator):
        row.refresh_from_db()
        assert row.department == new
    section.refresh_from_db()
    assert (section.parent, section.path) == (new, f"/{new.pk}/{section.pk}/")
    assert Series.objects.get(indicator=indicator) == series
    assert series.measurements.count() == 2
    assert {(row.predecessor.name, row.successor.name, row.on) for row in Succession.objects.all()} == {
        ("福祉課", "こども福祉課", APRIL),
        ("子育て課", "こども福祉課", APRIL),
    }
    assert outline(date(2026, 3, 31)) == [(0, "福祉課"), (1, "給付係"), (0, "子育て課")]
    assert outline(APRIL) == [(0, "こども福祉課"), (1, "給付係")]


def test_a_merger_into_one_of_them_keeps_it(town, admin, scoped):
    big, small = make_department(town, "福祉課", code="20"), make_department(town, "援護課", code="21")
    merge_departments(actor=admin, sources=[big, small], into=big, on=APRIL)
    assert outline(APRIL) == [(0, "福祉課")]
    small.refresh_from_db()
    assert small.valid_to == date(2026, 3, 31)


def test_a_merger_may_take_over_the_code_of_a_source(town, admin, scoped):
    first, second = make_department(town, "福祉課", code="20"), make_department(town, "援護課", code="21")
    merge_departments(actor=admin, sources=[first, second], name="生活支援課", code="20", on=APRIL)
    assert Department.objects.get(name="生活支援課").code == "20"


def test_a_merger_of_one_is_refused(town, admin, scoped):
    only = make_department(town)
    with pytest.raises(DomainError) as caught:
        merge_departments(actor=admin, sources=[only], into=only, on=APRIL)
    assert caught.value.field == "sources"


def test_a_merger_into_what_lies_within_is_refused(town, admin, scoped):
    parent, other = make_department(town, "総務部"), make_department(town, "企画部")
    child = make_department(town, "人事課", parent=parent)
    with pytest.raises(DomainError):
        merge_departments(actor=admin, sources=[parent, other], into=child, on=APRIL)
    assert outline(APRIL) == [(0, "総務部"), (1, "人事課"), (0, "企画部")]


def test_a_split_puts_what_goes_where(town, admin, scoped):
    department = make_department(town, "市民課")
    stays, goes = make_membership(town, Role.MEMBER, department), make_membership(town, Role.MEMBER, department)
    plan = make_plan(town)
    goal_stays, goal_goes = make_goal(plan, department=department), make_goal(plan, department=department)
    split_department(
        actor=admin,
        department=department,
        parts=[Part("市民課"), Part("保険年金課", "31")],
        goes_on=True,
        destinations={"municipality.posts": {goes.pk: 1}, "goals.goal": {goal_goes.pk: 1}},
        on=APRIL,
    )
    new = Department.objects.get(name="保険年金課")
    for row, expected in ((stays, department), (goes, new), (goal_stays, department), (goal_goes, new)):
        row.refresh_from_db()
        assert row.department == expected
    assert (new.code, [(row.predecessor, row.successor) for row in Succession.objects.all()]) == (
        "31",
        [(department, new)],
    )


def test_a_split_into_new_ones_closes_the_old_one(town, admin, scoped):
    department = make_department(town, "環境生活課")
    post = make_membership(town, Role.MEMBER, department)
    split_department(
        actor=admin, department=department, parts=[Part("環境課"), Part("生活課")], goes_on=False, on=APRIL
    )
    post.refresh_from_db()
    assert post.department.name == "環境課"
    assert outline(date(2026, 3, 31)) == [(0, "環境生活課")]
    assert outline(APRIL) == [(0, "環境課"), (0, "生活課")]


def test_a_destination_that_does_not_exist_loses_nothing(town, admin, scoped):
    department = make_department(town, "環境生活課")
    post = make_membership(town, Role.MEMBER, department)
    with pytest.raises(DomainError):
        split_department(
            actor=admin,
            department=department,
            parts=[Part("環境課"), Part("生活課")],
            goes_on=False,
            destinations={"municipality.posts": {post.pk: 7}},
            on=APRIL,
        )
    post.refresh_from_db()
    assert post.department == department


def test_closing_asks_who_takes_over(town, admin, scoped):
    department, successor = make_department(town, "統計課"), make_department(town, "企画課")
    post = make_membership(town, Role.MEMBER, department)
    with pytest.raises(DomainError) as caught:
        close_department(actor=admin, department=department, on=APRIL)
    assert caught.value.field == "successor"
    close_department(actor=admin, department=department, successor=successor, on=APRIL)
    post.refresh_from_db()
    assert post.department == successor
    assert outline(APRIL) == [(0, "企画課")]


def test_what_is_closed_stays_closed(town, admin, scoped):
    department = make_department(town, "統計課")
    close_department(actor=admin, department=department, on=APRIL)
    with pytest.raises(DomainError):
        rename_department(actor=admin, department=department, name="統計室", on=NEXT_APRIL)


def test_a_code_is_given_once(town, admin, scoped):
    make_department(town, "総務課", code="10")
    with pytest.raises(DomainError) as caught:
        add_department(actor=admin, name="企画課", code="10", on=APRIL)
    assert caught.value.field == "code"


def test_a_tree_has_a_bottom(town, admin, scoped):
    parent = None
    for level in range(10):
        add_department(actor=admin, name=f"第{level}層", parent=parent, on=APRIL)
        parent = Department.objects.get(name=f"第{level}層")
    with pytest.raises(DomainError):
        add_department(actor=admin, name="第10層", parent=parent, on=APRIL)


def test_a_later_reform_waits_for_its_day(town, admin, scoped):
    department = make_department(town, "情報政策課")
    reform = rename_department(actor=admin, department=department, name="DX推進課", on=NEXT_APRIL)
    assert reform.state == ReformState.PLANNED
    assert outline(TODAY) == [(0, "情報政策課")]
    assert carry_out_due_reforms(datetime(2027, 3, 31, 14, 59, tzinfo=UTC)) == ""
    # 15:00 UTC is midnight in Japan.
    assert carry_out_due_reforms(datetime(2027, 3, 31, 15, 0, tzinfo=UTC)) != ""
    assert carry_out_due_reforms(datetime(2027, 4, 1, 15, 0, tzinfo=UTC)) == ""
    reform.refresh_from_db()
    assert reform.state == ReformState.DONE
    assert outline(date(2027, 3, 31)) == [(0, "情報政策課")]
    assert outline(NEXT_APRIL) == [(0, "DX推進課")]


def test_a_later_reform_that_cannot_work_is_refused_now_and_changes_nothing(town, admin, scoped):
    parent = make_department(town, "総務部")
    child = make_department(town, "人事課", parent=parent)
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError):
        move_department(actor=admin, department=parent, parent=child, on=NEXT_APRIL)
    assert (Reform.objects.count(), AuditEntry.objects.count()) == (0, entries)


def test_a_reform_that_fails_on_its_day_says_why_and_is_tried_again(town, admin, scoped):
    department = make_department(town, "統計課")
    reform = close_department(actor=admin, department=department, on=NEXT_APRIL)
    post = make_membership(town, Role.MEMBER, department)
    carry_out_due_reforms(datetime(2027, 4, 1, tzinfo=UTC))
    reform.refresh_from_db()
    assert (reform.state, "統計課" in reform.problem) == (ReformState.PLANNED, True)
    post.delete()
    carry_out_due_reforms(datetime(2027, 4, 2, tzinfo=UTC))
    reform.refresh_from_db()
    assert (reform.state, reform.problem) == (ReformState.DONE, "")


def test_a_fault_in_one_town_does_not_stop_the_reforms_of_another(town, admin, scoped):
    broken = rename_department(actor=admin, department=make_department(town, "統計課"), name="調査課", on=NEXT_APRIL)
    # A row that this version of the program cannot read.
    Reform.objects.filter(pk=broken.pk).update(terms={"from": "an older version"})
    other = make_town("other")
    with scope(municipality=other):
        department = make_department(other, "情報政策課")
        sound = rename_department(
            actor=system_actor(other, on=TODAY), department=department, name="DX推進課", on=NEXT_APRIL
        )
    with pytest.raises(ExceptionGroup) as faults:
        carry_out_due_reforms(datetime(2027, 4, 1, tzinfo=UTC))
    assert [type(fault) for fault in faults.value.exceptions] == [KeyError]
    broken.refresh_from_db()
    assert (broken.state, bool(broken.problem)) == (ReformState.PLANNED, True)
    with scope(municipality=other):
        sound.refresh_from_db()
        department.refresh_from_db()
    assert (sound.state, department.name) == (ReformState.DONE, "DX推進課")


def test_a_planned_reform_can_be_called_off(town, admin, scoped):
    department = make_department(town, "情報政策課")
    reform = rename_department(actor=admin, department=department, name="DX推進課", on=NEXT_APRIL)
    cancel_reform(actor=admin, reform=reform)
    assert carry_out_due_reforms(datetime(2027, 4, 1, tzinfo=UTC)) == ""
    with pytest.raises(DomainError):
        cancel_reform(actor=admin, reform=reform)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_the_dx_office_reforms(town, scoped, role):
    department = make_department(town)
    with pytest.raises(NotAllowedError):
        rename_department(actor=make_actor(town, role, department), department=department, name="x", on=APRIL)


@pytest.mark.parametrize("fields", [{"name": "課" * 81}, {"name": "市民課", "code": "1" * 21}])
def test_a_name_longer_than_its_column_is_refused_on_every_database(scoped, admin, fields):
    with pytest.raises(DomainError):
        add_department(actor=admin, on=TODAY, **fields)
