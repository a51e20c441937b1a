"""Recording one value, correcting it, taking it back, and entering many at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kiun.goals.cadence import next_reading
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.queries import due_indicators, last_known_days, recordable_indicators
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
)

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def indicator(plan):
    return make_indicator(make_goal(plan), readings={"2024-03-31": 40, "2025-03-31": 44})


def address(town, name, *args):
    return reverse(f"goals:{name}", args=[town.slug, *args])


def values():
    return {str(row.on): row.value for row in Measurement.objects.all()}


class TestOneValue:
    def post(self, client, town, indicator, **data):
        data = {"on": "2026-03-31", "value": "46.2"} | data
        return client.post(address(town, "measurement_add", indicator.pk), data)

    def test_the_day_is_the_end_of_the_period_that_is_due(self, client, town, officer, indicator):
        form = client.get(address(town, "measurement_add", indicator.pk)).context["form"]
        assert form["on"].value() == "2026-03-31"

    @pytest.mark.parametrize("typed", ["46.2", "４６．２％", "46.2%", " 46.2 ％"])
    def test_a_value_is_taken_as_people_write_it(self, client, town, officer, indicator, typed):
        answer = self.post(client, town, indicator, value=typed)
        assert answer.url == address(town, "indicator_detail", indicator.pk)
        assert values()["2026-03-31"] == Decimal("46.2")

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"value": "たくさん"}, "value"),
            ({"value": ""}, "value"),
            ({"value": "46件"}, "value"),
            ({"value": "46", "is_unavailable": "on"}, "value"),
            ({"value": "", "is_unavailable": "on"}, "note"),
            ({"on": ""}, "on"),
            ({"on": "2027-01-01"}, "on"),
            ({"on": "2025-03-31", "value": "45"}, "reason"),
            ({"evidence_url": "ここ"}, "evidence_url"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(
        self, client, town, officer, indicator, data, field
    ):
        answer = self.post(client, town, indicator, **data)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert len(values()) == 2

    @pytest.mark.parametrize("typed", ["", "－", "集計中"])
    def test_that_it_cannot_be_judged_is_recorded_with_its_reason(self, client, town, officer, indicator, typed):
        data = {"value": typed, "note": "調査が延期されたため"} | ({} if typed else {"is_unavailable": "on"})
        assert self.post(client, town, indicator, **data).status_code == 302
        row = Measurement.objects.get(on=date(2026, 3, 31))
        assert (row.value, row.is_unavailable, row.note) == (None, True, "調査が延期されたため")

    def test_a_doubtful_value_is_asked_about_once(self, client, town, officer, indicator):
        asked = self.post(client, town, indicator, value="462")
        assert (asked.status_code, len(values())) == (422, 2)
        accepted = asked.context["form"].fingerprint
        assert "462%は0〜100%の外です。" in accepted
        assert self.post(client, town, indicator, value="462", accepted=accepted).status_code == 302
        assert values()["2026-03-31"] == 462

    def test_another_doubt_is_asked_about_again(self, client, town, officer, indicator):
        accepted = self.post(client, town, indicator, value="462").context["form"].fingerprint
        assert self.post(client, town, indicator, value="463", accepted=accepted).status_code == 422

    def test_a_correction_begins_with_what_is_there(self, client, town, officer, indicator):
        row = Measurement.objects.get(on=date(2025, 3, 31))
        page = client.get(address(town, "measurement_add", indicator.pk) + f"?correct={row.pk}")
        assert [page.context["form"][name].value() for name in ("on", "value")] == ["2025-03-31", "44"]
        self.post(client, town, indicator, on="2025-03-31", value="45", reason="集計漏れの追加")
        assert values()["2025-03-31"] == 45

    def test_a_text_is_emptied_only_where_it_was_shown(self, client, town, officer, indicator):
        Measurement.objects.filter(on="2025-03-31").update(note="速報", evidence_url="https://example.com/a")
        row = Measurement.objects.get(on=date(2025, 3, 31))
        shown = client.get(address(town, "measurement_add", indicator.pk) + f"?correct={row.pk}").context["form"]
        assert (shown["note"].value(), shown["evidence_url"].value()) == ("速報", "https://example.com/a")
        self.post(client, town, indicator, on="2025-03-31", value="45", reason="集計漏れの追加")
        row.refresh_from_db()
        assert (row.value, row.note, row.evidence_url) == (45, "速報", "https://example.com/a")
        data = {"on": "2025-03-31", "value": "45", "note": "", "evidence_url": "https://example.com/a"}
        client.post(address(town, "measurement_add", indicator.pk) + f"?correct={row.pk}", data)
        row.refresh_from_db()
        assert (row.note, row.evidence_url) == ("", "https://example.com/a")

    def test_a_value_is_taken_back_only_with_a_reason(self, client, town, officer, indicator):
        row = Measurement.objects.get(on=date(2025, 3, 31))
        where = address(town, "measurement_remove", row.pk)
        assert client.post(where, {"reason": ""}).status_code == 422
        assert client.post(where, {"reason": "別の指標の値でした"}).status_code == 302
        assert list(values()) == ["2024-03-31"]

    def test_no_day_is_offered_that_has_its_value(self, client, town, officer, indicator):
        self.post(client, town, indicator)
        where = address(town, "measurement_add", indicator.pk)
        assert client.get(where).context["form"]["on"].value() is None
        [line] = client.get(address(town, "measurement_entry") + "?scope=all").context["table"].lines
        assert line.on is None
        data = {"indicator": indicator.pk, f"value-{indicator.pk}": "47"}
        answer = client.post(address(town, "measurement_entry"), data)
        assert [line.error for line in answer.context["table"].lines] == ["いつの値か、日付を入れてください。"]

    @pytest.mark.parametrize(
        ("on", "present"),
        [("2025-03-31", "この日には、44%が記録されています。"), ("2026-03-31", ""), ("", ""), ("いつか", "")],
    )
    def test_a_chosen_day_with_a_value_shows_it_and_asks_for_the_reason(
        self, client, town, officer, indicator, on, present
    ):
        where = address(town, "measurement_add", indicator.pk)
        fragment = client.get(where, {"on": on}, HTTP_HX_REQUEST="true").content.decode()
        assert fragment.strip().startswith('<div id="correction"')
        assert (present in fragment, 'name="reason"' in fragment) == (True, bool(present))
        page = self.post(client, town, indicator, on=on, value="たくさん").content.decode()
        assert (present in page, 'name="reason"' in page) == (True, bool(present))

    def test_an_ended_indicator_takes_no_value(self, client, town, officer, indicator):
        indicator.ended_on = TODAY
        indicator.save()
        assert self.post(client, town, indicator).status_code == 404


class TestManyValues:
    @pytest.fixture
    def indicators(self, plan):
        goal = make_goal(plan)
        names = ("申請率", "窓口の待ち時間", "研修の受講者数")
        units = ("%", "分", "人")
        return [
            make_indicator(goal, name=name, terms={"unit": unit}, readings={"2025-03-31": 20})
            for name, unit in zip(names, units, strict=True)
        ]

    def post(self, client, town, indicators, typed, **data):
        keys = {f"value-{row.pk}": text for row, text in zip(indicators, typed, strict=True)}
        data = {"indicator": [row.pk for row in indicators], **keys, **data}
        return client.post(address(town, "measurement_entry"), data)

    def test_all_are_recorded_and_empty_lines_are_left(self, client, town, officer, indicators):
        assert self.post(client, town, indicators, ["22.5％", "", "３０人"]).status_code == 302
        found = Measurement.objects.filter(on=date(2026, 3, 31)).values_list("series__indicator__name", "value")
        assert dict(found) == {"申請率": Decimal("22.5"), "研修の受講者数": 30}

    @pytest.mark.parametrize("wrong", ["たくさん", "20件", "－", "1E30"])
    def test_one_mistake_records_nothing_and_stands_in_its_line(self, client, town, officer, indicators, wrong):
        answer = self.post(client, town, indicators, ["22.5", wrong, "30"])
        lines = answer.context["table"].lines
        assert (answer.status_code, Measurement.objects.count()) == (422, 3)
        assert [bool(line.error) for line in lines] == [False, True, False]
        assert [line.typed for line in lines] == ["22.5", wrong, "30"]

    def test_a_pasted_column_fills_the_table_in_its_order(self, client, town, officer, indicators):
        answer = self.post(client, town, indicators, ["", "", ""], paste="1", column="22.5\t注\r\n\r\n30\r\n")
        assert [line.typed for line in answer.context["table"].lines] == ["22.5", "", "30"]
        assert Measurement.objects.count() == 3

    def test_a_column_with_too_many_lines_is_not_put_in(self, client, town, officer, indicators):
        answer = self.post(client, town, indicators, ["", "", ""], paste="1", column="1\n2\n3\n4")
        assert (answer.status_code, answer.context["table"].lines[0].typed) == (422, "")
        assert answer.context["table"].paste_error.startswith("貼り付けた行は4行ですが")

    def test_a_day_that_has_a_value_already_is_not_overwritten(self, client, town, officer, indicators):
        answer = self.post(client, town, indicators, ["22", "", ""], **{f"on-{indicators[0].pk}": "2025-03-31"})
        assert answer.status_code == 422
        assert Measurement.objects.filter(value=22).count() == 0

    def test_doubts_are_asked_about_once(self, client, town, officer, indicators):
        answer = self.post(client, town, indicators, ["225", "", ""])
        assert (answer.status_code, Measurement.objects.count()) == (422, 3)
        accepted = answer.context["table"].fingerprint
        assert self.post(client, town, indicators, ["225", "", ""], accepted=accepted).status_code == 302

    def test_others_indicators_are_not_in_the_table_even_when_asked_for(self, client, town, indicators):
        client.force_login(indicators[0].owner.user)
        self.post(client, town, indicators, ["22", "23", "24"])
        found = Measurement.objects.filter(on=date(2026, 3, 31)).values_list("series__indicator__name", flat=True)
        assert list(found) == ["申請率"]


class TestDue:
    def due(self, town, on=TODAY):
        actor = make_actor(town, on=on)
        return [row.name for row in due_indicators(recordable_indicators(actor), on)]

    def test_due_is_what_lacks_the_newest_period_that_is_over(self, town, plan):
        goal = make_goal(plan)
        make_indicator(goal, name="年", cadence="yearly", readings={"2026-03-31": 1})
        make_indicator(goal, name="年（古い）", cadence="yearly", readings={"2025-03-31": 1})
        make_indicator(goal, name="四半期", cadence="quarterly", readings={"2026-06-30": 1})
        make_indicator(goal, name="月", cadence="monthly", readings={"2026-10-31": 1})
        make_indicator(goal, name="値なし")
        make_indicator(goal, name="評価できない", readings={"2026-03-31": None})
        assert self.due(town) == ["年（古い）", "四半期", "値なし"]

    def test_a_figure_of_another_day_is_due_a_year_later_and_that_day_is_offered(self, client, town, officer, plan):
        indicator = make_indicator(make_goal(plan), name="十月", readings={"2025-10-01": 1})
        assert self.due(town, date(2026, 10, 1)) == []
        assert self.due(town, date(2026, 10, 2)) == ["十月"]
        form = client.get(address(town, "measurement_add", indicator.pk)).context["form"]
        [line] = client.get(address(town, "measurement_entry")).context["table"].lines
        assert (form["on"].value(), line.on) == ("2026-10-01", date(2026, 10, 1))

    @pytest.mark.parametrize("cadence", ["yearly", "half_yearly", "quarterly", "monthly"])
    @pytest.mark.parametrize("on", [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)])
    def test_due_and_the_day_that_is_offered_agree(self, town, plan, cadence, on):
        goal = make_goal(plan)
        for number, day in enumerate(("2024-03-31", "2025-10-01", "2026-03-31", "2026-12-31")):
            baseline = {"baseline": 1, "baseline_on": date.fromisoformat(day)}
            make_indicator(goal, name=f"基準値{number}", cadence=cadence, terms=baseline)
            make_indicator(goal, name=f"値{number}", cadence=cadence, readings={day: 1})
            make_indicator(goal, name=f"値なし{number}", cadence=cadence, readings={"2024-01-01": None, day: None})
            make_indicator(goal, name=f"両方{number}", cadence=cadence, readings={"2025-01-01": 1}, terms=baseline)
        last = last_known_days(Series.objects.all())
        rows = {row.name: last[row.series.get().pk] for row in Indicator.objects.filter(cadence=cadence)}
        expected = {name for name, day in rows.items() if next_reading(day, cadence) < on}
        assert set(self.due(town, on)) == expected

    def test_a_baseline_is_asked_for_a_year_later_and_stands_as_the_last_value(self, client, town, officer, plan):
        baseline = {"baseline": Decimal("28.5"), "baseline_on": date(2026, 3, 31)}
        indicator = make_indicator(make_goal(plan), name="基準値のみ", terms=baseline)
        assert (self.due(town), self.due(town, date(2027, 4, 1))) == ([], ["基準値のみ"])
        form = client.get(address(town, "measurement_add", indicator.pk))
        assert form.context["form"]["on"].value() is None
        listed = client.get(address(town, "indicator_list")).content.decode()
        detail = client.get(address(town, "indicator_detail", indicator.pk)).content.decode()
        for page in (form.content.decode(), listed):
            assert "28.5%" in page
            assert '<small class="k-sub">基準値</small>' in page
        assert "基準値は、令和7年度末の28.5%です。" in detail
        assert "まだ値がありません" not in detail

    def test_drafts_ended_and_automatic_ones_are_not_asked_for(self, town, plan):
        make_indicator(make_goal(make_plan(town, name="準備中", status="draft")))
        make_indicator(make_goal(plan), ended_on=TODAY)
        make_indicator(make_goal(plan), source="api")
        assert self.due(town) == []


def test_the_list_of_recordable_indicators_is_the_twin_of_the_rule(town, plan):
    ours, theirs = make_department(town), make_department(town, "税務課")
    for department in (ours, theirs):
        for public in (True, False):
            goal = make_goal(plan, department=department)
            make_indicator(goal, is_public=public, deputy=make_membership(town))
    rows = list(recordable_indicators(make_actor(town)))
    people = [make_actor(town, role, ours) for role in Role.values]
    from kiun.municipality.actors import actor_of

    people += [actor_of(rows[0].owner.user, town, on=TODAY), actor_of(rows[0].deputy.user, town, on=TODAY)]
    for actor in people:
        if actor.is_town_staff:
            allowed = {row.pk for row in rows if may(actor, "goals.record_measurement", row)}
            assert set(recordable_indicators(actor).values_list("pk", flat=True)) == allowed
