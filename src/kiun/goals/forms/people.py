"""Whom a form offers: a town has up to tens of thousands of staff, so people are offered by department."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostChoiceField
from kiun.municipality.queries import current_departments, offered_posts


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
