from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.kernel.changes import fingerprint
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import DepartmentField, PostField
from kiun.municipality.models import STAFF_ROLES, Membership, Role, User
from kiun.municipality.queries.people import PostFilter, posts_on
from kiun.municipality.services import PersonDetails, PostDetails
from kiun.ui.widgets import DateInput

STATES = [
    ("current", _("in office")),
    ("coming", _("beginning later")),
    ("ended", _("ended")),
    ("all", _("all")),
]


class PostFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, reading, staff number or department"), required=False)
    department = DepartmentField(label=_("Department"), required=False, empty_label=_("all"))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("all")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(actor)  # type: ignore[attr-defined]

    def wanted(self, sort: str) -> PostFilter:
        """What was asked for; a value that is no choice counts as not asked."""
        self.is_valid()
        data = self.cleaned_data
        return PostFilter(
            words=data.get("q", ""),
            department=data.get("department"),
            role=data.get("role", ""),
            state=data.get("state") or "current",
            sort=sort,
        )


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    kana = forms.CharField(label=_("Reading"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    username = forms.CharField(
        label=_("Name for signing in"),
        max_length=150,
        required=False,
        help_text=_("Empty: the e-mail address, or the town and the staff number."),
    )

    def person(self) -> PersonDetails:
        data = self.cleaned_data
        return PersonDetails(
            name=data["name"], kana=data["kana"], email=data["email"].lower(), username=data["username"]
        )

    @staticmethod
    def initial_of_user(user: User) -> dict[str, Any]:
        return {"name": user.name, "kana": user.kana, "email": user.email, "username": user.username}


class PostForm(forms.Form):
    department = DepartmentField(label=_("Department"), required=False, empty_label=_("none"))
    role = forms.ChoiceField(label=_("Role in Kiun"), choices=Role.choices, initial=Role.MEMBER)
    title = forms.CharField(label=_("Title"), max_length=40, required=False)
    staff_number = forms.CharField(label=_("Staff number"), max_length=20, required=False)
    valid_from = forms.DateField(label=_("From"), widget=DateInput, initial=timezone.localdate)
    valid_to = forms.DateField(label=_("Until (last day)"), widget=DateInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(actor)  # type: ignore[attr-defined]

    def details(self) -> PostDetails:
        data = self.cleaned_data
        return PostDetails(**{name: data[name] for name in PostDetails.__dataclass_fields__})


class CorrectPostForm(PostForm):
    """`seen` tells which state of the post the form was filled in from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of_post(post: Membership) -> dict[str, Any]:
        values = {name: getattr(post, name) for name in PostDetails.__dataclass_fields__}
        return {**values, "seen": fingerprint(post)}


class NewPersonForm(PersonForm, PostForm):
    field_order = (
        "name",
        "kana",
        "staff_number",
        "email",
        "username",
        "department",
        "title",
        "role",
        "valid_from",
        "valid_to",
    )


class EndPostForm(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=DateInput, initial=timezone.localdate)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class SignInForm(forms.Form):
    is_allowed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class DeputyForm(forms.Form):
    deputy = PostField(label=_("Who stands in"), help_text=_("Write the name or the staff number."))
    valid_from = forms.DateField(label=_("From"), widget=DateInput, initial=timezone.localdate)
    valid_to = forms.DateField(label=_("Until (last day)"), widget=DateInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Membership.objects.filter(posts_on(actor.on), role__in=STAFF_ROLES).select_related("user", "department")
        self.fields["deputy"].offer(actor, posts, purpose="deputy")  # type: ignore[attr-defined]
