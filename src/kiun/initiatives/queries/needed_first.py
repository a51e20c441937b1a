"""What a page cannot do without: said there with the way to it, before a form with nothing to choose from."""

from enum import StrEnum

from kiun.goals.queries import visible_goals
from kiun.initiatives.models import OPEN_STATUSES, Initiative
from kiun.municipality.actors import Actor
from kiun.municipality.queries import open_departments


class Needed(StrEnum):
    DEPARTMENTS = "departments"
    GOALS = "goals"
    INITIATIVES = "initiatives"
    WORK = "work"


def needed_to_ask(actor: Actor) -> Needed | None:
    """For whatever is asked of departments or entered for them."""
    return None if open_departments(actor.on).exists() else Needed.DEPARTMENTS


def needed_to_propose(actor: Actor) -> Needed | None:
    """An initiative has a department in charge and serves a goal."""
    if needed := needed_to_ask(actor):
        return needed
    return None if visible_goals(actor).exists() else Needed.GOALS


def needed_to_look_at_plan(actor: Actor) -> Needed | None:
    """For reviews and reports: they speak of goals, whoever is in charge of them."""
    return None if visible_goals(actor).exists() else needed_to_ask(actor) or Needed.GOALS


def needed_to_plan_tasks(actor: Actor) -> Needed | None:
    """A task is part of an initiative. Whether this person may plan for one that is there is another question."""
    if Initiative.objects.filter(status__in=OPEN_STATUSES).exists():
        return None
    return needed_to_propose(actor) or Needed.WORK


def needed_to_calculate() -> Needed | None:
    """A what-if moves what is approved, or takes in what is proposed."""
    return None if Initiative.objects.filter(status__in=OPEN_STATUSES).exists() else Needed.INITIATIVES
