"""動かす: the form that whoever drags a bar gets too. It shows what would happen; only then it can be saved."""

from datetime import date

import pytest

from kiun.initiatives.models import Initiative, InitiativeLink, InitiativeStatus, Milestone, Revision
from kiun.initiatives.queries.moving import Move
from kiun.initiatives.services import move_initiative
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_goal, make_initiative
from tests.initiatives.pages import sign_in, url

LATER = {"starts_on": "2026-05-01", "ends_on": "2027-04-30", "with_work": "on"}
OF_A_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def officer(client, town):
    return sign_in(client, town, Role.ADMIN)


def post(client, town, row, data, query="", **extra):
    return client.post(url(town, "roadmap_move", row.pk) + query, data, **extra)


def days_of(row):
    stored = Initiative.objects.get(pk=row.pk)
    return stored.starts_on, stored.ends_on


OLD, NEW = (date(2026, 4, 1), date(2027, 3, 31)), (date(2026, 5, 1), date(2027, 4, 30))


def test_first_the_effect_then_the_reason_then_the_move(client, town, officer, goal, initiative):
    after = make_initiative(goal, "後の取組", starts_on=date(2027, 4, 1), ends_on=date(2027, 9, 30))
    InitiativeLink(before=initiative, after=after).save()
    empty = client.get(url(town, "roadmap_move", initiative.pk))
    assert (empty.status_code, empty.context["effect"]) == (200, None)

    looked = post(client, town, initiative, {**LATER, "step": "effect", "seen": empty.context["form"]["seen"].value()})
    told = looked.content.decode()
    assert "30日遅くなり、令和9年4月30日に終わります。" in told
    assert "「後の取組」は令和9年4月1日に始まる予定ですが" in told
    assert days_of(initiative) == OLD

    shown = {"shown": looked.context["effect"].fingerprint, "seen": looked.context["form"]["seen"].value()}
    without = post(client, town, initiative, {**LATER, **shown, "step": "save"})
    assert (without.status_code, "reason" in without.context["form"].errors) == (422, True)
    assert without.context["effect"].fingerprint == shown["shown"]
    assert days_of(initiative) == OLD

    saved = post(
        client, town, initiative, {**LATER, **shown, "step": "save", "reason": "契約の遅れ"}, "?lanes=department"
    )
    assert (saved.status_code, saved.url) == (302, url(town, "roadmap") + f"?lanes=department#i{initiative.pk}")
    assert days_of(initiative) == NEW
    assert Revision.objects.get().reason == "契約の遅れ"


def test_nothing_is_saved_without_having_been_shown(client, town, officer, initiative):
    answer = post(client, town, initiative, {**LATER, "step": "save", "reason": "急ぐため"})
    assert answer.status_code == 422
    assert "影響を表示した後に計画が変わりました" in answer.content.decode()
    assert days_of(initiative) == OLD


def test_what_changed_since_is_shown_anew(client, town, officer, goal, initiative):
    looked = post(client, town, initiative, {**LATER, "step": "effect"})
    shown = looked.context["effect"].fingerprint
    Milestone(initiative=initiative, name="新しい節目", due_on=date(2027, 3, 1)).save()
    answer = post(client, town, initiative, {**LATER, "step": "save", "reason": "x", "shown": shown})
    assert answer.status_code == 422
    assert "新しい節目" in answer.content.decode()
    assert answer.context["effect"].fingerprint != shown
    assert days_of(initiative) == OLD


@pytest.mark.parametrize("step", ["effect", "save"])
@pytest.mark.parametrize(("headers", "status"), [({}, 409), (OF_A_SCRIPT, 422)])
def test_of_two_people_the_later_sees_what_the_other_did(client, town, officer, initiative, step, headers, status):
    form = client.get(url(town, "roadmap_move", initiative.pk)).context["form"]
    colleague = make_actor(town, Role.ADMIN)
    move = Move(starts_on=date(2026, 4, 1), ends_on=date(2027, 5, 31))
    move_initiative(actor=colleague, initiative=initiative, move=move, reason="議会の意見")
    answer = post(
        client, town, initiative, {**LATER, "step": step, "seen": form["seen"].value(), "reason": "x"}, headers=headers
    )
    assert answer.status_code == status
    told = answer.content.decode()
    assert "議会の意見" in told
    # What both have changed is left to the person; what only the other has changed is taken over.
    assert answer.context["conflict"]["contested"] == ("終える日",)
    assert answer.context["form"]["ends_on"].value() == "2027-04-30"
    assert days_of(initiative) == (date(2026, 4, 1), date(2027, 5, 31))


