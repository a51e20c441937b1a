"""The next edition of a plan: the tree, the open goals and their indicators, each naming what it grew out of."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, PlanStatus, Policy, Series
from kiun.goals.services.judging import judge
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require

COPIED_FROM = "copied_from"
# A reading stays comparable only while all of these stay the same.
COMPARABLE = ("unit", "direction", "is_cumulative", "definition")


@transaction.atomic
def begin_edition(*, actor: Actor, predecessor: Plan, plan: Plan) -> Plan:
    """Save `plan` as the edition after `predecessor`, and copy what is still open into it."""
    require(actor, "goals.change_plan")
    plan.municipality = actor.municipality
    plan.predecessor = predecessor
    check_edition(plan)
    plan.full_clean(exclude=["municipality"])
    plan.save()
    policies = _copy_policies(predecessor, plan)
    challenges = _copy_challenges(predecessor, plan, policies)
    goals = _copy_goals(predecessor, plan, policies, challenges)
    indicators = _copy_indicators(goals)
    reason = _("Taken over from %(plan)s") % {"plan": predecessor}
    created = [plan, *goals.values(), *indicators]
    record(actor, *[change_of(row, Verb.CREATED, reason=reason) for row in created])
    judge(indicators, today=actor.on, remember=False)
    close_earlier_edition(actor, plan)
    return plan


def check_edition(plan: Plan) -> None:
    if Plan.objects.filter(name=plan.name, edition=plan.edition).exclude(pk=plan.pk).exists():
        raise DomainError(
            _("There is already a plan of this name and edition. Write another edition."), field="edition"
        )


def close_earlier_edition(actor: Actor, plan: Plan) -> None:
    """What is in force in two editions would count twice, on every page and for residents too."""
    in_force = Plan.objects.select_for_update().filter(status=PlanStatus.CURRENT)
    earlier = in_force.filter(pk=plan.predecessor_id).first()
    if earlier is None or plan.status != PlanStatus.CURRENT:
        return
    before = snapshot(earlier, only=["status"])
    earlier.status = PlanStatus.CLOSED
    earlier.save(update_fields=["status"])
    record(actor, change_of(earlier, Verb.CHANGED, before, _("Followed by %(plan)s") % {"plan": plan}))


def bring_readings_along(plan: Plan, *, today: date) -> None:
    """Readings entered in the earlier edition while this one was being prepared."""
    indicators = list(Indicator.objects.filter(goal__plan=plan, predecessor__isnull=False))
    _copy_readings(indicators)
    judge(indicators, today=today)


def _twin(row: Any, **changes: Any) -> Any:
    """A new row with the fields of `row`."""
    fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row)(**{**fields, **changes})


def _copy_policies(old: Plan, new: Plan) -> dict[int | None, Policy | None]:
    copies: dict[int | None, Policy | None] = {None: None}
    for policy in sorted(Policy.objects.filter(plan=old), key=lambda row: row.depth):
        parent = copies[policy.parent_id]
        twin: Policy = _twin(policy, plan_id=new.pk, parent_id=parent.pk if parent else None)
        twin.save()
        twin.path = f"{parent.path if parent else '/'}{twin.pk}/"
        twin.save(update_fields=["path"])
        copies[policy.pk] = twin
    return copies


def _copy_challenges(old: Plan, new: Plan, policies: dict[int | None, Policy | None]) -> dict[int, Challenge]:
    rows = list(Challenge.objects.filter(plan=old))
    twins = [_twin(row, plan_id=new.pk, policy_id=_key(policies[row.policy_id])) for row in rows]
    Challenge.objects.bulk_create(twins)
    return {row.pk: twin for row, twin in zip(rows, twins, strict=True)}


def _copy_goals(
    old: Plan, new: Plan, policies: dict[int | None, Policy | None], challenges: dict[int, Challenge]
) -> dict[int, Goal]:
    rows = list(Goal.objects.filter(plan=old, ended_on__isnull=True))
    twins = [
        _twin(
            row,
            plan_id=new.pk,
            policy_id=_key(policies[row.policy_id]),
            challenge_id=_key(challenges.get(row.challenge_id or 0)),
            predecessor_id=row.pk,
        )
        for row in rows
    ]
    Goal.objects.bulk_create(twins, batch_size=500)
    return {row.pk: twin for row, twin in zip(rows, twins, strict=True)}


def _copy_indicators(goals: dict[int, Goal]) -> list[Indicator]:
    rows = list(Indicator.objects.filter(goal__in=goals, ended_on__isnull=True))
    twins = [_twin(row, goal_id=goals[row.goal_id].pk, predecessor_id=row.pk) for row in rows]
    Indicator.objects.bulk_create(twins, batch_size=500)
    terms = {row.indicator_id: row for row in Series.objects.filter(indicator__in=rows, is_current=True)}
    series = [
        _twin(terms[row.pk], indicator_id=twin.pk, number=1, reason="")
        for row, twin in zip(rows, twins, strict=True)
        if row.pk in terms
    ]
    Series.objects.bulk_create(series, batch_size=500)
    _copy_readings(twins)
    return twins


def _copy_readings(indicators: Sequence[Indicator]) -> None:
    """Copy what the predecessors' current series hold and these lack, as far as it may be compared."""
    pairs = _comparable_series(indicators)
    present = set(Measurement.objects.filter(series__in=pairs.values()).values_list("series_id", "on"))
    rows = Measurement.objects.filter(series__in=pairs).order_by("series_id", "on")
    Measurement.objects.bulk_create(
        [
            _twin(row, series_id=pairs[row.series_id], provenance={**row.provenance, COPIED_FROM: row.pk})
            for row in rows
            if (pairs[row.series_id], row.on) not in present
        ],
        batch_size=500,
    )


def _comparable_series(indicators: Sequence[Indicator]) -> dict[int, int]:
    """Key of the predecessor's current series → key of the indicator's own."""
    old = {
        row.indicator_id: row
        for row in Series.objects.filter(indicator__in=[i.predecessor_id for i in indicators], is_current=True)
    }
    own = {row.indicator_id: row for row in Series.objects.filter(indicator__in=indicators, is_current=True)}
    return {
        old[i.predecessor_id].pk: own[i.pk].pk
        for i in indicators
        if i.predecessor_id in old
        and i.pk in own
        and all(getattr(old[i.predecessor_id], name) == getattr(own[i.pk], name) for name in COMPARABLE)
    }


def _key(row: Policy | Challenge | None) -> int | None:
    return row.pk if row else None
