"""The ledger says who decided a change and how, and names nobody who did not act."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from kiun.initiatives.models import (
    Initiative,
    InitiativeStatus,
    ReviewDecision,
    ReviewParticipant,
    ReviewState,
    Revision,
    RevisionItem,
)
from kiun.initiatives.review_wording import say_decided_by
from kiun.initiatives.services import approve_initiative, save_initiative
from kiun.initiatives.services.reviews import begin_review, close_review, write_down
from kiun.initiatives.services.reviews.closing import decided_in
from kiun.kernel.changes import Verb, change_of
from kiun.municipality.actors import record
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
    ("role", "how", "word"), [(Role.ADMIN, "drafter", "起案者本人"), (Role.EXECUTIVE, "leadership", "首長・幹部が決定")]
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


def test_what_the_drafter_approves_is_no_approval_by_another(officer, plan, department, town):
    """The owner is whoever will carry it out, not whoever wrote it."""
    proposal = make_initiative(make_goal(plan, department=department), "書かない窓口")
    proposal.pk, proposal.status, proposal.owner = None, InitiativeStatus.PROPOSED, make_membership(town, Role.MEMBER)
    save_initiative(actor=officer, initiative=proposal, goals=list(plan.goals.all()))
    approve_initiative(actor=officer, initiative=proposal, reason="採択")
    assert entry() == ("drafter", officer.membership)


def test_to_be_in_charge_is_not_to_have_drafted(officer, head, work):
    Initiative.objects.update(status=InitiativeStatus.PROPOSED, owner=officer.membership)
    record(head, change_of(work, Verb.CREATED))
    approve_initiative(actor=officer, initiative=work, reason="採択")
    assert entry() == ("approved", officer.membership)


def test_of_old_entries_nothing_is_claimed(mayor, town):
    """A review used to name its decider, whether or not that person was there."""
    old = Revision(municipality=town, number=1, on=date(2026, 9, 1), reason="x", approver=mayor.membership)
    old.source = "review"
    assert say_decided_by(old) == "見直しで決定（出席の記録なし）"
    old.source = "person"
    assert say_decided_by(old) == "記録なし"


MIGRATION = import_module("kiun.initiatives.migrations.0012_how_it_was_decided")


def old_entry(town, number, person, *, source="person", before=None, after=None):
    """As every change used to be written down: approved by whoever entered it."""
    entry = Revision(municipality=town, number=number, on=date(2026, 9, 1), reason="x", source=source)
    entry.approver = entry.made_by = person
    entry.save()
    item = RevisionItem(municipality=town, revision=entry, object_type="initiatives.initiative", object_id=1)
    item.before, item.after = before or {"name": "甲"}, after or {"name": "乙"}
    item.save()


def test_old_entries_say_only_what_is_known_of_them(town, officer, mayor):
    approval = {"before": {"status": "proposed"}, "after": {"status": "approved"}}
    old_entry(town, 1, officer.membership)
    old_entry(town, 2, mayor.membership)
    old_entry(town, 3, officer.membership, **approval)
    old_entry(town, 4, officer.membership, source="scenario")
    old_entry(town, 5, officer.membership, source="review")
    old_entry(town, 6, officer.membership, before={"status": "done"}, after={"status": "approved"})
    MIGRATION.say_how_it_was_decided(apps, None)
    told = dict(Revision.objects.values_list("number", "decided_by"))
    assert told == {1: "drafter", 2: "leadership", 3: "", 4: "", 5: "", 6: "drafter"}


def test_old_minutes_keep_the_names_that_they_have(officer, head, mayor, review, town):
    for title, fields in {"前": {"decided_on": date(2026, 9, 1)}, "今": {}}.items():
        ReviewDecision(item=add_item(review, title), person=head.membership, **fields).save()
    MIGRATION.keep_the_names_of_minutes(apps, None)
    told = dict(ReviewDecision.objects.values_list("item__title", "given_to"))
    assert told == {"前": str(head.membership), "今": ""}


def test_of_reviews_closed_before_nobody_is_said_to_have_been_there(client, officer, mayor, head, review):
    """Everybody invited was ticked beforehand; whoever had been unticked was away."""
    review.participants.filter(post=mayor.membership).update(attended=True)
    type(review).objects.update(state=ReviewState.CLOSED)
    MIGRATION.claim_nothing_about_who_was_there(apps, None)
    assert dict(ReviewParticipant.objects.values_list("post", "attended")) == {
        mayor.membership.pk: None,
        head.membership.pk: False,
    }
    assert decided_in(review).who is None
    client.force_login(officer.user)
    page = client.get(url(review.municipality, "review_minutes", review.pk)).content.decode()
    assert "招集者（出席の記録なし）" in page
    told = client.get(url(review.municipality, "review_detail", review.pk)).content.decode()
    assert told.count("欠席") == 1


def test_of_reviews_to_come_nobody_was_there_yet(review):
    review.participants.update(attended=True)
    MIGRATION.claim_nothing_about_who_was_there(apps, None)
    assert set(review.participants.values_list("attended", flat=True)) == {False}
