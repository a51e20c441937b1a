"""What the contributions to an agenda have in common: findings about the things that reviews speak of."""

from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.queries import IndicatorRow
from kiun.goals.review_agenda import Finding, Severity
from kiun.initiatives.models import (
    AgendaItem,
    Initiative,
)
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.ui.links import town_url

INITIATIVE, INDICATOR, ITEM = "initiatives.initiative", "goals.indicator", "initiatives.agendaitem"
DEPARTMENT, FUND_OF_YEAR = "municipality.department", "initiatives.fund_of_year"
NAMED = 3
VERY_LATE, LATE = 60, 14  # days


def severity_of_days(days: int) -> Severity:
    return Severity.HIGH if days > VERY_LATE else Severity.MIDDLE if days > LATE else Severity.LOW


def about_initiative(actor: Actor, initiative: Initiative, **told: Any) -> Finding:
    return Finding(
        subject_type=INITIATIVE,
        subject_id=initiative.pk,
        title=" ".join(filter(None, [initiative.code, initiative.name])),
        as_of=actor.on,
        path=town_url(actor.municipality, "initiatives:initiative_detail", initiative.pk),
        department_id=initiative.department_id,
        **told,
    )


def about_indicator(actor: Actor, row: IndicatorRow, **told: Any) -> Finding:
    indicator = row.indicator
    return Finding(
        subject_type=INDICATOR,
        subject_id=indicator.pk,
        title=" ".join(filter(None, [indicator.code, indicator.name])),
        as_of=actor.on,
        path=town_url(actor.municipality, "goals:indicator_detail", indicator.pk),
        department_id=indicator.department_id or indicator.goal.department_id,
        **told,
    )


def about_department(actor: Actor, department: Department, **told: Any) -> Finding:
    """Whatever is found: one item, so that a head speaks once."""
    return Finding(
        subject_type=DEPARTMENT,
        subject_id=department.pk,
        title=_("About %(department)s") % {"department": department},
        as_of=actor.on,
        department_id=department.pk,
        **told,
    )


def about_item(actor: Actor, item: AgendaItem, **told: Any) -> Finding:
    """About what an item of an earlier review was about; one that was added by hand may be its own subject."""
    kind, key = _subject_of(item)
    return Finding(
        subject_type=kind,
        subject_id=key,
        title=item.title,
        as_of=actor.on,
        department_id=item.department_id,
        **told,
    )


def _subject_of(item: AgendaItem) -> tuple[str, int]:
    if item.subject_id:
        return item.subject_type, item.subject_id
    if item.initiative_id:
        return INITIATIVE, item.initiative_id
    return (INDICATOR, item.indicator_id) if item.indicator_id else (ITEM, item.pk)
