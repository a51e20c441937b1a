"""What this room gives to others: what belongs to a department, and work that returns by itself."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.kernel.schedule import Duty, duties
from kiun.municipality import search
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.middleware import is_staff_page, reader_of
from kiun.municipality.models import Department, Invitation, Membership
from kiun.municipality.services.departments import carry_out_due_reforms, reparent
from kiun.municipality.services.invitations import relocate_invitations
from kiun.municipality.services.posts import relocate_posts
from kiun.municipality.services.staff_import import forget_old_uploads
from kiun.ui.navigation import NAVIGATION, NavItem


def _children(departments: Collection[int]) -> QuerySet[Department]:
    return Department.objects.filter(parent__in=departments, valid_to__isnull=True)


def _posts(departments: Collection[int]) -> QuerySet[Membership]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    return Membership.objects.filter(still, department__in=departments).select_related("user", "department")


def _invitations(departments: Collection[int]) -> QuerySet[Invitation]:
    return Invitation.objects.filter(department__in=departments, accepted_at__isnull=True, revoked_at__isnull=True)


def _is_admin(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and actor.is_admin


def _is_member(request: Any) -> bool:
    return reader_of(request) is not None


def register() -> None:
    _register_department_holders()
    _register_navigation()
    search.register()
    duties.register(Duty(id="municipality.reforms", every=timedelta(minutes=10), run=carry_out_due_reforms))
    duties.register(Duty(id="municipality.uploads", every=timedelta(days=1), run=forget_old_uploads))


def _register_navigation() -> None:
    for item in (
        NavItem(
            id="municipality.people",
            label=_("People"),
            url_name="municipality:person_list",
            order=60,
            icon="people",
            place="more",
            condition=is_staff_page,
        ),
        NavItem(
            id="municipality.departments",
            label=_("Departments"),
            url_name="municipality:department_list",
            order=61,
            icon="town",
            place="more",
            condition=is_staff_page,
        ),
        NavItem(
            id="municipality.settings",
            label=_("Settings of the municipality"),
            url_name="municipality:town_settings",
            order=90,
            icon="settings",
            place="more",
            condition=_is_admin,
        ),
        NavItem(
            id="municipality.profile",
            label=_("My profile"),
            url_name="municipality:profile",
            order=10,
            icon="person",
            place="person",
            condition=_is_member,
        ),
    ):
        NAVIGATION.register(item)


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
