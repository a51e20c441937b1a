"""`kiun import-people`: what the page does, from the command line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django_scopes import scope

from kiun.kernel.errors import DomainError
from kiun.municipality.models import Membership
from tests.factories import make_actor, make_department, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = make_town()
    make_department(town, "市民課")
    make_actor(town)
    return town


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "名簿.csv"
    path.write_bytes("職員番号,氏名,所属\n0001,青山 蓮,市民課\n0002,岸 直樹,市民課\n".encode("cp932"))
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_people", *map(str, arguments), stdout=out)
    return out.getvalue()


def names(town):
    with scope(municipality=town):
        return sorted(
            Membership.objects.exclude(staff_number="").values_list("staff_number", "user__name", "department__name")
        )


@pytest.mark.parametrize("key", ["slug", "code"])
def test_a_list_is_taken_over(town, file, key):
    run(file, "--town", getattr(town, key))
    assert names(town) == [("0001", "青山 蓮", "市民課"), ("0002", "岸 直樹", "市民課")]


def test_a_dry_run_changes_nothing_and_tells_in_json(town, file):
    outcome = json.loads(run(file, "--town", town.slug, "--dry-run", "--json"))
    assert (outcome["applied"], outcome["counts"]["new"], outcome["problems"]) == (False, 2, [])
    assert names(town) == []


def test_errors_are_told_at_their_cell_and_nothing_is_taken_over(town, file, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("職員番号,氏名,所属\n0001,青山 蓮,しらない課\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(DomainError):
        call_command("import_people", str(wrong), "--town", town.slug, "--json", stdout=out)
    assert [problem["cell"] for problem in json.loads(out.getvalue())["problems"]] == ["C2"]
    run(wrong, "--town", town.slug, "--create-departments")
    assert names(town) == [("0001", "青山 蓮", "しらない課")]


@pytest.mark.parametrize("arguments", [("--town", "nowhere"), ("--town", "hinata", "--on", "いつか")])
def test_what_is_wrong_is_said(town, file, arguments):
    with pytest.raises(DomainError):
        run(file, *arguments)


def test_a_missing_file_is_said(town, tmp_path):
    with pytest.raises(DomainError):
        run(tmp_path / "nothing.xlsx", "--town", town.slug)
