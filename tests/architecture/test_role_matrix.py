"""Every address × every role, compared with what is written down in role_matrix.csv and reviewed there by eye.

A new address has no line yet and fails. `pytest tests/architecture/write_role_matrix.py` writes what the code does
today; the difference is then read like any other change of rights.
"""

import csv
from pathlib import Path

import pytest

from tests.architecture.access import COLUMNS, every_access
from tests.world import build_world

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).with_name("role_matrix.csv")


def written_down():
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {row["address"]: {column: row[column] for column in COLUMNS} for row in csv.DictReader(file)}


def test_everybody_may_do_what_is_written_down_and_nothing_else():
    world, other = build_world("hinata", "ひなた市", "ひなた"), build_world("minato", "みなと市", "みなと")
    assert every_access(world, other) == written_down()
