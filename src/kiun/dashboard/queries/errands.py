"""What is asked of one person today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from kiun.dashboard.queries.decisions import Waiting, decides, waiting_decisions
from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Status
from kiun.goals.queries import IndicatorRow, indicator_rows
from kiun.initiatives.models import Blocker, Request
from kiun.initiatives.queries.inquiries import requests_to_answer
from kiun.initiatives.queries.my_work import MyTask, MyWork, my_work
from kiun.municipality.actors import Actor
from kiun.surveys.models import Survey
from kiun.surveys.queries.visible import surveys_to_answer

SOON = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A value that somebody is waiting for. `as_deputy`: the owner is asked first."""

    row: IndicatorRow
    due: date
    as_deputy: bool


@dataclass(frozen=True, kw_only=True)
class Errands:
    """`waiting` is None for people who decide nothing."""

    overdue: list[Errand]
    soon: list[Errand]
    vague_goals: list[Goal]
    mine: list[IndicatorRow]
    waiting: Waiting | None
    inquiries: list[Request]
    surveys: list[Survey]
    work: MyWork

    @property
    def to_decide(self) -> list[Blocker]:
        """What the list of the leadership does not show already."""
        return [] if self.waiting else self.work.to_decide

    @property
    def pressing_tasks(self) -> list[MyTask]:
        """Late, due today, and what can begin."""
        return [*self.work.late, *self.work.due_today, *self.work.free, *self.work.to_begin]

    @property
    def count(self) -> int:
        asked = len(self.overdue) + len(self.vague_goals) + len(self.inquiries) + len(self.surveys)
        figures = asked + (self.waiting.total if self.waiting else 0)
        return figures + len(self.to_decide) + len(self.work.asked) + len(self.pressing_tasks)


def errands_of(actor: Actor) -> Errands:
    posts = actor.owning_ids
    concerned = current_indicators(actor).filter(Q(owner__in=posts) | Q(deputy__in=posts))
    rows = indicator_rows(concerned.order_by("state__stale_after", "pk"), actor.on)
    mine = [row for row in rows if row.indicator.owner_id in posts]
    due = [
        Errand(row=row, due=row.state.stale_after, as_deputy=row.indicator.owner_id not in posts)
        for row in rows
        if row.state is not None and row.state.stale_after < actor.on + SOON
    ]
    return Errands(
        overdue=[errand for errand in due if errand.row.status == Status.STALE],
        soon=[errand for errand in due if errand.row.status != Status.STALE],
        vague_goals=list(current_goals(actor).filter(owner__in=posts, is_vague=True).order_by("order", "pk")),
        mine=mine,
        waiting=waiting_decisions(actor, current_indicators(actor)) if decides(actor) else None,
        work=my_work(actor),
        inquiries=requests_to_answer(actor),
        surveys=list(surveys_to_answer(actor)),
    )
