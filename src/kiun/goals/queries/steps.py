"""What to do next with a goal: the most important first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.goals.models import Status
from kiun.goals.queries.outline import GoalRow
from kiun.goals.serving import proposal_for
from kiun.municipality.actors import Actor, may
from kiun.ui.links import town_url


@dataclass(frozen=True, kw_only=True)
class NextStep:
    title: str
    note: str
    button: str
    url: str


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
                    url=town_url(actor.municipality, "goals:goal_edit", goal.pk),
                )
            )
        if not row.indicators:
            found.append(
                NextStep(
                    title=_("Make an indicator of this goal"),
                    note=_("Name, unit, target and deadline are taken from the sentence."),
                    button=_("Make"),
                    url=town_url(actor.municipality, "goals:indicator_create", goal.pk),
                )
            )
        if goal.owner_id is None:
            found.append(
                NextStep(
                    title=_("Decide who answers for it"),
                    note=_("A goal without an owner is nobody's."),
                    button=_("Decide"),
                    url=town_url(actor.municipality, "goals:goal_edit", goal.pk),
                )
            )
    if url := proposal_for(actor, goal.pk):
        found.append(
            NextStep(
                title=_("Propose an initiative for this goal"),
                note=_("Nobody works on it yet, as far as the plan knows."),
                button=_("Propose"),
                url=url,
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
                    url=town_url(actor.municipality, "goals:measurement_add", one.indicator.pk),
                )
            )
        elif one.status == Status.LATE:
            found.append(
                NextStep(
                    title=_("Look why “%(name)s” is late") % {"name": one.indicator.name},
                    note=_("Change the measures, or the target with a reason."),
                    button=_("Look"),
                    url=town_url(actor.municipality, "goals:indicator_detail", one.indicator.pk),
                )
            )
    return found
