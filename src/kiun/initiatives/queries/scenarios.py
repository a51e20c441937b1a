"""What-ifs as pages show them: keys turned into words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils import timezone

from kiun.goals.models import Indicator
from kiun.goals.wording import Lead
from kiun.initiatives.models import Fund, Initiative, ModeKind, Revision, Scenario, ScenarioState
from kiun.initiatives.queries.progress import progress_of
from kiun.initiatives.what_if.assumptions import Names, from_json, say_assumptions
from kiun.initiatives.what_if.outcome import ChanceChange, Lack, Limit, Outcome, Step, Tight, outcome_from_json
from kiun.initiatives.what_if.wording import (
    say_already,
    say_conflict,
    say_how_sure,
    say_lacking,
    say_outcome,
    say_reason,
    say_span,
    say_used,
    say_when,
    say_worth,
)
from kiun.municipality.actors import Actor, may

CHANCES_SHOWN = 12


def visible_scenarios(actor: Actor) -> QuerySet[Scenario]:
    """Twin of the rule `initiatives.plan_scenarios`."""
    rows = Scenario.objects.exclude(state=ScenarioState.DISCARDED).select_related("job", "revision", "created_by__user")
    return rows if may(actor, "initiatives.plan_scenarios") else rows.none()


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    step: Step
    initiative: Initiative
    old_mode: str = ""
    new_mode: str = ""
    reasons: tuple[str, ...] = ()
    # How far it is, of what drops out.
    percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class ShownChance:
    indicator: Indicator
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownLimit:
    name: str
    when: str
    used: str
    worth: str


@dataclass(frozen=True, kw_only=True)
class ShownLack:
    name: str
    when: str
    lacking: str
    already: str


@dataclass(frozen=True, kw_only=True)
class ScenarioSheet:
    """`outcome` is None until something was calculated."""

    scenario: Scenario
    assumptions: list[str]
    outcome: Outcome | None = None
    moved: tuple[ShownStep, ...] = ()
    changed: tuple[ShownStep, ...] = ()
    dropped: tuple[ShownStep, ...] = ()
    added: tuple[ShownStep, ...] = ()
    chances: tuple[ShownChance, ...] = ()
    lacks: tuple[ShownLack, ...] = ()
    tight: tuple[ShownLimit, ...] = ()
    conflict: tuple[str, ...] = ()
    lead: Lead | None = None
    sure: str = ""
    is_outdated: bool = False


def newest_revision() -> int:
    """A later one makes what was calculated out of date."""
    newest: int | None = Revision.objects.aggregate(newest=Max("number"))["newest"]
    return newest or 0


def scenario_sheet(scenario: Scenario) -> ScenarioSheet:
    said = say_assumptions(from_json(scenario.assumptions))
    if scenario.state not in (ScenarioState.READY, ScenarioState.ACCEPTED):
        return ScenarioSheet(scenario=scenario, assumptions=said)
    outcome, names = outcome_from_json(scenario.result), Names()
    steps = _steps(outcome, names)
    return ScenarioSheet(
        scenario=scenario,
        assumptions=said,
        outcome=outcome,
        moved=tuple(one for one in steps if one.step.is_moved),
        changed=tuple(one for one in steps if one.step.new_mode and not one.step.is_added),
        dropped=tuple(one for one in steps if one.step.is_dropped),
        added=tuple(one for one in steps if one.step.is_added),
        chances=_chances(outcome.chances),
        lacks=_lacks(outcome.lacks, names),
        tight=tuple(_tight(one, names) for one in outcome.tight),
        conflict=tuple(say_conflict(part, names.of) for part in outcome.conflict),
        lead=say_outcome(outcome),
        sure=say_how_sure(outcome),
        is_outdated=scenario.state == ScenarioState.READY and scenario.based_on != newest_revision(),
    )


def _steps(outcome: Outcome, names: Names) -> list[ShownStep]:
    keys = [step.initiative for step in outcome.steps]
    rows = Initiative.objects.select_related("department").in_bulk(keys)
    progress = progress_of([step.initiative for step in outcome.steps if step.is_dropped], timezone.localdate())
    return [
        ShownStep(
            step=step,
            initiative=rows[step.initiative],
            old_mode=_mode(step.old_mode),
            new_mode=_mode(step.new_mode),
            reasons=tuple(say_reason(part, names.of) for part in step.reasons),
            percent=progress[step.initiative].percent if step.initiative in progress else None,
        )
        for step in outcome.steps
        if step.initiative in rows
    ]


def _mode(kind: str) -> str:
    return str(ModeKind(kind).label) if kind in ModeKind.values else ""


def _chances(changes: tuple[ChanceChange, ...]) -> tuple[ShownChance, ...]:
    rows = Indicator.objects.select_related("goal").in_bulk([one.indicator for one in changes])
    shown = [
        ShownChance(indicator=rows[one.indicator], before=one.before, after=one.after)
        for one in changes
        if one.indicator in rows
    ]
    return tuple(shown[:CHANCES_SHOWN])


def _tight(limit: Tight, names: Names) -> ShownLimit:
    return ShownLimit(name=_name(limit, names), when=say_when(limit), used=say_used(limit), worth=say_worth(limit))


def _lacks(lacks: Sequence[Lack], names: Names) -> tuple[ShownLack, ...]:
    """Money by year; the quarters in which people of a department are lacking as one line."""
    groups: dict[tuple[str, int, int, int], list[Lack]] = defaultdict(list)
    for one in lacks:
        groups[one.fund, one.year, one.department, one.skill].append(one)
    return tuple(
        ShownLack(
            name=_name(group[0], names), when=say_span(group), lacking=say_lacking(group), already=say_already(group)
        )
        for group in groups.values()
    )


def _name(limit: Limit, names: Names) -> str:
    if limit.kind == "money":
        return str(Fund(limit.fund).label)
    place = names.department(limit.department)
    return f"{place}（{names.skill(limit.skill)}）" if limit.skill else place
