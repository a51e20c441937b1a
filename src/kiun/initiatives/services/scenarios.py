"""もしも: assumed, calculated beside the plan, looked at, and accepted as a revision or thrown away."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services import start_job, stop_job
from kiun.initiatives.models import (
    Initiative,
    InitiativeStatus,
    Mode,
    Revision,
    RevisionSource,
    Scenario,
    ScenarioState,
)
from kiun.initiatives.queries.moving import Moved
from kiun.initiatives.queries.scenarios import newest_revision
from kiun.initiatives.services.blockers import end_blockers_with_initiative
from kiun.initiatives.services.budgets import check_commitments, chosen_needs, committed_limits, lock_money
from kiun.initiatives.services.initiatives import put_status, refuse_second_choice
from kiun.initiatives.services.modes import set_chosen
from kiun.initiatives.services.moving import shift
from kiun.initiatives.services.revisions import decided_alone, enter_revision
from kiun.initiatives.what_if.assumptions import Assumption, as_json, from_json, say_assumptions
from kiun.initiatives.what_if.outcome import Outcome, Step, outcome_from_json
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require

JOB_KIND = "initiatives.scenario"
MOST_ASSUMPTIONS = 12
LONGEST_NAME = 120


@transaction.atomic
def create_scenario(*, actor: Actor, assumptions: Sequence[Assumption]) -> Scenario:
    """Named after what is assumed, in the words of the page."""
    require(actor, "initiatives.plan_scenarios")
    scenario = Scenario(municipality=actor.municipality, created_by=actor.membership)
    _assume(scenario, assumptions)
    scenario.save()
    record(actor, change_of(scenario, Verb.CREATED))
    return scenario


@transaction.atomic
def add_assumption(*, actor: Actor, scenario: Scenario, assumption: Assumption) -> Scenario:
    require(actor, "initiatives.plan_scenarios")
    stored = _held(scenario)
    return _change(actor, stored, [*from_json(stored.assumptions), assumption])


@transaction.atomic
def remove_assumption(*, actor: Actor, scenario: Scenario, words: str) -> Scenario:
    """The one that says `words`; somebody else may have taken it away already."""
    require(actor, "initiatives.plan_scenarios")
    stored = _held(scenario)
    assumed = from_json(stored.assumptions)
    said = say_assumptions(assumed)
    if words not in said:
        raise ConflictError(_("The assumptions have changed meanwhile. Please look at them again."))
    place = said.index(words)
    return _change(actor, stored, [*assumed[:place], *assumed[place + 1 :]])


def _change(actor: Actor, stored: Scenario, assumptions: Sequence[Assumption]) -> Scenario:
    """What was calculated with others is no longer shown."""
    if stored.stage not in (ScenarioState.DRAFT, ScenarioState.READY):
        raise DomainError(_("Only a what-if that is neither being calculated nor decided can be changed."))
    before = snapshot(stored)
    _assume(stored, assumptions)
    stored.state, stored.result = ScenarioState.DRAFT, {}
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


def _assume(scenario: Scenario, assumptions: Sequence[Assumption]) -> None:
    if not assumptions:
        raise DomainError(_("Say at least one thing that would be different."))
    if len(assumptions) > MOST_ASSUMPTIONS:
        raise DomainError(_("That is too much at once: assume at most twelve things."))
    scenario.assumptions = as_json(assumptions)
    scenario.name = "、".join(say_assumptions(assumptions))[:LONGEST_NAME]


@transaction.atomic
def calculate_scenario(*, actor: Actor, scenario: Scenario) -> Scenario:
    """A worker calculates; the newest revision says later whether the plan was still the same."""
    require(actor, "initiatives.plan_scenarios")
    stored = _held(scenario)
    if stored.stage not in (ScenarioState.DRAFT, ScenarioState.READY):
        raise DomainError(_("It is being calculated already, or has been decided."))
    stored.state, stored.result, stored.is_stopping = ScenarioState.RUNNING, {}, False
    stored.based_on = newest_revision()
    stored.job = start_job(
        actor=actor,
        kind=JOB_KIND,
        label=_("What-if: %(name)s") % {"name": stored.name},
        parameters={"scenario": stored.pk},
    )
    stored.save()
    return stored


def stop_calculating(*, actor: Actor, scenario: Scenario) -> None:
    """The best that was found until now becomes the result."""
    require(actor, "initiatives.plan_scenarios")
    Scenario.objects.filter(pk=scenario.pk, state=ScenarioState.RUNNING).update(is_stopping=True)


@transaction.atomic
def discard_scenario(*, actor: Actor, scenario: Scenario) -> None:
    require(actor, "initiatives.plan_scenarios")
    stored = _held(scenario)
    if stored.state == ScenarioState.ACCEPTED:
        raise DomainError(_("This what-if has been accepted: the ledger refers to it."))
    if stored.stage == ScenarioState.RUNNING and stored.job:
        stop_job(job=stored.job)
    before = snapshot(stored)
    stored.state = ScenarioState.DISCARDED
    stored.save(update_fields=["state"])
    record(actor, change_of(stored, Verb.CHANGED, before))


@transaction.atomic
def accept_scenario(*, actor: Actor, scenario: Scenario, reason: str, shown: str) -> Revision:
    """All of it as one revision, or nothing: never what the person has not seen, and never on another plan. `shown` is
    the fingerprint of the result that was looked at.
    """
    require(actor, "initiatives.revise_plan")
    stored = _held(scenario)
    if stored.state != ScenarioState.READY:
        raise DomainError(_("It has not been calculated yet, or has been decided already."))
    if stored.fingerprint != shown:
        raise ConflictError(_("It was calculated again meanwhile. Please look at the new result before you accept it."))
    if stored.based_on != newest_revision():
        raise ConflictError(_("The plan has changed since this was calculated. Please calculate it again."))
    outcome = outcome_from_json(stored.result)
    if not outcome.steps:
        raise DomainError(_("Nothing would change, so that there is nothing to accept."))
    agreed, others = _carry_out(actor, outcome, reason)
    revision = enter_revision(
        actor=actor,
        changes=agreed,
        reason=reason,
        source=RevisionSource.SCENARIO,
        decided=decided_alone(actor, is_own=_is_drafted_by(actor, stored)),
    )
    if revision is None:
        raise DomainError(_("Nothing would change, so that there is nothing to accept."))
    record(actor, *others)
    before = snapshot(stored)
    stored.state, stored.revision = ScenarioState.ACCEPTED, revision
    stored.save(update_fields=["state", "revision"])
    record(actor, change_of(stored, Verb.CHANGED, before))
    return revision


def _is_drafted_by(actor: Actor, scenario: Scenario) -> bool:
    return actor.user is not None and scenario.created_by is not None and scenario.created_by.user_id == actor.user.pk


def _carry_out(actor: Actor, outcome: Outcome, reason: str) -> tuple[list[Change], list[Change]]:
    """What changes of the plan, and of its tasks."""
    lock_money(actor)
    rows = Initiative.objects.select_for_update().in_bulk([step.initiative for step in outcome.steps])
    agreed: list[Change] = []
    others: list[Change] = []
    for step in outcome.steps:
        row = rows.get(step.initiative)
        # What is proposed may be edited without an entry of the ledger.
        if row is None or not row.is_open or (step.old_dates or _dates_of(row)) != _dates_of(row):
            raise ConflictError(_("The plan has changed since this was calculated. Please calculate it again."))
        plan, tasks = _take(actor.on, row, step, reason)
        if step.is_dropped:
            end_blockers_with_initiative(actor=actor, initiative=row, reason=reason)
        agreed += plan
        others += tasks
    return agreed, others


def _take(today: date, row: Initiative, step: Step, reason: str) -> tuple[list[Change], list[Change]]:
    if step.is_dropped:
        return [put_status(row, InitiativeStatus.STOPPED, reason, ended_on=today)], []
    plan: list[Change] = []
    tasks: list[Change] = []
    if step.new_dates and step.new_dates != (row.starts_on, row.ends_on):
        moved = Moved(
            key=row.pk,
            name=row.name,
            old=(row.starts_on, row.ends_on),
            new=step.new_dates,
            days=(step.new_dates[0] - row.starts_on).days,
        )
        plan, tasks = shift(row, moved, reason)
    if step.new_mode:
        plan += _choose(row, step.new_mode, reason)
        check_commitments(row, chosen_needs(row), committed_limits(row))
    if row.status == InitiativeStatus.PROPOSED:
        refuse_second_choice(row)
        plan.append(put_status(row, InitiativeStatus.APPROVED, reason))
    return plan, tasks


def _dates_of(row: Initiative) -> tuple[date, date]:
    return row.starts_on, row.ends_on


def _choose(row: Initiative, kind: str, reason: str) -> Iterable[Change]:
    modes = list(Mode.objects.select_for_update().filter(initiative=row).select_related("initiative"))
    changed = [mode for mode in modes if mode.is_chosen != (mode.kind == kind)]
    # The old one first: at no moment are two chosen.
    return [set_chosen(mode, is_chosen=not mode.is_chosen, reason=reason) for mode in sorted(changed, key=_is_new)]


def _is_new(mode: Mode) -> bool:
    return not mode.is_chosen


def _held(scenario: Scenario) -> Scenario:
    return Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
