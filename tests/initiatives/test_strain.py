"""Where people are short, what causes it, and who may see which part of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.initiatives.models import Budget, Capacity, Fund, Mode, MoneyNeed, PeopleNeed, Skill, TaskHelper
from kiun.initiatives.queries.allocation import Strain
from kiun.initiatives.queries.over_allocation import over_allocations
from kiun.initiatives.queries.person_strain import person_rows
from kiun.initiatives.queries.strain import Spot, StrainFilter, causes_of, strain_table
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.queries.workforce import workforce
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative, make_membership, make_task

TODAY = date(2026, 11, 2)
WINDOW = Window(today=TODAY, first=date(2026, 11, 1), months=3)
DECEMBER = date(2026, 12, 1)
# All of December, which has twenty working days.
IN_DECEMBER = {"starts_on": DECEMBER, "due_on": date(2026, 12, 28)}


@pytest.fixture
def skill(town):
    skill = Skill(name="窓口業務")
    skill.save()
    return skill


@pytest.fixture
def taxes(town):
    return make_department(town, "税務課")


def capacity(department, fte, skill=None):
    Capacity(department=department, skill=skill, month=date(2026, 4, 1), fte=Decimal(str(fte))).save()


def work(initiative, days, **fields):
    return make_task(initiative, **{"estimate": Decimal(days), **IN_DECEMBER, **fields})


def table(actor, **wanted):
    return strain_table(actor, WINDOW, StrainFilter(**wanted))


def shown(actor, **wanted):
    return [
        (row.department.name, row.skill.name if row.skill else "", [cell.strain.value for cell in row.cells])
        for row in table(actor, **wanted).rows(slice(0, 99))
    ]


@pytest.fixture
def busy(town, initiative, department, taxes, skill):
    """市民課 is short of one person in December, 税務課 of half a clerk at the counter."""
    capacity(department, 1)
    capacity(taxes, 2)
    capacity(taxes, 0, skill)
    work(initiative, 40, name="様式を整える")
    work(initiative, 10, department=taxes, skill=skill, name="窓口を開く")


def test_the_table_follows_the_organisation_and_marks_each_month(town, busy):
    assert shown(make_actor(town)) == [
        ("市民課", "", ["enough", "short", "enough"]),
        ("税務課", "", ["enough", "enough", "enough"]),
        ("税務課", "窓口業務", ["enough", "short", "enough"]),
    ]


def test_the_worst_month_of_each_department_stands_first(town, busy, department, taxes, skill):
    found = table(make_actor(town)).shortages
    assert [(row.department, row.skill, row.month, row.missing) for row in found] == [
        (department, None, DECEMBER, 1.0),
        (taxes, skill, DECEMBER, 0.5),
    ]


def test_the_table_is_narrowed_down(town, busy, taxes, skill):
    actor = make_actor(town)
    assert [row[:2] for row in shown(actor, department=taxes)] == [("税務課", ""), ("税務課", "窓口業務")]
    assert [row[:2] for row in shown(actor, skill=skill)] == [("税務課", "窓口業務")]
    assert [row[:2] for row in shown(actor, only_short=True)] == [("市民課", ""), ("税務課", "窓口業務")]


def test_a_head_and_the_staff_see_their_own_departments(town, busy, department, taxes):
    assert {row[0] for row in shown(make_actor(town, Role.HEAD, taxes))} == {"税務課"}
    assert {row[0] for row in shown(make_actor(town, Role.MEMBER, department))} == {"市民課"}
    assert {row[0] for row in shown(make_actor(town, Role.EXECUTIVE))} == {"市民課", "税務課"}


def test_a_department_without_a_capacity_is_told_and_not_called_short(town, initiative, department):
    work(initiative, 40)
    found = table(make_actor(town))
    assert shown(make_actor(town)) == [("市民課", "", ["nothing", "unknown", "nothing"])]
    assert (found.shortages, found.uncounted) == ([], 1)


def test_a_closed_department_is_not_shown_any_more(town, department):
    capacity(department, 2)
    department.valid_to = date(2026, 3, 31)
    department.save()
    assert shown(make_actor(town)) == []


def causes(actor, department, month=DECEMBER, skill=0):
    (found,) = causes_of(actor, workforce(WINDOW), [Spot(department=department.pk, month=month, skill=skill)])
    return found


def test_causes_are_tasks_and_needs_with_the_largest_first(town, goal, initiative, department):
    small = work(initiative, 5)
    large = work(initiative, 20, name="様式を整える")
    TaskHelper(task=large, helper=make_membership(town, Role.MEMBER, department)).save()
    other = make_initiative(goal, "書かない窓口")
    mode = Mode(initiative=other, is_chosen=True)
    mode.save()
    need = PeopleNeed(mode=mode, department=department, fte=Decimal("0.75"))
    need.save()
    found = causes(make_actor(town), department)
    assert [(row.task or row.need, round(row.fte, 3), round(row.days, 3)) for row in found] == [
        (large, 1, 20),
        (need, 0.75, 15),
        (small, 0.25, 5),
    ]
    assert initiative.owner in found[0].people
    assert len(found[0].people) == 2


def test_whose_load_somebody_may_not_see_is_not_named(town, initiative, department, taxes):
    clerk = make_membership(town, Role.MEMBER, department)
    clerk.user.name = "窓口 花子"
    clerk.user.save()
    shared = work(initiative, 20, name="様式を整える")
    TaskHelper(task=shared, helper=clerk).save()

    def told(actor):
        (cause,) = causes(actor, department)
        return cause.people, cause.has_others

    both = (initiative.owner, clerk)
    assert {post.pk for post in told(make_actor(town, Role.HEAD, department))[0]} == {post.pk for post in both}
    assert told(make_actor(town))[1] is False
    assert told(actor_of(clerk.user, town, on=TODAY)) == ((clerk,), True)
    for role in (Role.MEMBER, Role.EXECUTIVE):
        assert told(make_actor(town, role, department)) == ((), True)


def test_of_work_that_somebody_may_not_see_only_the_department_is_told(town, goal, department, taxes):
    hidden = make_initiative(goal, "秘密の取組", department=taxes)
    helper = make_membership(town, Role.MEMBER, department)
    TaskHelper(task=work(hidden, 20), helper=helper).save()
    (cause,) = causes(make_actor(town, Role.HEAD, department), department)
    assert (cause.in_charge, cause.initiative, cause.task, cause.need, cause.people, cause.has_others) == (
        taxes,
        None,
        None,
        None,
        (),
        False,
    )


def test_the_worst_of_people_and_money_for_an_agenda(town, busy, initiative, department):
    mode = Mode(initiative=initiative, is_chosen=True)
    mode.save()
    MoneyNeed(mode=mode, amount=3_000_000).save()
    Budget(year=2026, fund=Fund.GENERAL, amount=1_000_000).save()
    found = over_allocations(make_actor(town), TODAY)
    assert [(row.sentence, row.causes, row.is_money) for row in found] == [
        ("市民課は令和8年12月に1.0人分足りません。", ("様式を整える",), False),
        ("税務課（窓口業務）は令和8年12月に0.5人分足りません。", ("窓口を開く",), False),
        ("令和8年度の一般財源は200万円足りません。", ("申請のオンライン化",), True),
    ]
    assert found[0].url == f"/t/hinata/resources/causes/?department={department.pk}&month=2026-12"
    assert found[2].url == "/t/hinata/resources/budgets/year/?year=2026"
    assert len(over_allocations(make_actor(town), TODAY, most=1)) == 2


def test_an_agenda_holds_nothing_for_those_who_see_no_resources(town, busy):
    assert over_allocations(make_actor(town, Role.PARTNER), TODAY) == []


def test_an_agenda_asks_the_tables_as_often_whatever_it_finds(town, initiative, department, busy):
    counts = []
    for actor in (make_actor(town, Role.ADMIN), make_actor(town, Role.EXECUTIVE)):
        with CaptureQueriesContext(connection) as captured:
            over_allocations(actor, TODAY)
        counts.append(len(captured))
        Capacity.objects.all().delete()
    assert counts[0] == counts[1]


def people(actor):
    return {row.post.user.name: [cell.percent for cell in row.cells] for row in person_rows(actor, WINDOW)}


def test_a_head_sees_the_own_people_and_everybody_else_themselves(town, initiative, department, taxes):
    clerk, other = make_membership(town, Role.MEMBER, department), make_membership(town, Role.MEMBER, taxes)
    for post, days in ((clerk, 30), (other, 10)):
        post.user.name = f"{post.pk}"
        post.user.save()
        work(initiative, days, responsible=post)
    head = make_actor(town, Role.HEAD, department)
    found = people(head)
    assert found[str(clerk.pk)] == [0, 150, 0]
    assert str(other.pk) not in found
    assert people(actor_of(clerk.user, town, on=TODAY)) == {str(clerk.pk): [0, 150, 0]}
    assert str(clerk.pk) not in people(make_actor(town, Role.EXECUTIVE))


def test_a_month_with_more_work_than_time_is_named(town, initiative, department):
    work(initiative, 30)
    rows = {row.post: row for row in person_rows(make_actor(town, Role.HEAD, department), WINDOW)}
    assert rows[initiative.owner].fullest.first == DECEMBER
    assert all(row.fullest is None for post, row in rows.items() if post != initiative.owner)


def test_over_fiscal_years_the_months_are_summed(town, initiative, department):
    capacity(department, 1)
    work(initiative, 40)
    window = Window(today=TODAY, first=date(2026, 11, 1), months=17)
    found = strain_table(make_actor(town), window)
    (row,) = found.year_rows(slice(0, 9))
    assert found.years == (2026, 2027)
    assert [(cell.strain, round(cell.demand, 3), cell.capacity, cell.short_months) for cell in row.cells] == [
        (Strain.ENOUGH, 2.0, 5.0, 1),
        (Strain.ENOUGH, 0.0, 12.0, 0),
    ]