def test_a_picture_that_is_older_than_the_change_of_another_says_so(client, town, officer, initiative):
    """Dragging sends the version of the whole picture."""
    seen = client.get(url(town, "roadmap")).context["seen"]
    move = Move(starts_on=date(2026, 4, 1), ends_on=date(2027, 5, 31))
    move_initiative(actor=make_actor(town, Role.ADMIN), initiative=initiative, move=move, reason="議会の意見")
    answer = post(client, town, initiative, {**LATER, "step": "effect", "seen": seen}, headers=OF_A_SCRIPT)
    assert (answer.status_code, "conflict" in answer.context) == (422, True)
    fresh = client.get(url(town, "roadmap")).context["seen"]
    assert post(client, town, initiative, {**LATER, "step": "effect", "seen": fresh}).status_code == 200


def test_in_the_dialog_only_the_form_comes_and_after_saving_the_page_anew(client, town, officer, initiative):
    looked = post(client, town, initiative, {**LATER, "step": "effect"}, headers=OF_A_SCRIPT)
    assert b"<html" not in looked.content
    assert b'id="move"' in looked.content
    data = {**LATER, "step": "save", "reason": "x", "shown": looked.context["effect"].fingerprint}
    saved = post(client, town, initiative, data, headers=OF_A_SCRIPT)
    assert (saved.status_code, saved.headers["HX-Refresh"]) == (200, "true")
    assert days_of(initiative) == NEW


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"starts_on": "来月", "ends_on": "2027-04-30"}, "starts_on"),
        ({"starts_on": "2026-05-01"}, "ends_on"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-30"}, "ends_on"),
        ({"starts_on": "2026-05-01", "ends_on": "9999-12-31"}, "ends_on"),
        ({"starts_on": "2026-04-01", "ends_on": "2027-03-31"}, "starts_on"),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(client, town, officer, initiative, data, field):
    answer = post(client, town, initiative, {**data, "step": "effect"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["effect"] is None


def test_the_era_may_be_typed_too(client, town, officer, initiative):
    answer = post(client, town, initiative, {"starts_on": "R8.5.1", "ends_on": "令和9年4月末", "step": "effect"})
    assert answer.context["effect"].root.new == NEW


def test_a_proposal_asks_for_no_reason(client, town, officer, goal):
    proposal = make_initiative(goal, status=InitiativeStatus.PROPOSED)
    looked = post(client, town, proposal, {**LATER, "step": "effect"})
    assert looked.context["form"].fields["reason"].required is False
    data = {**LATER, "step": "save", "shown": looked.context["effect"].fingerprint}
    assert post(client, town, proposal, data).status_code == 302
    assert days_of(proposal) == NEW


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.HEAD, 200), (Role.MEMBER, 403), (Role.VIEWER, 403), (Role.EXECUTIVE, 403), (Role.PARTNER, 404)],
)
def test_only_who_answers_for_it_moves_it(client, town, department, initiative, role, status):
    sign_in(client, town, role, None if role == Role.PARTNER else department)
    assert client.get(url(town, "roadmap_move", initiative.pk)).status_code == status
    assert post(client, town, initiative, {**LATER, "step": "save"}).status_code in {status, 422}
    assert days_of(initiative) == OLD


def test_an_initiative_of_others_is_not_there(client, town, goal):
    sign_in(client, town, Role.HEAD, make_department(town, "税務課"))
    other = make_initiative(make_goal(goal.plan, department=make_department(town, "福祉課")))
    assert client.get(url(town, "roadmap_move", other.pk)).status_code == 404


def test_what_has_ended_says_so(client, town, officer, goal):
    ended = make_initiative(goal, status=InitiativeStatus.STOPPED)
    answer = post(client, town, ended, {**LATER, "step": "effect"})
    assert answer.status_code == 422
    assert "この取組は終わっているため、動かせません。" in answer.content.decode()
