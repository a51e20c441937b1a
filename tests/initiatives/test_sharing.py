"""Partners: what they are shown, what never, and what they may write."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kiun.activity.models import Attachment, Notice
from kiun.activity.services import add_attachment
from kiun.initiatives.models import Comment, Milestone, Mode, MoneyNeed, PeopleNeed, Phase, SharedInitiative
from kiun.initiatives.services.shares import end_sharing, share_initiative
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_initiative, make_membership, make_task, make_user
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def partner(client, town, today):
    return sign_in(client, town, Role.PARTNER, name="桃井 浩一")


def test_it_is_shared_with_partners_in_office_only_and_they_are_told(town, officer, initiative):
    partner = make_membership(town, Role.PARTNER)
    share_initiative(actor=officer, initiative=initiative, partner=partner)
    share_initiative(actor=officer, initiative=initiative, partner=partner)
    assert SharedInitiative.objects.get().partner == partner
    notice = Notice.objects.get(recipient=partner)
    assert notice.path == url(town, "shared_detail", initiative.pk)
    gone = make_membership(town, Role.PARTNER, valid_to=date(2026, 3, 31))
    for post in (make_membership(town, Role.MEMBER), make_membership(town, Role.RESIDENT), gone):
        with pytest.raises(DomainError) as refused:
            share_initiative(actor=officer, initiative=initiative, partner=post)
        assert refused.value.field == "partner"


def test_a_member_who_does_not_lead_shares_nothing(town, department, initiative):
    member, partner = make_actor(town, Role.MEMBER, department), make_membership(town, Role.PARTNER)
    with pytest.raises(NotAllowedError):
        share_initiative(actor=member, initiative=initiative, partner=partner)


def _write(town, initiative, actor, text):
    """As the page of the initiative takes it, for colleagues and for partners."""
    client = Client()
    client.force_login(actor.user)
    page = "comment_add" if actor.is_town_staff else "shared_detail"
    return client.post(url(town, page, initiative.pk), {"text": text}).status_code


def _with_internals(initiative, officer):
    """Everything that must not leave the town hall, each with a word of its own."""
    mode = Mode(initiative=initiative, is_chosen=True, note="秘密の進め方")
    mode.save()
    PeopleNeed(mode=mode, department=make_department(initiative.municipality, "秘密の課"), fte=1).save()
    MoneyNeed(mode=mode, amount=87_654_321).save()
    _write(initiative.municipality, initiative, officer, "秘密の相談")
    upload = SimpleUploadedFile("秘密の資料.csv", b"x")
    return add_attachment(actor=officer, object_type="initiatives.initiative", object_id=initiative.pk, upload=upload)


def test_the_partner_sees_the_work_and_nothing_of_the_town_hall(client, town, officer, goal, partner):
    initiative = make_initiative(
        goal, "書かない窓口", summary="住所を何度も書かない窓口にする", priority_reason="秘密の理由"
    )
    share_initiative(actor=officer, initiative=initiative, partner=partner)
    Phase(initiative=initiative, goal="仕様を固める", starts_on=TODAY, ends_on=TODAY).save()
    Milestone(initiative=initiative, name="委託先の決定", due_on=TODAY).save()
    make_task(
        initiative, "仕様書の作成", note="秘密のメモ", responsible=make_membership(town, user=make_user("秘密 太郎"))
    )
    attachment = _with_internals(initiative, officer)
    listed = client.get(url(town, "shared_list")).content.decode()
    shown = client.get(url(town, "shared_detail", initiative.pk)).content.decode()
    assert "書かない窓口" in listed
    for words in ("書かない窓口", "住所を何度も書かない窓口にする", "仕様を固める", "委託先の決定", "仕様書の作成"):
        assert words in shown
    assert "秘密" not in listed + shown
    assert "87,654,321" not in shown
    assert client.get(f"/t/{town.slug}/files/{attachment.pk}/").status_code == 404
    assert Attachment.objects.count() == 1


def test_what_is_not_shared_is_not_there(client, town, officer, goal, partner):
    mine, other = make_initiative(goal, "見える"), make_initiative(goal, "見えない")
    share_initiative(actor=officer, initiative=mine, partner=partner)
    share_initiative(actor=officer, initiative=other, partner=make_membership(town, Role.PARTNER))
    assert "見えない" not in client.get(url(town, "shared_list")).content.decode()
    assert client.get(url(town, "shared_detail", other.pk)).status_code == 404
    for name in ("initiative_list", "priority_edit"):
        assert client.get(url(town, name)).status_code == 404
    assert client.get(url(town, "initiative_detail", mine.pk)).status_code == 404


def test_sharing_ends_at_once(client, town, officer, initiative, partner):
    shared = share_initiative(actor=officer, initiative=initiative, partner=partner)
    assert client.get(url(town, "shared_detail", initiative.pk)).status_code == 200
    end_sharing(actor=officer, shared=shared)
    assert client.get(url(town, "shared_detail", initiative.pk)).status_code == 404


def test_partners_read_their_own_words_and_the_answers_that_name_them(client, town, officer, initiative, partner):
    share_initiative(actor=officer, initiative=initiative, partner=partner)
    rival = make_actor(town, Role.PARTNER)
    share_initiative(actor=officer, initiative=initiative, partner=rival.membership)
    page = url(town, "shared_detail", initiative.pk)
    assert client.post(page, {"text": ""}).status_code == 422
    assert client.post(page, {"text": "仕様はいつ届きますか"}).status_code == 302
    told = Notice.objects.get(recipient=initiative.owner)
    assert told.path.startswith(url(town, "initiative_detail", initiative.pk))
    _write(town, initiative, officer, "@桃井 浩一 来週お送りします")
    _write(town, initiative, officer, "予算が足りない")
    _write(town, initiative, rival, "値段の相談です")
    shown = client.get(page).content.decode()
    assert "仕様はいつ届きますか" in shown
    assert "来週お送りします" in shown
    assert "予算が足りない" not in shown
    assert "値段の相談です" not in shown
    assert Notice.objects.filter(recipient=partner, kind="initiatives.mentioned").count() == 1


def test_colleagues_see_what_a_partner_sees(client, town, officer, initiative, today):
    sign_in(client, town)
    page = url(town, "shared_detail", initiative.pk)
    assert client.get(page).status_code == 404
    share_initiative(actor=officer, initiative=initiative, partner=make_membership(town, Role.PARTNER))
    assert "協力者に見える画面です。" in client.get(page).content.decode()


def test_a_partner_finds_the_way_from_every_page(client, town, officer, initiative, partner):
    share_initiative(actor=officer, initiative=initiative, partner=partner)
    assert url(town, "shared_list") in client.get(f"/p/{town.slug}/").content.decode()
    answer = client.get(f"/t/{town.slug}/", follow=True)
    assert (answer.request["PATH_INFO"], answer.status_code) == (url(town, "shared_list"), 200)
    assert 'aria-current="page"' in answer.content.decode()


def test_comments_of_a_partner_can_come_only_from_what_is_shared(town, initiative):
    assert _write(town, initiative, make_actor(town, Role.PARTNER), "見せてください") == 404
    assert Comment.objects.count() == 0
