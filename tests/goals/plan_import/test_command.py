"""`kiun import-plan`."""

import json

import pytest
from django.core.management import call_command
from django_scopes import scope

from kiun.goals.models import Goal, Indicator
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Role
from tests.factories import make_membership, make_town
from tests.goals.plan_import.workbooks import workbook

ROWS = [["施策", "指標", "基準値（R5）", "目標値（R10）"], ["手続", "申請率", "28％", "60％"]]


@pytest.fixture
def town(db):
    town = make_town()
    make_membership(town, Role.ADMIN)
    return town


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ひなた市計画.xlsx"
    path.write_bytes(workbook(("KPI", ROWS)))
    return path


def run(capsys, *arguments):
    call_command("import_plan", *map(str, arguments))
    return capsys.readouterr().out


def count(town):
    with scope(municipality=town):
        return Goal.objects.count(), Indicator.objects.count()


def test_a_dry_run_says_what_would_come_and_stores_nothing(town, file, capsys):
    told = run(capsys, file, "--town", "hinata", "--dry-run")
    assert told.splitlines()[-2:] == [
        "目標 1件（新規 1、変更 0、曖昧 0）、指標 1件（新規 1、変更 0）、実績 0件",
        "何も変えていません。",
    ]
    assert count(town) == (0, 0)


def test_the_same_file_twice_changes_nothing_the_second_time(town, file, capsys):
    first = json.loads(run(capsys, file, "--town", town.code, "--json"))
    second = json.loads(run(capsys, file, "--town", town.code, "--json"))
    assert (first["applied"], first["plan"], first["indicators"]["new"]) == (True, "ひなた市計画", 1)
    assert (second["indicators"]["new"], second["indicators"]["unchanged"]) == (0, 1)
    assert count(town) == (1, 1)


def test_a_cell_to_be_mended_ends_with_one_and_names_itself(town, tmp_path, capsys):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(("KPI", [ROWS[0], ["手続", "申請率", "60％", "60％"]])))
    with pytest.raises(SystemExit) as ended:
        run(capsys, path, "--town", "hinata")
    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("✗ KPI D2: ")
    assert count(town) == (0, 0)


@pytest.mark.parametrize("arguments", [("--town", "nowhere"), ("--town", "hinata")])
def test_a_town_or_a_file_that_is_not_there(town, file, tmp_path, capsys, arguments):
    path = file if "nowhere" in arguments else tmp_path / "missing.xlsx"
    with pytest.raises(DomainError):
        run(capsys, path, *arguments)
