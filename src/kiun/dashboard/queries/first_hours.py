"""The first hours of a town: what is there already, and so what comes next."""

from dataclasses import dataclass
from enum import IntEnum

from kiun.goals.models import Plan
from kiun.goals.queries import current_plan
from kiun.municipality.actors import Actor
from kiun.municipality.queries import open_departments, visible_posts
from kiun.municipality.queries.people import without_first_sign_in


class FirstStep(IntEnum):
    """Each needs the one before: a plan finds its departments and people by the staff list."""

    STAFF_LIST = 1
    PLAN = 2
    INDICATORS = 3


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """`without_password`: people of the staff list who cannot come in yet."""

    step: FirstStep
    plan: Plan | None
    without_password: int


def beginning_of(actor: Actor) -> Beginning:
    plan = current_plan(actor)
    waiting = without_first_sign_in(visible_posts(actor), actor.municipality, actor.on)
    return Beginning(step=_step(actor, plan), plan=plan, without_password=waiting.count())


def _step(actor: Actor, plan: Plan | None) -> FirstStep:
    if not open_departments(actor.on).exists():
        return FirstStep.STAFF_LIST
    return FirstStep.INDICATORS if plan else FirstStep.PLAN
