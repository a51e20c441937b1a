"""Comments on an initiative, and whom “@名前” means."""

import pytest

from kiun.activity.models import AuditEntry, Notice
from kiun.activity.queries import version_of
from kiun.initiatives.models import Comment, Mention
from kiun.initiatives.services.comments import add_comment
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_membership, make_user
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


def person(town, name, department=None, role=Role.MEMBER):
    return make_membership(town, role, department, user=make_user(name))


@pytest.mark.parametrize(
    "text",
    [
        "@黒田 恵理 確認をお願いします",
        "＠黒田恵理さん、確認を",
        "急ぎです。@黒田　恵理\nよろしく",
        "@黒田 恵理@黒田 恵理",
    ],
)
def test_a_name_after_the_sign_is_a_mention(town, officer, initiative, text):
    named = person(town, "黒田 恵理")
    person(town, "黒田 恵")
    person(town, "白井 健太")
    add_comment(actor=officer, initiative=initiative, text=text)
    assert [mention.post for mention in Mention.objects.all()] == [named]
    notice = Notice.objects.get()
    assert (notice.recipient, notice.body) == (named, text.strip())


@pytest.mark.parametrize("text", ["kuroda@example.jp へ送りました", "黒田 恵理さんに確認", "@ 誰か", "@"])
def test_other_signs_mention_nobody(town, officer, initiative, text):
    person(town, "黒田 恵理")
    add_comment(actor=officer, initiative=initiative, text=text)
    assert (Comment.objects.count(), Mention.objects.count()) == (1, 0)


def test_of_two_with_the_same_name_the_department_decides(town, officer, department, initiative):
    tax = make_department(town, "税務課")
    person(town, "黒田 恵理", department)
    named = person(town, "黒田 恵理", tax)
    with pytest.raises(DomainError) as refused:
        add_comment(actor=officer, initiative=initiative, text="@黒田 恵理 確認を")
    assert (refused.value.field, Comment.objects.count()) == ("text", 0)
    add_comment(actor=officer, initiative=initiative, text="@黒田 恵理（税務課） 確認を")
    assert Mention.objects.get().post == named


def test_whoever_has_left_or_is_of_no_concern_is_not_named(town, officer, initiative):
    make_membership(town, user=make_user("黒田 恵理"), valid_to="2026-03-31")
    person(town, "桃井 浩一", role=Role.PARTNER)
    person(town, "粉川 春香", role=Role.RESIDENT)
    add_comment(actor=officer, initiative=initiative, text="@黒田 恵理 @桃井 浩一 @粉川 春香")
    assert Mention.objects.count() == 0


def test_a_comment_stands_in_the_history_and_disturbs_no_open_form(officer, initiative):
    before = version_of(initiative)
    add_comment(actor=officer, initiative=initiative, text="議会で質問が出ました")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_type, entry.after) == (
        "commented", "initiatives.initiative", {"comment": "議会で質問が出ました"},
    )  # fmt: skip
    assert version_of(initiative) == before


@pytest.mark.parametrize("text", ["", "  \n ", "あ" * 4001])
def test_an_empty_or_endless_comment_is_refused(officer, initiative, text):
    with pytest.raises(DomainError) as refused:
        add_comment(actor=officer, initiative=initiative, text=text)
    assert (refused.value.field, Comment.objects.count()) == ("text", 0)


def test_the_page_takes_a_comment_and_keeps_what_it_refuses(client, town, initiative, today):
    sign_in(client, town)
    page = url(town, "comment_add", initiative.pk)
    assert client.post(page, {"text": "順調です"}).status_code == 302
    assert "順調です" in client.get(url(town, "initiative_detail", initiative.pk)).content.decode()
    person(town, "黒田 恵理")
    person(town, "黒田 恵理")
    refused = client.post(page, {"text": "@黒田 恵理 長い説明"})
    assert (refused.status_code, "長い説明" in refused.content.decode()) == (422, True)
