"""Loads the fictional work with bulk inserts, the same rows for the same day."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from kiun.dashboard.demo.work import (
    CAPACITIES,
    INITIAL_BUDGETS,
    INITIATIVES,
    SKILLS,
    SUPPLEMENTARY,
    DemoInitiative,
    DemoMode,
)
from kiun.goals.models import Goal, Plan
from kiun.initiatives.models import (
    Absence,
    Blocker,
    Budget,
    Capacity,
    CarryOver,
    ChecklistItem,
    Comment,
    Commitment,
    Initiative,
    InitiativeLink,
    LinkKind,
    Milestone,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Phase,
    ServedGoal,
    SharedInitiative,
    Skill,
    Stage,
    Task,
    TaskHelper,
    TaskLink,
    TaskStatus,
)
from kiun.initiatives.services.revisions import Decided, enter_revision
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of, quarter_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership, OwnedModel

Row = TypeVar("Row", bound=OwnedModel)
MILLION = 1_000_000
MONTHS_IN_YEAR = 12
MONTHS_IN_QUARTER = 3
APRIL = 4
YEARS_OF_BUDGETS = range(-2, 4)
LATE_BY = timedelta(days=20)


def month_after(day: date, months: int) -> date:
    """The first day of the month so many months after that of `day`."""
    total = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    return date(total // MONTHS_IN_YEAR, total % MONTHS_IN_YEAR + 1, 1)


@dataclass(frozen=True)
class Line:
    """One line of `DemoInitiative.tasks`."""

    name: str
    estimate: Decimal
    month: int
    months: int
    is_parallel: bool
    is_late: bool
    blocker: str
    skill: str
    helper: str
    steps: tuple[str, ...]


def read_line(text: str) -> Line:
    name, estimate, month, months, flags = (part.strip() for part in text.split("|"))
    before_blocker, _mark, blocker = flags.partition("blocked:")
    words, _mark, steps = before_blocker.partition("≡")
    return Line(
        name=name,
        estimate=Decimal(estimate),
        month=int(month),
        months=int(months),
        is_parallel="&" in words,
        is_late="late" in words,
        blocker=blocker.strip(),
        skill=next((skill for skill in SKILLS if skill in words), ""),
        helper=next((word[1:] for word in words.split() if word.startswith("@")), ""),
        steps=tuple(step.strip() for step in steps.split("、") if step.strip()),
    )


@dataclass
class WorkLoader:
    actor: Actor
    departments: dict[str, Department]
    posts: dict[str, list[Membership]]
    named: dict[str, Membership]
    rng: Random
    goals: dict[int, Goal] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    made: dict[str, Initiative] = field(default_factory=dict)

    def load(self, plan: Plan) -> None:
        self.year = fiscal_year_of(self.actor.on).year
        self.april = date(self.year, APRIL, 1)
        self.goals = {int(goal.code.split("-")[1]): goal for goal in Goal.objects.filter(plan=plan)}
        self.skills = {name: self._saved(Skill(name=name)) for name in SKILLS}
        for order, demo in enumerate(INITIATIVES, start=1):
            self._initiative(plan, demo, order)
        self._links()
        self._people()
        self._money()
        self._ledger()

    def _saved(self, row: Row) -> Row:
        row.municipality = self.actor.municipality
        row.save()
        return row

    def _quarter(self, number: int) -> date:
        return month_after(self.april, number * MONTHS_IN_QUARTER)

    def _last_day(self, first: date, months: int) -> date:
        return month_after(first, months) - timedelta(days=1)

    def _initiative(self, plan: Plan, demo: DemoInitiative, order: int) -> None:
        start = self._quarter(demo.start)
        served = [self.goals[number] for number in demo.goals]
        initiative = self._saved(
            Initiative(
                plan=plan,
                policy=served[0].policy,
                code=demo.code,
                name=demo.name,
                summary=demo.summary,
                public_text=demo.summary,
                department=self.departments[demo.department],
                owner=self.posts[demo.department][0],
                status=demo.status,
                starts_on=start,
                ends_on=self._last_day(start, demo.quarters * MONTHS_IN_QUARTER),
                priority=demo.priority,
                priority_reason=demo.reason,
                legal_deadline=None if demo.legal is None else self._last_day(self._quarter(demo.legal), 3),
                legal_basis=demo.basis,
                alternative_to=demo.alternative,
                is_public=demo.is_public,
                order=order,
                ended_on=self._quarter(demo.start + demo.quarters) if demo.status == "done" else None,
            )
        )
        self.made[demo.code] = initiative
        town = self.actor.municipality
        ServedGoal.objects.bulk_create(
            [ServedGoal(municipality=town, initiative=initiative, goal=g, order=n) for n, g in enumerate(served)]
        )
        if demo.is_shared:
            SharedInitiative(municipality=town, initiative=initiative, partner=self.named["momoi"]).save()
        self._phases(initiative, demo)
        for number, mode in enumerate(demo.modes):
            self._mode(initiative, mode, is_chosen=number == 0)
        self._tasks(initiative, demo)

    def _phases(self, initiative: Initiative, demo: DemoInitiative) -> None:
        town, today = self.actor.municipality, self.actor.on
        for term, goal, first, quarters in demo.phases:
            start = self._quarter(first)
            end = self._last_day(start, quarters * MONTHS_IN_QUARTER)
            Phase(
                municipality=town,
                initiative=initiative,
                term=term,
                goal=goal,
                starts_on=start,
                ends_on=end,
                reached_on=end if end < today else None,
            ).save()
        for name, quarter in demo.milestones:
            due = self._last_day(self._quarter(quarter), MONTHS_IN_QUARTER)
            reached = due if due < today else None
            Milestone(municipality=town, initiative=initiative, name=name, due_on=due, reached_on=reached).save()

    def _mode(self, initiative: Initiative, demo: DemoMode, *, is_chosen: bool) -> None:
        town = self.actor.municipality
        mode = self._saved(
            Mode(
                initiative=initiative,
                kind=demo.kind,
                is_chosen=is_chosen,
                quarters=demo.quarters,
                effect=demo.effect,
                note=demo.note,
            )
        )
        PeopleNeed(
            municipality=town,
            mode=mode,
            department=initiative.department,
            quarters=demo.quarters,
            fte=Decimal(str(demo.fte)),
        ).save()
        needs = [(fund, year, amount, False) for fund, year, amount in demo.money]
        if demo.running:
            needs.append(("general", max(year for _fund, year, _amount in demo.money) + 1, demo.running, True))
        MoneyNeed.objects.bulk_create(
            [
                MoneyNeed(
                    municipality=town,
                    mode=mode,
                    fund=fund,
                    work_year=year,
                    amount=round(amount * MILLION),
                    returns_yearly=returns,
                    note="運用経費" if returns else "",
                )
                for fund, year, amount, returns in needs
            ]
        )

    def _tasks(self, initiative: Initiative, demo: DemoInitiative) -> None:
        previous: Task | None = None
        for order, text in enumerate(demo.tasks.splitlines()):
            line = read_line(text)
            task = self._task(initiative, line, order)
            if previous:
                TaskLink(
                    municipality=self.actor.municipality,
                    before=previous,
                    after=task,
                    kind=LinkKind.START_START if line.is_parallel or task.starts_on <= previous.due_on else "fs",
                ).save()
            previous = task

    def _task(self, initiative: Initiative, line: Line, order: int) -> Task:
        start = month_after(initiative.starts_on, line.month)
        due = self._last_day(start, line.months)
        colleagues = self.posts[initiative.department.name]
        status, percent, finished = self._state(start, due, line, is_over=not initiative.is_open)
        task = self._saved(
            Task(
                initiative=initiative,
                phase=initiative.phases.filter(starts_on__lte=start, ends_on__gte=start).first(),
                name=line.name,
                department=initiative.department,
                responsible=self._responsible(initiative, colleagues, order),
                skill=self.skills.get(line.skill),
                estimate=line.estimate,
                starts_on=start,
                due_on=due,
                status=status,
                percent=percent,
                order=order,
                finished_on=finished,
            )
        )
        self._details(task, line)
        return task

    def _responsible(self, initiative: Initiative, colleagues: list[Membership], order: int) -> Membership:
        """The visitor who signs in as a colleague of 市民課 or of the DX office finds work of their own."""
        known = {"市民課": "shirai", "DX推進課": "midorikawa"}.get(initiative.department.name)
        if known and order % 2:
            return self.named[known]
        return self.rng.choice(colleagues[1:] or colleagues)

    def _state(self, start: date, due: date, line: Line, *, is_over: bool) -> tuple[str, int, date | None]:
        today = self.actor.on
        if is_over or (due < today and not line.is_late and not line.blocker):
            return TaskStatus.DONE, 100, due - timedelta(days=self.rng.randrange(0, 12))
        if start > today:
            return TaskStatus.TODO, 0, None
        share = (today - start) / max(due - start, timedelta(days=1))
        behind = 0.55 if line.is_late or line.blocker else 0.9
        return TaskStatus.DOING, min(int(share * behind * 20) * 5, 95), None

    def _details(self, task: Task, line: Line) -> None:
        town, today = self.actor.municipality, self.actor.on
        if line.helper:
            TaskHelper(municipality=town, task=task, helper=self.posts[line.helper][-1]).save()
        for number, text in enumerate(line.steps):
            is_done = number < len(line.steps) * task.percent // 100
            ChecklistItem(municipality=town, task=task, text=text, is_done=is_done, order=number).save()
        if line.blocker:
            Blocker(
                municipality=town,
                task=task,
                text=line.blocker,
                decider=self.named["hinata"],
                needed_by=max(task.due_on, today + timedelta(days=14)),
                raised_by=task.responsible,
                raised_on=min(max(task.starts_on, today - timedelta(days=25)), today),
            ).save()
        if line.is_late and task.status == TaskStatus.DOING:
            Comment(
                municipality=town,
                initiative=task.initiative,
                task=task,
                author=task.responsible,
                text="ほかの作業と重なり、予定より遅れています。来週、見通しを書きます。",
            ).save()

    def _links(self) -> None:
        for demo in INITIATIVES:
            if demo.after:
                InitiativeLink(
                    municipality=self.actor.municipality,
                    before=self.made[demo.after],
                    after=self.made[demo.code],
                    kind=LinkKind.START_START,
                    lag_days=60,
                ).save()

    def _people(self) -> None:
        town = self.actor.municipality
        first = date(self.year - 2, APRIL, 1)
        rows = []
        for name, (fte, by_skill) in CAPACITIES.items():
            place = self.departments[name]
            rows.append(Capacity(municipality=town, department=place, month=first, fte=Decimal(str(fte))))
            rows += [
                Capacity(
                    municipality=town,
                    department=place,
                    skill=self.skills[skill],
                    month=first,
                    fte=Decimal(str(amount)),
                )
                for skill, amount in by_skill.items()
            ]
        rows.append(
            Capacity(
                municipality=town,
                department=self.departments["情報システム課"],
                month=date(self.year + 1, APRIL, 1),
                fte=Decimal(2),
                reason="4月の人事異動で1人減る見込み",
            )
        )
        Capacity.objects.bulk_create(rows)
        Absence(
            municipality=town,
            post=self.named["shirai"],
            starts_on=month_after(self.actor.on, 1),
            ends_on=self._last_day(month_after(self.actor.on, 1), 2),
            percent=50,
            note="育児短時間勤務",
        ).save()

    def _money(self) -> None:
        town = self.actor.municipality
        rows = [
            Budget(
                municipality=town,
                year=self.year + offset,
                fund=fund,
                amount=amount * MILLION,
                decided_on=date(self.year + offset, 3, 24) if offset <= 0 else None,
                note="" if offset <= 0 else "見込み",
            )
            for offset in YEARS_OF_BUDGETS
            for fund, amount in INITIAL_BUDGETS.items()
        ]
        rows += [
            Budget(
                municipality=town,
                year=self.year,
                fund=fund,
                stage=Stage.SUPPLEMENTARY,
                number=number,
                amount=amount * MILLION,
            )
            for number, fund, amount in SUPPLEMENTARY
        ]
        Budget.objects.bulk_create(rows)
        CarryOver(
            municipality=town, year=self.year - 1, fund="grant", initiative=self.made["3-A"], amount=3 * MILLION
        ).save()
        for offset in (1, 2):
            Commitment(
                municipality=town, initiative=self.made["3-A"], year=self.year + offset, limit=18 * MILLION
            ).save()

    def _ledger(self) -> None:
        """What was approved with the budget of the year of the last quarter: a review has changed it since."""
        year = quarter_of(self.actor.on).previous().fiscal_year.year
        approved = [row for row in self.made.values() if row.status != "proposed"]
        enter_revision(
            actor=replace(self.actor, on=date(year, 3, 24)),
            changes=[change_of(row, Verb.CREATED) for row in approved],
            reason=f"{FiscalYear(year).label}当初予算の議決による採択",
            decided=Decided(how="meeting", who=None),
        )
