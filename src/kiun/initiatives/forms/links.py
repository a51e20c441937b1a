from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.forms.phases import PlanReasonForm
from kiun.initiatives.models import OPEN_STATUSES, Initiative, InitiativeLink, LinkKind
from kiun.initiatives.models.initiatives import LONGEST_LAG
from kiun.initiatives.queries import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries.people import posts_on
from kiun.ui.fields import FileField
from kiun.ui.widgets import LongSelect


class InitiativeChoiceField(AnyChoiceField):
    widget = LongSelect

    def label_from_instance(self, obj: Initiative) -> str:
        return f"{obj.code} {obj.name}（{obj.department}）" if obj.code else f"{obj.name}（{obj.department}）"


class LinkForm(PlanReasonForm):
    before = InitiativeChoiceField(label=_("Comes before"), queryset=None, empty_label=_("choose an initiative"))
    kind = forms.ChoiceField(label=_("This one"), choices=LinkKind.choices, widget=forms.RadioSelect)
    lag_days = forms.IntegerField(
        label=_("Days between"),
        min_value=0,
        max_value=LONGEST_LAG,
        initial=0,
        help_text=_("Working days that have to pass in between; mostly 0."),
    )
    field_order = ["before", "kind", "lag_days", "reason"]

    def __init__(self, *args: Any, actor: Actor, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, initiative=initiative, **kwargs)
        taken = initiative.links_before.values("before")
        others = (
            visible_initiatives(actor).filter(status__in=OPEN_STATUSES).exclude(Q(pk=initiative.pk) | Q(pk__in=taken))
        )
        fields: Any = self.fields
        fields["before"].queryset = others.select_related("department").order_by("department__place", "order", "pk")
        fields["kind"].initial = LinkKind.FINISH_START
        self.initiative = initiative

    def link(self) -> InitiativeLink:
        chosen = self.cleaned_data
        return InitiativeLink(
            before=chosen["before"], after=self.initiative, kind=chosen["kind"], lag_days=chosen["lag_days"]
        )


class ShareForm(forms.Form):
    partner = PostChoiceField(label=_("Partner"), queryset=None, empty_label=_("choose a partner"))

    def __init__(self, *args: Any, actor: Actor, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        partners = Membership.objects.filter(posts_on(actor.on), role=Role.PARTNER, user__is_active=True)
        shared = initiative.shares.values("partner")
        fields["partner"].queryset = partners.exclude(pk__in=shared).select_related("user", "department")


class FileForm(forms.Form):
    file = FileField(
        label=_("File"), help_text=_("PDF, Word, Excel (without macros), PowerPoint, CSV, text or a picture.")
    )
