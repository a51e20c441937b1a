"""Where a move would leave people short who are enough as the plan stands."""

from collections.abc import Iterable

import numpy as np

from kiun.initiatives.models import Skill
from kiun.initiatives.queries.allocation import Lines, Strain
from kiun.initiatives.queries.moving.terms import Moved, Short
from kiun.initiatives.queries.resource_departments import resource_departments
from kiun.initiatives.queries.windows import Window, months_between
from kiun.initiatives.queries.workforce import PutOff, before_and_after
from kiun.municipality.actors import Actor, may

MONTHS = 24


def new_shortages(actor: Actor, moved: Iterable[Moved]) -> tuple[Short, ...]:
    """The worst month of each department, and of each skill, that the actor may look at."""
    if actor.user is not None and not may(actor, "initiatives.see_resources"):
        return ()
    changes = {one.key: PutOff(months=months_between(one.old[0], one.new[0]), task_days=one.days) for one in moved}
    window = Window(today=actor.on, first=actor.on.replace(day=1), months=MONTHS)
    departments = {row.pk: row.name for row in resource_departments(actor)}
    before, after = (force.lines(departments) for force in before_and_after(window, changes))
    skills = dict(Skill.objects.values_list("pk", "name"))
    found = []
    for at, gaps in enumerate(_new_gaps(before, after)):
        month = int(gaps.argmax())
        if gaps[month] > 0:
            found.append(
                Short(
                    department=departments[int(after.departments[at])],
                    skill=skills.get(int(after.skills[at]), ""),
                    month=window.firsts[month],
                    missing=round(float(gaps[month]), 1),
                )
            )
    return tuple(found)


def _new_gaps(before: Lines, after: Lines) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """What is missing in months that were not short before; the lines of both need not be the same."""
    places = {pair: at for at, pair in enumerate(zip(before.departments, before.skills, strict=True))}
    was_short = np.zeros(after.demand.shape, np.bool_)
    for at, pair in enumerate(zip(after.departments, after.skills, strict=True)):
        if pair in places:
            was_short[at] = before.strains[places[pair]] == Strain.SHORT
    return np.where((after.strains == Strain.SHORT) & ~was_short, after.gap, 0.0)
