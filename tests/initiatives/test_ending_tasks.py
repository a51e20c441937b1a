"""A task that ends while somebody is asked to decide about it: the question is never lost without a word."""

from datetime import timedelta

import pytest

from kiun.activity.models import AuditEntry, Notice
from kiun.initiatives.models import Blocker, InitiativeStatus, Task, TaskHelper
from kiun.initiatives.services import end_initiative, report_progress, save_task
from kiun.initiatives.services.blockers import OpenQuestionsError, decide_blocker, raise_blocker, reopen_blocker
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_membership, make_task, make_user
from tests.initiatives.pages import sign_in, url
from tests.initiatives.test_work_files import Book, bring, problems

ASKED = (
    "「様式を整える」は、日向 一郎さんの判断を待っています（様式をどうするか）。支障がどうなったかを書いてください。"
)


@pytest.fixture(autouse=True)
def _today(today):
    pass


@pytest.fixture
def me(client, town, department):
    return sign_in(client, town, Role.MEMBER, department)


@pytest.fixture
def mayor(town):
    return make_membership(town, Role.EXECUTIVE, user=make_user("日向 一郎"))


@pytest.fixture
def task(initiative, me):
    return make_task(initiative, responsible=me, status="doing", percent=40)


@pytest.fixture
def actor(me, town):
    return actor_of(me.user, town)


@pytest.fixture
def blocker(actor, task, mayor):
    return raise_blocker(actor=actor, task=task, text="様式をどうするか", decider=mayor)


def state():
    return Task.objects.values_list("status", "percent").get()


def outcome():
    return Blocker.objects.values_list("resolution", "is_withdrawn", "resolved_on").get()


@pytest.mark.parametrize("report", [{"status": "done"}, {"percent": 100}, {"status": "cancelled"}])
def test_no_report_ends_a_task_without_a_word_about_the_question(actor, task, blocker, report):
    with pytest.raises(OpenQuestionsError) as refused:
        report_progress(actor=actor, task=task, **report)
    assert (refused.value.message, refused.value.field) == (ASKED, "resolution")
    assert (state(), outcome()) == (("doing", 40), ("", False, None))


def test_a_form_or_a_file_does_not_end_it_either(actor, task, blocker):
    task.status = "done"
    with pytest.raises(OpenQuestionsError):
        save_task(actor=actor, task=task)
    assert state() == ("doing", 40)


def test_what_became_of_it_is_kept_and_whoever_was_asked_is_told(actor, task, blocker, mayor, me):
    asked = Notice.objects.get(recipient=mayor)
    report_progress(actor=actor, task=task, status="done", resolution=" 国が様式を示した ")
    assert (state(), outcome()) == (("done", 100), ("国が様式を示した", True, TODAY))
    asked.refresh_from_db()
    assert asked.read_at is not None
    told = Notice.objects.get(recipient=mayor, kind="initiatives.blocker_decided")
    assert told.subject == "判断は必要なくなりました：「様式を整える」"
    assert "国が様式を示した" in told.body
    assert AuditEntry.objects.filter(object_type="initiatives.blocker", after__is_withdrawn=True).count() == 1
    with pytest.raises(DomainError):
        reopen_blocker(actor=actor, blocker=blocker)


def test_a_task_that_was_done_before_is_still_changed(actor, task, blocker):
    """Reported done when nothing was asked yet."""
    Task.objects.update(status="done", percent=100, finished_on=TODAY)
    task.refresh_from_db()
    task.note = "様式は新しいもの"
    save_task(actor=actor, task=task)
    assert (Task.objects.get().note, outcome()[2]) == ("様式は新しいもの", None)


def test_one_press_leads_to_the_question_and_from_there_to_the_end(client, town, task, blocker, mayor):
    pressed = {"status": "done", "was": "doing:40", "next": url(town, "my_work")}
    answer = client.post(url(town, "task_progress", task.pk), pressed)
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "様式をどうするか" in page.content.decode()
    assert "日向 一郎さんの判断待ち" in page.content.decode()
    filled = {**page.context["form"].initial, "resolution": ""}
    again = client.post(url(town, "task_end", task.pk), filled)
    assert (again.status_code, state()) == (422, ("doing", 40))
    done = client.post(url(town, "task_end", task.pk), {**filled, "resolution": "国が様式を示した"})
    assert (done.url, state(), outcome()[0]) == (url(town, "my_work"), ("done", 100), "国が様式を示した")


