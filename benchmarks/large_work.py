"""A fictional town with much work for benchmarks: 150 initiatives with 5,000 tasks, their links, people and money.

`build_large_work(today)` writes it into the database that Django is set up for. The same rows for the same day.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django_scopes import scope

from kiun.goals.models import Goal, Indicator, Measurement, Plan, Policy, Series
from kiun.goals.services import judge
from kiun.initiatives.models import (
    Blocker,
    Budget,
    Capacity,
    Fund,
    Initiative,
    InitiativeLink,
    InitiativeStatus,
    LinkKind,
    Milestone,
    Mode,
    ModeKind,
    MoneyNeed,
    PeopleNeed,
    Phase,
    ServedGoal,
    Skill,
    Stage,
    Task,
    TaskLink,
    TaskStatus,
    Term,
)
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.municipality.actors import record, system_actor
from kiun.municipality.models import Department, Membership, Municipality, Role, User

SLUG, CODE, PASSWORD, ADMIN = "shigoto", "990035", "benchmark-password", "work-admin"
INITIATIVES, TASKS = 150, 5_000
DEPARTMENTS, STAFF, POLICIES, GOALS = 60, 1_200, 18, 90
YEARS_BACK, YEARS_AHEAD = 2, 2
BATCH = 2_000
A_DAY, A_MONTH = timedelta(days=1), timedelta(days=30)

WHAT = """
書かない窓口 電子申請 手続案内 予約システム 電子決裁 文書管理 テレワーク 電子契約 収納 防災情報 水位センサー
オープンデータ 3D都市モデル 保育所の入所申込み 学校との連絡 電子図書館 施設予約 相談記録 地図情報 検針 健診予約
介護認定 母子手帳 業務の自動化 研修 庁内の問合せ
""".split()  # noqa: SIM905 - a column of quoted words would hide them
HOW = ("の導入", "の対象を広げる", "の更新", "の標準化", "の見直し", "を全庁に広げる", "の試行と評価")
STEPS = """
現状を調べる 要件をまとめる 見積りを取る 予算を要求する 仕様書を書く 業者を選ぶ 契約する 設計を確かめる データを移す
規則を改める 様式を改める 試験を行う 職員に教える 市民に知らせる 試しに動かす 切り替える 使われ方を調べる
直すところを決める 効果を測る 次の年度に引き継ぐ
""".split()  # noqa: SIM905 - a column of quoted words would hide them
MILESTONES = ("要件の決定", "契約", "試行の開始", "本稼働", "効果の測定", "次期の方針決定")
SKILLS = ("情報システム", "業務分析", "調達", "広報", "データ分析")


@dataclass
class _Town:
    town: Municipality
    today: date
    rng: random.Random
    departments: list[Department] = field(default_factory=list)
    posts: list[Membership] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)

    @property
    def year(self) -> int:
        return fiscal_year_of(self.today).year

    def people_of(self, number: int) -> list[Membership]:
        """The posts of the department with this number: the head first."""
        return self.posts[number % DEPARTMENTS :: DEPARTMENTS]


@transaction.atomic
def build_large_work(today: date, *, initiatives: int = INITIATIVES, tasks: int = TASKS) -> Municipality:
    town = Municipality.objects.create(
        slug=SLUG, code=CODE, name="しごと市（架空）", population=300_000, is_public=True
    )
    with scope(municipality=town):
        built = _Town(town, today, random.Random(2))
        _people(built)
        _plan(built)
        _initiatives(built, initiatives)
        _phases_and_milestones(built)
        _links(built)
        _tasks(built, tasks)
        _resources(built)
        record(system_actor(town, on=today), change_of(town, Verb.CREATED))
    return town


def _people(built: _Town) -> None:
    town = built.town
    tops = Department.objects.bulk_create([Department(municipality=town, name=f"第{n + 1}部") for n in range(10)])
    rows = Department.objects.bulk_create(
        [
            Department(municipality=town, name=f"{n + 1:02d}課", parent=tops[n * len(tops) // DEPARTMENTS], order=n)
            for n in range(DEPARTMENTS)
        ]
    )
    for row in [*tops, *rows]:
        row.path = f"/{row.parent_id}/{row.pk}/" if row.parent_id else f"/{row.pk}/"
    Department.objects.bulk_update([*tops, *rows], ["path"])
    users = [User(username=f"work{n}", name=f"職員 {n}", password="!") for n in range(STAFF)]
    users[0].username = ADMIN
    users[0].set_password(PASSWORD)
    users = User.objects.bulk_create(users, batch_size=BATCH)
    built.departments = rows
    built.posts = Membership.objects.bulk_create(
        [
            Membership(
                municipality=town,
                user=user,
                department=rows[n % DEPARTMENTS],
                role=Role.ADMIN if n == 0 else Role.HEAD if n < DEPARTMENTS else Role.MEMBER,
                staff_number=str(n),
                valid_from=date(2020, 4, 1),
            )
            for n, user in enumerate(users)
        ],
        batch_size=BATCH,
    )


def _plan(built: _Town) -> None:
    town = built.town
    plan = Plan(
        municipality=town,
        name="しごと市デジタル計画",
        first_year=built.year - YEARS_BACK,
        last_year=built.year + YEARS_AHEAD,
    )
    plan.save()
    built.policies = Policy.objects.bulk_create(
        [Policy(municipality=town, plan=plan, name=f"施策{n + 1}", code=str(n + 1), order=n) for n in range(POLICIES)]
    )
    for policy in built.policies:
        policy.path = f"/{policy.pk}/"
    Policy.objects.bulk_update(built.policies, ["path"])
    built.goals = Goal.objects.bulk_create(
        [
            Goal(
                municipality=town,
                plan=plan,
                policy=built.policies[n % POLICIES],
                code=f"{n % POLICIES + 1}-{n // POLICIES + 1}",
                text=f"オンラインで済む手続の割合{n}を令和10年度末までに60%に高める",
                department=built.departments[n % DEPARTMENTS],
                owner=built.posts[n],
                is_vague=False,
                order=n,
            )
            for n in range(GOALS)
        ]
    )
    _indicators(built)


def _indicators(built: _Town) -> None:
    town = built.town
    indicators = Indicator.objects.bulk_create(
        [
            Indicator(
                municipality=town,
                goal=goal,
                code=f"{goal.code}-1",
                name=f"オンラインで済む手続の割合{n}",
                department=goal.department,
                owner=built.posts[n],
                cadence="quarterly",
            )
            for n, goal in enumerate(built.goals)
        ]
    )
    series = Series.objects.bulk_create(
        [
            Series(
                municipality=town,
                indicator=indicator,
                unit="%",
                baseline=Decimal(20),
                baseline_on=FiscalYear(built.year - YEARS_BACK - 1).end,
                target=Decimal(60),
                deadline=FiscalYear(built.year + YEARS_AHEAD).end,
                started_on=FiscalYear(built.year - YEARS_BACK).start,
            )
            for indicator in indicators
        ]
    )
    Measurement.objects.bulk_create([reading for one in series for reading in _readings(built, one)])
    judge(indicators, today=built.today)


def _readings(built: _Town, series: Series) -> list[Measurement]:
    pace = built.rng.uniform(0.5, 3.5)
    days = [date(year, month, 1) - timedelta(days=1) for year in range(built.today.year - 3, built.today.year + 1)
            for month in (1, 4, 7, 10)]  # fmt: skip
    return [
        Measurement(
            municipality=built.town,
            series=series,
            on=day,
            value=Decimal(f"{20 + pace * step + built.rng.gauss(0, 1):.1f}"),
        )
        for step, day in enumerate(day for day in days if day < built.today)
    ]


def _initiatives(built: _Town, number: int) -> None:
    first = FiscalYear(built.year - YEARS_BACK).start
    rows = []
    for n in range(number):
        goal = built.goals[n % GOALS]
        department = n * 7 % DEPARTMENTS
        starts_on = first + built.rng.randrange(0, 45) * A_MONTH
        ends_on = starts_on + built.rng.randrange(6, 30) * A_MONTH
        rows.append(
            Initiative(
                municipality=built.town,
                plan=goal.plan,
                policy=goal.policy,
                code=f"{goal.code}-{n}",
                name=f"{WHAT[n % len(WHAT)]}{HOW[n % len(HOW)]}（その{n + 1}）",
                summary="窓口に来なくても済むようにし、職員の手を空けます。",
                department=built.departments[department],
                owner=built.rng.choice(built.people_of(department)),
                status=_status(built, n, ends_on),
                starts_on=starts_on,
                ends_on=ends_on,
                priority=n % 3 + 1,
                legal_deadline=ends_on + A_MONTH * (n % 4) if n % 12 == 0 else None,
                legal_basis="地方公共団体情報システム標準化法" if n % 12 == 0 else "",
                public_text="市役所に来なくても手続ができるようになります。",
                order=n,
            )
        )
    built.initiatives = Initiative.objects.bulk_create(rows)
    ServedGoal.objects.bulk_create(
        [
            ServedGoal(municipality=built.town, initiative=row, goal=built.goals[(n + step * 7) % GOALS], order=step)
            for n, row in enumerate(built.initiatives)
            for step in range(1 + (n % 3 == 0))
        ]
    )


def _status(built: _Town, n: int, ends_on: date) -> str:
    if ends_on < built.today:
        return InitiativeStatus.DONE if n % 5 else InitiativeStatus.APPROVED
    return InitiativeStatus.PROPOSED if n % 9 == 0 else InitiativeStatus.APPROVED


def _phases_and_milestones(built: _Town) -> None:
    phases, milestones = [], []
    for row in built.initiatives:
        third = (row.ends_on - row.starts_on) / 3
        for place, term in enumerate(Term):
            ends_on = row.ends_on if term == Term.LONG else row.starts_on + (place + 1) * third
            starts_on = row.starts_on + place * third + timedelta(days=bool(place))
            reached = ends_on if ends_on < built.today and built.rng.random() < 0.9 else None
            phases.append(
                Phase(
                    municipality=built.town,
                    initiative=row,
                    term=term,
                    goal=f"{Term(term).label}の終わりまでに半分の課で使われている",
                    starts_on=starts_on,
                    ends_on=ends_on,
                    reached_on=reached,
                )
            )
        chosen = sorted(built.rng.sample(range(len(MILESTONES)), built.rng.randrange(2, 6)))
        for place, step in enumerate(chosen):
            due_on = row.starts_on + (row.ends_on - row.starts_on) * (place + 1) / (len(chosen) + 1)
            reached = due_on if due_on < built.today and built.rng.random() < 0.92 else None
            milestones.append(
                Milestone(
                    municipality=built.town, initiative=row, name=MILESTONES[step], due_on=due_on, reached_on=reached
                )
            )
    Phase.objects.bulk_create(phases)
    Milestone.objects.bulk_create(milestones)


def _links(built: _Town) -> None:
    """Each goes from an initiative to one that begins later, so that there is no circle."""
    rows = sorted(built.initiatives, key=lambda row: (row.starts_on, row.pk))
    pairs = set()
    for place, row in enumerate(rows):
        overlap = A_MONTH if built.rng.random() < 0.1 else -A_DAY
        later = [other for other in rows[place + 1 :] if other.starts_on >= row.ends_on - overlap]
        if later and built.rng.random() < 0.8:
            pairs.add((row, later[min(built.rng.randrange(6), len(later) - 1)]))
    ordered = sorted(pairs, key=lambda pair: (pair[0].pk, pair[1].pk))
    InitiativeLink.objects.bulk_create(
        [InitiativeLink(municipality=built.town, before=before, after=after) for before, after in ordered]
    )


def _tasks(built: _Town, number: int) -> None:
    phases: dict[int, list[Phase]] = {}
    for phase in Phase.objects.order_by("initiative_id", "starts_on"):
        phases.setdefault(phase.initiative_id, []).append(phase)
    rows: list[Task] = []
    for n, initiative in enumerate(built.initiatives):
        share = number * (n + 1) // len(built.initiatives) - number * n // len(built.initiatives)
        rows += _tasks_of(built, initiative, phases[initiative.pk], share)
    rows = Task.objects.bulk_create(rows, batch_size=BATCH)
    links = []
    for earlier, later in pairwise(rows):
        if earlier.initiative_id == later.initiative_id and built.rng.random() < 0.7:
            kind = LinkKind.START_START if built.rng.random() < 0.1 else LinkKind.FINISH_START
            links.append(TaskLink(municipality=built.town, before=earlier, after=later, kind=kind))
    TaskLink.objects.bulk_create(links, batch_size=BATCH)
    late = [row for row in rows if row.is_unfinished and row.due_on < built.today]
    Blocker.objects.bulk_create(
        [
            Blocker(
                municipality=built.town,
                task=row,
                text="財源の見通しが立たない",
                decider=built.posts[0],
                raised_on=row.due_on,
            )
            for row in late[::4]
        ]
    )


def _tasks_of(built: _Town, initiative: Initiative, phases: list[Phase], number: int) -> list[Task]:
    people = built.people_of(built.departments.index(initiative.department))
    length = (initiative.ends_on - initiative.starts_on) / max(number, 1)
    rows = []
    for step in range(number):
        starts_on = initiative.starts_on + step * length
        due_on = min(starts_on + max(length - A_DAY, timedelta(days=3)), initiative.ends_on)
        status, percent = _state(built, starts_on, due_on)
        rows.append(
            Task(
                municipality=built.town,
                initiative=initiative,
                phase=next((phase for phase in phases if phase.starts_on <= starts_on <= phase.ends_on), None),
                name=f"{STEPS[step % len(STEPS)]}（{step + 1}）",
                department=initiative.department,
                responsible=built.rng.choice(people),
                estimate=Decimal(built.rng.randrange(1, 30)),
                starts_on=starts_on,
                due_on=due_on,
                status=status,
                percent=percent,
                finished_on=due_on if status == TaskStatus.DONE else None,
                order=step,
            )
        )
    return rows


def _state(built: _Town, starts_on: date, due_on: date) -> tuple[str, int]:
    if due_on < built.today:
        return (TaskStatus.DONE, 100) if built.rng.random() < 0.985 else (TaskStatus.DOING, 60)
    return (TaskStatus.DOING, 30) if starts_on <= built.today else (TaskStatus.TODO, 0)


def _resources(built: _Town) -> None:
    town = built.town
    built.skills = Skill.objects.bulk_create([Skill(municipality=town, name=name) for name in SKILLS])
    modes = Mode.objects.bulk_create(
        [
            Mode(municipality=town, initiative=row, kind=kind, is_chosen=kind == ModeKind.CONTRACT, quarters=4)
            for row in built.initiatives
            for kind in (ModeKind.CONTRACT, ModeKind.REDUCED)
        ]
    )
    PeopleNeed.objects.bulk_create(
        [
            PeopleNeed(
                municipality=town,
                mode=mode,
                department=mode.initiative.department,
                skill=built.skills[n % len(SKILLS)],
                fte=Decimal(built.rng.randrange(2, 9)) / 10,
            )
            for n, mode in enumerate(modes)
        ]
    )
    MoneyNeed.objects.bulk_create(
        [
            MoneyNeed(municipality=town, mode=mode, work_year=year, amount=built.rng.randrange(1, 20) * 1_000_000)
            for mode in modes
            for year in (1, 2)
        ]
    )
    Capacity.objects.bulk_create(
        [
            Capacity(municipality=town, department=row, month=FiscalYear(built.year - YEARS_BACK).start, fte=Decimal(2))
            for row in built.departments
        ]
    )
    Budget.objects.bulk_create(
        [
            Budget(municipality=town, year=year, fund=Fund.GENERAL, stage=Stage.INITIAL, amount=1_000_000_000)
            for year in range(built.year - YEARS_BACK, built.year + YEARS_AHEAD + 1)
        ]
    )
