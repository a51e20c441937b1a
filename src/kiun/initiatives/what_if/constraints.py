"""Constraints that the library names, in the form in which a what-if keeps them; `wording` puts them into words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiun.analysis.planning.portfolio import Project
from kiun.initiatives.what_if.town import TownPlan
from kiun.kernel.fiscal_year import quarter_of

Kept = Mapping[str, Any]


def kept(plan: TownPlan, name: tuple[str, tuple[str, ...]]) -> Kept:
    kind, ids = name
    return CONSTRAINTS[kind](plan, ids)


def project_in(plan: TownPlan, key: str) -> Project:
    return next(one for one in plan.problem.projects if one.id == key)


def _about_money(plan: TownPlan, ids: Sequence[str]) -> Kept:
    fund, year = ids[0], int(ids[1])
    limit = next(one.yen for one in plan.problem.budgets if (one.source, one.year) == (fund, year))
    return {"kind": "money", "fund": fund, "year": year, "limit": limit}


def _about_people(plan: TownPlan, ids: Sequence[str]) -> Kept:
    department, _sign, skill = ids[0].partition(":")
    capacity = next(one.capacity for one in plan.problem.resources if one.id == ids[0])
    return {
        "kind": "people",
        "department": int(department),
        "skill": int(skill),
        "quarter": quarter_of(plan.view.start_of(int(ids[1]))).label,
        "limit": capacity[int(ids[1])],
    }


def _about_start(plan: TownPlan, ids: Sequence[str]) -> Kept:
    """What has begun goes on from now; anything else begins in the first quarter of its window or later."""
    first = min(project_in(plan, ids[0]).starts or (0,))
    quarter = quarter_of(plan.view.start_of(first)).label if first else ""
    return {"kind": "start", "initiative": int(ids[0]), "quarter": quarter}


CONSTRAINTS: Mapping[str, Callable[[TownPlan, Sequence[str]], Kept]] = {
    "budget": _about_money,
    "capacity": _about_people,
    "mandatory": lambda _plan, ids: {"kind": "mandatory", "initiative": int(ids[0])},
    "precedence": lambda _plan, ids: {"kind": "order", "before": int(ids[0]), "after": int(ids[1])},
    "exclusion": lambda _plan, ids: {"kind": "alternatives", "initiatives": [int(key) for key in ids]},
    "window": _about_start,
    "committed": lambda _plan, ids: {"kind": "committed", "initiative": int(ids[0])},
}
