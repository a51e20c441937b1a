"""The ledger says who decided a change and how, and names nobody who did not act."""

from datetime import date

import pytest

from kiun.initiatives.models import Initiative, InitiativeStatus, Revision
from kiun.initiatives.review_wording import say_decided_by
from kiun.initiatives.services import approve_initiative, save_initiative
from kiun.initiatives.services.reviews import begin_review, close_review, write_down
from kiun.municipality.models import Role, User
from tests.factories import make_goal, make_initiative, make_membership
from tests.initiatives.pages import url
from tests.initiatives.reviews.conftest import add_item


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, department=department), "書かない窓口")


def entry():
    revision = Revision.objects.get()
    return revision.decided_by, revision.approver


def stop_in_review(officer, decider, review, work, present):
    item = add_item(review, "続けるか", initiative=work)
    begin_review(actor=officer, review=review)
    review.items.exclude(pk=item.pk).delete()
    for field, value in {"grade": "late", "verdict": "stop", "reason": "使われない"}.items():
        write_down(actor=decider, item=item, field=field, value=value, known="")
    close_review(actor=officer, review=review, present=present)


def test_a_meeting_names_its_decider_who_was_there(officer, mayor, head, review, work):
    stop_in_review(officer, mayor, review, work, [mayor.membership, head.membership])
    assert entry() == ("meeting", mayor.membership)
    assert say_decided_by(Revision.objects.get()) == f"会議で決定（{mayor.membership}が出席）"


def test_a_decider_who_was_not_there_is_not_named(client, officer, mayor, head, review, work):
    User.objects.filter(pk=mayor.user.pk).update(name="日向 一郎")
    stop_in_review(officer, officer, review, work, [head.membership])
    assert entry() == ("meeting", None)
    assert say_decided_by(Revision.objects.get()) == "会議で決定"
    client.force_login(officer.user)
    revision = Revision.objects.get()
    for page in (
        url(work.municipality, "revision_list"),
        url(work.municipality, "revision_detail", revision.pk),
    ):
        content = client.get(page).content.decode()
        assert "会議で決定" in content
        assert "日向 一郎" not in content


@pytest.mark.parametrize(
    ("role", "how", "word"), [(Role.ADMIN, "drafter", "起案者本人"), (Role.EXECUTIVE, "leadership", "専決")]
)
def test_own_changes_are_known_as_such(officer, mayor, work, role, how, word):
    actor = mayor if role == Role.EXECUTIVE else officer
    proposal = Initiative.objects.get(pk=work.pk)
    if role == Role.EXECUTIVE:
        Initiative.objects.update(status=InitiativeStatus.PROPOSED)
        approve_initiative(actor=actor, initiative=proposal, reason="当初予算の議決")
    else:
        proposal.ends_on = date(2027, 9, 30)
        goals = [served.goal for served in work.served_goals.all()]
        save_initiative(actor=actor, initiative=proposal, goals=goals, reason="契約の遅れ")
    assert entry() == (how, actor.membership)
    assert say_decided_by(Revision.objects.get()) == f"{actor.membership}（{word}）"


def test_what_somebody_else_drafted_is_approved_by_whoever_approves_it(officer, work, town):
    Initiative.objects.update(status=InitiativeStatus.PROPOSED, owner=make_membership(town, Role.MEMBER))
    approve_initiative(actor=officer, initiative=work, reason="採択")
    assert entry() == ("approved", officer.membership)
    assert say_decided_by(Revision.objects.get()) == f"{officer.membership}（本人が承認）"


def test_what_the_drafter_approves_is_no_approval_by_another(officer, work):
    Initiative.objects.update(status=InitiativeStatus.PROPOSED, owner=officer.membership)
    approve_initiative(actor=officer, initiative=work, reason="採択")
    assert entry() == ("drafter", officer.membership)


def test_of_old_entries_nothing_is_claimed(mayor, town):
    """A review used to name its decider, whether or not that person was there."""
    old = Revision(municipality=town, number=1, on=date(2026, 9, 1), reason="x", approver=mayor.membership)
    old.source = "review"
    assert say_decided_by(old) == "見直しで決定（出席の記録なし）"
    old.source = "person"
    assert say_decided_by(old) == "記録なし"
