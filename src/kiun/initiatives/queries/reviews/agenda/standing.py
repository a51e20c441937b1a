"""Where the thing itself stands that an item is about, and the grade that the figures speak for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Indicator, Status
from kiun.goals.queries import IndicatorRow, indicator_rows
from kiun.goals.review_agenda import Finding, Severity
from kiun.goals.wording import say_indicator
from kiun.initiatives.models import AgendaItem, Grade, Initiative
from kiun.initiatives.queries.progress import Progress, progress_of
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


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """What the items of an agenda are about, by their keys: fetched at once, however many there are."""

    actor: Actor
    initiatives: Mapping[int, Any]
    progress: Mapping[int, Progress]
    indicators: Mapping[int, IndicatorRow]


def subjects_of(actor: Actor, items: Iterable[AgendaItem]) -> Subjects:
    items = list(items)
    initiatives = {item.initiative_id for item in items if item.initiative_id}
    indicators = {item.indicator_id for item in items if item.indicator_id}
    rows = indicator_rows(Indicator.objects.filter(pk__in=indicators), actor.on)
    return Subjects(
        actor=actor,
        initiatives=with_standing(Initiative.objects.all(), actor.on).in_bulk(initiatives),
        progress=progress_of(initiatives, actor.on),
        indicators={row.indicator.pk: row for row in rows},
    )


def standing_of(subjects: Subjects, item: AgendaItem) -> Finding | None:
    """For an item about an initiative or an indicator that nothing was found about."""
    if item.initiative_id:
        return _of_initiative(subjects, item.initiative_id)
    row = subjects.indicators.get(item.indicator_id or 0)
    if row is None:
        return None
    value = figure(row.value, row.terms.unit) if row.value is not None else ""
    told = {"sentence": str(say_indicator(row)), "figure": value, "figure_label": _("last value") if value else ""}
    return about_indicator(subjects.actor, row, severity=Severity.LOW, **told)


def grade_of(subjects: Subjects, item: AgendaItem, sources: Collection[str]) -> str:
    """`sources` are what something was found by; empty where the figures do not tell."""
    if not asks_for_grade(item):
        return ""
    if not SAY_LATE.isdisjoint(sources):
        return Grade.LATE
    if item.initiative_id:
        return BY_STANDING.get(subjects.initiatives[item.initiative_id].standing, "")
    row = subjects.indicators.get(item.indicator_id or 0)
    if row is None:
        return ""
    return Grade.UNKNOWN if row.value is None else BY_STATUS.get(row.status, "")


def _of_initiative(subjects: Subjects, key: int) -> Finding:
    initiative, percent = subjects.initiatives[key], subjects.progress[key].percent
    words = {"standing": Standing(initiative.standing).label, "percent": percent}
    sentence, told = _("It stands at “%(standing)s”."), {}
    if percent is not None:
        sentence = _("It stands at “%(standing)s”; %(percent)s%% of the work is done.")
        told = {"figure": f"{percent}%", "figure_label": _("of the work is done")}
    return about_initiative(subjects.actor, initiative, severity=Severity.LOW, sentence=sentence % words, **told)
