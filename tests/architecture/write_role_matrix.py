"""Write role_matrix.csv from what the code does today: `python -m pytest tests/architecture/write_role_matrix.py`."""

import csv

import pytest

from tests.architecture.access import COLUMNS, every_access
from tests.architecture.test_role_matrix import MATRIX
from tests.world import build_world


@pytest.mark.django_db
def test_write():
    world, other = build_world("hinata", "ひなた市", "ひなた"), build_world("minato", "みなと市", "みなと")
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", *COLUMNS])
        for name, words in every_access(world, other).items():
            writer.writerow([name, *(words[column] for column in COLUMNS)])
