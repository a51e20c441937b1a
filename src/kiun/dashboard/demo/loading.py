from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django_scopes import scope

from kiun.dashboard.demo.histories import YEARS_OF_HISTORY, generate
from kiun.dashboard.demo.inquiries import load_inquiries
from kiun.dashboard.demo.momentum import MomentumLoader
from kiun.dashboard.demo.organisation import ACCOUNTS, DIVISIONS, MAIN_OFFICE, STAFF, NamedPost, full_names
from kiun.dashboard.demo.plan import GOALS, PLAN_EDITION, PLAN_NAME, PLAN_SUMMARY, POLICIES, DemoGoal, DemoIndicator
from kiun.dashboard.demo.reviews import ReviewLoader
from kiun.dashboard.demo.technology import load_technology
from kiun.dashboard.demo.work_loading import WorkLoader
from kiun.goals.models import Cadence, Challenge, Goal, Indicator, Measurement, Plan, Policy, Series
from kiun.goals.services import judge
from kiun.goals.services.lint import read_all_again
from kiun.goals.services.policy_places import renumber_policies
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import ConflictError
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.municipality.actors import Actor, record, system_actor
from kiun.municipality.models import Department, Membership, Municipality, Role, TownKind, User
from kiun.municipality.services.departments import renumber_departments

DEMO_PASSWORD = "kiun-no-mihon"  # noqa: S105 - printed for everybody; `kiun check` refuses it in production
DEMO_SLUG = "hinata"
DEMO_CODE = "990019"
SEED = 20260401
ONE_CHIEF_OF = 6
FIRST_POST = date(2022, 4, 1)
GRACE_DAYS = {Cadence.MONTHLY: 45, Cadence.QUARTERLY: 60, Cadence.HALF_YEARLY: 90, Cadence.YEARLY: 270}
YEARS_OF_PLAN = 5


@dataclass(frozen=True)
class DemoAccount:
    username: str
    name: str
    role: str


@transaction.atomic
def load_demo(*, today: date) -> list[DemoAccount]:
    """Create the fictional town; the same rows for the same day. All or nothing."""
    if Municipality.objects.filter(slug=DEMO_SLUG).exists():
        raise ConflictError("見本のまち「ひなた市」は、すでに入っています。")
    town = Municipality.objects.create(
        slug=DEMO_SLUG,
        code=DEMO_CODE,
        name="ひなた市",
        kana="ひなたし",
        kind=TownKind.CITY,
        population=100_412,
        population_on=date(fiscal_year_of(today).year, 4, 1),
        is_demo=True,
        is_public=True,
        about="市民の時間を返し、職員の手を空けるために進めていることを、うまくいっていないものも含めてお見せします。"
        "（見本のまちです。市も人も数値も架空のものです。）",
    )
    actor = system_actor(town, on=today, via="demo")
    with scope(municipality=town):
        departments = _departments(town)
        posts = _people(town, departments)
        record(actor, change_of(town, Verb.CREATED))
        plan = _Plan(actor, departments, posts).load()
        named = _named_posts()
        WorkLoader(actor, departments, posts, named, Random(SEED)).load(plan)  # noqa: S311 - no secrets
        load_technology(actor)
        load_inquiries(actor, posts, Random(SEED))  # noqa: S311 - no secrets
        ReviewLoader(actor, departments, posts, named).load()
        MomentumLoader(actor, departments, named, Random(SEED)).load()  # noqa: S311 - no secrets
    return [
        DemoAccount(post.username, f"{post.department or post.title} {post.name}".strip(), str(post.role.label))
        for post in ACCOUNTS
    ]


def _named_posts() -> dict[str, Membership]:
    """The posts of those that a visitor can sign in as, by user name."""
    posts = Membership.objects.filter(user__username__in=[account.username for account in ACCOUNTS])
    return {post.user.username: post for post in posts.select_related("user", "department")}


