"""Every row belongs to a town, or there is a reason why not."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from kiun.municipality.models import OwnedModel

GLOBAL = {
    "municipality.Municipality": "is the town",
    "municipality.User": "a person may work for several towns; what they may do stands in their memberships",
    "config.DutyRun": "the schedule belongs to the installation",
}
# Tables of libraries hold people's own sign-in data and the machinery; none holds a town's.
THIRD_PARTY = {
    "account",
    "auth",
    "contenttypes",
    "django_tasks_database",
    "mfa",
    "sessions",
    "socialaccount",
    "usersessions",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("kiun.")]


def owned_models() -> list[type[OwnedModel]]:
    return [model for model in own_models() if issubclass(model, OwnedModel)]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_is_owned_by_a_town_or_global_for_a_reason(model: type[models.Model]) -> None:
    assert issubclass(model, OwnedModel) != (model._meta.label in GLOBAL)


def test_the_list_of_global_models_names_only_models_that_exist() -> None:
    labels = {model._meta.label for model in own_models()}
    assert set(GLOBAL) - labels == set()


def test_tables_of_libraries_are_known() -> None:
    found = {model._meta.app_label for model in apps.get_models() if not model.__module__.startswith("kiun.")}
    assert found - THIRD_PARTY == set()


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.label)
def test_owned_rows_are_tied_by_checked_foreign_keys_only(model: type[OwnedModel]) -> None:
    """The table between two many-to-many rows would have no municipality of its own and escape the check."""
    assert [field.name for field in model._meta.many_to_many] == []


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.label)
def test_the_managers_of_an_owned_model_are_scoped(model: type[OwnedModel]) -> None:
    assert model._meta.base_manager_name == "objects"
    assert [manager.name for manager in model._meta.managers] == ["objects"]


FLOORS = [
    {"ui"},
    {"municipality"},
    {"activity"},
    {"surveys", "gatherings"},
    {"goals"},
    {
        *("initiatives", "momentum", "stories", "participation", "partners", "training", "inventory"),
        *("funding", "datahub", "procedures", "alerts", "solutions"),
    },
    {"dashboard"},
    {"config"},
]


def floor_of(app_label: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if app_label in rooms)


def foreign_keys() -> Iterator[tuple[type[models.Model], "models.ForeignKey"]]:
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith("kiun."):
                yield model, field


def test_foreign_keys_point_to_the_same_room_or_a_lower_floor() -> None:
    """A foreign key named by a string needs no import, so that the import contract would not see it."""
    upward = [
        f"{model._meta.label}.{field.name}"
        for model, field in foreign_keys()
        if (here := model._meta.app_label) != (there := field.related_model._meta.app_label)
        and floor_of(there) >= floor_of(here)
    ]
    assert upward == []
