from datetime import date, timedelta
from decimal import Decimal

import pytest
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals.events import MeasurementsRecorded
from kiun.goals.models import IndicatorState, Measurement
from kiun.goals.queries import doubts
from kiun.goals.queries.history import history_of
from kiun.goals.queries.source_files import removed_days
from kiun.goals.services import Reading, record_measurement, record_readings, remove_measurement
from kiun.kernel import events
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import CrossTownError, Role
from kiun.ui.history import FieldChange
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_plan, make_town

DAY = date(2026, 9, 30)


@pytest.fixture
def indicator(plan):
    return make_indicator(make_goal(plan, department=make_department(plan.municipality)), readings={"2026-03-31": 40})


@pytest.fixture
def officer(town):
    return make_actor(town)


def reading(indicator, value="46.2", on=DAY, **fields):
    number = None if value is None else Decimal(value)
    return Reading(series=indicator.series.get(is_current=True), on=on, value=number, **fields)


def test_a_value_is_recorded_with_who_and_where_from(indicator, officer):
    row = record_measurement(
        actor=officer, reading=reading(indicator, note="速報", evidence_url="https://example.com/a")
    )
    assert (row.value, row.on, row.note, row.evidence_url, row.entered_by) == (
        Decimal("46.2"), DAY, "速報", "https://example.com/a", officer.membership
    )  # fmt: skip
    entry = AuditEntry.objects.first()
    said = {"value": "46.2", "note": "速報", "evidence_url": "https://example.com/a"}
    assert (entry.verb, entry.object_id, entry.before, entry.after) == (
        "measured", indicator.pk, {}, {"2026-09-30": {"label": "46.2 速報 https://example.com/a", **said}}
    )  # fmt: skip
    assert IndicatorState.objects.get(indicator=indicator).value == Decimal("46.2")


def test_that_it_cannot_be_judged_is_a_reading_too(indicator, officer):
    row = record_measurement(actor=officer, reading=reading(indicator, None, note="調査が延期されたため"))
    assert (row.value, row.is_unavailable) == (None, True)
    assert IndicatorState.objects.get(indicator=indicator).why == "unavailable"


def test_a_correction_needs_a_reason_and_keeps_both_values(indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator))
    with pytest.raises(DomainError) as refused:
        record_measurement(actor=officer, reading=reading(indicator, "47"))
    assert refused.value.field == "reason"
    record_measurement(actor=officer, reading=reading(indicator, "47"), reason="集計漏れの追加")
    entry = AuditEntry.objects.first()
    assert (entry.before, entry.after, entry.reason) == (
        {"2026-09-30": "46.2"}, {"2026-09-30": "47"}, "集計漏れの追加"
    )  # fmt: skip


def test_the_same_value_again_needs_no_reason(indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator))
    row = record_measurement(actor=officer, reading=reading(indicator, note="確定値"))
    assert (row.note, Measurement.objects.count()) == ("確定値", 2)
    entry = AuditEntry.objects.first()
    assert (entry.before, entry.after) == (
        {"2026-09-30": "46.2"}, {"2026-09-30": {"label": "46.2 確定値", "value": "46.2", "note": "確定値"}}
    )  # fmt: skip
    assert history_of(indicator)[0].changes == (
        FieldChange(label="令和8年9月30日", before="46.2", after="46.2 · 確定値"),
    )


def test_the_same_again_changes_nothing_and_leaves_no_trace(town, indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator, note="速報", evidence_url="https://example.com/a"))
    row = record_measurement(actor=make_actor(town), reading=reading(indicator))
    assert (row.note, row.evidence_url, row.entered_by) == ("速報", "https://example.com/a", officer.membership)
    assert AuditEntry.objects.filter(verb="measured").count() == 1


def test_texts_that_are_not_mentioned_stay_and_those_that_are_emptied_are_on_record(indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator, note="速報", evidence_url="https://example.com/a"))
    row = record_measurement(actor=officer, reading=reading(indicator, "47"), reason="集計漏れの追加")
    assert (row.value, row.note, row.evidence_url) == (Decimal(47), "速報", "https://example.com/a")
    row = record_measurement(actor=officer, reading=reading(indicator, "47", note="", evidence_url=""))
    assert (row.note, row.evidence_url) == ("", "")
    entry = AuditEntry.objects.first()
    assert (entry.before["2026-09-30"]["note"], entry.after) == ("速報", {"2026-09-30": "47"})


