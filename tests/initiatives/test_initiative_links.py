"""Which initiative comes before which: circles are refused by name."""

import pytest

from kiun.initiatives.models import InitiativeLink, InitiativeStatus, RevisionItem
from kiun.initiatives.services.links import link_initiatives, unlink_initiatives
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def three(goal):
    return [make_initiative(goal, name) for name in "甲乙丙"]


def link(before, after, **fields):
    return InitiativeLink(before=before, after=after, **fields)


def test_an_order_is_a_change_of_the_approved_plan(officer, three):
    first, second, _third = three
    link_initiatives(actor=officer, link=link(first, second, kind="ss", lag_days=20), reason="配線が先に要る")
    stored = InitiativeLink.objects.get()
    assert (stored.before, stored.after, stored.kind, stored.lag_days) == (first, second, "ss", 20)
    assert RevisionItem.objects.get().object_type == "initiatives.initiativelink"
    unlink_initiatives(actor=officer, link=stored, reason="別の配線を使う")
    assert (InitiativeLink.objects.count(), RevisionItem.objects.count()) == (0, 2)


def test_a_circle_is_named_and_nothing_is_saved(officer, three):
    first, second, third = three
    link_initiatives(actor=officer, link=link(first, second), reason="x")
    link_initiatives(actor=officer, link=link(second, third), reason="x")
    with pytest.raises(DomainError) as refused:
        link_initiatives(actor=officer, link=link(third, first), reason="x")
    assert (str(refused.value), refused.value.field) == (
        "互いに待ち合う順序になっています：甲 → 乙 → 丙 → 甲。つながりを一つ外してください。", "before",
    )  # fmt: skip
    assert InitiativeLink.objects.count() == 2


@pytest.mark.parametrize("pair", [(0, 0), (0, 1)])
def test_itself_and_the_same_twice_are_refused(officer, three, pair):
    link_initiatives(actor=officer, link=link(three[0], three[1]), reason="x")
    with pytest.raises(DomainError) as refused:
        link_initiatives(actor=officer, link=link(three[pair[0]], three[pair[1]]), reason="x")
    assert refused.value.field == "before"
    assert InitiativeLink.objects.count() == 1


def test_only_who_leads_the_later_one_orders_it_and_must_see_the_earlier(town, department, goal):
    own = make_initiative(goal, "own")
    hidden = make_initiative(goal, "hidden", department=make_department(town, "税務課"))
    head, member = make_actor(town, Role.HEAD, department), make_actor(town, Role.MEMBER, department)
    for actor, ends in ((head, (hidden, own)), (head, (own, hidden)), (member, (own, own))):
        with pytest.raises(NotAllowedError):
            link_initiatives(actor=actor, link=link(*ends), reason="x")


def test_the_page_offers_what_is_open_and_says_a_circle_at_its_field(client, town, goal, three, today):
    sign_in(client, town)
    first, second, _third = three
    ended = make_initiative(goal, "終わった", status=InitiativeStatus.DONE)
    page = url(town, "link_create", second.pk)
    shown = client.get(page).content.decode()
    assert f'<option value="{first.pk}">' in shown
    assert f'<option value="{ended.pk}">' not in shown
    form = {"before": first.pk, "kind": "fs", "lag_days": "5", "reason": "配線が先"}
    assert client.post(page, {**form, "lag_days": "-1"}).status_code == 422
    assert client.post(page, form).status_code == 302
    back = client.post(url(town, "link_create", first.pk), {**form, "before": second.pk})
    assert (back.status_code, "互いに待ち合う順序" in back.content.decode()) == (422, True)
    detail = client.get(url(town, "initiative_detail", second.pk)).content.decode()
    assert "5開庁日あける" in detail
    stored = InitiativeLink.objects.get()
    assert client.post(url(town, "link_remove", stored.pk), {"reason": "不要"}).status_code == 302
    assert InitiativeLink.objects.count() == 0
