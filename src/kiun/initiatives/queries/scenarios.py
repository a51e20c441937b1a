"""What-ifs as pages show them: keys turned into words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from kiun.goals.models import Indicator
from kiun.goals.wording import Lead
from kiun.initiatives.models import Fund, Initiative, ModeKind, Revision, Scenario, ScenarioState, Skill
from kiun.initiatives.what_if.assumptions import Names, from_json, say_assumptions
from kiun.initiatives.what_if.outcome import ChanceChange, Limit, Outcome, Step, outcome_from_json
from kiun.initiatives.what_if.wording import (
    say_conflict,
    say_how_sure,
    say_outcome,
    say_quarter,
    say_used,
    say_worth,
)
from kiun.municipality.actors import Actor, may
from kiun.municipality.models import Department

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


@dataclass(frozen=True, kw_only=True)
class ShownChance:
    indicator: Indicator
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownLimit:
    limit: Limit
    name: str
    quarter: str
    used: str
    worth: str


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
    steps = _steps(outcome)
    return ScenarioSheet(
        scenario=scenario,
        assumptions=said,
        outcome=outcome,
        moved=tuple(one for one in steps if one.step.is_moved),
        changed=tuple(one for one in steps if one.step.new_mode and not one.step.is_added),
        dropped=tuple(one for one in steps if one.step.is_dropped),
        added=tuple(one for one in steps if one.step.is_added),
        chances=_chances(outcome.chances),
        tight=_limits(outcome.tight),
        conflict=tuple(say_conflict(part, names.of) for part in outcome.conflict),
        lead=say_outcome(outcome),
        sure=say_how_sure(outcome),
        is_outdated=scenario.state == ScenarioState.READY and scenario.based_on != newest_revision(),
    )


def _steps(outcome: Outcome) -> list[ShownStep]:
    keys = [step.initiative for step in outcome.steps]
    rows = Initiative.objects.select_related("department").in_bulk(keys)
    return [
        ShownStep(
            step=step,
            initiative=rows[step.initiative],
            old_mode=_mode(step.old_mode),
            new_mode=_mode(step.new_mode),
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


def _limits(limits: tuple[Limit, ...]) -> tuple[ShownLimit, ...]:
    departments = Department.objects.in_bulk([one.department for one in limits if one.department])
    skills = Skill.objects.in_bulk([one.skill for one in limits if one.skill])
    return tuple(
        ShownLimit(
            limit=one,
            name=_name(one, departments, skills),
            quarter=say_quarter(one),
            used=say_used(one),
            worth=say_worth(one),
        )
        for one in limits
    )


def _name(limit: Limit, departments: dict[int, Any], skills: dict[int, Any]) -> str:
    if limit.kind == "money":
        return str(Fund(limit.fund).label)
    place = str(departments.get(limit.department, ""))
    return f"{place}（{skills[limit.skill]}）" if limit.skill in skills else place
