"""What only the leadership can decide: taken from the data, not from a list that somebody keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.models import Indicator, Series, Status
from kiun.goals.queries import IndicatorRow, first_indicator_rows, indicator_rows, with_status
from kiun.initiatives.models import Blocker
from kiun.initiatives.queries.blockers import blockers_for_leadership, blockers_to_decide
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Role

# Nobody has entered a value for this long after it was due: reminding has not helped.
LONG_SILENCE = timedelta(days=180)
SHOWN = 5
MOST_BLOCKERS = 50
PRINTED = 25
MISSED, LATE, SILENT = "1 missed", "2 late", "3 silent"  # in the order of urgency
QUESTIONS: dict[str, Promise] = {
    MISSED: gettext_lazy("“%(name)s” did not reach its target: go on, change it or stop?"),
    LATE: gettext_lazy("“%(name)s” will hardly make it in time: what should change?"),
    SILENT: gettext_lazy("“%(name)s” has not been measured for a long time: go on, change it or stop?"),
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    row: IndicatorRow
    kind: str

    @property
    def question(self) -> str:
        return str(QUESTIONS[self.kind]) % {"name": self.row.indicator.name}

    @property
    def is_silent(self) -> bool:
        return self.kind == SILENT


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What is asked of the leadership for a task comes before what the figures ask. Of these `about_figures`, the most
    urgent: the `first` on the screen, those `printed` too on paper.
    """

    blockers: list[Blocker]
    first: list[Decision]
    printed: list[Decision]
    about_figures: int

    @property
    def total(self) -> int:
        return len(self.blockers) + self.about_figures

    @property
    def others(self) -> int:
        return self.about_figures - len(self.first)

    @property
    def unprinted(self) -> int:
        return self.others - len(self.printed)


def decides(actor: Actor) -> bool:
    """The leadership and whoever stands in for it; everybody else only reads what it is asked."""
    return Role.EXECUTIVE in actor.roles


def name_of_decisions(actor: Actor) -> str:
    return _("For you to decide") if decides(actor) else _("Waiting for the leadership to decide")


def waiting_decisions(actor: Actor, indicators: QuerySet[Indicator], department: Department | None = None) -> Waiting:
    wanting = awaiting_decision(indicators, actor.on)
    found = _decisions(first_indicator_rows(wanting, PRINTED, actor.on))
    return Waiting(
        blockers=list(waiting_blockers(actor, department)[:MOST_BLOCKERS]),
        first=found[:SHOWN],
        printed=found[SHOWN:],
        about_figures=wanting.count(),
    )


def waiting_blockers(actor: Actor, department: Department | None = None) -> QuerySet[Blocker]:
    """Tasks that cannot go on: for whoever decides, what waits for them; for others, what waits for the leadership."""
    blockers = blockers_to_decide(actor) if decides(actor) else blockers_for_leadership(actor)
    if department:
        blockers = blockers.filter(task__initiative__department__path__startswith=department.path)
    return blockers


def awaiting_decision(indicators: QuerySet[Indicator], today: date) -> QuerySet[Any]:
    """Most urgent first: targets missed, targets about to be missed, and figures that nobody takes any more."""
    deadline = Series.objects.filter(indicator=OuterRef("pk"), is_current=True).values("deadline")[:1]
    judged = with_status(indicators, today).annotate(deadline=Subquery(deadline))
    wanting = judged.filter(
        Q(status=Status.LATE, deadline__lte=fiscal_year_of(today).next().end)
        | Q(status=Status.STALE, state__stale_after__lt=today - LONG_SILENCE)
    )
    kind = Case(
        When(status=Status.STALE, then=Value(SILENT)),
        When(deadline__lt=today, then=Value(MISSED)),
        default=Value(LATE),
        output_field=CharField(),
    )
    ordered: QuerySet[Any] = wanting.annotate(kind=kind).order_by("kind", F("deadline").asc(nulls_last=True), "pk")
    return ordered


def decisions(wanting: QuerySet[Any], today: date) -> list[Decision]:
    """Rows of (a slice of) `awaiting_decision`, in its order."""
    return _decisions(indicator_rows(wanting, today))


def _decisions(rows: Iterable[IndicatorRow]) -> list[Decision]:
    return [Decision(row=row, kind=row.indicator.kind) for row in rows]  # type: ignore[attr-defined]
