"""What a form field needs to be drawn accessibly: its kind, its control, and which texts describe it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

# The framework's own words, said again in this room's catalogue: what to do instead of "this field is …".
PLAIN_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("No file was submitted. Check the encoding type on the form."),
    gettext_noop("The submitted file is empty."),
)

# In this order: a subclass stands before its base.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.DateInput, "date"),
    (forms.NumberInput, "number"),
)


def kind_of(field: BoundField) -> str:
    widget = field.field.widget
    return next((kind for widget_class, kind in KINDS if isinstance(widget, widget_class)), "text")


@dataclass(frozen=True, kw_only=True)
class FieldView:
    field: BoundField
    label: Any
    help: Any
    kind: str
    id: str
    is_group: bool
    help_id: str
    error_id: str
    described_by: str
    control: SafeString
    choices: tuple[BoundWidget, ...]


def view_of(field: BoundField, *, label: Any = "", help_text: Any = "", size: str = "", attrs: Any = None) -> FieldView:
    kind = kind_of(field)
    name = field.id_for_label or field.auto_id or field.html_name
    shown_help = help_text or field.help_text
    help_id, error_id = f"{name}-help", f"{name}-error"
    described_by = " ".join([help_id] * bool(shown_help) + [error_id] * bool(field.errors))
    described = {"aria-describedby": described_by} if described_by else {}
    is_group = kind in {"checkboxes", "radios"}
    extra = {**(attrs or {}), **({} if is_group else described)}
    if field.errors and not is_group:
        extra["aria-invalid"] = "true"
    return FieldView(
        field=field,
        label=label or field.label,
        help=shown_help,
        kind=kind,
        id=name,
        is_group=is_group,
        help_id=help_id,
        error_id=error_id,
        described_by=described_by,
        control=SafeString("") if is_group else _control(field, kind, size, extra),
        choices=tuple(field.subwidgets) if is_group else (),
    )


def _control(field: BoundField, kind: str, size: str, attrs: dict[str, Any]) -> SafeString:
    if kind == "checkbox":
        return field.as_widget(attrs={**attrs, "class": "k-check"})
    classes = ["k-control", field.field.widget.attrs.get("class", "")]
    width = size or {"date": "sm", "number": "sm"}.get(kind, "")
    if width and width != "full":
        classes.append(f"k-control--{width}")
    attrs["class"] = " ".join(filter(None, classes))
    if kind == "number":
        attrs.setdefault("inputmode", "decimal")
    return field.as_widget(attrs=attrs)
