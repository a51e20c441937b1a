"""What is asked of one person today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from kiun.dashboard.queries.decisions import Waiting, decides, waiting_decisions
from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Status
from kiun.goals.queries import IndicatorRow, indicator_rows
from kiun.initiatives.models import Request
from kiun.initiatives.queries.inquiries import requests_to_answer
from kiun.municipality.actors import Actor

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

    @property
    def count(self) -> int:
        asked = len(self.overdue) + len(self.vague_goals) + len(self.inquiries)
        return asked + (self.waiting.total if self.waiting else 0)


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
        waiting=waiting_decisions(current_indicators(actor), actor.on) if decides(actor) else None,
        inquiries=requests_to_answer(actor),
    )