def test_why_a_value_was_missing_does_not_stand_beside_the_one_that_came_after_all(indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator, None, note="調査が延期されたため"))
    row = record_measurement(actor=officer, reading=reading(indicator), reason="調査が終わったため")
    assert (row.value, row.note) == (Decimal("46.2"), "")
    said = {"label": "－ 調査が延期されたため", "value": None, "note": "調査が延期されたため"}
    assert AuditEntry.objects.first().before == {"2026-09-30": said}
    assert history_of(indicator)[0].changes == (
        FieldChange(label="令和8年9月30日", before="評価できない · 調査が延期されたため", after="46.2"),
    )


def test_another_source_of_the_same_value_is_on_record(indicator, officer):
    record_readings(actor=officer, readings=[reading(indicator, source="file")])
    row = record_measurement(actor=officer, reading=reading(indicator))
    assert (row.source, row.entered_by) == ("manual", officer.membership)
    entry = AuditEntry.objects.first()
    assert (entry.before["2026-09-30"]["source"], entry.after["2026-09-30"]["source"]) == ("file", "manual")
    [change] = history_of(indicator)[0].changes
    assert (change.before, change.after) == ("46.2 · ファイルの列から取り込む", "46.2 · 人が入力する")


@pytest.mark.parametrize(
    ("value", "on", "field"),
    [("1", date(2026, 11, 24), "on"), ("1E15", DAY, "value"), ("-1E15", DAY, "value"), ("NaN", DAY, "value")],
)
def test_impossible_readings_are_refused(indicator, officer, value, on, field):
    with pytest.raises(DomainError) as refused:
        record_measurement(actor=officer, reading=reading(indicator, value, on))
    assert refused.value.field == field
    assert Measurement.objects.count() == 1


def test_many_readings_are_written_all_or_not_at_all(indicator, officer):
    good, bad = reading(indicator, "44", date(2026, 6, 30)), reading(indicator, "45", date(2027, 1, 1))
    with pytest.raises(DomainError):
        record_readings(actor=officer, readings=[good, bad])
    assert Measurement.objects.count() == 1
    record_readings(actor=officer, readings=[good, reading(indicator)])
    assert Measurement.objects.count() == 3
    assert AuditEntry.objects.get().after == {"2026-06-30": "44", "2026-09-30": "46.2"}


def test_a_removal_needs_a_reason_and_is_remembered(indicator, officer):
    row = record_measurement(actor=officer, reading=reading(indicator, note="速報"))
    with pytest.raises(DomainError):
        remove_measurement(actor=officer, measurement=row, reason="")
    remove_measurement(actor=officer, measurement=row, reason="別の指標の値でした")
    assert list(Measurement.objects.values_list("value", flat=True)) == [Decimal(40)]
    entry = AuditEntry.objects.first()
    said = {"label": "46.2 速報", "value": "46.2", "note": "速報"}
    assert (entry.verb, entry.before) == ("measurement_removed", {"2026-09-30": said})
    assert removed_days([indicator.pk]) == {indicator.pk: {DAY}}
    assert IndicatorState.objects.get(indicator=indicator).value == Decimal(40)


def test_others_learn_after_commit_which_indicators_have_news(
    indicator, officer, django_capture_on_commit_callbacks, monkeypatch
):
    heard = []
    monkeypatch.setitem(events._after_commit, MeasurementsRecorded, [heard.append])
    with django_capture_on_commit_callbacks(execute=True):
        record_measurement(actor=officer, reading=reading(indicator))
    assert heard == [MeasurementsRecorded(municipality_id=officer.municipality.pk, indicator_ids=(indicator.pk,))]


def test_who_may_record(town, indicator):
    for role, department, allowed in [
        (Role.ADMIN, None, True),
        (Role.EXECUTIVE, None, False),
        (Role.HEAD, indicator.department, True),
        (Role.HEAD, make_department(town, "税務課"), False),
        (Role.MEMBER, indicator.department, False),
        (Role.VIEWER, indicator.department, False),
    ]:
        actor = make_actor(town, role, department)
        if allowed:
            record_measurement(actor=actor, reading=reading(indicator), reason="確認")
        else:
            with pytest.raises(NotAllowedError):
                record_measurement(actor=actor, reading=reading(indicator))


