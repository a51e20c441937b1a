"""Nothing in a report disappears silently, and every number of it is counted in one place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.test import Client

from kiun.dashboard.forms.reports import usual_title
from kiun.dashboard.reports.document import Paragraph, Table, as_json, blocks_of, from_json
from kiun.dashboard.reports.indicators import _uncounted
from kiun.goals.queries import StatusCounts
from kiun.initiatives.models import Blocker, InitiativeStatus, Milestone
from kiun.initiatives.services import end_initiative
from kiun.municipality.models import Role
from tests.dashboard.report_reading import bars, cells, items, report_of, said, table
from tests.factories import (
    TODAY,
    make_actor,
    make_goal,
    make_indicator,
    make_initiative,
    make_membership,
    make_plan,
    make_policy,
    make_task,
)

UNTIL_MARCH = {"2024-09-30": 28, "2025-03-31": 33, "2025-09-30": 39, "2026-03-31": 44}


@pytest.fixture
def town(in_hinata):
    return in_hinata


@pytest.fixture
def officer(town):
    return make_actor(town)


@pytest.fixture
def goal(town):
    plan = make_plan(town)
    return make_goal(plan, policy=make_policy(plan, "窓口"))


@pytest.fixture
def owner(town):
    return make_membership(town, Role.MEMBER)


def block(initiative):
    task = make_task(initiative)
    Blocker(task=task, text="秘密のわけ", decider=initiative.owner, raised_on=TODAY).save()


def stop(actor, initiative):
    end_initiative(
        actor=actor, initiative=initiative, status=InitiativeStatus.STOPPED, on=date(2026, 8, 1), reason="秘密のわけ"
    )


def test_an_indicator_without_a_value_in_the_period_is_not_told_as_unchanged(officer, goal):
    make_indicator(goal, "動かない指標", {**UNTIL_MARCH, "2026-09-30": 44})
    make_indicator(goal, "測らなかった指標", UNTIL_MARCH)
    report = report_of(officer)
    assert [row[:4] for row in cells(report, "「窓口」の指標")] == [
        ["動かない指標", "44%", "44%", "±0ポイント"],
        ["測らなかった指標", "44%", "期間内に値なし", "—"],
    ]
    assert cells(report, "施策ごとの指標の数")[0][-1] == "1"
    assert "2の指標のうち1には期間内の値がなく、変化は分かりません。" in said(report)
    assert [item.text for item in items(report)] == ["測らなかった指標：令和7年度末は44%。"]


def test_a_period_before_anything_was_known_tells_no_later_value(officer, goal):
    terms = {"baseline": Decimal(20), "baseline_on": date(2024, 3, 31)}
    make_indicator(goal, "オンライン申請の割合", UNTIL_MARCH, terms=terms)
    make_initiative(goal)
    report = report_of(officer, first=date(2019, 4, 1), last=date(2020, 3, 31))
    assert cells(report, "「窓口」の指標") == [
        ["オンライン申請の割合", "—", "期間内に値なし", "—", "60%（R11.3.31）", "— 判定不能"]
    ]
    assert "期間内に値のある指標はありません。" in said(report)
    assert "期間の終わりまでに始まった採択済みの取組はありません。" in said(report)
    assert "20%" not in said(report)


def test_a_short_list_says_how_many_more_there_are_and_the_annex_holds_all(officer, goal, owner):
    for number in range(8):
        make_indicator(goal, f"指標{number}", UNTIL_MARCH, owner=owner)
    report = report_of(officer)
    assert [item.text.split("：")[0] for item in items(report)] == [
        *(f"指標{number}" for number in range(5)),
        "ほか3件（表「期間内に値のない指標」に全件を掲載）",
    ]
    assert items(report)[-1].spans[0].url == "#silent"
    assert report.sections[-1].title == "別表"
    annex = table(report, "期間内に値のない指標")
    assert (annex.key, [row[0].text for row in annex.rows]) == ("silent", [f"指標{number}" for number in range(8)])


def test_a_list_that_is_told_whole_needs_no_annex(officer, goal, owner):
    for number in range(5):
        make_indicator(goal, f"指標{number}", UNTIL_MARCH, owner=owner)
    report = report_of(officer)
    assert len(items(report)) == 5
    assert "別表" not in said(report)


def test_of_many_curves_it_is_said_how_many_are_drawn(officer, goal, owner):
    for number in range(15):
        make_indicator(
            goal,
            f"指標{number}",
            {**UNTIL_MARCH, "2026-09-30": 50},
            owner=owner,
            terms={"baseline": Decimal(20), "baseline_on": date(2024, 3, 31)},
        )
    report = report_of(officer)
    assert "目標に近づいた指標と遅れている指標（合わせて15）のうち12について掲載" in said(report)


@pytest.fixture
def troubled(goal):
    """Initiatives that stand in every way."""
    late = make_initiative(goal, "遅れて止まった取組")
    make_task(late, due_on=date(2026, 11, 20))
    block(late)
    block(make_initiative(goal, "止まった取組"))
    make_initiative(goal, "進む取組")
    missed = make_initiative(goal, "節目を過ぎた取組")
    Milestone(initiative=missed, name="公開", due_on=date(2026, 11, 1)).save()
    hidden = make_initiative(goal, "内部の節目を過ぎた取組")
    Milestone(initiative=hidden, name="内部", due_on=date(2026, 11, 1), is_public=False).save()
    make_initiative(goal, "終わりを過ぎた取組", ends_on=date(2026, 10, 31))


def states(report):
    return {row[0]: row[-1] for row in cells(report, "取組")}


def test_an_initiative_with_something_in_its_way_is_not_as_planned(officer, troubled):
    report = report_of(officer, is_internal=True)
    assert states(report) == {
        "遅れて止まった取組": "▼ 遅れ\n遅れた作業1件、支障のある作業1件",
        "止まった取組": "◐ 支障あり\n支障のある作業1件",
        "進む取組": "● 予定どおり",
        "節目を過ぎた取組": "▼ 遅れ\n未達の節目1件",
        "内部の節目を過ぎた取組": "▼ 遅れ\n未達の節目1件",
        "終わりを過ぎた取組": "▼ 遅れ\n終了日を超過",
    }
    assert "採択済みの取組6件のうち1件は予定どおりです。4件が遅れ、1件に支障があります。" in said(report)
    assert "支障のある取組（1件）\n止まった取組：支障のある作業が1件あります" in said(report)


def test_residents_read_that_work_is_late_but_not_by_what_nor_what_stands_in_its_way(officer, troubled):
    report = report_of(officer)
    assert states(report) == {
        "遅れて止まった取組": "▼ 遅れ",
        "止まった取組": "◐ 進行中",
        "進む取組": "◐ 進行中",
        "節目を過ぎた取組": "▼ 遅れ\n未達の節目1件",
        "内部の節目を過ぎた取組": "▼ 遅れ",
        "終わりを過ぎた取組": "▼ 遅れ\n終了日を超過",
    }
    assert "6の取組を進めています。うち4の取組が予定より遅れています。" in said(report)
    assert "遅れて止まった取組：予定より遅れています" in said(report)
    for inside in ("支障", "予定どおり", "作業1件", "秘密のわけ"):
        assert inside not in said(report)


def test_every_part_counts_the_same_initiatives(officer, goal, owner):
    for number in range(20):
        make_task(make_initiative(goal, f"取組{number}", owner=owner))
    make_initiative(goal, "終えた取組", status=InitiativeStatus.DONE, ended_on=date(2026, 8, 1))
    stop(officer, make_initiative(goal, "やめた取組"))
    make_initiative(goal, "前に終えた取組", status=InitiativeStatus.DONE, ended_on=date(2026, 3, 1))
    public, internal = (report_of(officer, is_internal=kind) for kind in (False, True))
    assert "20の取組を進めています。遅れはありません。" in said(public)
    assert "採択済みの取組20件のうち20件は予定どおりです。" in said(internal)
    for report in (public, internal):
        assert "このほか、期間の初めから現在までに完了した取組が1件、中止した取組が1件あります。" in said(report)
        assert sum(len(figure.categories) for figure in bars(report)) == 20
        assert len(table(report, "取組").rows) == 22


def test_where_all_work_has_ended_nobody_is_told_that_none_was_approved(officer, goal):
    make_initiative(goal, status=InitiativeStatus.DONE, ended_on=date(2026, 8, 1))
    assert "進めている取組はありません。" in said(report_of(officer))


def urls(report):
    spans = [
        span
        for block in blocks_of(report)
        if isinstance(block, Paragraph | Table)
        for row in ([block.spans] if isinstance(block, Paragraph) else block.rows)
        for span in row
    ]
    return {span.text: span.url for span in spans if span.url}


def test_initiatives_link_to_where_the_reader_finds_them(officer, town, goal):
    running = make_initiative(goal, "進む取組")
    stop(officer, make_initiative(goal, "やめた取組"))
    public = urls(report_of(officer))
    assert public == {"進む取組": f"http://127.0.0.1:8000/p/hinata/roadmap/#initiative-{running.pk}"}
    assert f'id="initiative-{running.pk}"' in Client().get("/p/hinata/roadmap/").content.decode()
    internal = urls(report_of(officer, is_internal=True))
    assert internal["進む取組"] == f"http://127.0.0.1:8000/t/hinata/initiatives/{running.pk}/"
    assert set(internal) == {"進む取組", "やめた取組"}


def test_a_town_without_public_pages_gets_no_links_to_them(officer, town, goal):
    make_indicator(goal, readings=UNTIL_MARCH)
    make_initiative(goal)
    town.is_public = False
    town.save()
    assert urls(report_of(replace(officer, municipality=town))) == {}


def test_a_report_written_before_columns_measured_themselves_is_still_read(officer, goal):
    make_indicator(goal, readings=UNTIL_MARCH)
    report = report_of(officer)
    stored = as_json(report)
    for section in stored["sections"]:
        for one in section["blocks"]:
            for column in one.get("columns", ()):
                column["share"] = 3
    assert from_json(stored) == report


def test_what_is_for_residents_says_first_that_it_tells_of_nothing_else(officer, goal):
    make_indicator(goal, readings=UNTIL_MARCH)
    make_indicator(goal, "庁内の指標", is_public=False)
    words = "公開している指標・取組だけを載せています。"
    summary, internal = (report_of(officer, is_internal=kind).sections[0].blocks for kind in (False, True))
    assert summary[2].text == words
    assert words not in [block.text for block in internal if isinstance(block, Paragraph)]


def test_why_an_initiative_was_stopped_is_told_to_the_town_hall_only(officer, goal):
    row = make_initiative(goal, "やめた取組")
    stop(officer, row)
    assert cells(report_of(officer, is_internal=True), "取組")[0][-1] == "中止\n中止の理由：秘密のわけ"
    public = report_of(officer)
    assert cells(public, "取組")[0][-1] == "中止"
    assert "秘密" not in said(public)


RISING = {"2024-09-30": 28, "2025-03-31": 33, "2025-09-30": 39, "2026-03-31": 44, "2026-09-30": 49}
BASELINE = {"baseline": 20, "baseline_on": date(2024, 3, 31), "started_on": date(2024, 4, 1)}
LOST = "この目標の取組は中止されました。見通しはこれまでの実績だけによります。"


def public_page(indicator):
    caches["pages"].clear()
    return Client().get(f"/p/hinata/indicators/{indicator.pk}/").content.decode()


@pytest.mark.parametrize(
    ("others", "residents", "staff"),
    [
        ([], True, True),
        ([{"is_public": False}], False, False),
        ([{"status": InitiativeStatus.DONE}], False, False),
        ([{"status": InitiativeStatus.PROPOSED}], True, True),
    ],
)
def test_where_all_work_was_stopped_no_outlook_is_told_without_saying_so(officer, goal, others, residents, staff):
    indicator = make_indicator(goal, readings=RISING, terms=BASELINE)
    for fields in others:
        make_initiative(goal, "ほかの取組", **fields)
    stop(officer, make_initiative(goal, "やめた取組"))
    for is_internal, expected in ((False, residents), (True, staff)):
        assert (LOST in said(report_of(officer, is_internal=is_internal))) == expected
    page = public_page(indicator)
    assert (LOST in page) == residents


def test_that_inner_work_was_stopped_is_not_told_to_residents(officer, goal):
    indicator = make_indicator(goal, readings=RISING, terms=BASELINE)
    stop(officer, make_initiative(goal, "庁内の取組", is_public=False))
    assert LOST in said(report_of(officer, is_internal=True))
    assert LOST not in said(report_of(officer))
    assert LOST not in public_page(indicator)


def test_work_that_was_never_approved_is_not_told_as_stopped(officer, goal):
    make_indicator(goal, readings=RISING, terms=BASELINE)
    stop(officer, make_initiative(goal, "見送った案", status=InitiativeStatus.PROPOSED))
    assert LOST not in said(report_of(officer, is_internal=True))


def test_the_numbers_of_the_opening_make_up_the_whole(officer):
    counts = StatusCounts(on_track=28, even=4, late=13, stale=9, unknown=5)
    assert [block.text for block in _uncounted(counts)] == [
        "4指標は、目標に届くかどうかが五分五分です。",
        "14指標は、値が入っていないか少ないため、順調に数えていません。",
    ]


def test_the_usual_title_names_the_plan_and_has_one_pair_of_brackets(officer, goal):
    goal.plan.name = "ひなた市DX推進計画"
    goal.plan.save()
    assert usual_title(officer, date(2026, 4, 1), TODAY) == "ひなた市DX推進計画の進み具合（令和8年度・これまで）"
