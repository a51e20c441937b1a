"""What people do with a task besides planning it: report, tick, ask, say what stands in the way, decide, undo."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.activity.models import Attachment, AuditEntry, Notice
from kiun.initiatives.models import Blocker, ChecklistItem, Comment, Mention, Task, TaskHelper, TaskStatus
from kiun.initiatives.queries.mentions import posts_named_in, unanswered_mentions
from kiun.initiatives.services import report_progress, tick_step
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.models import Membership, Role
from kiun.municipality.ownables import ownables
from tests.factories import (
    TODAY,
    make_actor,
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


@pytest.fixture
def task(initiative, me):
    return make_task(initiative, responsible=me)


def state():
    return Task.objects.values_list("status", "percent").get()


def test_one_press_reports_progress(client, town, task):
    client.post(url(town, "task_progress", task.pk), {"percent": "50", "was": "todo:0"})
    assert state() == ("doing", 50)
    client.post(url(town, "task_progress", task.pk), {"status": "done", "was": "doing:50"})
    assert state() == ("done", 100)


def test_a_press_upon_an_outdated_page_overwrites_nothing(client, town, task):
    client.post(url(town, "task_progress", task.pk), {"percent": "75", "was": "todo:0"})
    page = client.post(url(town, "task_progress", task.pk), {"percent": "25", "was": "todo:0"}, follow=True)
    assert state() == ("doing", 75)
    assert "その間に、ほかの人が" in page.content.decode()


def test_two_who_press_the_same_do_not_disturb_each_other(town, task, department):
    for _ in range(2):
        report_progress(actor=make_actor(town, Role.MEMBER, department), task=task, percent=25, was="todo:0")
    assert state() == ("doing", 25)
    with pytest.raises(ConflictError):
        report_progress(actor=make_actor(town, Role.MEMBER, department), task=task, percent=50, was="todo:0")


def test_whoever_only_reads_reports_nothing(client, town, task, department):
    sign_in(client, town, Role.VIEWER, department)
    assert client.post(url(town, "task_progress", task.pk), {"percent": "50"}).status_code == 403
    assert state() == ("todo", 0)


def test_a_helper_reports_but_does_not_drop_the_task(town, task):
    helper = make_actor(town, Role.MEMBER, make_department(town, "税務課"))
    TaskHelper(task=task, helper=helper.membership).save()
    report_progress(actor=helper, task=task, percent=10)
    assert state() == ("doing", 10)
    with pytest.raises(DomainError):
        report_progress(actor=helper, task=task, status=TaskStatus.CANCELLED)


def test_going_back_to_the_beginning_takes_the_percentage_back(town, task, department):
    actor = make_actor(town, Role.MEMBER, department)
    report_progress(actor=actor, task=task, percent=50)
    report_progress(actor=actor, task=task, status=TaskStatus.TODO)
    assert state() == ("todo", 0)
    step = ChecklistItem(task=task, text="様式")
    step.save()
    tick_step(actor=actor, item=step, is_done=True)
    with pytest.raises(DomainError):
        report_progress(actor=actor, task=task, status=TaskStatus.TODO)


def test_steps_are_added_ticked_and_taken_out(client, town, task):
    for text in ("様式を作る", "決裁を取る"):
        client.post(url(town, "task_step_add", task.pk), {"text": text})
    first, second = task.checklist.all()
    client.post(url(town, "step_tick", first.pk), {"done": "1"})
    assert state() == ("doing", 50)
    client.post(url(town, "step_remove", second.pk))
    assert state() == ("doing", 99)
    told = AuditEntry.objects.filter(verb="progressed", object_id=task.pk).order_by("pk")
    assert [entry.after.get("checklist") for entry in told[:2]] == ["様式を作る", "決裁を取る"]


def test_ticks_and_comments_contradict_no_open_form(client, town, initiative, task, me):
    edit = url(town, "task_edit", task.pk)
    seen = client.get(edit).context["form"]["seen"].value()
    client.post(url(town, "task_step_add", task.pk), {"text": "様式を作る"})
    client.post(url(town, "step_tick", task.checklist.get().pk), {"done": "1"})
    client.post(url(town, "task_comment_add", task.pk), {"text": "進めています"})
    answer = client.post(
        edit,
        {
            "name": "新しい名前", "department": initiative.department_id, "responsible": me.pk, "estimate": "10",
            "starts_on": "2026-11-02", "due_on": "2026-11-30", "priority": "2", "seen": seen or "",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert Task.objects.values_list("name", "percent").get() == ("新しい名前", 99)


def test_a_blocker_waits_for_whoever_must_decide_and_goes_with_their_words(client, town, task, me):
    head = make_membership(town, Role.HEAD, me.department, user=make_user("黒田 恵理"))
    form = client.get(url(town, "task_blocker_add", task.pk)).context["form"]
    assert form["decider"].value() == head.pk
    client.post(
        url(town, "task_blocker_add", task.pk),
        {"text": "二つの様式のどちらにするか", "decider": head.pk, "needed_by": "12/1"},
    )
    blocker = Blocker.objects.get()
    assert (blocker.decider, blocker.needed_by, blocker.raised_by) == (head, date(2026, 12, 1), me)
    asked = Notice.objects.get(recipient=head)
    assert asked.subject == "「様式を整える」があなたの判断を待っています"
    client.force_login(head.user)
    assert client.post(asked.path, {"resolution": " "}).status_code == 422
    client.post(asked.path, {"resolution": "新しい様式にする"})
    blocker.refresh_from_db()
    assert (blocker.resolution, blocker.resolved_on, blocker.resolved_by) == ("新しい様式にする", TODAY, head)
    asked.refresh_from_db()
    assert asked.read_at is not None
    assert Notice.objects.get(recipient=me).subject == "判断が出ました：「様式を整える」を進められます"


def test_a_decision_is_not_overwritten_by_a_second_one(client, town, task, me):
    head = make_membership(town, Role.HEAD, me.department)
    blocker = Blocker(task=task, text="様式", decider=head, raised_by=me, raised_on=TODAY)
    blocker.save()
    client.force_login(head.user)
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "甲案"})
    assert client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "乙案"}).status_code == 409
    assert Blocker.objects.get().resolution == "甲案"
    client.post(url(town, "blocker_reopen", blocker.pk))
    assert Blocker.objects.values_list("resolution", "resolved_on").get() == ("", None)


def test_whoever_is_held_up_says_that_it_is_over_but_decides_nothing(client, town, task, me):
    mayor = make_membership(town, Role.EXECUTIVE)
    blocker = Blocker(task=task, text="様式", decider=mayor, raised_by=me, raised_on=TODAY)
    blocker.save()
    assert "支障がなくなった" in client.get(url(town, "task_detail", task.pk)).content.decode()
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "国が様式を示した"})
    blocker.refresh_from_db()
    assert (blocker.resolution, blocker.is_withdrawn, blocker.resolved_by) == ("国が様式を示した", True, me)
    client.post(url(town, "blocker_reopen", blocker.pk))
    client.force_login(mayor.user)
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "新しい様式にする"})
    client.force_login(me.user)
    assert client.post(url(town, "blocker_reopen", blocker.pk), follow=True).status_code == 403
    blocker.refresh_from_db()
    assert (blocker.resolution, blocker.is_withdrawn) == ("新しい様式にする", False)


def test_a_colleague_decides_nothing_for_others(client, town, task, me):
    head = make_membership(town, Role.HEAD, me.department)
    Blocker(task=task, text="様式", decider=head, raised_by=None, raised_on=TODAY).save()
    sign_in(client, town, Role.MEMBER, me.department)
    assert client.post(url(town, "blocker_decide", Blocker.objects.get().pk), {"resolution": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@森 樹さん、確認をお願いします", ["森 樹"]),
        ("＠森樹さん", ["森 樹"]),
        ("@森さんと@黒田課長へ", ["森 樹", "黒田 恵理"]),
        ("info@mori.example へ送りました", []),
        ("@岸 直樹（税務課）さん", ["岸 直樹"]),
    ],
)
def test_whom_an_at_sign_means(town, text, named):
    tax = make_department(town, "税務課")
    for name in ("森 樹", "黒田 恵理"):
        make_membership(town, Role.MEMBER, user=make_user(name))
    make_membership(town, Role.MEMBER, tax, user=make_user("岸 直樹"))
    make_membership(town, Role.MEMBER, make_department(town, "市民課"), user=make_user("岸 直樹"))
    found = posts_named_in(text, Membership.objects.select_related("user", "department"))
    assert ([post.user.name for post in found.posts], found.unknown, found.unclear) == (named, [], [])


@pytest.mark.parametrize("text", ["@岸さん、お願いします", "@だれでもない"])
def test_a_name_that_means_nobody_or_several_is_refused(client, town, task, text):
    for number in range(2):
        make_membership(town, Role.MEMBER, make_department(town, f"税務{number}課"), user=make_user("岸 直樹"))
    page = client.post(url(town, "task_comment_add", task.pk), {"text": text})
    assert page.status_code == 422
    assert page.context["form"]["text"].value() == text
    assert Comment.objects.count() == 0


def test_a_mention_waits_until_it_is_answered(client, town, task, me):
    head = make_membership(town, Role.HEAD, me.department, user=make_user("黒田 恵理"))
    client.post(url(town, "task_comment_add", task.pk), {"text": "@黒田さん、どうしますか"})
    assert Mention.objects.get().post == head
    asked = Notice.objects.get(recipient=head)
    assert asked.path == f"{url(town, 'task_detail', task.pk)}#comments"
    assert [mention.post for mention in unanswered_mentions([head.pk])] == [head]
    client.force_login(head.user)
    client.post(url(town, "task_comment_add", task.pk), {"text": "進めてください"})
    assert list(unanswered_mentions([head.pk])) == []
    asked.refresh_from_db()
    assert asked.read_at is not None


def test_people_around_the_task_are_named_with_one_press(client, town, task, initiative):
    client.post(url(town, "task_comment_add", task.pk), {"text": "報告です", "to": [str(initiative.owner_id)]})
    assert [mention.post_id for mention in Mention.objects.all()] == [initiative.owner_id]


def test_a_file_is_kept_with_the_task(client, town, task):
    upload = SimpleUploadedFile("仕様.csv", "様式,必要\n".encode())
    client.post(url(town, "task_file_add", task.pk), {"file": upload})
    attachment = Attachment.objects.get()
    assert (attachment.object_type, attachment.object_id) == ("initiatives.task", task.pk)
    page = client.get(url(town, "task_detail", task.pk))
    assert "仕様.csv" in page.content.decode()


def test_what_waited_is_told_that_it_can_begin(client, town, initiative, task):
    other = make_membership(town, Role.MEMBER, user=make_user("森 樹"))
    follower = make_task(initiative, "公開する", responsible=other)
    make_link(task, follower, lag_days=2)
    client.post(url(town, "task_progress", task.pk), {"status": "done", "was": "todo:0"})
    notice = Notice.objects.get(recipient=other)
    assert notice.subject == "「公開する」を始められます"
    # Three working days after Monday the 23rd, a holiday: 24, 25, 26.
    assert "令和8年11月26日以降" in notice.body


def test_a_removed_task_still_waits_for_what_is_not_seen(client, town, goal, task, me):
    hidden = make_task(make_initiative(goal, "他課の取組", department=make_department(town, "税務課")), "他課の作業")
    make_link(hidden, task)
    answer = client.post(url(town, "task_remove", task.pk), {"reason": "重複"})
    removed = parse_qs(urlsplit(answer.url).query)["removed"][0]
    client.post(url(town, "task_restore"), {"removed": removed})
    assert [link.before for link in Task.objects.get(pk=task.pk).links_before.all()] == [hidden]


def test_a_removed_task_is_put_back_with_its_parts(client, town, initiative, task, me):
    earlier = make_task(initiative, "調査")
    make_link(earlier, task, lag_days=3)
    TaskHelper(task=task, helper=initiative.owner).save()
    ChecklistItem(task=task, text="様式", is_done=True).save()
    Task.objects.filter(pk=task.pk).update(status="done", percent=100, finished_on=date(2026, 11, 1))
    key = task.pk
    answer = client.post(url(town, "task_remove", key), {"reason": "重複"})
    assert not Task.objects.filter(pk=key).exists()
    removed = parse_qs(urlsplit(answer.url).query)["removed"][0]
    assert "「様式を整える」を消しました" in client.get(answer.url).content.decode()
    client.post(url(town, "task_restore"), {"removed": removed})
    back = Task.objects.get(pk=key)
    assert (back.name, back.responsible, back.due_on) == ("様式を整える", me, date(2026, 11, 30))
    assert (back.status, back.finished_on) == ("done", date(2026, 11, 1))
    assert [(link.before, link.lag_days) for link in back.links_before.all()] == [(earlier, 3)]
    assert [helper.helper for helper in back.helpers.all()] == [initiative.owner]
    assert list(back.checklist.values_list("text", "is_done")) == [("様式", True)]


def test_nobody_puts_back_what_somebody_else_removed(client, town, task, department):
    client.post(url(town, "task_remove", task.pk))
    removal = AuditEntry.objects.get(verb="deleted")
    sign_in(client, town, Role.ADMIN, department)
    assert client.post(url(town, "task_restore"), {"removed": removal.pk}).status_code == 404


def test_what_people_have_written_about_is_dropped_and_not_removed(client, town, task):
    client.post(url(town, "task_comment_add", task.pk), {"text": "記録"})
    page = client.post(url(town, "task_remove", task.pk))
    assert page.status_code == 422
    assert Task.objects.count() == 1


def test_a_predecessor_of_unseen_work_is_counted_but_not_named(client, town, goal, initiative, task):
    hidden = make_initiative(goal, "他課の秘密の取組", department=make_department(town, "税務課"))
    make_link(make_task(hidden, "秘密の作業"), task)
    page = client.get(url(town, "task_detail", task.pk)).content.decode()
    assert "秘密" not in page
    assert "閲覧できない取組の作業が1件" in page


def test_what_waits_for_somebody_who_leaves_is_asked_of_whoever_takes_over(town, task, me):
    leaving, coming = make_membership(town, Role.HEAD, me.department), make_membership(town, Role.HEAD, me.department)
    Blocker(task=task, text="様式", decider=leaving, raised_by=me, raised_on=TODAY).save()
    held = ownables["initiatives.blocker"].held_by([leaving.pk])
    ownables["initiatives.blocker"].pass_on(actor=make_actor(town), rows=list(held), to=coming, reason="人事異動")
    assert Blocker.objects.get().decider == coming
    assert Notice.objects.get(recipient=coming).kind == "initiatives.blocker_raised"


def test_the_search_finds_tasks_that_the_person_may_see(client, town, goal, task):
    make_task(make_initiative(goal, department=make_department(town, "税務課")), "様式を見せない")
    found = client.get(f"/t/{town.slug}/search/", {"q": "様式"}).content.decode()
    assert "様式を整える" in found
    assert "様式を見せない" not in found


def test_a_task_with_much_around_it_costs_as_many_queries_as_one_with_little(client, town, initiative, task, me):
    def fill(number):
        for place in range(number):
            other = make_membership(
                town, Role.MEMBER, make_department(town, f"課{place}"), user=make_user(f"人 {place}")
            )
            TaskHelper(task=task, helper=other).save()
            ChecklistItem(task=task, text=f"{place}").save()
            Blocker(task=task, text=f"{place}", decider=other, raised_by=other, raised_on=TODAY).save()
            comment = Comment(initiative=initiative, task=task, author=other, text=f"{place}")
            comment.save()
            Mention(comment=comment, post=other).save()
            make_link(make_task(initiative, responsible=other), task)
            make_link(task, make_task(initiative, responsible=other))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url(town, "task_detail", task.pk))
        return len(captured)

    fill(2)
    client.get(url(town, "task_detail", task.pk))
    few = queries()
    fill(15)
    assert queries() == few


def test_a_first_step_says_that_it_counts_the_progress_anew(client, town, task):
    Task.objects.filter(pk=task.pk).update(percent=40)
    answer = client.post(url(town, "task_step_add", task.pk), {"text": "最初の手順"}, follow=True)
    assert "進み具合は手順の数で数えます：40%ではなく0%" in answer.content.decode()
