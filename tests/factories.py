"""Small builders for tests: fictional towns, people and plans. Each takes what matters and fills in the rest."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from django_scopes import scope

from kiun.goals.models import Goal, Indicator, Measurement, Plan, Policy, Series
from kiun.goals.services import judge
from kiun.goals.services.policy_places import renumber_policies
from kiun.initiatives.models import Initiative, InitiativeStatus, LinkKind, ServedGoal, Task, TaskLink
from kiun.municipality.actors import Actor, actor_of, system_actor
from kiun.municipality.models import Department, Membership, Municipality, Role, User
from kiun.municipality.models.towns import check_digit
from kiun.municipality.services.departments import renumber_departments

TODAY = date(2026, 11, 23)
_numbers = count(1)
_towns = count(1)


def make_town(slug: str = "hinata", name: str = "ひなた市", **fields: Any) -> Municipality:
    five = f"{99000 + next(_towns) % 1000:05d}"  # the tests of one run make more than a thousand
    defaults = {"code": f"{five}{check_digit(five)}", "population": 100_000, "is_public": True}
    return Municipality.objects.create(slug=slug, name=name, **{**defaults, **fields})


def make_department(
    town: Municipality, name: str = "市民課", parent: Department | None = None, **fields: Any
) -> Department:
    with scope(municipality=town):
        department = Department(municipality=town, name=name, parent=parent, **fields)
        department.save()
        _put_into_tree(department, renumber_departments)
    return department


def make_user(name: str = "緑川 葵", **fields: Any) -> User:
    number = next(_numbers)
    user = User(username=f"person{number}", email=f"person{number}@example.com", name=name, **fields)
    user.set_password("correct horse battery")
    user.save()
    return user


def make_membership(
    town: Municipality, role: str = Role.MEMBER, department: Department | None = None, **fields: Any
) -> Membership:
    defaults = {"user": None, "valid_from": date(2020, 4, 1)}
    values = {**defaults, **fields}
    values["user"] = values["user"] or make_user()
    with scope(municipality=town):
        membership = Membership(municipality=town, role=role, department=department, **values)
        membership.save()
    return membership


def make_actor(
    town: Municipality, role: str = Role.ADMIN, department: Department | None = None, on: date = TODAY
) -> Actor:
    membership = make_membership(town, role, department)
    return actor_of(membership.user, town, on=on)


def make_plan(town: Municipality, **fields: Any) -> Plan:
    defaults = {"name": "デジタル変革推進計画", "first_year": 2024, "last_year": 2028}
    with scope(municipality=town):
        plan = Plan(municipality=town, **{**defaults, **fields})
        plan.save()
    return plan


def make_policy(plan: Plan, name: str = "フロントヤード改革", parent: Policy | None = None, **fields: Any) -> Policy:
    with scope(municipality=plan.municipality):
        policy = Policy(municipality=plan.municipality, plan=plan, parent=parent, name=name, **fields)
        policy.save()
        _put_into_tree(policy, partial(renumber_policies, plan))
    return policy


def _put_into_tree(row: Department | Policy, renumber: Callable[[], None]) -> None:
    row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    row.save()
    renumber()
    row.refresh_from_db(fields=["place"])


def make_goal(plan: Plan, text: str = "オンライン申請の割合を令和10年度末までに60%に高める", **fields: Any) -> Goal:
    with scope(municipality=plan.municipality):
        goal = Goal(municipality=plan.municipality, plan=plan, text=text, **{"is_vague": False, **fields})
        goal.save()
    return goal


def make_indicator(
    goal: Goal,
    name: str = "オンライン申請の割合",
    readings: dict[str, object] | None = None,
    owner: Membership | None = None,
    terms: dict[str, Any] | None = None,
    today: date = TODAY,
    **fields: Any,
) -> Indicator:
    """`readings`: ISO date → value, None for 評価できない."""
    town = goal.municipality
    owner = owner or make_membership(town, Role.MEMBER, goal.department)
    default_terms = {
        "unit": "%",
        "target": Decimal(60),
        "deadline": date(2029, 3, 31),
        "started_on": date(2024, 4, 1),
    }
    with scope(municipality=town):
        indicator = Indicator(
            municipality=town, goal=goal, name=name, owner=owner, **{"department": goal.department, **fields}
        )
        indicator.save()
        series = Series(municipality=town, indicator=indicator, **{**default_terms, **(terms or {})})
        series.save()
        for on, value in (readings or {}).items():
            Measurement(
                municipality=town,
                series=series,
                on=date.fromisoformat(on),
                value=None if value is None else Decimal(str(value)),
                is_unavailable=value is None,
            ).save()
        judge([indicator], today=today)
    return indicator


def make_system_actor(town: Municipality, on: date = TODAY) -> Actor:
    return system_actor(town, on=on)


def make_initiative(goal: Goal, name: str = "申請のオンライン化", **fields: Any) -> Initiative:
    """Approved, of the goal's department, over the fiscal year of TODAY; `fields` may say otherwise."""
    town = goal.municipality
    values = {
        "department": goal.department,
        "status": InitiativeStatus.APPROVED,
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2027, 3, 31),
        **fields,
    }
    values["department"] = values["department"] or make_department(town)
    values["owner"] = values.get("owner") or make_membership(town, Role.MEMBER, values["department"])
    with scope(municipality=town):
        initiative = Initiative(municipality=town, plan=goal.plan, policy=goal.policy, name=name, **values)
        initiative.save()
        ServedGoal(municipality=town, initiative=initiative, goal=goal).save()
    return initiative


def make_task(initiative: Initiative, name: str = "様式を整える", **fields: Any) -> Task:
    """Ten person-days in November 2026, of the initiative's owner."""
    values = {
        "responsible": initiative.owner,
        "department": initiative.department,
        "estimate": Decimal(10),
        "starts_on": date(2026, 11, 2),
        "due_on": date(2026, 11, 30),
        **fields,
    }
    with scope(municipality=initiative.municipality):
        task = Task(municipality=initiative.municipality, initiative=initiative, name=name, **values)
        task.save()
    return task


def make_link(before: Task, after: Task, kind: str = LinkKind.FINISH_START, lag_days: int = 0) -> TaskLink:
    with scope(municipality=before.municipality):
        link = TaskLink(municipality=before.municipality, before=before, after=after, kind=kind, lag_days=lag_days)
        link.save()
    return link
