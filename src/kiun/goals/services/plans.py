from django.db import transaction

from kiun.goals.models import Challenge, Plan, Policy
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.municipality.actors import Actor, record, require


@transaction.atomic
def create_plan(*, actor: Actor, plan: Plan) -> Plan:
    require(actor, "goals.change_plan")
    plan.municipality = actor.municipality
    plan.full_clean(exclude=["municipality"])
    plan.save()
    record(actor, change_of(plan, Verb.CREATED))
    return plan


@transaction.atomic
def change_plan(*, actor: Actor, plan: Plan, reason: str = "") -> Plan:
    require(actor, "goals.change_plan")
    before = snapshot(Plan.objects.get(pk=plan.pk))
    plan.full_clean()
    plan.save()
    record(actor, change_of(plan, Verb.CHANGED, before, reason))
    return plan


@transaction.atomic
def add_policy(*, actor: Actor, policy: Policy) -> Policy:
    require(actor, "goals.change_plan")
    policy.municipality = actor.municipality
    policy.save()
    policy.path = f"{policy.parent.path if policy.parent else '/'}{policy.pk}/"
    policy.save(update_fields=["path"])
    record(actor, change_of(policy, Verb.CREATED))
    return policy


@transaction.atomic
def change_policy(*, actor: Actor, policy: Policy, reason: str = "") -> Policy:
    """Rename or renumber; the place in the tree stays."""
    require(actor, "goals.change_plan")
    before = snapshot(Policy.objects.get(pk=policy.pk), only=["code", "name", "order"])
    policy.save(update_fields=["code", "name", "order"])
    record(actor, change_of(policy, Verb.CHANGED, before, reason))
    return policy


@transaction.atomic
def save_challenge(*, actor: Actor, challenge: Challenge, reason: str = "") -> Challenge:
    require(actor, "goals.change_plan")
    before = snapshot(Challenge.objects.get(pk=challenge.pk)) if challenge.pk else None
    challenge.municipality = actor.municipality
    challenge.save()
    record(actor, change_of(challenge, Verb.CHANGED if before else Verb.CREATED, before, reason))
    return challenge
