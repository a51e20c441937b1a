"""Pages of tasks: the list, one task, and the form."""

import re
from datetime import date
from decimal import Decimal

import pytest

from kiun.activity.models import Notice
from kiun.initiatives.models import Task, TaskStatus
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_department,
    make_initiative,
    make_link,
    make_membership,
    make_task,
    make_user,
)
from tests.initiatives.pages import sign_in, url


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def me(client, town, department):
    return sign_in(client, town, Role.MEMBER, department)


def filled_in(initiative, post, **changes):
    return {
        "name": "業者と打ち合わせる",
        "department": initiative.department_id,
        "responsible": post.pk,
        "estimate": "３人日",
        "starts_on": "12/1",
        "due_on": "R8.12.11",
        "priority": "2",
        **changes,
    }


def names_on(page):
    return [row.task.name for row in page.context["rows"]]


def test_a_task_is_written_as_officers_write(client, town, initiative, me):
    first = make_task(initiative, "調査する")
    colleague = make_membership(town, Role.MEMBER, make_department(town, "税務課"), user=make_user("森 樹"))
    page = client.post(
        f"{url(town, 'task_create')}?initiative={initiative.pk}",
        filled_in(
            initiative, me, helpers=["森 樹", ""], before_task=["調査する", ""],
            before_kind=["ss", "fs"], before_lag=["５日", ""],
        ),
    )  # fmt: skip
    task = Task.objects.get(name="業者と打ち合わせる")
    assert page.url == url(town, "task_detail", task.pk)
    assert (task.estimate, task.starts_on, task.due_on) == (Decimal(3), date(2026, 12, 1), date(2026, 12, 11))
    assert [helper.helper for helper in task.helpers.all()] == [colleague]
    assert [(link.before, link.kind, link.lag_days) for link in task.links_before.all()] == [(first, "ss", 5)]


def test_the_form_proposes_whoever_plans_the_task(client, town, initiative, me):
    form = client.get(f"{url(town, 'task_create')}?initiative={initiative.pk}").context["form"]
    assert (form["responsible"].value(), form["department"].value()) == (me.pk, me.department_id)