class TestDoubts:
    def ask(self, plan, readings, value, terms=None, on=DAY):
        indicator = make_indicator(make_goal(plan), readings=readings, terms=terms)
        return len(doubts(indicator.series.get(), on, Decimal(value)))

    def test_a_plausible_value_raises_none(self, plan):
        assert self.ask(plan, {"2024-03-31": 38, "2025-03-31": 40, "2026-03-31": 43}, "46.2") == 0

    def test_a_share_outside_its_bounds(self, plan):
        assert self.ask(plan, {"2026-03-31": 43}, "146") == 1
        assert self.ask(plan, {"2026-03-31": 43}, "146", {"unit": "件"}) == 0

    def test_a_share_that_is_known_to_go_beyond_them(self, plan):
        assert self.ask(plan, {"2026-03-31": 43}, "110", {"unit": "%", "target": Decimal(120)}) == 0
        assert self.ask(plan, {"2026-03-31": 104}, "110", {"unit": "%"}) == 0

    def test_less_than_nothing(self, plan):
        assert self.ask(plan, {"2026-03-31": 43}, "-5", {"unit": "件"}) == 1
        assert self.ask(plan, {"2026-03-31": -4}, "-5", {"unit": "人"}) == 0
        assert self.ask(plan, {"2026-03-31": 4}, "-5", {"unit": "ポイント"}) == 0

    def test_a_wrong_digit(self, plan):
        assert self.ask(plan, {"2026-03-31": 430}, "4300", {"unit": "件"}) == 1
        assert self.ask(plan, {"2026-03-31": 430}, "43", {"unit": "件"}) == 1

    def test_a_jump_larger_than_any_step_before(self, plan):
        steady = {"2023-03-31": 30, "2024-03-31": 31, "2025-03-31": 32, "2026-03-31": 33}
        assert self.ask(plan, steady, "38") == 0
        assert self.ask(plan, steady, "39") == 1

    def test_a_total_that_falls_or_overtakes_a_later_one(self, plan):
        total = {"unit": "人", "is_cumulative": True}
        readings = {"2025-03-31": 100, "2026-03-31": 200}
        assert self.ask(plan, readings, "199", total) == 1
        assert self.ask(plan, readings, "201", total, date(2025, 9, 30)) == 1
        assert self.ask(plan, readings, "150", total, date(2025, 9, 30)) == 0

    def test_a_correction_is_not_compared_with_itself(self, plan):
        total = {"unit": "人", "is_cumulative": True}
        assert self.ask(plan, {"2025-03-31": 100, "2026-03-31": 200}, "150", total, date(2026, 3, 31)) == 0


def test_many_values_entered_as_new_overwrite_none_that_came_in_between(indicator, officer):
    record_measurement(actor=officer, reading=reading(indicator))
    with pytest.raises(DomainError):
        record_readings(actor=officer, readings=[reading(indicator, "99")], only_new=True)
    assert Measurement.objects.get(on=DAY).value == Decimal("46.2")


def test_thousands_of_readings_replace_those_of_the_same_day(indicator, officer):
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(2_400)]
    note = "引用符 \" ' と\t区切り \\N"
    readings = [
        reading(indicator, str(number), on, note=note, provenance={"cell": f"B{number}"}, source="file")
        for number, on in enumerate(days)
    ]
    before = Measurement.objects.get(on=date(2026, 3, 31))
    record_readings(actor=officer, readings=readings)
    assert Measurement.objects.count() == 2_400
    replaced = Measurement.objects.get(on=date(2026, 3, 31))
    number = days.index(replaced.on)
    assert (replaced.pk, replaced.value, replaced.note) == (before.pk, number, note)
    assert (replaced.provenance, replaced.source, replaced.entered_by) == (
        {"cell": f"B{number}"},
        "file",
        officer.membership,
    )
    entry = AuditEntry.objects.get(verb="measured", object_id=indicator.pk)
    by_hand = {"label": "40", "value": "40", "source": "manual"}
    assert (entry.before, len(entry.after)) == ({"2026-03-31": by_hand}, 2_400)


def test_a_reading_of_another_town_is_refused(officer):
    other = make_town("minato", "みなと市")
    theirs = make_indicator(make_goal(make_plan(other)))
    with scope(municipality=other):
        series = theirs.series.get()
    with pytest.raises(CrossTownError):
        record_readings(actor=officer, readings=[Reading(series=series, on=DAY, value=Decimal(1))])
