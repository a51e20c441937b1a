"""Tasks as a list shows them: narrowed down, sorted, with what stands in their way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kiun.initiatives.models import (
    OPEN_STATUSES,
    UNFINISHED,
    Blocker,
    ChecklistItem,
    Initiative,
    Skill,
    Task,
    TaskHelper,
    TaskStatus,
)
from kiun.initiatives.queries.task_rights import changeable_tasks, reportable_tasks
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.search import contains_all, words_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department

OPEN, LATE, BLOCKED, STRANDED, EVERY = "open", "late", "blocked", "stranded", "all"
SORTS = {
    "name": ("name",),
    "initiative": ("initiative__order", "initiative__name", "starts_on"),
    "responsible": ("responsible__user__kana", "responsible__user__name", "due_on"),
    "starts_on": ("starts_on", "due_on"),
    "due_on": ("due_on", "priority"),
    "priority": ("priority", "due_on"),
    "status": ("status", "due_on"),
    "percent": ("percent", "due_on"),
}
FIRST_SORT = "due_on"


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """`state` is one of the words above or a `TaskStatus`; `posts` are those whose tasks, or help, are wanted."""

    words: str = ""
    initiative: Initiative | None = None
    department: Department | None = None
    skill: Skill | None = None
    person: str = ""
    posts: frozenset[int] | None = None
    state: str = OPEN

    def narrow(self, tasks: QuerySet[Task], today: date) -> QuerySet[Task]:
        tasks = _in_state(tasks, self.state, today)
        if self.words:
            tasks = tasks.filter(contains_all(words_of(self.words), "name", "note", "initiative__name"))
        if self.initiative:
            tasks = tasks.filter(initiative=self.initiative)
        if self.department:
            tasks = tasks.filter(department__path__startswith=self.department.path)
        if self.skill:
            tasks = tasks.filter(skill=self.skill)
        if self.person:
            people = ("responsible__user__name", "responsible__user__kana", "responsible__staff_number")
            tasks = tasks.filter(contains_all(words_of(self.person), *people))
        if self.posts is not None:
            tasks = tasks.filter(works_on(self.posts))
        return tasks


def works_on(posts: Iterable[int]) -> Q:
    """Tasks that one of these posts answers for or helps with."""
    keys = list(posts)
    helps = TaskHelper.objects.filter(task=OuterRef("pk"), helper__in=keys)
    return Q(responsible__in=keys) | Q(Exists(helps))


def open_blockers() -> QuerySet[Blocker]:
    return Blocker.objects.filter(resolved_on__isnull=True)


def is_blocked() -> Exists:
    return Exists(open_blockers().filter(task=OuterRef("pk")))


def is_stranded(on: date) -> Q:
    """Nobody in office answers for it: the person's post has ended, or the account is closed."""
    return ~posts_in_office(on, "responsible__")


def posts_in_office(on: date, prefix: str) -> Q:
    still = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    return still & Q(**{f"{prefix}user__is_active": True})


def still_open(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """What was left undone when its initiative ended asks nothing of anybody any more."""
    return tasks.filter(status__in=UNFINISHED, initiative__status__in=OPEN_STATUSES)


def _in_state(tasks: QuerySet[Task], state: str, today: date) -> QuerySet[Task]:
    if state in TaskStatus.values:
        return tasks.filter(status=state)
    if state == EVERY:
        return tasks
    unfinished = still_open(tasks)
    if state == LATE:
        return unfinished.filter(due_on__lt=today)
    if state == BLOCKED:
        return unfinished.filter(is_blocked())
    return unfinished.filter(is_stranded(today)) if state == STRANDED else unfinished


@dataclass(frozen=True, kw_only=True)
class TaskCounts:
    """Of the unfinished ones."""

    open: int
    late: int
    blocked: int
    stranded: int


def task_counts(tasks: QuerySet[Task], today: date) -> TaskCounts:
    unfinished = still_open(tasks).order_by()
    counted = unfinished.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=today)),
        blocked=Count("pk", filter=Q(is_blocked())),
        stranded=Count("pk", filter=is_stranded(today)),
    )
    return TaskCounts(**counted)


def listed_tasks(actor: Actor) -> QuerySet[Task]:
    """As `visible_tasks`; a page asks several things of them, and who sees which initiatives is found out once."""
    if actor.sees_all or actor.user is None:
        return with_people(Task.objects.all())
    initiatives = list(visible_initiatives(actor).values_list("pk", flat=True))
    return with_people(Task.objects.filter(initiative__in=initiatives))


def with_people(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """What a line about a task needs."""
    return tasks.select_related("initiative", "department", "responsible__user", "responsible__department")


def sorted_tasks(tasks: QuerySet[Task], sort: str) -> QuerySet[Task]:
    """By one of SORTS, turned round by a leading minus; what is no sort means the next due date first."""
    fields = SORTS.get(sort.removeprefix("-"), SORTS[FIRST_SORT])
    sign = "-" if sort.startswith("-") else ""
    return tasks.order_by(*(f"{sign}{field}" for field in fields), "pk")


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """`blockers` are the open ones; `steps` says how many of how many are ticked, or nothing without a checklist."""

    task: Task
    today: date
    blockers: int = 0
    steps: tuple[int, int] = (0, 0)
    may_report: bool = False
    may_change: bool = False

    @property
    def is_late(self) -> bool:
        return self.task.is_unfinished and self.task.due_on < self.today

    @property
    def is_blocked(self) -> bool:
        return bool(self.blockers) and self.task.is_unfinished

    @property
    def days_left(self) -> int:
        return (self.task.due_on - self.today).days

    @property
    def is_stranded(self) -> bool:
        post = self.task.responsible
        return not (post.is_current(self.today) or post.valid_from > self.today) or not post.user.is_active

    @property
    def has_steps(self) -> bool:
        return self.steps[1] > 0

    @property
    def was(self) -> str:
        """What a button was pressed upon: reports of two people at the same time do not overwrite each other."""
        return f"{self.task.status}:{self.task.percent}"


def task_rows(tasks: Iterable[Task], actor: Actor) -> list[TaskRow]:
    """Four questions, however many tasks there are."""
    found = list(tasks)
    keys = [task.pk for task in found]
    blockers = dict(open_blockers().filter(task__in=keys).order_by().values_list("task").annotate(Count("pk")))
    steps = steps_of(keys)
    may_report = set(reportable_tasks(actor).filter(pk__in=keys).values_list("pk", flat=True))
    may_change = set(changeable_tasks(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        TaskRow(
            task=task,
            today=actor.on,
            blockers=blockers.get(task.pk, 0),
            steps=steps.get(task.pk, (0, 0)),
            may_report=task.pk in may_report,
            may_change=task.pk in may_change,
        )
        for task in found
    ]


def steps_of(tasks: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Task → how many steps are ticked, out of how many."""
    steps = ChecklistItem.objects.filter(task__in=tasks).order_by().values("task")
    counted = steps.annotate(ticked=Count("pk", filter=Q(is_done=True)), every=Count("pk"))
    return {row["task"]: (row["ticked"], row["every"]) for row in counted}
