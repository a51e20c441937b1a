"""A worker killed with -9 during an import: nothing is lost and nothing is doubled, on a real database."""

import os
import signal
import subprocess
import sys
import time

import pytest

from kiun.activity.models import AuditEntry, Job
from kiun.goals.models import Goal, Indicator, Measurement, Plan, PlanImport, Policy, Series
from tests.config.installations import MAKE_TABLES, ROOT, installation, shared_folder, shared_installation

INDICATORS, YEARS = 120, 10
PATIENCE = 120

PREPARE = (
    "import django; django.setup()"
    + MAKE_TABLES
    + """
from datetime import date
from django_scopes import scope
from kiun.goals.services.plan_import import confirm_import, review, upload_plan_file
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Membership, Municipality, User
from tests.goals.plan_import.workbooks import workbook
import sys
town = Municipality.objects.create(slug="hinata", code="990019", name="ひなた市")
with scope(municipality=town):
    user = User.objects.create(username="aoi", email="aoi@example.com", name="緑川 葵")
    Membership.objects.create(user=user, role="admin", valid_from=date(2020, 4, 1))
    actor = actor_of(user, town)
    years = range(2010, 2010 + int(sys.argv[2]))
    header = ["施策", "指標", "単位", "目標値", "期限", *(f"{year}年度実績" for year in years)]
    results = range(10, 10 + len(years))
    rows = [[f"施策{n // 10}", f"指標{n}", "件", 900, "令和20年度", *results] for n in range(int(sys.argv[1]))]
    staged = upload_plan_file(actor=actor, name="計画.xlsx", content=workbook(("KPI", [header, *rows])), plan=None)
    confirm_import(actor=actor, staged=staged, agreed=review(actor, staged).difference.digest)
"""
)
# The worker says where it is and waits there to be killed.
WORK = """
import sys, time
import django; django.setup()
from importlib import import_module
from django.core.management import call_command
module, name = sys.argv[1].split(":")
if name:
    place = import_module(module)
    original = getattr(place, name)
    def held(*args, **kwargs):
        done = original(*args, **kwargs) if sys.argv[2] == "after" else None
        print("here", flush=True)
        time.sleep(600)
    setattr(place, name, held)
call_command("db_worker", interval=0.05, startup_delay=False, verbosity=0)
"""
# As `kiun tick` does three minutes later.
REVIVE = """
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from django_scopes import scopes_disabled
from kiun.activity.models import Job
from kiun.activity.services import revive_jobs
with scopes_disabled():
    Job.objects.filter(state="running").update(beat_at=timezone.now() - timedelta(minutes=4))
revive_jobs()
call_command("db_worker", batch=True, interval=0.05, startup_delay=False, verbosity=0)
"""
NOTHING = {
    "Plan": 0, "Policy": 0, "Goal": 0, "Indicator": 0, "Series": 0, "Measurement": 0, "imported": 0, "measured": 0,
    "import": "uploaded", "job": "running",
}  # fmt: skip
ALL_OF_IT = {
    "Plan": 1, "Policy": INDICATORS // 10, "Goal": INDICATORS, "Indicator": INDICATORS, "Series": INDICATORS,
    "Measurement": INDICATORS * YEARS, "imported": 1, "measured": INDICATORS, "import": "applied", "job": "done",
}  # fmt: skip

RUNNING = "kiun.goals.services.plan_import.running"
APPLYING = "kiun.goals.services.plan_import.applying"
KILLED_AT = {
    "before the file is read": (f"{RUNNING}:read_staged", "before"),
    "before the readings are written": (f"{APPLYING}:record_readings", "before"),
    "after the readings are written": (f"{APPLYING}:record_readings", "after"),
    "after everything is written": (f"{RUNNING}:record", "after"),
}


@pytest.fixture(scope="session")
def waiting(tmp_path_factory):
    """A town with its import confirmed, and no worker yet; to be copied."""

    def fill(made):
        run(environment_of(made), PREPARE, str(INDICATORS), str(YEARS))

    folder = shared_folder(tmp_path_factory.getbasetemp()) / "waiting_import"
    with shared_installation(folder, fill) as made:
        yield made


@pytest.fixture
def town(tmp_path, waiting):
    with installation(tmp_path, copied_from=waiting) as made:
        yield made


def environment_of(town):
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {**town.environment, "DJANGO_SETTINGS_MODULE": "kiun.config.settings", "PYTHONPATH": paths}


def run(environment, code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def start(town, place=":", when=""):
    return subprocess.Popen(
        [sys.executable, "-c", WORK, place, when], env=environment_of(town), stdout=subprocess.PIPE, text=True
    )


def kill(worker):
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()


def counted(town):
    """As another process sees it that has no part in the work."""
    database = town.connect()

    def only(query):
        ((value,),) = database.execute(query).fetchall()
        return value

    models = (Plan, Policy, Goal, Indicator, Series, Measurement)
    rows = {model.__name__: only(f"SELECT count(*) FROM {model._meta.db_table}") for model in models}
    for verb in ("imported", "measured"):
        rows[verb] = only(f"SELECT count(*) FROM {AuditEntry._meta.db_table} WHERE verb = '{verb}'")
    rows["import"] = only(f"SELECT state FROM {PlanImport._meta.db_table}")
    rows["job"] = only(f"SELECT state FROM {Job._meta.db_table}")
    database.close()
    return rows


@pytest.mark.parametrize("place", KILLED_AT)
def test_a_worker_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(town, place):
    worker = start(town, *KILLED_AT[place])
    assert worker.stdout.readline() == "here\n"
    kill(worker)
    assert counted(town) == NOTHING
    run(environment_of(town), REVIVE)
    assert counted(town) == ALL_OF_IT


def test_a_worker_killed_after_the_import_is_not_followed_by_a_second_one(town):
    worker = start(town)
    deadline = time.monotonic() + PATIENCE
    while counted(town)["job"] != "done":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    kill(worker)
    run(environment_of(town), REVIVE)
    assert counted(town) == ALL_OF_IT
