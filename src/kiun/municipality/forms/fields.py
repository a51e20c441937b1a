"""Fields that choose rows of the town: a foreign key into another town is simply no choice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership
from kiun.municipality.queries.departments import open_departments, tree_on
from kiun.municipality.queries.people import LONGEST_LABEL, post_label, posts_like
from kiun.ui.links import town_url
from kiun.ui.widgets import LongSelect

POST_CHOICES_ID = "post-choices"


def tree_choices(actor: Actor) -> list[tuple[int, str]]:
    """The open departments in the order of the tree, indented by their depth."""
    return [(node.department.pk, f"{'　' * node.depth}{node.name}") for node in tree_on(actor.on)]


class DepartmentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), **kwargs)

    def offer(self, actor: Actor, choices: list[tuple[int, str]] | None = None) -> None:
        """`choices` when several fields of a form offer the same tree."""
        self.queryset = open_departments(actor.on)
        offered = tree_choices(actor) if choices is None else choices
        self.choices = [("", self.empty_label or ""), *offered]


class DepartmentsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def offer(self, actor: Actor, choices: list[tuple[int, str]] | None = None) -> None:
        self.queryset = open_departments(actor.on)
        self.choices = tree_choices(actor) if choices is None else choices


class PostField(forms.CharField):
    """A person, typed by name or staff number with proposals while typing: no list of 20,000 people."""

    posts: "QuerySet[Membership]"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_LABEL, **kwargs)

    def offer(self, actor: Actor, posts: "QuerySet[Membership]", *, purpose: str = "successor") -> None:
        self.posts = posts
        self.widget.attrs.update(
            {
                "list": POST_CHOICES_ID,
                "autocomplete": "off",
                "hx-get": f"{town_url(actor.municipality, 'municipality:post_choices')}?for={purpose}",
                "hx-trigger": "input changed delay:200ms, focus once",
                "hx-target": f"#{POST_CHOICES_ID}",
            }
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._find(text) if text else None

    def _find(self, text: str) -> Membership:
        found = posts_like(self.posts, text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(
                _("Nobody of this name may be chosen here. Write the name or the staff number."), code="unknown"
            )
        raise ValidationError(
            _("Several people fit: %(people)s. Write the staff number."),
            code="several",
            params={"people": "、".join(post_label(post) for post in found[:5])},
        )


if TYPE_CHECKING:
    RowChoiceField = forms.ModelChoiceField[Any]
    AnyChoiceIterator = ModelChoiceIterator[Any]
else:
    RowChoiceField, AnyChoiceIterator = forms.ModelChoiceField, ModelChoiceIterator
UNSAID: Any = object()


class AnyChoiceField(RowChoiceField):
    """The empty choice says what it means: one that is still to be made, or none. Django would draw a line."""

    def __init__(
        self, queryset: Any = None, *, empty_label: Any = UNSAID, required: bool = True, **kwargs: Any
    ) -> None:
        if empty_label is UNSAID:
            empty_label = _("choose one") if required else _("none")
        super().__init__(queryset, empty_label=empty_label, required=required, **kwargs)


class TreeIterator(AnyChoiceIterator):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        field = cast("TreeChoiceField", self.field)
        if field.empty_label is not None:
            yield "", field.empty_label
        if field.queryset is None:
            return
        for row in field.queryset.order_by(*field.queryset.model.tree_order):
            yield field.prepare_value(row), field.label_from_instance(row)


class TreeChoiceField(AnyChoiceField):
    """A tree as a list: parents first, siblings by their order, deeper rows further in."""

    iterator = TreeIterator
    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * obj.depth}{obj}"


class PostChoiceField(AnyChoiceField):
    """A person by name, department and title."""

    def label_from_instance(self, obj: Any) -> str:
        place = " ".join(filter(None, [obj.department.name if obj.department else "", obj.title]))
        return f"{obj.user.name}（{place}）" if place else obj.user.name
