"""From the answer of the library to what a what-if keeps."""

from collections.abc import Sequence
from datetime import date, timedelta

from kiun.analysis.planning.portfolio import Choice, Mode, Selection, Status
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.what_if.assumptions import Assumption, LeaveOut
from kiun.initiatives.what_if.chances import Effect, chances
from kiun.initiatives.what_if.constraints import kept, project_in
from kiun.initiatives.what_if.limits import tight_in
from kiun.initiatives.what_if.outcome import ChanceChange, Level, Outcome, Step
from kiun.initiatives.what_if.projects import AS_PLANNED
from kiun.initiatives.what_if.reasons import lacks, with_reasons
from kiun.initiatives.what_if.town import TownPlan, town_plan


def outcome_of(
    plan: TownPlan, selection: Selection, assumptions: Sequence[Assumption], seconds: float, today: date
) -> Outcome:
    if selection.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return Outcome(
            is_found=False,
            conflict=tuple(kept(plan, name) for name in selection.conflict),
            lacks=lacks(plan, town_plan(today)),
            seconds=seconds,
        )
    steps = [*with_reasons(plan, selection, _steps(plan, selection)), *_left_out(assumptions)]
    found = chances(_effects(steps, plan), _weights(plan, steps), today)
    return Outcome(
        is_found=True,
        steps=tuple(steps),
        kept=len(plan.initiatives) - sum(not step.is_added for step in steps) + len(_left_out(assumptions)),
        levels=tuple(Level(name=one.name, value=one.value, bound=one.bound, gap=one.gap) for one in selection.levels),
        lacks=lacks(plan, town_plan(today)),
        tight=tight_in(plan, selection),
        chances=tuple(
            ChanceChange(indicator=one.indicator.pk, before=one.before.value, after=one.after.value) for one in found
        ),
        seconds=seconds,
        is_proven=selection.status is Status.OPTIMAL,
        is_repeatable=selection.repeatable,
    )


def _steps(plan: TownPlan, selection: Selection) -> list[Step]:
    chosen = {choice.project: choice for choice in selection.choices}
    steps = []
    for key, initiative in plan.initiatives.items():
        step = _step(plan, initiative, plan.approved.get(str(key)), chosen.get(str(key)))
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
    return next(mode for mode in project_in(plan, choice.project).modes if mode.id == choice.mode)


def _left_out(assumptions: Sequence[Assumption]) -> list[Step]:
    """What is assumed away drops out too, if it was part of the plan."""
    keys = [one.initiative for one in assumptions if isinstance(one, LeaveOut)]
    rows = Initiative.objects.filter(pk__in=keys, status=InitiativeStatus.APPROVED)
    return [
        Step(
            initiative=row.pk,
            is_dropped=True,
            old_dates=(row.starts_on, row.ends_on),
            reasons=({"kind": "assumed"},),
        )
        for row in rows
    ]


def _weights(plan: TownPlan, steps: Sequence[Step]) -> dict[int, int]:
    """Of all that is planned today, also what would drop out."""
    weights = {}
    for project in plan.problem.projects:
        choice = plan.approved.get(project.id)
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
    values = {mode.id: mode.value for mode in project_in(plan, str(step.initiative)).modes}
    old = values.get(step.old_mode, 0)
    return max(1 - values[step.new_mode] / old, 0.0) if old else 0.0
