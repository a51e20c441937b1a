"""新旧対照表: what a reader sees of the plan of two days."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.goals.models import Goal, Plan, Policy
from kiun.goals.services import add_policy, begin_edition, change_indicator, change_policy, end_goal, save_goal
from kiun.initiatives.models import Initiative, InitiativeStatus, Mode, ModeKind, Phase
from kiun.initiatives.queries.comparison import comparison, editions_compared
from kiun.initiatives.queries.comparison.sheet import comparison_sheet
from kiun.initiatives.services import approve_initiative, end_initiative, save_initiative
from kiun.initiatives.services.modes import Needs, choose_mode, save_mode
from kiun.initiatives.services.phases import save_parts
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_initiative

OLD, NEW = date(2026, 4, 1), date(2026, 11, 1)


@pytest.fixture
def system(town):
    """Kiun itself on any day, its records dated on that day."""
    return lambda on: system_actor(town, on=on, via="demo")


def rows(plan, actor, old=OLD, new=NEW):
    found = comparison(old_day=old, new_day=new, actor=actor, plan=plan)
    return {row.title: row for row in found.rows}, found


def sides(row):
    return {field.label: (field.old_text, field.new_text) for field in row.fields}


def test_nothing_between_two_days_without_a_change(plan, officer, system):
    add_policy(actor=system(date(2026, 1, 5)), policy=Policy(plan=plan, name="窓口"))
    found = comparison(old_day=OLD, new_day=NEW, actor=officer, plan=plan)
    assert found.rows == ()


def test_what_is_new_changed_and_gone_stands_in_the_order_of_the_tree(plan, officer, system):
    first = add_policy(actor=system(date(2026, 1, 5)), policy=Policy(plan=plan, code="1", name="窓口", order=1))
    second = add_policy(actor=system(date(2026, 1, 5)), policy=Policy(plan=plan, code="2", name="防災", order=2))
    gone = save_goal(actor=system(date(2026, 1, 6)), goal=Goal(plan=plan, policy=second, text="紙で知らせる"))
    second.name = "防災と減災"
    change_policy(actor=system(date(2026, 6, 1)), policy=second, reason="国の計画に合わせる")
    end_goal(actor=system(date(2026, 6, 2)), goal=gone, on=date(2026, 6, 2), reason="役目を終えた")
    save_goal(
        actor=system(date(2026, 7, 1)), goal=Goal(plan=plan, policy=first, code="1-1", text="待ち時間を15分にする")
    )
    by_title, found = rows(plan, officer)
    told = [(row.title, row.depth, row.state) for row in found.rows]
    assert told == [
        ("デジタル変革推進計画", 0, "same"),
        ("1 窓口", 1, "same"),
        ("1-1 待ち時間を15分にする", 2, "new"),
        ("2 防災と減災", 1, "changed"),
        ("紙で知らせる", 2, "removed"),
    ]
    assert sides(by_title["2 防災と減災"]) == {"名前": ("防災", "防災と減災")}
    [reason] = by_title["2 防災と減災"].reasons
    assert (reason.on, reason.text, reason.revision) == (date(2026, 6, 1), "国の計画に合わせる", None)
    assert (found.added, found.changed, found.removed) == (1, 1, 1)


def test_terms_of_an_indicator_are_told_in_its_unit_also_across_a_new_series(plan, system, officer):
    goal = make_goal(plan, department=make_department(plan.municipality))
    indicator = make_indicator(goal, "申請の割合")
    change_indicator(
        actor=system(date(2026, 6, 1)), indicator=indicator, series_fields={"target": 70}, reason="国の目標に合わせる"
    )
    by_title, _found = rows(plan, officer)
    assert sides(by_title["申請の割合"]) == {"目標値": ("60%", "70%")}
    change_indicator(
        actor=system(date(2026, 7, 1)), indicator=indicator, series_fields={"unit": "件"}, reason="数え方を変える"
    )
    by_title, _found = rows(plan, officer)
    assert sides(by_title["申請の割合"]) == {"単位": ("%", "件"), "目標値": ("60%", "70件")}
    assert [reason.text for reason in by_title["申請の割合"].reasons] == ["国の目標に合わせる", "数え方を変える"]


@pytest.fixture
def work(plan, system):
    """Proposed and approved before the first day."""
    goal = make_goal(plan, code="1-1", department=make_department(plan.municipality, "市民課"))
    owner = make_actor(plan.municipality, Role.MEMBER, goal.department).membership
    row = Initiative(
        plan=plan,
        name="書かない窓口",
        department=goal.department,
        owner=owner,
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31),
    )
    save_initiative(actor=system(date(2026, 2, 1)), initiative=row, goals=[goal])
    approve_initiative(actor=system(date(2026, 3, 24)), initiative=row, reason="当初予算の議決")
    row.refresh_from_db()
    return row


def test_a_change_of_an_initiative_names_the_entry_of_the_ledger(plan, system, officer, work):
    work.ends_on = date(2027, 6, 30)
    goals = [served.goal for served in work.served_goals.all()]
    save_initiative(actor=system(date(2026, 9, 1)), initiative=work, goals=goals, reason="改修が延びた")
    by_title, _found = rows(plan, officer)
    row = by_title["書かない窓口"]
    assert (row.state, sides(row)) == ("changed", {"終了日": ("令和9年3月31日", "令和9年6月30日")})
    assert [piece.text for piece in row.fields[0].new if piece.differs] == ["6", "30"]
    assert [(reason.text, reason.revision) for reason in row.reasons] == [("改修が延びた", 2)]


def test_an_approval_makes_it_new_and_a_stop_removes_it(plan, system, officer, work):
    assert rows(plan, officer, date(2026, 2, 10), OLD)[0]["書かない窓口"].state == "new"
    assert rows(plan, officer, date(2026, 1, 1), date(2026, 2, 10))[1].rows == ()
    end_initiative(
        actor=system(date(2026, 9, 1)),
        initiative=work,
        status=InitiativeStatus.STOPPED,
        on=date(2026, 9, 1),
        reason="使われない",
    )
    row = rows(plan, officer)[0]["書かない窓口"]
    assert (row.state, sides(row)["終了日"]) == ("removed", ("令和9年3月31日", ""))
    assert [reason.text for reason in row.reasons] == ["使われない"]


def test_the_chosen_way_and_what_it_needs_are_part_of_the_initiative(plan, system, officer, work):
    spring, autumn = system(date(2026, 3, 30)), system(date(2026, 9, 1))
    save_mode(actor=spring, mode=Mode(initiative=work, kind=ModeKind.CONTRACT, quarters=4), needs=Needs(), reason="x")
    reduced = Mode(initiative=work, kind=ModeKind.REDUCED, quarters=2)
    save_mode(actor=spring, mode=reduced, needs=Needs(), reason="代わりの案")
    assert rows(plan, officer, OLD, date(2026, 8, 1))[1].rows == ()
    choose_mode(actor=autumn, mode=reduced, reason="補正がつかない")
    row = rows(plan, officer)[0]["書かない窓口"]
    assert sides(row) == {"進め方": ("委託", "縮小"), "期間（四半期数）": ("4", "2")}
    assert [reason.text for reason in row.reasons] == ["補正がつかない"]


def test_a_phase_stands_below_its_initiative(plan, system, officer, work):
    phase = Phase(goal="仕様を固める", starts_on=date(2026, 4, 1), ends_on=date(2026, 9, 30))
    save_parts(actor=system(date(2026, 6, 1)), initiative=work, parts=[phase], reason="段階を分ける")
    _by_title, found = rows(plan, officer)
    assert [(row.title, row.state) for row in found.rows][-2:] == [("書かない窓口", "same"), ("短期", "new")]
    assert sides(found.rows[-1])["段階の目標"] == ("", "仕様を固める")


def test_a_department_reads_its_own_work_only(plan, system, work):
    town = plan.municipality
    strangers = make_actor(town, Role.HEAD, make_department(town, "税務課"))
    own = make_actor(town, Role.HEAD, work.department)
    for actor, seen in ((strangers, False), (own, True)):
        assert ("書かない窓口" in rows(plan, actor, date(2026, 2, 10), OLD)[0]) is seen


def test_what_was_renamed_after_the_second_day_is_told_as_it_was(plan, system, officer, work):
    work.name = "書かない・待たない窓口"
    goals = [served.goal for served in work.served_goals.all()]
    save_initiative(actor=system(date(2026, 9, 1)), initiative=work, goals=goals, reason="広げる")
    assert [row.title for row in rows(plan, officer, date(2026, 2, 10), OLD)[1].rows][-1] == "書かない窓口"


def test_the_workbook_holds_a_line_for_each_field(plan, system, officer, work):
    work.ends_on, work.summary = date(2027, 6, 30), "窓口で書く時間をなくす"
    goals = [served.goal for served in work.served_goals.all()]
    save_initiative(actor=system(date(2026, 9, 1)), initiative=work, goals=goals, reason="改修が延びた")
    sheet = comparison_sheet(rows(plan, officer)[1], str(plan))
    lines = [list(line) for line in sheet.rows]
    assert [line[3:6] for line in lines if line[0] == "変更"] == [
        ["何を、誰のために行うか", "", "窓口で書く時間をなくす"],
        ["終了日", "令和9年3月31日", "令和9年6月30日"],
    ]
    assert [line[6:] for line in lines if line[6]] == [["R8.9.1 改修が延びた", "第2号"]]


def test_editions_are_compared_by_what_grew_out_of_what(plan, officer, system):
    policy = add_policy(actor=officer, policy=Policy(plan=plan, code="1", name="窓口"))
    kept = make_goal(plan, "待ち時間を15分にする", policy=policy, code="1-1")
    make_goal(plan, "紙を減らす", policy=policy, code="1-2", ended_on=date(2026, 3, 1))
    later = begin_edition(
        actor=officer, predecessor=plan, plan=Plan(name=plan.name, edition="第2版", first_year=2027, last_year=2030)
    )
    grown = later.goals.get()
    grown.text = "待ち時間を10分にする"
    save_goal(actor=officer, goal=grown)
    save_goal(actor=officer, goal=Goal(plan=later, code="1-3", text="予約を広げる"))
    found = editions_compared(old=plan, new=later, actor=officer)
    told = {row.title: row.state for row in found.rows}
    assert told == {
        plan.name: "changed",
        "1 窓口": "same",
        "1-1 待ち時間を10分にする": "changed",
        "1-3 予約を広げる": "new",
    }
    assert kept.pk in {row.object_id for row in found.rows}


def test_how_many_questions_a_comparison_asks_does_not_grow(plan, officer):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            comparison(old_day=OLD, new_day=NEW, actor=officer, plan=plan)
        return len(captured)

    goal = make_goal(plan, department=make_department(plan.municipality))
    make_initiative(goal)
    few = asked()
    for number in range(10):
        make_initiative(goal, f"取組{number}")
        make_indicator(goal, f"指標{number}")
    assert asked() == few
