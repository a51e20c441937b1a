from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.goals.models import Challenge, Plan, PlanStatus, Policy
from kiun.goals.services.editions import bring_readings_along, check_edition, close_earlier_edition
from kiun.goals.services.policy_places import renumber_policies
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require

DEEPEST = 8


@transaction.atomic
def create_plan(*, actor: Actor, plan: Plan) -> Plan:
    require(actor, "goals.change_plan")
    plan.municipality = actor.municipality
    check_edition(plan)
    plan.full_clean(exclude=["municipality"])
    plan.save()
    record(actor, change_of(plan, Verb.CREATED))
    close_earlier_edition(actor, plan)
    return plan


@transaction.atomic
def change_plan(*, actor: Actor, plan: Plan, reason: str = "", seen: int | None = None) -> Plan:
    require(actor, "goals.change_plan")
    stored = Plan.objects.select_for_update().get(pk=plan.pk)
    ensure_unchanged(stored, seen)
    check_edition(plan)
    _check_lineage(plan)
    plan.full_clean()
    plan.save()
    record(actor, change_of(plan, Verb.CHANGED, snapshot(stored), reason))
    if stored.status == PlanStatus.DRAFT and plan.status == PlanStatus.CURRENT:
        bring_readings_along(actor=actor, plan=plan)
    if (stored.status, stored.predecessor_id) != (plan.status, plan.predecessor_id):
        close_earlier_edition(actor, plan)
    return plan


def _check_lineage(plan: Plan) -> None:
    earlier = plan.predecessor
    while earlier:
        if earlier.pk == plan.pk:
            raise DomainError(
                _("This edition would precede itself. Choose another earlier edition."), field="predecessor"
            )
        earlier = earlier.predecessor


@transaction.atomic
def add_policy(*, actor: Actor, policy: Policy) -> Policy:
    require(actor, "goals.change_plan")
    policy.municipality = actor.municipality
    _check_parent(policy)
    policy.save()
    policy.path = f"{_path_above(policy)}{policy.pk}/"
    policy.save(update_fields=["path"])
    renumber_policies(policy.plan)
    record(actor, change_of(policy, Verb.CREATED))
    return policy


@transaction.atomic
def change_policy(*, actor: Actor, policy: Policy, reason: str = "", seen: int | None = None) -> Policy:
    """Rename, renumber or move; what lies below moves along."""
    require(actor, "goals.change_plan")
    stored = Policy.objects.select_for_update().get(pk=policy.pk)
    ensure_unchanged(stored, seen)
    _check_parent(policy)
    policy.path = f"{_path_above(policy)}{policy.pk}/"
    policy.save(update_fields=["code", "name", "order", "parent", "path"])
    if policy.path != stored.path:
        below = Policy.objects.filter(path__startswith=stored.path).exclude(pk=policy.pk)
        below.update(path=Concat(Value(policy.path), Substr(F("path"), len(stored.path) + 1)))
    renumber_policies(policy.plan)
    record(actor, change_of(policy, Verb.CHANGED, snapshot(stored, only=["code", "name", "order", "parent"]), reason))
    return policy


def _path_above(policy: Policy) -> str:
    return policy.parent.path if policy.parent else "/"


def _check_parent(policy: Policy) -> None:
    parent = policy.parent
    if parent is None:
        return
    if parent.plan_id != policy.plan_id:
        raise DomainError(_("This policy belongs to another plan. Choose one of this plan."), field="parent")
    if policy.pk and str(policy.pk) in parent.path.split("/"):
        raise DomainError(
            _("A policy cannot belong to itself or to one of its own branches. Choose another place."), field="parent"
        )
    if parent.depth + 1 >= DEEPEST:
        raise DomainError(_("The tree is too deep here. Choose a place higher up."), field="parent")


@transaction.atomic
def shift_policy(*, actor: Actor, policy: Policy, step: int) -> None:
    """Move among its siblings: one place up (-1) or down (+1)."""
    require(actor, "goals.change_plan")
    siblings = list(Policy.objects.filter(plan=policy.plan_id, parent=policy.parent_id))
    before = snapshot(policy, only=["order"])
    here = siblings.index(policy)
    there = min(max(here + step, 0), len(siblings) - 1)
    siblings.insert(there, siblings.pop(here))
    for order, sibling in enumerate(siblings, start=1):
        sibling.order = order
    Policy.objects.bulk_update(siblings, ["order"])
    policy.order = there + 1
    renumber_policies(policy.plan)
    record(actor, change_of(policy, Verb.CHANGED, before))


@transaction.atomic
def remove_policy(*, actor: Actor, policy: Policy) -> None:
    require(actor, "goals.change_plan")
    if policy.children.exists() or policy.goals.exists() or policy.challenges.exists():
        raise DomainError(
            _("“%(policy)s” still holds policies, goals or challenges. Move them first, then remove it.")
            % {"policy": policy}
        )
    before, pk = snapshot(policy), policy.pk
    policy.delete()
    record(actor, change_of(policy, Verb.DELETED, before, pk=pk))


@transaction.atomic
def save_challenge(*, actor: Actor, challenge: Challenge, reason: str = "", seen: int | None = None) -> Challenge:
    require(actor, "goals.change_plan")
    stored = Challenge.objects.select_for_update().get(pk=challenge.pk) if challenge.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    challenge.municipality = actor.municipality
    if challenge.policy and challenge.policy.plan_id != challenge.plan_id:
        raise DomainError(_("This policy belongs to another plan. Choose one of this plan."), field="policy")
    before = snapshot(stored) if stored else None
    challenge.save()
    record(actor, change_of(challenge, Verb.CHANGED if before else Verb.CREATED, before, reason))
    return challenge
