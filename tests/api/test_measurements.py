import pytest
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals.models import IndicatorState, Measurement
from tests.api.conftest import Caller, Town

BEFORE = {"2024-03-31": "20", "2025-03-31": "28", "2026-03-31": "36"}


def path_of(home: Town) -> str:
    return f"/indicators/{home.indicator.pk}/measurements"


def test_a_value_is_entered_and_judged(caller: Caller, home: Town) -> None:
    answer = caller.post(path_of(home), {"on": "2026-10-31", "value": "44.25", "note": "速報"})
    assert answer.status_code == 201
    found = answer.json()
    assert (found["value"], found["note"], found["source"], found["provenance"]) == (
        "44.25", "速報", "manual", {"key": "連携プログラム"},
    )  # fmt: skip
    assert (found["indicator_id"], found["series_id"]) == (home.indicator.pk, home.series.pk)
    with scope(municipality=home.town):
        state = IndicatorState.objects.get(indicator=home.indicator)
    assert (state.readings, str(state.value_on)) == (4, "2026-10-31")
    assert caller.get(f"/measurements/{found['id']}").json() == found


def test_a_number_is_taken_as_well_as_a_text(caller: Caller, home: Town) -> None:
    assert caller.post(path_of(home), {"on": "2026-10-31", "value": 44.1}).json()["value"] == "44.1"


def test_null_says_that_it_cannot_be_judged(caller: Caller, home: Town) -> None:
    found = caller.post(path_of(home), {"on": "2026-10-31", "value": None}).json()
    assert (found["value"], found["is_unavailable"]) == (None, True)


def test_a_correction_needs_a_reason(caller: Caller, home: Town) -> None:
    refused = caller.post(path_of(home), {"on": "2026-03-31", "value": "37"})
    assert (refused.status_code, refused.json()["field"]) == (400, "reason")
    assert home.values() == BEFORE
    corrected = caller.post(path_of(home), {"on": "2026-03-31", "value": "37", "reason": "集計もれ"})
    assert (corrected.status_code, corrected.json()["value"]) == (200, "37")
    assert home.values() == {**BEFORE, "2026-03-31": "37"}
    with scope(municipality=home.town):
        entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.reason, entry.before, entry.after) == ("集計もれ", {"2026-03-31": "36"}, {"2026-03-31": "37"})


def test_texts_that_are_left_out_stay(caller: Caller, home: Town) -> None:
    body = {"on": "2026-10-31", "value": "44", "note": "速報", "evidence_url": "https://example.com/a"}
    first = caller.post(path_of(home), body).json()
    again = caller.post(path_of(home), {"on": "2026-10-31", "value": "44"})
    assert (again.status_code, again.json()) == (200, first)
    emptied = {"on": "2026-10-31", "value": "44", "note": "", "evidence_url": None}
    found = caller.post(path_of(home), emptied).json()
    assert (found["note"], found["evidence_url"]) == ("", "")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"on": "2199-01-01", "value": "1"}, 400, "on"),
        ({"on": "2026-10-31", "value": "1000000000000000"}, 422, "value"),
        ({"on": "2026-10-31", "value": "1.23456"}, 422, "value"),
        ({"on": "2026-10-31", "value": "NaN"}, 422, "value"),
        ({"on": "2026-10-31"}, 422, "value"),
        ({"on": "0001-01-01", "value": "1"}, 422, "on"),
        ({"on": "令和8年", "value": "1"}, 422, "on"),
        ({"on": "2026-10-31", "value": "1", "evidence_url": "javascript:alert(1)"}, 422, "evidence_url"),
    ],
)
def test_what_cannot_be_is_refused(caller: Caller, home: Town, body: dict[str, str], status: int, field: str) -> None:
    answer = caller.post(path_of(home), body)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert home.values() == BEFORE


def test_a_value_is_removed_with_a_reason(caller: Caller, home: Town) -> None:
    pk = caller.get("/measurements?since=2026-01-01").json()["items"][0]["id"]
    assert caller.delete(f"/measurements/{pk}").status_code == 422
    assert caller.delete(f"/measurements/{pk}?reason=").status_code == 422
    removed = caller.delete(f"/measurements/{pk}?reason=二重計上")
    assert (removed.status_code, removed.content) == (204, b"")
    assert home.values() == {"2024-03-31": "20", "2025-03-31": "28"}
    assert caller.get(f"/measurements/{pk}").status_code == 404


def test_values_are_filtered_and_paged(caller: Caller, home: Town) -> None:
    def days(query: str) -> list[str]:
        return [item["on"] for item in caller.get(f"/measurements?{query}").json()["items"]]

    assert days(f"indicator_id={home.indicator.pk}") == list(BEFORE)
    assert days(f"series_id={home.series.pk}&since=2025-01-01&until=2025-12-31") == ["2025-03-31"]
    assert days("source=manual&limit=1") == ["2024-03-31"]
    assert days("source=file") == []
    first = caller.get("/measurements?limit=2").json()
    assert days(f"limit=2&after={first['next']}") == ["2026-03-31"]


def test_values_of_an_indicator_that_has_ended_are_gone(caller: Caller, home: Town) -> None:
    with scope(municipality=home.town):
        home.indicator.ended_on = home.series.started_on
        home.indicator.save()
        assert Measurement.objects.count() == 3
    assert caller.get("/measurements").json()["items"] == []
    assert caller.post(path_of(home), {"on": "2026-10-31", "value": "1"}).status_code == 404
