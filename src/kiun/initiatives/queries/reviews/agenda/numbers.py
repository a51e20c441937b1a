"""Indicators: those that will hardly reach their targets, and those that nobody measures."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Indicator, PlanStatus, Status
from kiun.goals.queries import IndicatorRow, indicator_rows, with_status
from kiun.goals.review_agenda import Finding, Severity
from kiun.goals.wording import BANDS, say_indicator
from kiun.initiatives.models import (
    Initiative,
    InitiativeStatus,
    ServedGoal,
)
from kiun.initiatives.queries.reviews.agenda.findings import (
    NAMED,
    about_department,
    about_indicator,
    about_initiative,
)
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.ui.figures import figure
from kiun.ui.links import town_url

LONG_SILENCE = 180  # days


def low_chances(actor: Actor) -> Iterator[Finding]:
    """With the initiative that is to bring the goal about, where there is one: there something can be done."""
    rows = _indicators(actor, Status.LATE)
    working = _working_on({row.indicator.goal_id for row in rows})
    for row in rows:
        chance = row.state.probability if row.state else None
        low, high = BANDS[Status.LATE]
        told: dict[str, Any] = {
            "figure": _("%(low)s–%(high)s%%") % {"low": low, "high": high},
            "figure_label": _("chance of reaching the target"),
        }
        if chance is None:
            told = {"figure": figure(row.value, row.terms.unit), "figure_label": _("target not reached")}
        told |= {"severity": _by_deadline(row.terms.deadline, actor.on)}
        initiative = working.get(row.indicator.goal_id)
        if initiative is None:
            yield about_indicator(actor, row, sentence=str(say_indicator(row)), **told)
        else:
            sentence = f"{row.indicator.name}：{say_indicator(row)}"
            path = town_url(actor.municipality, "goals:indicator_detail", row.indicator.pk)
            yield replace(about_initiative(actor, initiative, sentence=sentence, **told), path=path)


def _working_on(goals: Collection[int]) -> dict[int, Initiative]:
    """Goal → the first of the initiatives under way that serve it."""
    served = ServedGoal.objects.filter(goal__in=goals, initiative__status=InitiativeStatus.APPROVED)
    listed = served.select_related("initiative").order_by("-initiative__order", "-initiative_id")
    return {row.goal_id: row.initiative for row in listed}


def _by_deadline(deadline: date | None, today: date) -> Severity:
    """What can still be turned is less urgent than what has to be reached in this fiscal year."""
    this_year = fiscal_year_of(today)
    if deadline is None or deadline > this_year.next().end:
        return Severity.LOW
    return Severity.MIDDLE if deadline > this_year.end else Severity.HIGH


def stale_indicators(actor: Actor) -> Iterator[Finding]:
    """One for each department: they are asked for together, and answered together."""
    by_department: dict[Department | None, list[IndicatorRow]] = defaultdict(list)
    for row in _indicators(actor, Status.STALE):
        by_department[row.indicator.department].append(row)
    for department, rows in by_department.items():
        for group in [rows] if department else [[row] for row in rows]:
            yield _about_silence(actor, department, group)


def _about_silence(actor: Actor, department: Department | None, rows: Sequence[IndicatorRow]) -> Finding:
    days = max((actor.on - row.state.stale_after).days for row in rows if row.state)
    names = _(", ").join(f"「{row.indicator.name}」" for row in rows[:NAMED])
    told: dict[str, Any] = {
        "sentence": (
            _("The values of %(names)s and others, %(number)s in all, have not come in, the oldest for %(days)s days.")
            if len(rows) > NAMED
            else _("The values of %(names)s have not come in, the oldest for %(days)s days.")
        )
        % {"names": names, "number": figure(len(rows)), "days": figure(days)},
        "severity": Severity.MIDDLE if days > LONG_SILENCE else Severity.LOW,
        "figure": _("%(days)s days") % {"days": figure(days)},
        "figure_label": _("without a value"),
    }
    if department is None:
        return about_indicator(actor, rows[0], **told)
    path = f"{town_url(actor.municipality, 'goals:indicator_list')}?department={department.pk}&status=stale"
    return about_department(actor, department, path=path, **told)


def _indicators(actor: Actor, status: Status) -> list[IndicatorRow]:
    """Of plans in force; those of one status, in the order of the plan."""
    in_force = Indicator.objects.filter(
        ended_on__isnull=True, goal__ended_on__isnull=True, goal__plan__status=PlanStatus.CURRENT
    )
    found = with_status(in_force, actor.on).filter(status=status)
    return indicator_rows(found.order_by("goal__order", "goal", "order", "pk"), actor.on)
