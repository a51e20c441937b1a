"""A large fictional town for benchmarks: 20,000 staff, 500 departments, 2,000 indicators × 40 monthly readings."""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django_scopes import scope

from kiun.goals.cadence import period_end
from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, Policy, Series
from kiun.goals.services import judge
from kiun.kernel.changes import Verb, change_of
from kiun.municipality.actors import record, system_actor
from kiun.municipality.models import Department, Membership, Municipality, Role, User

SLUG, CODE, PASSWORD = "daitoshi", "990027", "benchmark-password"
STAFF, DEPARTMENTS, POLICIES, GOALS, INDICATORS, READINGS = 20_000, 500, 60, 1_000, 2_000, 40
BATCH = 2_000


@transaction.atomic
def build_large_town(today: date) -> Municipality:
    rng = random.Random(1)
    town = Municipality.objects.create(
        slug=SLUG, code=CODE, name="大都市（架空）", population=2_000_000, is_public=True
    )
    with scope(municipality=town):
        departments = _departments(town)
        posts = _people(town, departments)
        _plan(town, departments, posts, today, rng)
        record(system_actor(town, on=today), change_of(town, Verb.CREATED))
    return town


def _departments(town: Municipality) -> list[Department]:
    tops = Department.objects.bulk_create([Department(municipality=town, name=f"第{n}局") for n in range(20)])
    rest = Department.objects.bulk_create(
        [
            Department(municipality=town, name=f"第{n}課", parent=tops[n % len(tops)], order=n)
            for n in range(DEPARTMENTS - len(tops))
        ]
    )
    for top in tops:
        top.path = f"/{top.pk}/"
    for department in rest:
        department.path = f"/{department.parent_id}/{department.pk}/"
    Department.objects.bulk_update([*tops, *rest], ["path"], batch_size=BATCH)
    return rest


def _people(town: Municipality, departments: list[Department]) -> list[Membership]:
    users = [User(username=f"large{n}", name=f"職員 {n}", password="!") for n in range(STAFF)]
    users[0].username = "large-admin"
    users[0].set_password(PASSWORD)
    users = User.objects.bulk_create(users, batch_size=BATCH)
    return Membership.objects.bulk_create(
        [
            Membership(
                municipality=town,
                user=user,
                department=departments[n % len(departments)],
                role=Role.ADMIN if n == 0 else Role.HEAD if n <= len(departments) else Role.MEMBER,
                staff_number=str(n),
                valid_from=date(2020, 4, 1),
            )
            for n, user in enumerate(users)
        ],
        batch_size=BATCH,
    )


def _plan(
    town: Municipality, departments: list[Department], posts: list[Membership], today: date, rng: random.Random
) -> None:
    plan = Plan(municipality=town, name="大都市の計画", first_year=today.year - 2, last_year=today.year + 2)
    plan.save()
    policies = Policy.objects.bulk_create(
        [Policy(municipality=town, plan=plan, name=f"施策{n}", code=str(n), order=n) for n in range(POLICIES)]
    )
    for policy in policies:
        policy.path = f"/{policy.pk}/"
    Policy.objects.bulk_update(policies, ["path"])
    Challenge.objects.bulk_create(
        [Challenge(municipality=town, plan=plan, policy=policy, text=f"課題{policy.code}") for policy in policies]
    )
    goals = Goal.objects.bulk_create(
        [
            Goal(
                municipality=town,
                plan=plan,
                policy=policies[n % POLICIES],
                code=f"G{n}",
                text=f"申請の割合{n}を令和10年度末までに60%に高める",
                department=departments[n % len(departments)],
                owner=posts[n],
                is_vague=n % 4 == 0,
                order=n,
            )
            for n in range(GOALS)
        ],
        batch_size=BATCH,
    )
    _indicators(town, goals, posts, today, rng)


def _indicators(
    town: Municipality, goals: list[Goal], posts: list[Membership], today: date, rng: random.Random
) -> None:
    indicators = Indicator.objects.bulk_create(
        [
            Indicator(
                municipality=town,
                goal=goals[n % GOALS],
                code=f"K{n}",
                name=f"申請の割合{n}",
                department=goals[n % GOALS].department,
                owner=posts[n],
                cadence="monthly",
            )
            for n in range(INDICATORS)
        ],
        batch_size=BATCH,
    )
    series = Series.objects.bulk_create(
        [
            Series(
                municipality=town,
                indicator=indicator,
                unit="%",
                baseline=Decimal(20),
                baseline_on=_days(today)[0] - timedelta(days=31),
                target=Decimal(60),
                deadline=date(today.year + 2, 3, 31),
                started_on=date(today.year - 4, 4, 1),
            )
            for indicator in indicators
        ],
        batch_size=BATCH,
    )
    _readings(town, series, today, rng)
    judge(indicators, today=today)


def _readings(town: Municipality, series: list[Series], today: date, rng: random.Random) -> None:
    days = _days(today)
    rows = []
    for one in series:
        pace = rng.uniform(0.1, 1.1)
        rows += [
            Measurement(
                municipality=town,
                series=one,
                on=day,
                value=Decimal(f"{20 + pace * step * 0.7 + rng.gauss(0, 0.8):.1f}"),
            )
            for step, day in enumerate(days)
        ]
    Measurement.objects.bulk_create(rows, batch_size=BATCH)


def _days(today: date) -> list[date]:
    """Ends of the last months, oldest first."""
    days = []
    day = today.replace(day=1) - timedelta(days=1)
    while len(days) < READINGS:
        days.append(period_end(day, "monthly"))
        day = day.replace(day=1) - timedelta(days=1)
    return days[::-1]
