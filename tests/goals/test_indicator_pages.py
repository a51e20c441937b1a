"""One indicator: what its page says, and how its contract changes."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kiun.activity.queries import version_of
from kiun.goals.models import Indicator, Series
from kiun.goals.services import change_indicator
from kiun.municipality.actors import actor_of
from tests.factories import (
    make_membership,
)
from tests.goals.pages import url

pytestmark = pytest.mark.usefixtures("today")


class TestIndicatorPage:
    def test_it_says_its_point_and_shows_the_contract_and_every_value(self, client, town, rows, officer):
        answer = client.get(url(town, "indicator_detail", rows["indicator"].pk))
        assert (
            str(answer.context["lead"])
            == "令和7年度末は51%。令和10年度末の目標（60%）に届く見込みは高いです（確率67〜90%）。"
        )
        assert [reading.value for reading in answer.context["course"].readings] == [51, 43, 35, 28]
        chart = answer.context["course"].chart
        assert [len(line.points) for line in chart.series] == [4]
        assert (chart.target.value, chart.target.on) == (60, date(2029, 3, 31))
        assert chart.fan[0].on == date(2026, 3, 31)
        assert chart.fan[-1].on == date(2029, 3, 31)
        assert all(point.middle == round(point.middle) for point in chart.fan)

    def test_values_of_an_earlier_definition_are_a_line_of_their_own(self, client, town, rows, officer):
        actor = actor_of(officer.user, town)
        change_indicator(
            actor=actor, indicator=rows["indicator"], series_fields={"definition": "電話を除く"}, reason="数え方"
        )
        answer = client.get(url(town, "indicator_detail", rows["indicator"].pk))
        course = answer.context["course"]
        assert ([one.number for one in course.earlier], course.readings) == ([1], [])
        assert [len(line.points) for line in course.chart.series] == [4]
        assert "以前の定義" in answer.content.decode()
        entry = answer.context["history"][0]
        assert (entry.what, entry.reason) == ("値の系列を始めました", "数え方")

    def test_the_history_names_fields_values_and_reasons(self, client, town, rows, officer):
        where = url(town, "indicator_edit", rows["indicator"].pk)
        form = client.get(where).context["form"]
        data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        data |= {"seen": form["seen"].value(), "target": "７０%", "reason": "中間見直し"}
        assert client.post(where, data).status_code == 302
        client.post(
            url(town, "measurement_add", rows["indicator"].pk), {"on": "2026-09-30", "value": "53", "note": "速報"}
        )
        entries = client.get(url(town, "indicator_detail", rows["indicator"].pk)).context["history"]
        told = [(e.what, [(str(c.label), c.before, c.after) for c in e.changes], e.reason, e.who) for e in entries]
        assert told == [
            ("値の記録", [("令和8年9月30日", "", "53 · 速報")], "", "緑川 葵"),
            ("変更", [("目標値", "60", "70")], "中間見直し", "緑川 葵"),
        ]

    def test_an_ended_one_stays_readable(self, client, town, rows, officer):
        where = url(town, "indicator_end", rows["indicator"].pk)
        assert client.post(where, {"on": "2026-11-01", "reason": ""}).status_code == 422
        assert client.post(where, {"on": "2026-11-01", "reason": "制度の終了"}).status_code == 302
        page = client.get(url(town, "indicator_detail", rows["indicator"].pk)).content.decode()
        assert "令和8年11月1日に終えました。" in page
        assert "制度の終了" in page

    def test_owner_and_deputy_change_with_a_trace(self, client, town, rows, officer):
        colleague = make_membership(town, department=rows["department"])
        where = url(town, "indicator_owner", rows["indicator"].pk)
        form = client.get(where).context["form"]
        data = {"department": rows["department"].pk, "owner": colleague.pk, "seen": form["seen"].value()}
        assert client.post(where, data | {"deputy": colleague.pk}).status_code == 422
        assert client.post(where, data | {"refresh": "1"}).status_code == 200
        assert client.post(where, data | {"reason": "人事異動"}).status_code == 302
        rows["indicator"].refresh_from_db()
        assert rows["indicator"].owner == colleague

    def test_terms_that_contradict_each_other_are_said_at_their_field(self, client, town, rows, officer):
        data = {"name": "待ち時間", "unit": "分", "direction": "decrease", "cadence": "yearly", "grace_days": "60"}
        data |= {"started_on": "2026-04-01", "owner": officer.pk}
        where = url(town, "indicator_create", rows["goal"].pk)
        for wrong, field, said in (
            (
                {"baseline": "24", "target": "24"},
                "target",
                "目標値が基準値と同じです。目指す値を書いてください。いまの値を保つ目標なら、方向を「維持する」にしてください。",
            ),
            (
                {"baseline": "24", "target": "30"},
                "target",
                "減らす指標なのに、目標値が基準値より高くなっています。確かめてください。",
            ),
            ({"baseline": "24件"}, "baseline", "単位は「件」ではなく「分」です。「分」で書いてください。"),
            (
                {"baseline_on": "令和7年度末", "deadline": "令和6年度末"},
                "deadline",
                "期限が基準値の時点より後になっていません。両方の日付を確かめてください。",
            ),
            ({"deadline": "令和99年99月"}, "deadline", None),
            ({"owner": ""}, "owner", None),
        ):
            answer = client.post(where, data | wrong)
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
            if said:
                assert answer.context["form"].errors[field] == [said]
        assert Indicator.objects.count() == 1
        assert client.post(where, data | {"target": "15分", "deadline": "令和9年度末"}).status_code == 302
        assert Series.objects.get(indicator__name="待ち時間").deadline == date(2028, 3, 31)

    def test_evidence_is_a_file_of_the_indicator(self, client, town, rows, officer, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        where = url(town, "evidence_add", rows["indicator"].pk)
        seen = version_of(rows["indicator"])
        assert client.post(where, {"file": SimpleUploadedFile("集計.exe", b"MZ")}).status_code == 422
        assert client.post(where, {}).status_code == 422
        assert client.post(where, {"file": SimpleUploadedFile("集計.csv", "件数,12".encode())}).status_code == 302
        answer = client.get(url(town, "indicator_detail", rows["indicator"].pk))
        assert [file.name for file in answer.context["files"]] == ["集計.csv"]
        assert answer.context["history"][0].what == "根拠資料の追加：集計.csv"
        assert version_of(rows["indicator"]) == seen
