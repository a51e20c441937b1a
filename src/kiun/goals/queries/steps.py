"""What to do next with a goal: the most important first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.goals.models import Status
from kiun.goals.queries.outline import GoalRow
from kiun.municipality.actors import Actor, may


@dataclass(frozen=True, kw_only=True)
class NextStep:
    title: str
    note: str
    button: str
    url_name: str
    pk: int


def next_steps(row: GoalRow, actor: Actor) -> list[NextStep]:
    """Only what the person may do."""
    goal = row.goal
    if goal.ended_on:
        return []
    found = []
    if may(actor, "goals.change_goal", goal):
        if goal.is_vague:
            found.append(
                NextStep(
                    title=_("Make the goal measurable"),
                    note=_("As it stands, nobody can say later whether it was reached."),
                    button=_("Mend"),
                    url_name="goals:goal_edit",
                    pk=goal.pk,
                )
            )
        if not row.indicators:
            found.append(
                NextStep(
                    title=_("Make an indicator of this goal"),
                    note=_("Name, unit, target and deadline are taken from the sentence."),
                    button=_("Make"),
                    url_name="goals:indicator_create",
                    pk=goal.pk,
                )
            )
        if goal.owner_id is None:
            found.append(
                NextStep(
                    title=_("Decide who answers for it"),
                    note=_("A goal without an owner is nobody's."),
                    button=_("Decide"),
                    url_name="goals:goal_edit",
                    pk=goal.pk,
                )
            )
    return found + _steps_of_indicators(row, actor)


def _steps_of_indicators(row: GoalRow, actor: Actor) -> list[NextStep]:
    found = []
    for one in row.indicators:
        if one.status == Status.STALE and may(actor, "goals.record_measurement", one.indicator):
            found.append(
                NextStep(
                    title=_("Record the value of “%(name)s”") % {"name": one.indicator.name},
                    note=_("It waits for an update."),
                    button=_("Record"),
                    url_name="goals:measurement_add",
                    pk=one.indicator.pk,
                )
            )
        elif one.status == Status.LATE:
            found.append(
                NextStep(
                    title=_("Look why “%(name)s” is late") % {"name": one.indicator.name},
                    note=_("Change the measures, or the target with a reason."),
                    button=_("Look"),
                    url_name="goals:indicator_detail",
                    pk=one.indicator.pk,
                )
            )
    return found
