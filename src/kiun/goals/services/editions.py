"""The next edition of a plan: the tree, the open goals and their indicators, each naming what it grew out of."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, PlanStatus, Policy, Series
from kiun.goals.services.judging import judge
from kiun.goals.services.measurements import changes_of_readings
from kiun.goals.services.policy_places import renumber_policies
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
    indicators, series = _copy_indicators(goals)
    copies = [*filter(None, policies.values()), *challenges.values(), *goals.values(), *indicators, *series]
    reason = _taken_over(plan)
    record(actor, *[change_of(row, Verb.CREATED, reason=reason) for row in (plan, *copies)])
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
    if plan.status != PlanStatus.CURRENT or plan.predecessor_id is None:
        return
    in_force = Plan.objects.select_for_update().filter(status=PlanStatus.CURRENT)
    earlier = in_force.filter(pk=plan.predecessor_id).first()
    if earlier is None:
        return
    before = snapshot(earlier, only=["status"])
    earlier.status = PlanStatus.CLOSED
    earlier.save(update_fields=["status"])
    record(actor, change_of(earlier, Verb.CHANGED, before, _("Followed by %(plan)s") % {"plan": plan}))


def bring_readings_along(*, actor: Actor, plan: Plan) -> None:
    """Readings entered in the earlier edition while this one was being prepared."""
    indicators = list(Indicator.objects.filter(goal__plan=plan, predecessor__isnull=False))
    copies = _copy_readings(indicators)
    record(actor, *changes_of_readings(copies, before={}, reason=_taken_over(plan)))
    judge(indicators, today=actor.on)


def _taken_over(plan: Plan) -> str:
    return _("Taken over from %(plan)s") % {"plan": plan.predecessor}


def _twin(row: Any, **changes: Any) -> Any:
    """A new row with the fields of `row`, and with those rows it refers to that are loaded: the record names them."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    names = [field.name if field.is_relation and field.is_cached(row) else field.attname for field in fields]
    twin = type(row)(**{name: getattr(row, name) for name in names})
    for name, value in changes.items():
        setattr(twin, name, value)
    return twin


def _copy_policies(old: Plan, new: Plan) -> dict[int | None, Policy | None]:
    copies: dict[int | None, Policy | None] = {None: None}
    for policy in sorted(Policy.objects.filter(plan=old), key=lambda row: row.depth):
        parent = copies[policy.parent_id]
        twin: Policy = _twin(policy, plan=new, parent=parent)
        twin.save()
        twin.path = f"{parent.path if parent else '/'}{twin.pk}/"
        twin.save(update_fields=["path"])
        copies[policy.pk] = twin
    renumber_policies(new)
    return copies


def _copy_challenges(old: Plan, new: Plan, policies: dict[int | None, Policy | None]) -> dict[int, Challenge]:
    rows = list(Challenge.objects.filter(plan=old).select_related("department"))
    twins = [_twin(row, plan=new, policy=policies[row.policy_id]) for row in rows]
    Challenge.objects.bulk_create(twins)
    return {row.pk: twin for row, twin in zip(rows, twins, strict=True)}


def _copy_goals(
    old: Plan, new: Plan, policies: dict[int | None, Policy | None], challenges: dict[int, Challenge]
) -> dict[int, Goal]:
    rows = list(Goal.objects.filter(plan=old, ended_on__isnull=True).select_related("department", "owner__user"))
    twins = [
        _twin(
            row,
            plan=new,
            policy=policies[row.policy_id],
            challenge=challenges.get(row.challenge_id or 0),
            predecessor=row,
        )
        for row in rows
    ]
    Goal.objects.bulk_create(twins, batch_size=500)
    return {row.pk: twin for row, twin in zip(rows, twins, strict=True)}


def _copy_indicators(goals: dict[int, Goal]) -> tuple[list[Indicator], list[Series]]:
    running = Indicator.objects.filter(goal__in=goals, ended_on__isnull=True)
    rows = list(running.select_related("department", "owner__user", "deputy__user"))
    twins = [_twin(row, goal=goals[row.goal_id], predecessor=row) for row in rows]
    Indicator.objects.bulk_create(twins, batch_size=500)
    terms = {row.indicator_id: row for row in Series.objects.filter(indicator__in=rows, is_current=True)}
    series = [
        _twin(terms[row.pk], indicator=twin, number=1, reason="")
        for row, twin in zip(rows, twins, strict=True)
        if row.pk in terms
    ]
    Series.objects.bulk_create(series, batch_size=500)
    _copy_readings(twins)
    return twins, series


def _copy_readings(indicators: Sequence[Indicator]) -> list[Measurement]:
    """Copy what the predecessors' current series hold and these lack, as far as it may be compared."""
    pairs = _comparable_series(indicators)
    own = {row.pk: row for row in Series.objects.filter(pk__in=pairs.values()).select_related("indicator")}
    present = set(Measurement.objects.filter(series__in=pairs.values()).values_list("series_id", "on"))
    rows = Measurement.objects.filter(series__in=pairs).order_by("series_id", "on")
    copies = [
        _twin(row, series=own[pairs[row.series_id]], provenance={**row.provenance, COPIED_FROM: row.pk})
        for row in rows
        if (pairs[row.series_id], row.on) not in present
    ]
    return Measurement.objects.bulk_create(copies, batch_size=500)


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
