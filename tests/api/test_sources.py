"""A program brings values: by day, the same again changes nothing, and a person's word stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals import access
from kiun.goals.models import Measurement, PushedReading
from kiun.goals.services.sources import end_program
from tests.api.conftest import Caller, Town, issue
from tests.factories import make_indicator

PATH = "/sources/counter/readings"
BODY = {"readings": [{"on": "2026-09-30", "value": "40.5"}, {"on": "2026-10-31", "value": "41", "note": "速報"}]}


@pytest.fixture
def pusher(home: Town) -> Caller:
    return Caller(issue(home, access.PUSH, source="counter"))


@pytest.fixture
def fed(home: Town) -> Town:
    """A monthly indicator that takes its values from the program."""
    home.indicator = make_indicator(
        home.goal,
        "窓口の満足度",
        owner=home.post,
        cadence="monthly",
        source="pushed:counter",
        terms={"started_on": date(2026, 4, 1)},
    )
    return home


def pushed(home: Town) -> dict[str, str | None]:
    with scope(municipality=home.town):
        rows = PushedReading.objects.all()
        return {row.on.isoformat(): None if row.value is None else str(row.value.normalize()) for row in rows}


def test_sources_are_listed(caller: Caller, fed: Town) -> None:
    Caller(issue(fed, access.PUSH)).post(PATH, BODY)
    found = {item["id"]: item for item in caller.get("/sources").json()["items"]}
    assert found["manual"]["kind"] == "manual"
    assert found["manual"]["indicators"] == 1
    assert found["file"]["kind"] == "file"
    assert found["pushed:counter"] == {
        "id": "pushed:counter",
        "slug": "counter",
        "kind": "program",
        "label": "窓口受付システム",
        "unit": "%",
        "cadence": "monthly",
        "indicators": 1,
        "last_reading_on": "2026-10-31",
    }


def test_values_arrive_at_the_indicator(pusher: Caller, fed: Town) -> None:
    answer = pusher.post(PATH, BODY)
    assert (answer.status_code, answer.json()) == (
        200, {"added": 2, "changed": 0, "unchanged": 0, "measurements": 2},
    )  # fmt: skip
    assert fed.values() == {"2026-09-30": "40.5", "2026-10-31": "41"}
    with scope(municipality=fed.town):
        reading = Measurement.objects.get(on="2026-10-31")
        pushed_at = PushedReading.objects.get(on="2026-10-31").pushed_at
    assert (reading.source, reading.note) == ("pushed:counter", "速報")
    assert reading.provenance == {
        "source": "窓口受付システム",
        "period": "2026-10",
        "as_of": "2026-10-31",
        "key": "連携プログラム",
        "pushed_at": pushed_at.isoformat(timespec="seconds"),
    }


def test_the_same_again_changes_nothing(pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, BODY)
    with scope(municipality=fed.town):
        entries = AuditEntry.objects.count()
    again = pusher.post(PATH, BODY).json()
    assert again == {"added": 0, "changed": 0, "unchanged": 2, "measurements": 0}
    assert len(fed.values()) == 2
    with scope(municipality=fed.town):
        assert AuditEntry.objects.count() == entries


def test_another_value_for_a_day_replaces_the_earlier_one(pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, BODY)
    answer = pusher.post(PATH, {"readings": [{"on": "2026-10-31", "value": "42"}]}).json()
    assert answer == {"added": 0, "changed": 1, "unchanged": 0, "measurements": 1}
    assert fed.values() == {"2026-09-30": "40.5", "2026-10-31": "42"}
    with scope(municipality=fed.town):
        entry = AuditEntry.objects.filter(object_type="goals.pushedsource").order_by("-pk")[0]
    assert (entry.before, entry.after) == ({"2026-10-31": "41"}, {"2026-10-31": "42"})


def test_the_last_word_on_a_month_is_its_value(pusher: Caller, fed: Town) -> None:
    days = [{"on": f"2026-10-{day:02d}", "value": str(day)} for day in (1, 15, 29)]
    assert pusher.post(PATH, {"readings": days}).json()["measurements"] == 1
    assert fed.values() == {"2026-10-31": "29"}
    pusher.post(PATH, {"readings": [{"on": "2026-10-30", "value": "30"}]})
    assert fed.values() == {"2026-10-31": "30"}


def test_a_month_that_is_not_over_waits(pusher: Caller, fed: Town) -> None:
    today = timezone.localdate()
    answer = pusher.post(PATH, {"readings": [{"on": today.isoformat(), "value": "1"}]}).json()
    assert (answer["added"], answer["measurements"]) == (1, 0)
    assert fed.values() == {}


def test_a_correction_by_a_person_stands(caller: Caller, pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, BODY)
    correction = {"on": "2026-10-31", "value": "39", "reason": "重複を除いた"}
    caller.post(f"/indicators/{fed.indicator.pk}/measurements", correction)
    answer = pusher.post(PATH, {"readings": [{"on": "2026-10-31", "value": "43"}]}).json()
    assert (answer["changed"], answer["measurements"]) == (1, 0)
    assert fed.values() == {"2026-09-30": "40.5", "2026-10-31": "39"}


def test_a_value_that_a_person_removed_stays_away(caller: Caller, pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, BODY)
    query = f"/measurements?indicator_id={fed.indicator.pk}&since=2026-10-01"
    pk = caller.get(query).json()["items"][0]["id"]
    caller.delete(f"/measurements/{pk}?reason=誤り")
    pusher.post(PATH, {"readings": [{"on": "2026-10-31", "value": "43"}]})
    assert fed.values() == {"2026-09-30": "40.5"}


@pytest.mark.parametrize(
    ("readings", "status", "field"),
    [
        ([], 422, "readings"),
        ([{"on": "2026-10-31", "value": "1"}] * 2, 400, "readings"),
        ([{"on": "2199-10-31", "value": "1"}], 400, "on"),
        ([{"on": "2026-10-31", "value": "x"}], 422, "readings.0.value"),
        ([{"on": "2026-10-31", "value": "1"}, {"on": "2199-10-31", "value": "1"}], 400, "on"),
    ],
)
def test_all_or_nothing(pusher: Caller, fed: Town, readings: list[dict[str, Any]], status: int, field: str) -> None:
    answer = pusher.post(PATH, {"readings": readings})
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert pushed(fed) == {}


def test_a_thousand_values_at_once_and_not_one_more(pusher: Caller, fed: Town) -> None:
    first = date(2022, 1, 1)
    readings = [{"on": (first + timedelta(days=n)).isoformat(), "value": n} for n in range(1001)]
    assert pusher.post(PATH, {"readings": readings}).status_code == 422
    answer = pusher.post(PATH, {"readings": readings[:1000]}).json()
    assert (answer["added"], len(pushed(fed))) == (1000, 1000)


def test_null_is_an_honest_value(pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, {"readings": [{"on": "2026-10-31", "value": None, "note": "停止中"}]})
    assert fed.values() == {"2026-10-31": None}


def test_what_was_brought_is_read_in_pages(caller: Caller, pusher: Caller, fed: Town) -> None:
    pusher.post(PATH, BODY)
    first = caller.get(f"{PATH}?limit=1").json()
    assert [(item["on"], item["value"], item["note"]) for item in first["items"]] == [("2026-09-30", "40.5", "")]
    second = caller.get(f"{PATH}?limit=1&after={first['next']}").json()
    assert [(item["on"], item["value"], item["note"]) for item in second["items"]] == [("2026-10-31", "41", "速報")]
    assert second["next"] is None


def test_a_source_that_has_ended_takes_nothing(home: Town) -> None:
    caller = Caller(issue(home, access.PUSH))
    key = Caller(issue(home, access.PUSH, source="counter"))
    with scope(municipality=home.town):
        end_program(actor=home.actor, program=home.program, on=date(2026, 11, 1))
    assert caller.post(PATH, BODY, Accept_Language="en").json()["detail"] == "This source has ended."
    assert key.post(PATH, BODY).status_code == 401
    assert pushed(home) == {}
