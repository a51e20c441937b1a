"""From the answer of the library to what a what-if keeps."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import Choice, Mode, Project, Selection, Status, Use, worth_of
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.what_if.assumptions import Assumption, LeaveOut
from kiun.initiatives.what_if.chances import Effect, chances
from kiun.initiatives.what_if.outcome import ChanceChange, Level, Limit, Outcome, Step
from kiun.initiatives.what_if.projects import AS_PLANNED
from kiun.initiatives.what_if.town import TownPlan
from kiun.initiatives.what_if.view import View
from kiun.kernel.fiscal_year import quarter_of

TIGHT = 0.98
MOST_TIGHT = 8
MOST_WORTHS = 3
SECONDS_FOR_A_WORTH = 3.0


def outcome_of(
    plan: TownPlan, selection: Selection, assumptions: Sequence[Assumption], seconds: float, today: date
) -> Outcome:
    if selection.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return Outcome(
            is_found=False, conflict=tuple(_conflict(plan, name) for name in selection.conflict), seconds=seconds
        )
    steps = [*_steps(plan, selection), *_left_out(assumptions)]
    found = chances(_effects(steps, plan), _weights(plan, steps), today)
    return Outcome(
        is_found=True,
        steps=tuple(steps),
        kept=len(plan.initiatives) - sum(not step.is_added for step in steps) + len(_left_out(assumptions)),
        levels=tuple(Level(name=one.name, value=one.value, bound=one.bound, gap=one.gap) for one in selection.levels),
        tight=tuple(_tight(plan, selection)),
        chances=tuple(
            ChanceChange(indicator=one.indicator.pk, before=one.before.value, after=one.after.value) for one in found
        ),
        seconds=seconds,
        is_proven=selection.status is Status.OPTIMAL,
        is_repeatable=selection.repeatable,
    )


def _steps(plan: TownPlan, selection: Selection) -> list[Step]:
    chosen = {choice.project: choice for choice in selection.choices}
    approved = {choice.project: choice for choice in plan.problem.approved or ()}
    steps = []
    for key, initiative in plan.initiatives.items():
        step = _step(plan, initiative, approved.get(str(key)), chosen.get(str(key)))
        if step:
            steps.append(step)
    return steps


def _step(plan: TownPlan, initiative: Initiative, old: Choice | None, new: Choice | None) -> Step | None:
    dates = (initiative.starts_on, initiative.ends_on)
    if new is None:
        return Step(initiative=initiative.pk, is_dropped=True, old_dates=dates) if old else None
    is_added = initiative.status == InitiativeStatus.PROPOSED
    is_moved = old is not None and old.start != new.start
    mode = new.mode if (old is None or old.mode != new.mode) and new.mode != AS_PLANNED else ""
    moved = _dates(plan, initiative, new) if is_added or is_moved or mode else None
    if not (is_added or is_moved or mode):
        return None
    return Step(
        initiative=initiative.pk,
        is_added=is_added,
        old_dates=dates,
        new_dates=moved if moved != dates or is_added else None,
        old_mode=old.mode if old and mode else "",
        new_mode=mode,
    )


def _dates(plan: TownPlan, initiative: Initiative, new: Choice) -> tuple[date, date]:
    """What stays in its quarter, or has begun, keeps its first day."""
    view = plan.view
    stays = new.start == max(view.index_of(initiative.starts_on), 0)
    first = initiative.starts_on if stays else view.start_of(new.start)
    return first, view.start_of(new.start + _mode_of(plan, new).duration) - timedelta(days=1)


def _mode_of(plan: TownPlan, choice: Choice) -> Mode:
    return next(mode for mode in _project_of(plan, choice.project).modes if mode.id == choice.mode)


def _project_of(plan: TownPlan, key: str) -> Project:
    return next(one for one in plan.problem.projects if one.id == key)


def _left_out(assumptions: Sequence[Assumption]) -> list[Step]:
    """What is assumed away drops out too, if it was part of the plan."""
    keys = [one.initiative for one in assumptions if isinstance(one, LeaveOut)]
    rows = Initiative.objects.filter(pk__in=keys, status=InitiativeStatus.APPROVED)
    return [Step(initiative=row.pk, is_dropped=True, old_dates=(row.starts_on, row.ends_on)) for row in rows]


def _weights(plan: TownPlan, steps: Sequence[Step]) -> dict[int, int]:
    """Of all that is planned today, also what would drop out."""
    weights = {}
    approved = {choice.project: choice for choice in plan.problem.approved or ()}
    for project in plan.problem.projects:
        choice = approved.get(project.id)
        if choice:
            weights[int(project.id)] = next(mode.value for mode in project.modes if mode.id == choice.mode)
    ordinary = max(weights.values(), default=1)
    return weights | {step.initiative: ordinary for step in steps if step.initiative not in weights and step.is_dropped}


def _effects(steps: Sequence[Step], plan: TownPlan) -> dict[int, Effect]:
    effects = {}
    for step in steps:
        if step.is_dropped:
            effects[step.initiative] = Effect(lost=1.0)
        elif not step.is_added:
            late = (step.new_dates[1] - step.old_dates[1]).days if step.new_dates and step.old_dates else 0
            effects[step.initiative] = Effect(delay=late, lost=_lost(plan, step))
    return effects


def _lost(plan: TownPlan, step: Step) -> float:
    if not step.new_mode or not step.old_mode:
        return 0.0
    values = {mode.id: mode.value for mode in _project_of(plan, str(step.initiative)).modes}
    old = values.get(step.old_mode, 0)
    return max(1 - values[step.new_mode] / old, 0.0) if old else 0.0


def _tight(plan: TownPlan, selection: Selection) -> list[Limit]:
    """Where nearly all is used, the fullest first; what more would bring is asked for the first few."""
    full = [use for use in selection.uses if use.limit > 0 and use.used >= TIGHT * use.limit]
    full.sort(key=lambda use: (-use.used / use.limit, use.kind, use.period, use.id))
    best = next((level.value for level in selection.levels if level.name == "value"), 0)
    worths = {
        place: worth_of(plan.problem, use, best, effort=Effort(SECONDS_FOR_A_WORTH))
        for place, use in enumerate(full[:MOST_WORTHS])
    }
    return [_limit(plan.view, use, worths.get(place)) for place, use in enumerate(full[:MOST_TIGHT])]


def _limit(view: View, use: Use, worth: int | None) -> Limit:
    if use.kind == "budget":
        return Limit(kind="money", used=use.used, limit=use.limit, fund=use.id, year=use.period, worth=worth)
    department, _sign, skill = use.id.partition(":")
    return Limit(
        kind="people",
        used=use.used,
        limit=use.limit,
        department=int(department),
        skill=int(skill),
        day=view.start_of(use.period),
        worth=worth,
    )


def _conflict(plan: TownPlan, name: tuple[str, tuple[str, ...]]) -> Mapping[str, Any]:
    """In the form that `wording.say_conflict` puts into words."""
    kind, ids = name
    return CONFLICTS[kind](plan, ids)


def _about_money(plan: TownPlan, ids: Sequence[str]) -> Mapping[str, Any]:
    fund, year = ids[0], int(ids[1])
    limit = next(one.yen for one in plan.problem.budgets if (one.source, one.year) == (fund, year))
    return {"kind": "money", "fund": fund, "year": year, "limit": limit}


def _about_people(plan: TownPlan, ids: Sequence[str]) -> Mapping[str, Any]:
    department, _sign, skill = ids[0].partition(":")
    capacity = next(one.capacity for one in plan.problem.resources if one.id == ids[0])
    return {
        "kind": "people",
        "department": int(department),
        "skill": int(skill),
        "quarter": quarter_of(plan.view.start_of(int(ids[1]))).label,
        "limit": capacity[int(ids[1])],
    }


def _about_start(plan: TownPlan, ids: Sequence[str]) -> Mapping[str, Any]:
    """What has begun goes on from now; anything else begins in the first quarter of its window or later."""
    first = min(_project_of(plan, ids[0]).starts or (0,))
    quarter = quarter_of(plan.view.start_of(first)).label if first else ""
    return {"kind": "start", "initiative": int(ids[0]), "quarter": quarter}


CONFLICTS: Mapping[str, Callable[[TownPlan, Sequence[str]], Mapping[str, Any]]] = {
    "budget": _about_money,
    "capacity": _about_people,
    "mandatory": lambda _plan, ids: {"kind": "mandatory", "initiative": int(ids[0])},
    "precedence": lambda _plan, ids: {"kind": "order", "before": int(ids[0]), "after": int(ids[1])},
    "exclusion": lambda _plan, ids: {"kind": "alternatives", "initiatives": [int(key) for key in ids]},
    "window": _about_start,
    "committed": lambda _plan, ids: {"kind": "committed", "initiative": int(ids[0])},
}
