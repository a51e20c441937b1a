"""Limits that are used up, and those that the plan of today would go beyond."""

from datetime import date
from typing import TypedDict

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import Obstacle, Selection, worth_of
from kiun.initiatives.what_if.constraints import kept
from kiun.initiatives.what_if.outcome import Lack, Tight
from kiun.initiatives.what_if.town import TownPlan

TIGHT = 0.98
MOST_TIGHT = 8
MOST_WORTHS = 3
SECONDS_FOR_A_WORTH = 3.0


class Place(TypedDict, total=False):
    """Where and when a limit holds."""

    kind: str
    fund: str
    year: int
    department: int
    skill: int
    day: date


def tight_in(plan: TownPlan, selection: Selection) -> tuple[Tight, ...]:
    """Where nearly all is used, the fullest first; what more would bring is asked for the first few."""
    full = [use for use in selection.uses if use.limit > 0 and use.used >= TIGHT * use.limit]
    full.sort(key=lambda use: (-use.used / use.limit, use.kind, use.period, use.id))
    best = next((level.value for level in selection.levels if level.name == "value"), 0)
    worths = {
        number: worth_of(plan.problem, use, best, effort=Effort(SECONDS_FOR_A_WORTH))
        for number, use in enumerate(full[:MOST_WORTHS])
    }
    return tuple(
        Tight(**_place(plan, use.kind, use.id, use.period), used=use.used, limit=use.limit, worth=worths.get(number))
        for number, use in enumerate(full[:MOST_TIGHT])
    )


def lack_of(plan: TownPlan, obstacle: Obstacle, already: float) -> Lack:
    kind, (identifier, period) = obstacle.name
    there_is = float(kept(plan, obstacle.name)["limit"])
    place = _place(plan, kind, identifier, int(period))
    return Lack(**place, limit=there_is, lacking=obstacle.lacking, already=already)


def _place(plan: TownPlan, kind: str, identifier: str, period: int) -> Place:
    if kind == "budget":
        return {"kind": "money", "fund": identifier, "year": period}
    department, _sign, skill = identifier.partition(":")
    return {
        "kind": "people",
        "department": int(department),
        "skill": int(skill),
        "day": plan.view.start_of(period),
    }
