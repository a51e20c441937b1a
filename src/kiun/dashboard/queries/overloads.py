"""Where the plan asks for more people or money than there are: the worst, in a sentence each."""

from kiun.initiatives.queries.over_allocation import OverAllocation, over_allocations
from kiun.municipality.actors import Actor

SHOWN = 2


def overloads(actor: Actor) -> list[OverAllocation]:
    """For those who see the whole: two of people, two of money."""
    return over_allocations(actor, actor.on, most=SHOWN) if actor.sees_all else []