def test_a_press_on_the_board_leads_there_too(client, town, task, blocker):
    answer = client.post(
        url(town, "task_progress", task.pk), {"status": "cancelled", "was": "doing:40"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Redirect"].startswith(url(town, "task_end", task.pk) + "?status=cancelled")
    assert "作業を取りやめる" in client.get(answer.headers["HX-Redirect"]).content.decode()
    assert state() == ("doing", 40)


def test_a_line_of_the_list_asks_in_its_own_form(client, town, task, blocker):
    line = url(town, "task_quick", task.pk)
    form = client.get(line).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields} | {"state": "done"}
    refused = client.post(line, filled, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert ASKED in refused.content.decode()
    client.post(line, {**filled, "resolution": "国が様式を示した"}, headers={"HX-Request": "true"})
    assert (state(), outcome()[0]) == (("done", 100), "国が様式を示した")


def test_where_nothing_is_asked_one_press_is_enough(client, town, task):
    client.post(url(town, "task_progress", task.pk), {"status": "done", "was": "doing:40"})
    assert state() == ("done", 100)
    assert client.get(url(town, "task_end", task.pk)).url == url(town, "task_detail", task.pk)
    assert "resolution" not in client.get(url(town, "task_quick", task.pk)).context["form"].fields


@pytest.mark.parametrize("word", ["完了", "取りやめ"])
def test_a_workbook_names_the_cell(town, task, blocker, word):
    officer = make_actor(town, Role.ADMIN)
    _staged, difference = bring(officer, Book(officer).write("作業", "様式を整える", status=word))
    [(sheet, _cell, sentence)] = problems(difference)
    assert sheet == "作業"
    assert sentence.startswith(ASKED)


def test_a_decision_by_somebody_else_tells_whoever_was_asked(client, town, task, blocker, mayor):
    sign_in(client, town, Role.ADMIN)
    client.post(url(town, "blocker_decide", blocker.pk), {"resolution": "甲案"})
    told = Notice.objects.get(recipient=mayor, kind="initiatives.blocker_decided")
    assert told.subject == "判断が出ました：「様式を整える」を進められます"


def test_a_late_question_is_still_asked(client, town, task, blocker):
    """Late tasks stand first in one's own work, where most are reported done."""
    Task.objects.update(due_on=TODAY - timedelta(days=3), starts_on=TODAY - timedelta(days=9))
    answer = client.post(url(town, "task_progress", task.pk), {"status": "done", "next": url(town, "my_work")})
    assert answer.url.startswith(url(town, "task_end", task.pk))


class TestTwoPeopleAtOnce:
    @pytest.fixture
    def written(self, client, town, task, blocker):
        """The page as it stands open, with words in it."""
        page = client.get(url(town, "task_end", task.pk), {"status": "done", "was": "doing:40"})
        return {**page.context["form"].initial, "resolution": "国が様式を示した"}

    def test_the_words_stay_and_the_next_press_knows_the_state_of_now(self, client, town, task, written):
        Task.objects.update(percent=60)
        refused = client.post(url(town, "task_end", task.pk), written)
        form = refused.context["form"]
        assert (refused.status_code, state(), outcome()[0]) == (409, ("doing", 60), "")
        assert (form["resolution"].value(), form["was"].value()) == ("国が様式を示した", "doing:60")
        assert "いまは「進行中」（60%）です。" in refused.content.decode()
        again = {name: form[name].value() or "" for name in form.fields}
        client.post(url(town, "task_end", task.pk), again)
        assert (state(), outcome()[0]) == (("done", 100), "国が様式を示した")

    def test_words_that_came_too_late_are_given_back(self, client, town, task, blocker, written):
        decide_blocker(actor=make_actor(town, Role.ADMIN), blocker=blocker, resolution="甲案")
        answer = client.post(url(town, "task_end", task.pk), written, follow=True)
        assert answer.redirect_chain[0][0] == url(town, "task_detail", task.pk)
        assert "書かれた内容は記録していません：国が様式を示した" in answer.content.decode()
        assert (state(), outcome()[0]) == (("doing", 40), "甲案")


class TestWhoMaySayWhatBecameOfIt:
    def report(self, town, task, post):
        actor = actor_of(post.user, town)
        return report_progress(actor=actor, task=task, status="done", resolution="要らなくなった")

    def test_a_helper_of_another_department_may_not(self, town, task, blocker):
        helper = make_membership(town, Role.MEMBER, make_department(town, "財政課"))
        TaskHelper(municipality=town, task=task, helper=helper).save()
        with pytest.raises(DomainError) as refused:
            self.report(town, task, helper)
        assert refused.value.message == (
            "「様式を整える」は、日向 一郎さんの判断を待っています（様式をどうするか）。支障がどうなったかを書くのは、"
            "担当者の緑川 葵さんです。完了の報告は緑川 葵さんに頼んでください。"
        )
        assert (state(), outcome()) == (("doing", 40), ("", False, None))

    def test_a_helper_who_raised_it_may(self, town, task, mayor):
        helper = make_membership(town, Role.MEMBER, make_department(town, "財政課"))
        TaskHelper(municipality=town, task=task, helper=helper).save()
        raise_blocker(actor=actor_of(helper.user, town), task=task, text="様式", decider=mayor)
        self.report(town, task, helper)
        assert (state(), outcome()[0]) == (("done", 100), "要らなくなった")

    def test_whoever_is_responsible_may_though_another_raised_it(self, town, task, mayor, me, initiative):
        raise_blocker(actor=make_actor(town, Role.ADMIN), task=task, text="様式", decider=mayor)
        elsewhere = make_membership(town, Role.MEMBER, make_department(town, "財政課"))
        Task.objects.update(responsible=elsewhere)
        self.report(town, task, elsewhere)
        assert (state(), outcome()[0]) == (("done", 100), "要らなくなった")


def test_words_without_an_end_are_not_thrown_away(client, town, task, blocker):
    line = url(town, "task_quick", task.pk)
    form = client.get(line).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields} | {"resolution": "国が様式を示した"}
    refused = client.post(line, filled)
    assert refused.status_code == 422
    assert refused.context["form"].errors["resolution"] == [
        "ここに書いたことは、作業が終わるときにだけ記録されます。状態で完了か取りやめを選ぶか、この欄を空にしてください。"
    ]
    assert refused.context["form"]["resolution"].value() == "国が様式を示した"


class TestEndingTheInitiative:
    def test_whoever_was_asked_about_its_tasks_is_told_why_nobody_asks_any_more(self, town, task, blocker, mayor):
        make_task(task.initiative, status="done")
        officer = make_actor(town, Role.ADMIN)
        reason = "国の事業に切り替える" * 40
        end_initiative(
            actor=officer, initiative=task.initiative, status=InitiativeStatus.STOPPED, on=TODAY, reason=reason
        )
        assert outcome() == (reason[:299] + "…", True, TODAY)
        told = Notice.objects.get(recipient=mayor, kind="initiatives.blocker_decided")
        assert told.subject == "判断は必要なくなりました：「様式を整える」"
        assert not Notice.objects.filter(kind="initiatives.blocker_raised", read_at=None).exists()

    def test_the_form_names_the_questions_before_anybody_presses(self, client, town, task, blocker):
        sign_in(client, town, Role.ADMIN)
        page = url(town, "initiative_end", task.initiative_id)
        content = client.get(page).content.decode()
        assert "判断待ちの支障が1件あります。" in content
        assert "様式をどうするか" in content
        decide_blocker(actor=make_actor(town, Role.ADMIN), blocker=blocker, resolution="甲案")
        assert "判断待ちの支障" not in client.get(page).content.decode()
