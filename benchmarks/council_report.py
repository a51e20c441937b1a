"""How long a report for the council takes: 200 indicators with 40 readings each, Word and slides included.

python benchmarks/council_report.py               on a new SQLite file
DATABASE_URL=postgres://… python benchmarks/council_report.py   on an empty PostgreSQL database
"""

import random
import resource
import time
from datetime import date, timedelta
from decimal import Decimal

from plan_import import prepare_django

TARGET_SECONDS = 30
POLICIES, GOALS, INDICATORS, READINGS, INITIATIVES, TASKS = 20, 100, 200, 40, 60, 10
TODAY = date(2026, 11, 28)


def build():  # noqa: ANN201 - the models are known only after Django is set up
    from django_scopes import scope

    from kiun.goals.cadence import period_end
    from kiun.goals.models import Measurement
    from tests.factories import (
        make_actor,
        make_department,
        make_goal,
        make_indicator,
        make_initiative,
        make_plan,
        make_policy,
        make_task,
        make_town,
    )

    rng = random.Random(1)
    town = make_town("hokoku", "報告市（架空）")
    actor = make_actor(town, on=TODAY)
    plan = make_plan(town)
    department = make_department(town)
    policies = [make_policy(plan, f"施策{number}") for number in range(POLICIES)]
    days = [period_end(date(2023, 4, 1) + timedelta(days=31 * n), "monthly") for n in range(READINGS)]
    goals = [make_goal(plan, f"目標{n}", policy=policies[n % POLICIES], department=department) for n in range(GOALS)]
    with scope(municipality=town):
        for number in range(INDICATORS):
            terms = {"baseline": Decimal(20), "baseline_on": date(2023, 3, 31), "started_on": date(2023, 4, 1)}
            indicator = make_indicator(goals[number % GOALS], f"指標{number}", owner=actor.membership, terms=terms)
            series = indicator.series.get()
            Measurement.objects.bulk_create(
                Measurement(
                    municipality=town, series=series, on=day, value=Decimal(20 + n) + Decimal(rng.randrange(90)) / 10
                )
                for n, day in enumerate(days)
            )
        for number in range(INITIATIVES):
            initiative = make_initiative(goals[number], f"取組{number}", owner=actor.membership)
            for place in range(TASKS):
                make_task(initiative, f"作業{place}", percent=rng.randrange(100))
    return town, actor


def main() -> None:
    prepare_django()
    from django.utils import translation
    from django_scopes import scope

    from kiun.activity.services import run_job
    from kiun.dashboard.services.reports import order_report

    town, actor = build()
    with scope(municipality=town), translation.override("ja"):
        report = order_report(
            actor=actor, title="報告", first=date(2026, 4, 1), last=date(2026, 9, 30), is_internal=False
        )
        start, started = time.perf_counter(), time.process_time()
        run_job(report.job_id)
        seconds, own = time.perf_counter() - start, time.process_time() - started
        report.job.refresh_from_db()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "met" if seconds <= TARGET_SECONDS else "MISSED"
    print(f"{INDICATORS} indicators × {READINGS}, {INITIATIVES} initiatives: {report.job.state}")
    print(f"{seconds:.1f} s, {own:.1f} s of this process; peak {peak:.0f} MB; target {TARGET_SECONDS} s {verdict}")


if __name__ == "__main__":
    main()
