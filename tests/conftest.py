"""What all tests share. Builders of towns, people and plans are in tests/factories.py."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from absl.logging import get_absl_handler
from django.conf import settings as base_settings
from django.test import override_settings
from django.utils import translation
from django_scopes import scope
from hypothesis import HealthCheck, settings

from kiun.municipality.actors import Actor
from kiun.municipality.models import Municipality, Role
from tests.factories import make_actor, make_town

# What has been imported stays: it need not be searched for what can be thrown away, again and again.
gc.freeze()
gc.set_threshold(50_000, 20, 50)

# A busy machine is no fault of what is tested.
settings.register_profile("kiun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiun")

# It comes with OR-tools, writes to what it took for the error stream when it was loaded, and closes that as soon as
# logging is set up once more: here that would be what pytest collects the output of the tests in.
get_absl_handler().python_handler.stream = sys.__stderr__


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    """Static files straight from the source tree, and passwords that cost nothing to check."""
    base_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    storages = {
        **base_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _japanese() -> Iterator[None]:
    """A page that one test reads in English does not make the next test English."""
    with translation.override("ja"):
        yield


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def hinata(db: None) -> Municipality:
    return make_town("hinata", "ひなた市")


@pytest.fixture
def minato(db: None) -> Municipality:
    """The other town, whose rows must never show."""
    return make_town("minato", "みなと市")


@pytest.fixture
def in_hinata(hinata: Municipality) -> Iterator[Municipality]:
    """Hinata with its scope open, as in a request below its address."""
    with scope(municipality=hinata):
        yield hinata


@pytest.fixture
def actors(hinata: Municipality) -> dict[Role, Actor]:
    """One person of every role in Hinata."""
    return {role: make_actor(hinata, role) for role in Role}