def _departments(town: Municipality) -> dict[str, Department]:
    departments = {}
    for order, (division, sections) in enumerate(DIVISIONS.items(), start=1):
        top = _department(town, division, None, f"{order:02d}00", order * 100)
        departments[division] = top
        for place, name in enumerate(sections, start=1):
            departments[name] = _department(town, name, top, f"{order:02d}{place:02d}", order * 100 + place)
    renumber_departments()
    return departments


def _department(town: Municipality, name: str, parent: Department | None, code: str, order: int) -> Department:
    department = Department(municipality=town, name=name, parent=parent, code=code, order=order, valid_from=FIRST_POST)
    department.save()
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    return department


def _people(town: Municipality, departments: dict[str, Department]) -> dict[str, list[Membership]]:
    """Posts by department name: the head first."""
    sections = [name for names in DIVISIONS.values() for name in names]
    posts = [_account(town, post, departments) for post in ACCOUNTS]
    rng = Random(SEED)  # noqa: S311 - names, not secrets
    others = [section for section in sections if section != MAIN_OFFICE]
    names = full_names(STAFF - len(ACCOUNTS), rng)
    # Each section gets its head first, each division its head last; those between are spread.
    heads = dict(enumerate(sections, start=1))
    directors = dict(enumerate(DIVISIONS, start=len(names) - len(DIVISIONS) + 1))
    for number, name in enumerate(names, start=1):
        if number in heads:
            post = Role.HEAD, heads[number], "課長"
        elif number in directors:
            post = Role.HEAD, directors[number], "部長"
        else:
            post = Role.MEMBER, rng.choice(others), "" if number % ONE_CHIEF_OF else "係長"
        posts.append(_staff(town, name, number, *post, departments))
    User.objects.bulk_create([user for user, _ in posts])
    Membership.objects.bulk_create([membership for _, membership in posts])
    by_department: dict[str, list[Membership]] = {name: [] for name in departments}
    for _, membership in posts:
        if membership.department and membership.role in {Role.HEAD, Role.ADMIN, Role.MEMBER}:
            by_department[membership.department.name].append(membership)
    for staff in by_department.values():
        staff.sort(key=lambda post: post.role != Role.HEAD)
    return by_department


def _account(town: Municipality, post: NamedPost, departments: dict[str, Department]) -> tuple[User, Membership]:
    user = User(username=post.username, email=f"{post.username}@hinata.example", name=post.name)
    user.set_password(DEMO_PASSWORD)
    return user, Membership(
        municipality=town,
        user=user,
        role=post.role,
        department=departments.get(post.department),
        title=post.title,
        valid_from=FIRST_POST,
    )


def _staff(
    town: Municipality,
    name: str,
    number: int,
    role: Role,
    department: str,
    title: str,
    departments: dict[str, Department],
) -> tuple[User, Membership]:
    user = User(username=f"hinata-{10000 + number}", email=f"s{10000 + number}@hinata.example", name=name)
    user.set_unusable_password()
    return user, Membership(
        municipality=town,
        user=user,
        role=role,
        department=departments[department],
        title=title,
        staff_number=str(10000 + number),
        valid_from=FIRST_POST,
    )


