"""What tests of the room's pages share."""

from django.urls import reverse

from kiun.municipality.models import Role
from tests.factories import make_membership, make_user


def sign_in(client, town, role=Role.ADMIN, department=None, name="緑川 葵"):
    membership = make_membership(town, role, department, user=make_user(name))
    client.force_login(membership.user)
    return membership


def url(town, name, *args):
    return reverse(f"initiatives:{name}", args=(town.slug, *args))


def filled(initiative, **changes):
    """The form of an initiative as its page shows it, with some fields typed anew."""
    return {
        "name": initiative.name,
        "summary": initiative.summary,
        "goal": initiative.served_goals.first().goal_id,
        "policy": initiative.policy_id or "",
        "department": initiative.department_id,
        "owner": initiative.owner_id,
        "starts_on": initiative.starts_on.isoformat(),
        "ends_on": initiative.ends_on.isoformat(),
        "priority": initiative.priority,
        "priority_reason": initiative.priority_reason,
        "legal_deadline": "",
        "legal_basis": "",
        "alternative_to": initiative.alternative_to,
        "public_text": "",
        "code": initiative.code,
        "is_public": "on",
        "seen": 0,
        **changes,
    }
