"""Why the answer of a what-if is not the plan of today, and what that plan would need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kiun.analysis.planning.portfolio import Choice, Explanation, Obstacle, Selection
from kiun.initiatives.what_if.constraints import Kept, kept
from kiun.initiatives.what_if.limits import lack_of
from kiun.initiatives.what_if.outcome import Lack, Step
from kiun.initiatives.what_if.town import TownPlan

NEVER = date.min
LIMITS = ("budget", "capacity")
FULL = {"budget": "lacks_money", "capacity": "lacks_people"}


def lacks(plan: TownPlan, today: TownPlan) -> tuple[Lack, ...]:
    """What the plan of today would lack under the assumptions (`plan`) and without them (`today`), by time."""
    already = {one.name: one.lacking for one in _lacking(today)}
    found = [lack_of(plan, one, already.get(one.name, 0.0)) for one in _lacking(plan)]
    return tuple(sorted(found, key=lambda one: (one.kind, one.year, one.day or NEVER, -one.lacking)))


def _lacking(plan: TownPlan) -> list[Obstacle]:
    broken = Explanation(plan.problem).obstacles(plan.problem.approved or ())
    return [one for one in broken if one.name[0] in LIMITS]


def with_reasons(plan: TownPlan, selection: Selection, steps: Iterable[Step]) -> list[Step]:
    """Each with what would not hold if it alone stayed as planned."""
    explanation = Explanation(plan.problem)
    chosen = {choice.project: choice for choice in selection.choices}
    return [replace(step, reasons=tuple(_reasons(plan, explanation, chosen, step))) for step in steps]


def _reasons(plan: TownPlan, explanation: Explanation, chosen: Mapping[str, Choice], step: Step) -> list[Kept]:
    key = str(step.initiative)
    planned, new = plan.approved.get(key), chosen.get(key)
    others = [choice for project, choice in chosen.items() if project != key]
    broken = explanation.obstacles([*others, planned]) if planned else ()
    if broken:
        return [_reason(plan, one) for one in _greatest(broken)]
    return [_gain(explanation, planned, new)]


def _gain(explanation: Explanation, planned: Choice | None, new: Choice | None) -> Kept:
    """Of what could have stayed. In an answer that is proven there is always something to gain."""
    late = explanation.late(planned) - explanation.late(new) if planned and new else 0
    if late > 0:
        return {"kind": "sooner", "quarters": late}
    more = (explanation.earned(new) if new else 0) - (explanation.earned(planned) if planned else 0)
    return {"kind": "brings_more", "points": more} if more > 0 else {"kind": "could_stay"}


def _greatest(broken: Sequence[Obstacle]) -> list[Obstacle]:
    """Of several years of a fund, or quarters of a department, the one that lacks most."""
    worst: dict[tuple[str, ...], Obstacle] = {}
    for one in broken:
        kind, ids = one.name
        place = (kind, ids[0]) if kind in LIMITS else (kind, *ids)
        if place not in worst or one.lacking > worst[place].lacking:
            worst[place] = one
    return list(worst.values())


def _reason(plan: TownPlan, obstacle: Obstacle) -> Kept:
    said, kind = kept(plan, obstacle.name), obstacle.name[0]
    if kind == "window":  # nothing but an assumption closes the quarter in which it is planned
        return {"kind": "assumed"}
    return {**said, "kind": FULL[kind], "lacking": obstacle.lacking} if kind in LIMITS else said
