"""Who is there in each department and skill, with what is assumed of it."""

from collections.abc import Iterable

import numpy as np

from kiun.analysis.planning.portfolio import Resource, ResourceKind
from kiun.initiatives.queries.allocation import ALL_SKILLS, lines_of
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.queries.workforce import workforce
from kiun.initiatives.what_if.assumptions import Assumption, PeopleChange
from kiun.initiatives.what_if.view import View

MONTHS = 3


def resource_id(department: int, skill: int) -> str:
    return f"{department}:{skill}"


def resources_in(view: View, assumptions: Iterable[Assumption]) -> tuple[Resource, ...]:
    window = Window(today=view.today, first=view.first.start, months=view.quarters * MONTHS)
    found = workforce(window)
    lines = lines_of(window, found.demand, found.steps, found.absences)
    resources = []
    for row in np.flatnonzero(~np.isnan(lines.entered).all(axis=1)):
        department, skill = int(lines.departments[row]), int(lines.skills[row])
        monthly = _known(lines.entered[row]) - lines.absent[row]
        monthly = np.maximum(monthly + _change(assumptions, department, skill, window), 0)
        quarterly = monthly.reshape(-1, MONTHS).mean(axis=1)
        resources.append(
            Resource(
                id=resource_id(department, skill),
                kind=ResourceKind.SKILL if skill else ResourceKind.DEPARTMENT,
                capacity=tuple(round(float(fte), 2) for fte in quarterly),
            )
        )
    return tuple(resources)


def _known(entered: np.ndarray) -> np.ndarray:
    """Months before the first entered one are taken to be like it: nobody has said that nobody was there."""
    return np.where(np.isnan(entered), entered[~np.isnan(entered)][0], entered)


def _change(assumptions: Iterable[Assumption], department: int, skill: int, window: Window) -> np.ndarray:
    """Whoever leaves is missing in the department, and where it is said in the skill too."""
    change = np.zeros(window.months)
    for one in assumptions:
        if isinstance(one, PeopleChange) and one.department == department and skill in (ALL_SKILLS, one.skill):
            change += np.array([one.from_on <= first for first in window.firsts]) * float(one.change)
    return change
