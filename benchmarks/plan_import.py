"""How long a large plan takes from the file to the database: 2,000 indicators with 40 columns of results.

python benchmarks/plan_import.py               on a new SQLite file
DATABASE_URL=postgres://… python benchmarks/plan_import.py   on an empty PostgreSQL database
"""

import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

GOALS, INDICATORS, PERIODS = 400, 2_000, 40
TODAY = date(2036, 6, 1)
TARGET_SECONDS = 10


def prepare_django() -> None:
    folder = tempfile.mkdtemp(prefix="kiun-benchmark-")
    os.environ.setdefault("KIUN_DATA_DIR", folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiun.config.settings")
    sys.path[:0] = [str(Path(__file__).parent.parent / "src"), str(Path(__file__).parent.parent)]
    import django

    django.setup()
    from kiun.config.memory import collect_seldom

    collect_seldom()  # as the worker does
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@contextmanager
def timed(label: str, seconds: dict[str, float]) -> Iterator[None]:
    start, started = time.perf_counter(), time.process_time()
    yield
    seconds[label] = time.perf_counter() - start
    print(f"  {label:<34}{seconds[label]:7.2f} s{time.process_time() - started:9.2f} s of this process")


def rows(changed: int = 0) -> list[list[Any]]:
    header = ["番号", "施策", "目標", "指標", "単位", "基準値", "基準値の時点", "目標値", "期限", "担当課"]
    header += [f"令和{8 + quarter // 4}年度第{quarter % 4 + 1}四半期実績" for quarter in range(PERIODS)]
    table = [header]
    per_goal = INDICATORS // GOALS
    for number in range(INDICATORS):
        goal = number // per_goal
        target = 90 + (number < changed)
        row = [f"{number + 1}", f"施策{goal // 20 + 1}", f"取組{goal + 1}の成果を広げる"]
        row += [f"指標{number + 1}の割合", "%"]
        row += [20, "令和7年度", target, "令和20年度", f"第{goal % 30 + 1}課"]
        table.append(row + [20 + quarter + number % 7 for quarter in range(PERIODS)])
    return table


def workbook(table: list[list[Any]]) -> bytes:
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("進捗")
    sheet.append(["ひなた市計画（令和8年度～令和20年度）"])
    for row in table:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def run() -> float:
    from django_scopes import scope

    from kiun.goals.models import Measurement, Plan
    from kiun.goals.plan_files import Choices, read_plan
    from kiun.goals.services.plan_import import Provenance, import_reading, review_reading
    from kiun.kernel.tabular import read_workbook
    from kiun.municipality.models import Role
    from tests.factories import make_actor, make_department, make_town

    town = make_town()
    actor = make_actor(town, Role.ADMIN, on=TODAY)
    for number in range(30):
        make_department(town, f"第{number + 1}課")
    first, second = workbook(rows()), workbook(rows(changed=200))
    plan, total = None, 0.0
    for label, content in (("first import", first), ("upload again, 200 targets changed", second)):
        seconds: dict[str, float] = {}
        print(f"{label} ({len(content) / 1e6:.1f} MB)")
        with scope(municipality=town):
            with timed("read the file", seconds):
                book = read_workbook(content, name="plan.xlsx")
            with timed("understand it", seconds):
                reading = read_plan(book, Choices(), TODAY)
            with timed("compare (the preview)", seconds):
                review = review_reading(actor, reading, Choices(), plan)
            with timed("compare again and apply", seconds):
                provenance = Provenance("plan.xlsx", "0" * 64)
                agreed = review.difference.digest
                plan = import_reading(
                    actor=actor, reading=reading, choices=Choices(), plan=plan, provenance=provenance, agreed=agreed
                ).plan
            print(f"  {'together':<34}{sum(seconds.values()):7.2f} s")
            total = max(total, sum(seconds.values()))
    with scope(municipality=town):
        stored = Measurement.objects.count()
        print(f"{Plan.objects.count()} plan, {stored:,} results stored; peak memory {peak_megabytes():.0f} MB")
        assert stored == INDICATORS * PERIODS
    return total


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    ArgumentParser(description=__doc__).parse_args()
    prepare_django()
    from django.db import connection

    print(f"{INDICATORS:,} indicators × {PERIODS} columns on {connection.vendor}")
    total = run()
    verdict = "within" if total <= TARGET_SECONDS else "over"
    print(f"slowest import {total:.1f} s: {verdict} the target of {TARGET_SECONDS} s")
    sys.exit(0 if total <= TARGET_SECONDS else 1)


if __name__ == "__main__":
    main()