def test_without_an_initiative_the_first_question_is_of_which(client, town, initiative, goal, me):
    make_initiative(goal, "他課の取組", department=make_department(town, "税務課"))
    page = client.get(url(town, "task_create"))
    assert list(page.context["initiatives"]) == [initiative]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"responsible": ""}, "responsible"),
        ({"estimate": "0"}, "estimate"),
        ({"estimate": "10000"}, "estimate"),
        ({"estimate": "3円"}, "estimate"),
        ({"due_on": "R8.11.1"}, "due_on"),
        ({"due_on": "いつか"}, "due_on"),
        ({"before_task": "ない作業", "before_kind": "fs", "before_lag": ""}, "before"),
        ({"helpers": "だれでもない"}, "helpers"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_saved(client, town, initiative, me, changes, field):
    page = client.post(f"{url(town, 'task_create')}?initiative={initiative.pk}", filled_in(initiative, me, **changes))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert Task.objects.count() == 0


def test_what_comes_before_and_is_not_seen_is_not_shown_and_stays(client, town, goal, initiative, me):
    hidden = make_task(make_initiative(goal, "秘密の取組", department=make_department(town, "税務課")), "秘密の作業")
    task, seen = make_task(initiative, "調べる", responsible=me), make_task(initiative, "集める")
    make_link(hidden, task, lag_days=5)
    make_link(seen, task)
    edit = url(town, "task_edit", task.pk)
    page = client.get(edit)
    assert [row.task for row in page.context["form"]["before"].value()] == ["集める"]
    assert "秘密" not in page.content.decode()
    typed = filled_in(initiative, me, seen=page.context["form"]["seen"].value(), reason="x")
    client.post(edit, typed | {"before_task": "", "before_kind": "fs", "before_lag": ""})
    assert [(link.before, link.lag_days) for link in task.links_before.all()] == [(hidden, 5)]


def test_a_circle_is_said_at_the_predecessors(client, town, initiative, me):
    first, second = make_task(initiative, "甲"), make_task(initiative, "乙")
    make_link(first, second)
    changes = {"before_task": "乙", "before_kind": "fs", "before_lag": "", "reason": "順序"}
    page = client.post(url(town, "task_edit", first.pk), filled_in(initiative, me, **changes))
    assert page.status_code == 422
    assert "互いに待ち合う順序" in str(page.context["form"].errors["before"])


def test_putting_a_due_date_off_needs_a_reason(client, town, initiative, me):
    task = make_task(initiative, responsible=me)
    page = client.post(url(town, "task_edit", task.pk), filled_in(initiative, me, seen="0"))
    assert list(page.context["form"].errors) == ["reason"]
    client.post(url(town, "task_edit", task.pk), filled_in(initiative, me, seen="0", reason="業者の都合"))
    assert Task.objects.get().due_on == date(2026, 12, 11)


def test_of_two_people_the_later_sees_what_the_earlier_changed(client, town, initiative, me):
    task = make_task(initiative, responsible=me)
    edit = url(town, "task_edit", task.pk)
    opened = filled_in(initiative, me, seen=client.get(edit).context["form"]["seen"].value(), reason="x")
    client.post(edit, opened | {"name": "先に変えた名前"})
    page = client.post(edit, opened | {"name": "後から変えた名前", "estimate": "10"})
    assert page.status_code == 409
    assert page.context["conflict"]["contested"] == ("作業",)
    assert Task.objects.get().name == "先に変えた名前"


def test_helpers_that_only_the_other_changed_are_taken_over(client, town, initiative, me):
    task = make_task(initiative, responsible=me)
    make_membership(town, Role.MEMBER, user=make_user("森 樹"))
    edit = url(town, "task_edit", task.pk)
    opened = filled_in(initiative, me, seen=client.get(edit).context["form"]["seen"].value(), reason="x")
    client.post(edit, opened | {"helpers": "森 樹"})
    page = client.post(edit, opened | {"note": "備考"})
    assert page.status_code == 409
    assert page.context["conflict"]["contested"] == ()
    assert [str(name) for name in page.context["form"]["helpers"].value()] == ["森 樹"]


def test_the_list_narrows_down_and_sorts(client, town, initiative, me):
    me.user.name = "白井 健太"
    me.user.save()
    make_task(initiative, "遅れた作業", due_on=date(2026, 11, 10), responsible=me)
    make_task(initiative, "これからの作業", due_on=date(2026, 12, 10))
    make_task(initiative, "終わった作業", status=TaskStatus.DONE, percent=100, finished_on=TODAY)
    lists = url(town, "task_list")
    assert names_on(client.get(lists)) == ["遅れた作業", "これからの作業"]
    assert names_on(client.get(lists, {"sort": "-due_on"})) == ["これからの作業", "遅れた作業"]
    assert names_on(client.get(lists, {"state": "late"})) == ["遅れた作業"]
    assert names_on(client.get(lists, {"state": "done"})) == ["終わった作業"]
    assert names_on(client.get(lists, {"whose": "me"})) == ["遅れた作業"]
    assert names_on(client.get(lists, {"q": "これから"})) == ["これからの作業"]
    assert names_on(client.get(lists, {"person": "白井"})) == ["遅れた作業"]


@pytest.mark.parametrize("page", ["task_list", "task_board", "task_calendar", "initiative_list", "roadmap"])
def test_what_is_folded_away_says_how_many_conditions_are_set(client, town, initiative, me, page):
    """What every list begins with counts as none; results that are asked for by themselves bring the number along."""

    def number(answer):
        found = re.findall(r'<span id="filter-number"( hx-swap-oob="true")?>(.*?)</span>', answer.content.decode())
        assert len(found) == 1
        return found[0]

    begun = {"state": "open", "sort": "due_on", "view": "table"} if page == "task_list" else {"sort": "name"}
    assert number(client.get(url(town, page), begun)) == ("", "")
    chosen = {**begun, "q": "様式", "department": initiative.department_id, "goal": "1"}
    assert number(client.get(url(town, page), chosen)) == ("", "（2）")
    asked = {"HX-Request": "true", "HX-Target": "results"}
    assert number(client.get(url(town, page), chosen, headers=asked)) == (' hx-swap-oob="true"', "（2）")


def test_tasks_of_whoever_has_left_the_post_are_seen_as_such(client, town, initiative, me):
    gone = make_membership(town, Role.MEMBER, valid_to=date(2026, 10, 31))
    make_task(initiative, "残された作業", responsible=gone)
    make_task(initiative, "担当のいる作業", responsible=me)
    page = client.get(url(town, "task_list"), {"state": "stranded"})
    assert names_on(page) == ["残された作業"]
    assert "異動済み" in page.content.decode()


@pytest.mark.parametrize("role", [Role.PARTNER, Role.RESIDENT])
def test_whoever_is_not_of_the_town_hall_finds_no_tasks(client, town, initiative, role):
    task = make_task(initiative)
    sign_in(client, town, role)
    assert client.get(url(town, "task_list")).status_code == 404
    assert client.get(url(town, "task_detail", task.pk)).status_code == 404


def test_the_new_person_responsible_is_told(client, town, initiative, me):
    other = make_membership(town, Role.MEMBER, me.department, user=make_user("森 樹"))
    client.post(f"{url(town, 'task_create')}?initiative={initiative.pk}", filled_in(initiative, other))
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject) == (other, "「業者と打ち合わせる」の担当になりました")
    assert "期限：令和8年12月11日" in notice.body


def test_the_note_of_a_task_is_called_so(client, town, initiative, me):
    task = make_task(initiative, note="様式は県のもの")
    assert "<dt>備考</dt>" in client.get(url(town, "task_detail", task.pk)).content.decode()
