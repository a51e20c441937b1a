"""One person's work: each thing once, under the most pressing reason."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kiun.initiatives.models import Blocker, ChecklistItem, Comment, InitiativeStatus, Mention, TaskHelper, TaskStatus
from kiun.initiatives.queries.my_work import MyWork
from kiun.initiatives.task_wording import say_my_work
from kiun.municipality.models import Role
from tests.factories import TODAY, make_initiative, make_link, make_membership, make_task
from tests.initiatives.pages import sign_in, url


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def me(client, town, department):
    return sign_in(client, town, Role.MEMBER, department)


def task(initiative, me, name, **fields):
    later = {"starts_on": TODAY + timedelta(days=30), "due_on": TODAY + timedelta(days=60), "responsible": me}
    return make_task(initiative, name, **{**later, **fields})


def work_on(client, town):
    return client.get(url(town, "my_work")).context["work"]


def names(tasks):
    return [mine.row.task.name for mine in tasks]


def test_each_task_stands_where_it_presses_most(client, town, initiative, me):
    before = {"starts_on": TODAY - timedelta(days=9)}
    late = task(initiative, me, "遅れ", **before, due_on=TODAY - timedelta(days=1), status=TaskStatus.DOING)
    Blocker(task=late, text="支障", decider=initiative.owner, raised_on=TODAY).save()
    task(initiative, me, "今日まで", **before, due_on=TODAY)
    held = task(initiative, me, "止まっている", **before, status=TaskStatus.DOING)
    Blocker(task=held, text="支障", decider=initiative.owner, raised_on=TODAY).save()
    done = task(initiative, me, "済み", status=TaskStatus.DONE, percent=100, finished_on=TODAY)
    make_link(done, task(initiative, me, "始められる"))
    make_link(held, task(initiative, me, "待っている", **before))
    task(initiative, me, "始める時期", **before)
    task(initiative, me, "二週間以内", due_on=TODAY + timedelta(days=14), starts_on=TODAY + timedelta(days=2))
    task(initiative, me, "その先")
    work = work_on(client, town)
    assert {
        "late": names(work.late), "today": names(work.due_today), "held": names(work.held), "free": names(work.free),
        "begin": names(work.to_begin), "soon": names(work.soon), "later": names(work.later),
        "done": names(work.done_today),
    } == {
        "late": ["遅れ"], "today": ["今日まで"], "held": ["止まっている", "待っている"], "free": ["始められる"],
        "begin": ["始める時期"], "soon": ["二週間以内"], "later": ["その先"], "done": ["済み"],
    }  # fmt: skip
    page = client.get(url(town, "my_work")).content.decode()
    assert "1件が遅れています" in page
    assert "1件が今日までです。2件を始められます。" in page


def test_helping_counts_as_work_and_ended_initiatives_do_not(client, town, goal, initiative, me):
    helped = make_task(initiative, "手伝い", due_on=TODAY)
    TaskHelper(task=helped, helper=me).save()
    stopped = make_initiative(goal, status=InitiativeStatus.STOPPED)
    make_task(stopped, "止めた取組の作業", responsible=me, due_on=TODAY)
    work = work_on(client, town)
    assert names(work.due_today) == ["手伝い"]
    assert work.due_today[0].as_helper


def test_decisions_and_questions_wait_until_they_are_answered(client, town, initiative, me):
    blocker = Blocker(task=make_task(initiative), text="どちらにするか", decider=me, raised_on=TODAY)
    blocker.save()
    comment = Comment(initiative=initiative, task=make_task(initiative), author=initiative.owner, text="いかがですか")
    comment.save()
    Mention(comment=comment, post=me).save()
    work = work_on(client, town)
    assert (list(work.to_decide), [mention.comment for mention in work.asked]) == ([blocker], [comment])
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "前者", "next": url(town, "my_work")})
    client.post(url(town, "task_comment_add", comment.task_id), {"text": "賛成です"})
    work = work_on(client, town)
    assert (work.to_decide, work.asked) == ([], [])


def test_the_next_step_is_one_press_away(client, town, initiative, me):
    mine = task(initiative, me, "様式", due_on=TODAY, starts_on=TODAY)
    steps = [ChecklistItem(task=mine, text=text, order=order) for order, text in enumerate(("案", "決裁", "公開"))]
    for step in steps:
        step.save()
    assert work_on(client, town).due_today[0].next_step == steps[0]
    answer = client.post(url(town, "step_tick", steps[0].pk), {"done": "1", "next": url(town, "my_work")})
    assert answer.url == url(town, "my_work")
    assert work_on(client, town).due_today[0].next_step == steps[1]


def test_many_tasks_cost_as_many_queries_as_one(client, town, initiative, me):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url(town, "my_work"))
        return len(captured)

    def fill(number):
        for place in range(number):
            mine = task(initiative, me, f"{place}", starts_on=TODAY, due_on=TODAY)
            ChecklistItem(task=mine, text="手順").save()
            make_link(make_task(initiative, status=TaskStatus.DONE, percent=100), mine)
            Blocker(task=mine, text="支障", decider=me, raised_by=me, raised_on=TODAY).save()
            comment = Comment(initiative=initiative, task=mine, author=initiative.owner, text="@")
            comment.save()
            Mention(comment=comment, post=me).save()

    fill(1)
    client.get(url(town, "my_work"))
    few = queries()
    fill(20)
    assert queries() == few


def test_nothing_to_do_is_said_kindly(client, town, me):
    page = client.get(url(town, "my_work")).content.decode()
    assert "あなたの作業はまだありません" in page


def test_what_the_mayor_must_decide_stands_on_the_first_page_and_is_decided_there(client, town, initiative, me):
    mayor = make_membership(town, Role.EXECUTIVE)
    blocker = Blocker(
        task=make_task(initiative), text="条例を改めるか", decider=mayor, raised_by=me, raised_on=TODAY,
        needed_by=date(2026, 12, 1),
    )  # fmt: skip
    blocker.save()
    client.force_login(mayor.user)
    for page in ("overview/", "overview/decisions/", "me/"):
        content = client.get(f"/t/{town.slug}/{page}").content.decode()
        assert "条例を改めるか" in content, page
        assert f'action="{url(town, "blocker_decide", blocker.pk)}"' in content, page
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "改める", "next": f"/t/{town.slug}/overview/"})
    assert "条例を改めるか" not in client.get(f"/t/{town.slug}/overview/").content.decode()


def test_others_read_what_waits_for_the_leadership_and_cannot_decide_it(client, town, initiative, me):
    mayor = make_membership(town, Role.EXECUTIVE)
    blocker = Blocker(task=make_task(initiative), text="条例を改めるか", decider=mayor, raised_on=TODAY)
    blocker.save()
    content = client.get(f"/t/{town.slug}/overview/").content.decode()
    assert "条例を改めるか" in content
    assert url(town, "blocker_decide", blocker.pk) not in content


def test_late_tasks_are_errands_of_the_day(client, town, initiative, me):
    task(initiative, me, "遅れた作業", due_on=TODAY - timedelta(days=3), starts_on=TODAY - timedelta(days=9))
    content = client.get(f"/t/{town.slug}/me/").content.decode()
    assert "今日の用件が1件あります" in content
    assert "遅れた作業" in content


PARTS = (
    "to_decide",
    "asked",
    "errands",
    "late",
    "due_today",
    "held",
    "free",
    "to_begin",
    "soon",
    "later",
    "done_today",
)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_has_a_headline_whatever_there_is_to_do(language):
    for chosen in product((0, 2), repeat=len(PARTS)):
        work = MyWork(today=TODAY, **{part: [None] * number for part, number in zip(PARTS, chosen, strict=True)})
        with override(language):
            said = str(say_my_work(work)).strip()
        assert said, chosen
        assert said not in (".", "。"), chosen


def test_after_the_last_late_task_nothing_is_urgent(client, town, initiative, me):
    late = task(initiative, me, "遅れ", starts_on=TODAY - timedelta(days=9), due_on=TODAY - timedelta(days=1))
    task(initiative, me, "その先")
    client.post(url(town, "task_progress", late.pk), {"status": "done", "next": url(town, "my_work")})
    page = client.get(url(town, "my_work"))
    assert str(page.context["lead"]) == "今日急ぐものはありません。"
    assert names(page.context["work"].done_today) == ["遅れ"]


def test_errands_of_reviews_stand_in_the_headline():
    assert str(say_my_work(MyWork(today=TODAY, errands=[None]))) == "見直しで決まった用件が1件あります。"
