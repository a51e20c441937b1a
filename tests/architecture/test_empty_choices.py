"""What a choice says as long as nothing is chosen: words, never a line of dashes."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms

import kiun


def form_classes() -> Iterator[type[forms.BaseForm]]:
    for found in pkgutil.walk_packages(kiun.__path__, "kiun."):
        if ".forms" in found.name:
            module = importlib.import_module(found.name)
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == found.name:
                    yield thing


def choices() -> list[tuple[str, Any]]:
    return [
        (f"{form.__module__}.{form.__name__}.{name}", field)
        for form in form_classes()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ChoiceField)
    ]


@pytest.mark.parametrize(("name", "field"), choices(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_empty_choice_says_what_it_means(name: str, field: Any) -> None:
    label = getattr(field, "empty_label", None)
    if not isinstance(field, forms.ModelChoiceField):
        label = dict(field.choices).get("")
    assert "--" not in str(label), name
