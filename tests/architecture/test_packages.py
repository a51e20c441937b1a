"""The program starts with the packages of requirements/run.txt alone, whatever else the tests have installed."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Everything that a web process, a worker or a command loads.
PROGRAM = """
import json, sys
import django
django.setup()
from django.core.management import get_commands, load_command_class
from django.urls import get_resolver
get_resolver().url_patterns
for name, app in get_commands().items():
    if str(app).startswith("kiun."):
        load_command_class(app, name)
import kiun.config.wsgi
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

# What comes with the environment, or is taken along when it happens to be there and done without when it is not.
BY_THE_WAY = {"_distutils_hack", "colorama", "pygments", "rich", "yaml"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kiun.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
            "KIUN_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_only_locked_packages_are_loaded(loaded: set[str]) -> None:
    homes = packages_distributions()
    lock = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    allowed = {normal(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)} | {"kiun"}
    foreign = {module for module in loaded & set(homes) if not {normal(name) for name in homes[module]} & allowed}
    assert foreign - BY_THE_WAY == set()


def test_what_only_calculations_need_is_not_loaded_by_every_program(loaded: set[str]) -> None:
    assert loaded & {"ortools", "pandas"} == set()
