"""Scores the goal lint against labelled statements.

    PYTHONPATH=src python benchmarks/goal_lint.py FILE.csv [--today 2026-11-23] [--errors]

The file has the columns text, has_indicator, has_baseline, has_target, has_deadline, direction, target_value, unit and
deadline. A deadline label becomes a day as a plan means it: FY2025 is 2026-03-31, 2025 is 2025-12-31, 2026-03 the last
day of that month; a relative one (3年間, 来年度末) counts from --today, whole years to the end of the 年度 they reach.
"""

import argparse
import csv
import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kiun.analysis.goal_text import GoalReading, read_goal
from kiun.analysis.goal_text.dates import end_of_fiscal_year, end_of_month, find_dates

FLAGS = ("has_indicator", "has_baseline", "has_target", "has_deadline")
SPEED_STATEMENTS = 1_000
HUGE_UNITS = "あ 1 ( 1, 令和 年度 2025年度から 1人 現状値 全ての 半減 目標値(2026年)5件 、 →3% 万 9月"
Row = dict[str, str]


def deadline_of_label(label: str, today: date) -> date | None:
    label = unicodedata.normalize("NFKC", label).strip()
    if not label:
        return None
    if fiscal := re.fullmatch(r"FY(\d{4})", label):
        return end_of_fiscal_year(int(fiscal[1]))
    if year := re.fullmatch(r"(\d{4})", label):
        return date(int(year[1]), 12, 31)
    if month := re.fullmatch(r"(\d{4})-(\d{2})", label):
        return end_of_month(int(month[1]), int(month[2]))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", label):
        return date.fromisoformat(label)
    is_length = re.fullmatch(r"[\d半]+(?:年|[かカヶ]年|[かカヶ]月)", label)
    found = find_dates(f"{label}で" if is_length else f"{label}までに", today) or find_dates(f"{label}で", today)
    if not found:
        raise SystemExit(f"期限のラベルを読めません: {label}")
    return found[-1].last


def target_of_label(label: str) -> Decimal | str | None:
    label = unicodedata.normalize("NFKC", label).strip().replace(",", "")
    try:
        return Decimal(label) if label else None
    except InvalidOperation:
        return label


@dataclass(frozen=True)
class Measure:
    name: str
    expected: Callable[[Row, date], object]
    read: Callable[[GoalReading], object]


MEASURES = (
    Measure("target", lambda row, _today: target_of_label(row["target_value"]), lambda reading: reading.target),
    Measure(
        "unit", lambda row, _today: unicodedata.normalize("NFKC", row["unit"].strip()), lambda reading: reading.unit
    ),
    Measure("direction", lambda row, _today: row["direction"].strip(), lambda reading: reading.direction.value),
    Measure("deadline", lambda row, today: deadline_of_label(row["deadline"], today), lambda reading: reading.deadline),
)


def print_flags(rows: list[Row], readings: list[GoalReading]) -> None:
    print(f"{'flag':<14} precision  recall     F1")
    for flag in FLAGS:
        pairs = [
            (row[flag].strip() == "1", getattr(reading, flag)) for row, reading in zip(rows, readings, strict=True)
        ]
        hits, said, labelled = pairs.count((True, True)), sum(p for _, p in pairs), sum(t for t, _ in pairs)
        precision, recall = hits / max(said, 1), hits / max(labelled, 1)
        f1 = 2 * hits / max(said + labelled, 1)
        print(f"{flag:<14} {precision:9.3f} {recall:7.3f} {f1:6.3f}")


def print_matches(rows: list[Row], readings: list[GoalReading], today: date) -> None:
    print(f"\n{'exact match':<14} where labelled   over all rows")
    for measure in MEASURES:
        pairs = [
            (measure.expected(row, today), measure.read(reading)) for row, reading in zip(rows, readings, strict=True)
        ]
        labelled = [pair for pair in pairs if pair[0] not in {None, "", "none"}]
        print(f"{measure.name:<14} {_share(labelled):>14}   {_share(pairs):>13}")


def _share(pairs: Iterable[tuple[object, object]]) -> str:
    matches = [expected == read for expected, read in pairs]
    return f"{sum(matches)}/{len(matches)} {sum(matches) / max(len(matches), 1):.3f}"


def print_errors(rows: list[Row], readings: list[GoalReading], today: date) -> None:
    for row, reading in zip(rows, readings, strict=True):
        wrong = [
            f"{flag}: {row[flag]} → {int(getattr(reading, flag))}"
            for flag in FLAGS
            if int(row[flag]) != int(getattr(reading, flag))
        ]
        wrong += [
            f"{measure.name}: {measure.expected(row, today)} → {measure.read(reading)}"
            for measure in MEASURES
            if measure.expected(row, today) != measure.read(reading)
        ]
        if wrong:
            print(f"\n{row['text']}\n    {' | '.join(wrong)}")


def print_speed(rows: list[Row], today: date) -> None:
    texts = [rows[place % len(rows)]["text"] for place in range(SPEED_STATEMENTS)]
    start = time.process_time()
    for text in texts:
        read_goal(text, today=today).as_dict()
    print(
        f"\n{SPEED_STATEMENTS:,} statements with questions and rewrite: {time.process_time() - start:.2f} s of one core"
    )
    slowest = max(_seconds_for(unit * (10_000_000 // len(unit)), today) for unit in HUGE_UNITS.split())
    print(f"10 MB of the same words, the slowest of {len(HUGE_UNITS.split())}: {slowest:.2f} s of one core")


def _seconds_for(text: str, today: date) -> float:
    start = time.process_time()
    read_goal(text, today=today)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the goal lint against labelled statements.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 23))
    parser.add_argument("--errors", action="store_true", help="list every statement read otherwise than labelled")
    arguments = parser.parse_args()
    with arguments.file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    readings = [read_goal(row["text"], today=arguments.today) for row in rows]
    print(f"{arguments.file.name}: {len(rows)} statements, today {arguments.today}\n")
    print_flags(rows, readings)
    print_matches(rows, readings, arguments.today)
    print_speed(rows, arguments.today)
    if arguments.errors:
        print_errors(rows, readings, arguments.today)


if __name__ == "__main__":
    main()
