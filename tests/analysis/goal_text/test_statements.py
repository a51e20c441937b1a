from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from kiun.analysis.goal_text import read_goal
from tests.analysis.goal_text.labels import FLAGS, HERE, MEASURES, TODAY, Row, rows_of

SHARED = Path(__file__).parents[4] / "shared" / "data" / "goals" / "goals.csv"
# Readings that stay open: 「12/85施設」 as a share, years counted as 1年目 and 3年目, results that no word calls so.
OPEN = ("現在12/85施設", "3,600人(3年目)", "H30:85 R元:91")


def labelled(row: Row) -> dict[str, object]:
    return {flag: row[flag] == "1" for flag in FLAGS} | {m.name: m.expected(row, TODAY) for m in MEASURES}


def read(row: Row) -> dict[str, object]:
    reading = read_goal(row["text"], today=TODAY)
    return {flag: getattr(reading, flag) for flag in FLAGS} | {m.name: m.read(reading) for m in MEASURES}


@pytest.mark.parametrize("row", rows_of(HERE / "statements.csv"), ids=lambda row: row["text"])
def test_reads_every_labelled_part(row: Row) -> None:
    assert read(row) == labelled(row)


@pytest.mark.parametrize(
    "row",
    [
        row
        for name in sorted(HERE.glob("held_out_*.csv"))
        for row in rows_of(name)
        if not any(phrase in row["text"] for phrase in OPEN)
    ],
    ids=lambda row: row["text"],
)
def test_reads_the_statements_once_held_out(row: Row) -> None:
    assert read(row) == labelled(row)


@pytest.mark.parametrize(
    "row", [row for row in rows_of(HERE / "statements.csv") if row["baseline"]], ids=lambda row: row["text"]
)
def test_reads_the_baseline(row: Row) -> None:
    baseline = read_goal(row["text"], today=TODAY).baseline
    try:
        assert baseline == Decimal(row["baseline"])
    except InvalidOperation:
        assert baseline == row["baseline"]


def test_reads_the_published_plans() -> None:
    if not SHARED.exists():
        pytest.skip("../shared/data/goals is not beside this repository")
    rows = rows_of(SHARED)
    assert [read(row) for row in rows] == [labelled(row) for row in rows]
