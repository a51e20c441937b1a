"""What this room gives to others: what belongs to a department, and work that returns by itself."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.kernel.schedule import Duty, duties
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.models import Department, Invitation, Membership
from kiun.municipality.services.departments import carry_out_due_reforms, reparent
from kiun.municipality.services.invitations import relocate_invitations
from kiun.municipality.services.posts import relocate_posts


def _children(departments: Collection[int]) -> QuerySet[Department]:
    return Department.objects.filter(parent__in=departments, valid_to__isnull=True)


def _posts(departments: Collection[int]) -> QuerySet[Membership]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    return Membership.objects.filter(still, department__in=departments).select_related("user", "department")


def _invitations(departments: Collection[int]) -> QuerySet[Invitation]:
    return Invitation.objects.filter(department__in=departments, accepted_at__isnull=True, revoked_at__isnull=True)


def register() -> None:
    _register_department_holders()
    duties.register(
        Duty(id="municipality.reforms", every=timedelta(minutes=10), run=carry_out_due_reforms),
    )


def _register_department_holders() -> None:
    department_holders.register(
        DepartmentHolder(id="municipality.children", label=_("departments below"), held_by=_children, relocate=reparent)
    )
    department_holders.register(
        DepartmentHolder(id="municipality.posts", label=_("posts"), held_by=_posts, relocate=relocate_posts)
    )
    department_holders.register(
        DepartmentHolder(
            id="municipality.invitations",
            label=_("open invitations"),
            held_by=_invitations,
            relocate=relocate_invitations,
        )
    )
