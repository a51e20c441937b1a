"""Labelled statements, as the benchmark reads them."""

import csv
from datetime import date
from pathlib import Path

from benchmarks.goal_lint import FLAGS, MEASURES, Row

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)
__all__ = ["FLAGS", "HERE", "MEASURES", "TODAY", "Row", "rows_of"]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
