"""The board, the calendar, and changes on the list itself."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.activity.models import AuditEntry, Notice
from kiun.initiatives.models import Milestone, Task, TaskStatus
from kiun.municipality.models import Role
from tests.factories import TODAY, make_department, make_initiative, make_membership, make_task, make_user
from tests.initiatives.pages import sign_in, url


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def me(client, town, department):
    return sign_in(client, town, Role.MEMBER, department)


@pytest.fixture
def colleague(town, department):
    return make_membership(town, Role.MEMBER, department, user=make_user("森 樹"))


def columns(client, town, **chosen):
    board = client.get(url(town, "task_board"), chosen).context["columns"]
    return {column.status.value: [row.task.name for row in column.rows] for column in board}


def test_the_board_shows_tasks_by_their_state(client, town, initiative, me):
    make_task(initiative, "後", due_on=date(2026, 12, 20))
    make_task(initiative, "先", due_on=date(2026, 12, 10))
    make_task(initiative, "進行", status=TaskStatus.DOING)
    make_task(initiative, "済んだばかり", status=TaskStatus.DONE, percent=100, finished_on=TODAY)
    make_task(initiative, "昔", status=TaskStatus.DONE, percent=100, finished_on=date(2026, 5, 1))
    make_task(initiative, "取りやめ", status=TaskStatus.CANCELLED)
    assert columns(client, town) == {"todo": ["先", "後"], "doing": ["進行"], "done": ["済んだばかり"]}
    assert columns(client, town, q="進行") == {"todo": [], "doing": ["進行"], "done": []}


def test_a_card_moves_with_its_button(client, town, initiative, me):
    task = make_task(initiative)
    board = url(town, "task_board")
    answer = client.post(url(town, "task_progress", task.pk), {"status": "doing", "was": "todo:0", "next": board})
    assert answer.url == board
    assert columns(client, town)["doing"] == ["様式を整える"]


def test_the_calendar_shows_due_dates_milestones_and_holidays(client, town, initiative, me):
    make_task(initiative, "月末まで", due_on=date(2026, 11, 30))
    make_task(initiative, "翌月", due_on=date(2026, 12, 20))
    Milestone(initiative=initiative, name="運用開始", due_on=date(2026, 11, 24)).save()
    page = client.get(url(town, "task_calendar"))
    days = {day.day: day for week in page.context["weeks"] for day in week}
    assert [row.task.name for row in days[date(2026, 11, 30)].rows] == ["月末まで"]
    assert [milestone.name for milestone in days[date(2026, 11, 24)].milestones] == ["運用開始"]
    assert (days[date(2026, 11, 23)].holiday, days[date(2026, 11, 23)].is_closed) == ("勤労感謝の日", True)
    assert "令和8年11月の期限と節目" in page.content.decode()
    assert "翌月" in client.get(url(town, "task_calendar"), {"month": "2026-12"}).content.decode()


@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "9999-12", "いつか"])
def test_what_is_no_month_means_the_present_one(client, town, me, month):
    assert client.get(url(town, "task_calendar"), {"month": month}).context["month"] == date(2026, 11, 1)


@pytest.mark.parametrize("page", ["task_list", "task_board", "task_calendar"])
def test_many_tasks_cost_as_many_queries_as_one(client, town, goal, me, page):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url(town, page))
        return len(captured)

    for place in range(3):
        make_task(make_initiative(goal, f"{place}", department=me.department), due_on=TODAY)
    client.get(url(town, page))
    few = queries()
    for place in range(20):
        initiative = make_initiative(goal, f"また{place}", department=me.department)
        make_task(initiative, responsible=make_membership(town), department=make_department(town), due_on=TODAY)
    assert queries() == few


def quick(client, town, task, **changes):
    form = client.get(url(town, "task_quick", task.pk)).context["form"]
    opened = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    return lambda **more: client.post(
        url(town, "task_quick", task.pk), {**opened, **changes, **more}, headers={"HX-Request": "true"}
    )


def test_a_line_is_changed_where_it_stands(client, town, initiative, me, colleague):
    task = make_task(initiative, responsible=me)
    answer = quick(client, town, task, responsible=colleague.pk, due_on="12/4", state="doing", reason="調整")()
    assert answer.status_code == 200
    task.refresh_from_db()
    assert (task.responsible, task.due_on, task.status) == (colleague, date(2026, 12, 4), "doing")
    assert "森 樹" in answer.content.decode()
    assert [notice.recipient for notice in Notice.objects.all()] == [colleague]


def test_a_line_that_cannot_be_is_given_back_with_the_reason(client, town, initiative, me):
    task = make_task(initiative, responsible=me)
    answer = quick(client, town, task, due_on="12/4")()
    assert answer.status_code == 422
    assert "期限を延ばす理由を入力してください" in answer.content.decode()
    assert Task.objects.get().due_on == date(2026, 11, 30)


def test_of_two_who_change_a_line_the_later_is_told(client, town, initiative, me, colleague):
    task = make_task(initiative, responsible=me)
    first, second = quick(client, town, task), quick(client, town, task)
    first(due_on="R8.11.27")
    answer = second(due_on="R8.11.26")
    assert answer.status_code == 422
    assert "<b>期限</b>" in answer.content.decode()
    assert Task.objects.get().due_on == date(2026, 11, 27)


def test_a_report_of_somebody_else_is_not_overwritten_by_a_line(client, town, initiative, me):
    task = make_task(initiative, responsible=me)
    line = quick(client, town, task)
    client.post(url(town, "task_progress", task.pk), {"percent": "80", "was": "todo:0"})
    assert line(due_on="R8.11.27").status_code == 200
    assert Task.objects.values_list("status", "percent").get() == ("doing", 80)
    other = quick(client, town, task)
    client.post(url(town, "task_progress", task.pk), {"status": "done", "was": "doing:80"})
    assert other(state="cancelled").status_code == 422
    assert Task.objects.get().status == TaskStatus.DONE


def test_many_tasks_go_to_another_person_and_move_together(client, town, initiative, me, colleague):
    tasks = [make_task(initiative, f"作業{number}", responsible=me) for number in range(3)]
    chosen = {"task": [str(task.pk) for task in tasks], "responsible": "森 樹", "days": "7", "reason": "異動のため"}
    answer = client.post(url(town, "task_bulk"), chosen, follow=True)
    assert "3件の作業を変えました" in answer.content.decode()
    assert set(Task.objects.values_list("responsible", "starts_on", "due_on")) == {
        (colleague.pk, date(2026, 11, 9), date(2026, 12, 7)),
    }  # fmt: skip
    assert Notice.objects.get().subject == "3件の作業の担当になりました"
    assert AuditEntry.objects.filter(reason="異動のため").count() == 3


def test_a_task_that_has_begun_keeps_its_beginning(client, town, initiative, me):
    task = make_task(initiative, responsible=me, status=TaskStatus.DOING, percent=10)
    client.post(url(town, "task_bulk"), {"task": [task.pk], "days": "-3"})
    task.refresh_from_db()
    assert (task.starts_on, task.due_on) == (date(2026, 11, 2), date(2026, 11, 27))


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"days": "7"}, "期限を延ばす理由"),
        ({"days": ""}, "新しい担当者か、日付を動かす日数"),
        ({"days": "半年"}, "days"),
        ({"days": "9999", "reason": "x"}, "前後366日まで"),
        ({"responsible": "だれでもない"}, "responsible"),
    ],
)
def test_many_are_changed_together_or_not_at_all(client, town, initiative, me, chosen, told):
    tasks = [make_task(initiative, f"作業{number}", responsible=me) for number in range(2)]
    answer = client.post(url(town, "task_bulk"), {"task": [task.pk for task in tasks], **chosen})
    assert answer.status_code == 422
    assert told in str(answer.context["form"].errors)
    assert set(Task.objects.values_list("responsible", "due_on")) == {(me.pk, date(2026, 11, 30))}


def test_nobody_changes_tasks_of_others_in_a_crowd(client, town, goal, initiative, me):
    own = make_task(initiative, responsible=me)
    other = make_task(make_initiative(goal, department=make_department(town, "税務課")))
    answer = client.post(url(town, "task_bulk"), {"task": [own.pk, other.pk], "days": "-1"})
    assert answer.status_code == 422
    assert set(Task.objects.values_list("due_on", flat=True)) == {date(2026, 11, 30)}


def test_a_reader_is_offered_nothing_to_change(client, town, initiative, me):
    make_task(initiative)
    sign_in(client, town, Role.VIEWER, me.department)
    page = client.get(url(town, "task_list")).content.decode()
    assert "data-item-choose" not in page
    assert "data-item-done" not in page