class _Plan:
    """Loads the plan with bulk inserts: the services would ask the database a few thousand times."""

    def __init__(self, actor: Actor, departments: dict[str, Department], posts: dict[str, list[Membership]]) -> None:
        self.actor = actor
        self.town = actor.municipality
        self.departments = departments
        self.posts = posts
        self.year = fiscal_year_of(actor.on).year
        self.baseline_on = FiscalYear(self.year - YEARS_OF_HISTORY).end
        self.rng = Random(SEED)  # noqa: S311 - who owns what, not secrets
        # The record of changes tells that the plan is as old as it says.
        self.founder = replace(actor, on=FiscalYear(self.year - 2).start)

    def load(self) -> Plan:
        plan = Plan(
            municipality=self.town,
            name=PLAN_NAME,
            edition=PLAN_EDITION,
            first_year=self.year - 2,
            last_year=self.year - 2 + YEARS_OF_PLAN - 1,
            summary=PLAN_SUMMARY,
        )
        plan.save()
        record(self.founder, change_of(plan, Verb.CREATED))
        policies, challenges = self._policies(plan)
        for number, demo in enumerate(GOALS, start=1):
            self._goal(plan, policies[demo.policy], challenges[demo.policy], demo, number)
        judge(list(Indicator.objects.all()), today=self.actor.on)
        read_all_again(self.actor)
        return plan

    def _policies(self, plan: Plan) -> tuple[dict[str, Policy], dict[str, Challenge]]:
        policies, challenges = {}, {}
        for order, (code, name, text, background) in enumerate(POLICIES, start=1):
            policy = Policy(municipality=self.town, plan=plan, code=code, name=name, order=order)
            policy.save()
            policy.path = f"/{policy.pk}/"
            policy.save(update_fields=["path"])
            challenge = Challenge(municipality=self.town, plan=plan, policy=policy, text=text, background=background)
            challenge.save()
            record(self.founder, change_of(policy, Verb.CREATED), change_of(challenge, Verb.CREATED))
            policies[code], challenges[code] = policy, challenge
        renumber_policies(plan)
        return policies, challenges

    def _goal(self, plan: Plan, policy: Policy, challenge: Challenge, demo: DemoGoal, number: int) -> None:
        text = demo.text.replace("{base}", FiscalYear(self.year - YEARS_OF_HISTORY).label)
        goal = Goal(
            municipality=self.town,
            plan=plan,
            policy=policy,
            challenge=challenge,
            code=f"{demo.policy}-{number}",
            text=text.replace("{end}", FiscalYear(self.year + demo.years_to_go).label),
            department=self.departments[demo.department],
            owner=self.posts[demo.department][0],
            order=number,
        )
        goal.save()
        record(self.founder, change_of(goal, Verb.CREATED))
        for place, indicator in enumerate(demo.indicators):
            self._indicator(goal, indicator, place, FiscalYear(self.year + demo.years_to_go).end)

    def _indicator(self, goal: Goal, demo: DemoIndicator, place: int, deadline: date) -> None:
        colleagues = self.posts[goal.department.name] if goal.department else []
        indicator = Indicator(
            municipality=self.town,
            goal=goal,
            code=f"{goal.code}-{place + 1}",
            name=demo.name,
            department=goal.department,
            owner=self.rng.choice(colleagues[1:] or colleagues),
            deputy=colleagues[0],
            cadence=demo.cadence,
            grace_days=GRACE_DAYS[Cadence(demo.cadence)],
            origin=demo.origin,
            collected_when="期間の終わりから1か月以内",
            is_public=demo.is_public,
            order=place,
        )
        indicator.save()
        series = Series(
            municipality=self.town,
            indicator=indicator,
            unit=demo.unit,
            direction=demo.direction,
            is_cumulative=demo.is_cumulative,
            baseline=Decimal(str(demo.baseline)),
            baseline_on=self.baseline_on,
            target=Decimal(str(demo.target)),
            deadline=deadline,
            started_on=self.baseline_on,
        )
        series.save()
        record(self.founder, change_of(indicator, Verb.CREATED), change_of(series, Verb.CREATED))
        self._readings(series, demo, indicator.owner)

    def _readings(self, series: Series, demo: DemoIndicator, owner: Membership) -> None:
        start = self.baseline_on + timedelta(days=1)
        assert series.deadline is not None
        history = generate(demo, start, series.deadline, self.actor.on, f"{SEED} {demo.name}")
        Measurement.objects.bulk_create(
            [
                Measurement(
                    municipality=self.town,
                    series=series,
                    on=day,
                    value=None if value is None else Decimal(str(value)),
                    is_unavailable=value is None,
                    note="訓練を行わなかったため、評価できません。" if value is None else "",
                    entered_by=owner,
                    provenance={"generated": True},
                )
                for day, value in history
            ]
        )
