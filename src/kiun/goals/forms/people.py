"""Whom a form offers: a town has up to tens of thousands of staff, so people are offered by department."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.goals.forms.fields import PostChoiceField
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Department, Membership, Role
from kiun.municipality.queries import may_own_on


def current_departments() -> QuerySet[Department]:
    return Department.objects.filter(valid_to__isnull=True)


def offered_posts(actor: Actor, department: Department | None, *kept: int | None) -> QuerySet[Membership]:
    """Posts that may own, of the department and below, of the DX office and one's own, and those chosen already."""
    near = Q(role=Role.ADMIN) | Q(pk__in=actor.membership_ids)
    if department:
        near |= Q(department__path__startswith=department.path)
    staff = Membership.objects.filter(role__in=STAFF_ROLES)
    chosen = [pk for pk in kept if pk]
    return staff.filter(may_own_on(actor.on) & near | Q(pk__in=chosen)).select_related("user", "department")


class PeopleForm(forms.Form):
    """Owner and deputy of a department's people: what a form shows after another department was chosen."""

    owner = PostChoiceField(label=_("Owner"), queryset=None)
    deputy = PostChoiceField(label=_("Deputy"), queryset=None, required=False, empty_label=_("nobody"))

    def __init__(self, chosen: Mapping[str, str], *, actor: Actor, with_deputy: bool) -> None:
        keys = {
            name: key for name in ("department", "owner", "deputy") if (key := key_in(chosen.get(name))) is not None
        }
        super().__init__(initial=keys)
        department = current_departments().filter(pk=keys.get("department", 0)).first()
        posts = offered_posts(actor, department, keys.get("owner"), keys.get("deputy"))
        fields: Any = self.fields
        fields["owner"].queryset = fields["deputy"].queryset = posts
        if not with_deputy:
            # A goal may wait for its owner; an indicator may not.
            fields["owner"].required = False
            fields["owner"].empty_label = _("not decided yet")
            del fields["deputy"]
