"""Write role_matrix.csv from what the code does today: `python -m pytest tests/architecture/write_role_matrix.py`."""

import csv

import pytest

from tests.architecture.access import COLUMNS, answers_to
from tests.architecture.test_every_address import MATRIX
from tests.world import build_world


@pytest.mark.django_db
def test_write():
    world, other = build_world("hinata", "ひなた市", "ひなた"), build_world("minato", "みなと市", "みなと")
    answers = [answers_to(column, world, other) for column in COLUMNS]
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", *COLUMNS])
        writer.writerows([name, *(column[name].word for column in answers)] for name in answers[0])
