"""Where the thing itself stands that an item is about, and the grade that the figures speak for."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Indicator, Status
from kiun.goals.queries import IndicatorRow, indicator_rows
from kiun.goals.review_agenda import Finding, Severity
from kiun.goals.wording import say_indicator
from kiun.initiatives.models import AgendaItem, Grade, Initiative
from kiun.initiatives.queries.progress import progress_of
from kiun.initiatives.queries.reviews.agenda.findings import about_indicator, about_initiative
from kiun.initiatives.queries.reviews.readiness import asks_for_grade
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.municipality.actors import Actor
from kiun.ui.figures import figure

STANDING = "initiatives.standing"
SAY_LATE = frozenset({"initiatives.late_tasks", "initiatives.past_end", "goals.low_chances"})
# What is neither late nor as planned is left to the meeting.
BY_STANDING: Mapping[str, Grade] = {Standing.LATE: Grade.LATE, Standing.IN_TIME: Grade.AS_PLANNED}
BY_STATUS: Mapping[str, Grade] = {
    Status.ON_TRACK: Grade.AS_PLANNED,
    Status.LATE: Grade.LATE,
    Status.STALE: Grade.UNKNOWN,
}


def standing_of(actor: Actor, item: AgendaItem) -> Finding | None:
    """For an item about an initiative or an indicator that nothing was found about."""
    if item.initiative_id:
        return _of_initiative(actor, _with_standing(actor, item.initiative_id))
    row = _row(actor, item)
    if row is None:
        return None
    value = figure(row.value, row.terms.unit) if row.value is not None else ""
    told = {"sentence": str(say_indicator(row)), "figure": value, "figure_label": _("last value") if value else ""}
    return about_indicator(actor, row, severity=Severity.LOW, **told)


def grade_of(actor: Actor, item: AgendaItem, sources: Collection[str]) -> str:
    """`sources` are what something was found by; empty where the figures do not tell."""
    if not asks_for_grade(item):
        return ""
    if not SAY_LATE.isdisjoint(sources):
        return Grade.LATE
    if item.initiative_id:
        return BY_STANDING.get(_with_standing(actor, item.initiative_id).standing, "")
    row = _row(actor, item)
    if row is None:
        return ""
    return Grade.UNKNOWN if row.value is None else BY_STATUS.get(row.status, "")


def _with_standing(actor: Actor, initiative: int) -> Any:
    return with_standing(Initiative.objects.filter(pk=initiative), actor.on).get()


def _of_initiative(actor: Actor, initiative: Any) -> Finding:
    percent = progress_of([initiative.pk], actor.on)[initiative.pk].percent
    words = {"standing": Standing(initiative.standing).label, "percent": percent}
    if percent is None:
        return about_initiative(
            actor, initiative, severity=Severity.LOW, sentence=_("It stands at “%(standing)s”.") % words
        )
    return about_initiative(
        actor,
        initiative,
        severity=Severity.LOW,
        sentence=_("It stands at “%(standing)s”; %(percent)s%% of the work is done.") % words,
        figure=f"{percent}%",
        figure_label=_("of the work is done"),
    )


def _row(actor: Actor, item: AgendaItem) -> IndicatorRow | None:
    rows = indicator_rows(Indicator.objects.filter(pk=item.indicator_id or 0), actor.on)
    return rows[0] if rows else None
