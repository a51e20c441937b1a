"""人事異動: everything a post owns goes to others, and nothing ends up without an owner."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override
from django_scopes import scope

from kiun.activity.models import AuditEntry, Notice
from kiun.goals.models import Indicator
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from kiun.municipality.queries import holdings_of, posts_to_prepare, stranded_holdings
from kiun.municipality.services import Assignment, end_post, hand_over
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_town,
    make_user,
)

pytestmark = pytest.mark.django_db
REASON = "令和8年4月1日付 人事異動"


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def scoped(town):
    with scope(municipality=town):
        yield


@pytest.fixture
def office(town, scoped):
    """A department with somebody who leaves, somebody who stays, and two indicators and a goal."""
    department = make_department(town, "市民課")
    leaving = make_membership(town, Role.MEMBER, department)
    staying = make_membership(town, Role.MEMBER, department)
    goal = make_goal(make_plan(town), department=department, owner=leaving)
    indicators = [make_indicator(goal, name=f"指標{number}", owner=leaving) for number in (1, 2)]
    make_indicator(goal, name="代理の指標", owner=staying, deputy=leaving)
    return department, leaving, staying, goal, indicators


def test_whoever_takes_over_as_owner_is_no_longer_the_deputy(town, office):
    _department, leaving, staying, _goal, [first, second] = office
    first.deputy = staying
    first.save()
    hand_over(actor=make_actor(town), posts=[leaving], assignments=everything(leaving, staying), reason=REASON)
    people = {row.name: (row.owner, row.deputy) for row in Indicator.objects.all()}
    assert people == {"指標1": (staying, None), "指標2": (staying, None), "代理の指標": (staying, None)}
    entry = AuditEntry.objects.get(object_type="goals.indicator", object_id=first.pk)
    assert set(entry.before) == {"owner", "deputy"}
    assert entry.after["deputy"] is None
    assert AuditEntry.objects.get(object_type="goals.indicator", object_id=second.pk).before.keys() == {"owner"}


def everything(post, to):
    return [
        Assignment(ownable=holding.ownable.id, row_ids=frozenset(row.pk for row in holding.rows), to=to)
        for holding in holdings_of([post.pk])
    ]


def test_everything_goes_to_one_successor_and_the_post_ends(town, office):
    _, leaving, staying, goal, indicators = office
    deputised = Indicator.objects.get(name="代理の指標")
    deputised.owner = make_membership(town, Role.MEMBER)
    deputised.save()
    number = hand_over(
        actor=make_actor(town),
        posts=[leaving],
        assignments=everything(leaving, staying),
        reason=REASON,
        end_on=date(2026, 3, 31),
    )
    for row in (goal, *indicators):
        row.refresh_from_db()
        assert row.owner == staying
    leaving.refresh_from_db()
    assert (number, leaving.valid_to) == (4, date(2026, 3, 31))
    assert holdings_of([leaving.pk]) == []
    entry = AuditEntry.objects.filter(object_type="goals.indicator", object_id=indicators[0].pk).first()
    assert entry.reason == REASON


def test_rows_may_go_to_different_people(town, office):
    _, leaving, staying, _, indicators = office
    third = make_membership(town, Role.MEMBER)
    hand_over(
        actor=make_actor(town),
        posts=[leaving],
        assignments=[
            Assignment(ownable="goals.indicator", row_ids=frozenset({indicators[0].pk}), to=staying),
            Assignment(ownable="goals.indicator", row_ids=frozenset({indicators[1].pk}), to=third),
        ],
        reason=REASON,
    )
    assert [Indicator.objects.get(pk=row.pk).owner for row in indicators] == [staying, third]


def test_all_or_nothing(town, office):
    """The post still owns one of two indicators: it cannot end, and the first indicator stays as well."""
    _, leaving, staying, _, indicators = office
    with pytest.raises(DomainError) as caught:
        hand_over(
            actor=make_actor(town),
            posts=[leaving],
            assignments=[Assignment(ownable="goals.indicator", row_ids=frozenset({indicators[0].pk}), to=staying)],
            reason=REASON,
            end_on=date(2026, 3, 31),
        )
    assert caught.value.details == {"hand_over": leaving.pk}
    assert [Indicator.objects.get(pk=row.pk).owner for row in indicators] == [leaving, leaving]
    leaving.refresh_from_db()
    assert leaving.valid_to is None


def test_a_post_that_owns_an_indicator_cannot_end(town, office):
    _, leaving, _, _, _ = office
    with pytest.raises(DomainError) as caught:
        end_post(actor=make_actor(town), post=leaving, on=TODAY + timedelta(days=100))
    assert caught.value.field == "on"


def test_a_post_that_owns_nothing_ends(town, office):
    _, _, _, _, _ = office
    post = make_membership(town, Role.VIEWER)
    end_post(actor=make_actor(town), post=post, on=date(2027, 3, 31), reason="退職")
    post.refresh_from_db()
    assert post.valid_to == date(2027, 3, 31)


def test_the_last_of_the_dx_office_stays(town, scoped):
    admin = make_actor(town)
    with pytest.raises(DomainError):
        end_post(actor=admin, post=admin.own[0], on=date(2027, 3, 31))
    make_membership(town, Role.ADMIN)
    end_post(actor=admin, post=admin.own[0], on=date(2027, 3, 31))


@pytest.mark.parametrize("field", ["ended", "viewer", "inactive", "same", "resident"])
def test_who_cannot_take_over(town, office, field):
    _, leaving, _, _, indicators = office
    successor = {
        "ended": lambda: make_membership(town, Role.MEMBER, valid_to=date(2026, 3, 31)),
        "viewer": lambda: make_membership(town, Role.VIEWER),
        "inactive": lambda: make_membership(town, Role.MEMBER),
        "same": lambda: leaving,
        "resident": lambda: make_membership(town, Role.RESIDENT),
    }[field]()
    if field == "inactive":
        successor.user.is_active = False
        successor.user.save()
    with pytest.raises(DomainError) as caught:
        hand_over(actor=make_actor(town), posts=[leaving], assignments=everything(leaving, successor), reason=REASON)
    assert caught.value.field == "successor"
    assert Indicator.objects.get(pk=indicators[0].pk).owner == leaving


def test_somebody_elses_rows_cannot_be_given_away(town, office):
    _, leaving, staying, goal, _ = office
    foreign = make_indicator(goal, name="別の担当", owner=staying)
    with pytest.raises(DomainError):
        hand_over(
            actor=make_actor(town),
            posts=[leaving],
            assignments=[Assignment(ownable="goals.indicator", row_ids=frozenset({foreign.pk}), to=staying)],
            reason=REASON,
        )


def test_a_reason_is_needed(town, office):
    _, leaving, staying, _, _ = office
    with pytest.raises(DomainError) as caught:
        hand_over(actor=make_actor(town), posts=[leaving], assignments=everything(leaving, staying), reason=" ")
    assert caught.value.field == "reason"


def test_a_head_hands_over_within_the_own_departments_only(town, office):
    department, leaving, staying, _, _ = office
    head = make_actor(town, Role.HEAD, department)
    outside = make_membership(town, Role.MEMBER, make_department(town, "税務課"))
    with pytest.raises(DomainError):
        hand_over(actor=head, posts=[leaving], assignments=everything(leaving, outside), reason=REASON)
    hand_over(actor=head, posts=[leaving], assignments=everything(leaving, staying), reason=REASON)
    stranger = make_actor(town, Role.HEAD, outside.department)
    with pytest.raises(NotAllowedError):
        hand_over(actor=stranger, posts=[staying], assignments=everything(staying, outside), reason=REASON)


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.MEMBER, Role.VIEWER, Role.PARTNER])
def test_others_may_not(town, office, role):
    department, leaving, staying, _, _ = office
    with pytest.raises(NotAllowedError):
        hand_over(
            actor=make_actor(town, role, department),
            posts=[leaving],
            assignments=everything(leaving, staying),
            reason=REASON,
        )


def test_what_is_to_be_prepared(town, office):
    _, leaving, staying, _, _ = office
    make_membership(town, Role.MEMBER, valid_to=TODAY + timedelta(days=5))  # owns nothing
    leaving.valid_to = TODAY - timedelta(days=1)
    leaving.save()
    staying.valid_to = TODAY + timedelta(days=30)
    staying.save()
    found = posts_to_prepare(actor_of(make_membership(town, Role.ADMIN).user, town, on=TODAY))
    assert [(row.post, row.owned, row.has_ended) for row in found] == [(leaving, 4, True), (staying, 1, False)]


def test_what_a_closed_department_still_holds_is_found(town, office):
    department, *_ = office
    assert stranded_holdings(TODAY) == []
    department.valid_to = TODAY - timedelta(days=1)
    department.save()
    assert [(holder.id, len(rows)) for holder, rows in stranded_holdings(TODAY)] == [
        ("municipality.posts", 2),
        ("goals.goal", 1),
        ("goals.indicator", 3),
    ]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EXECUTIVE])
def test_a_head_cannot_end_a_post_above_the_own_rights(town, scoped, role):
    """The DX office is somebody's department, too."""
    department = make_department(town, "情報政策課")
    head = make_actor(town, Role.HEAD, department)
    post = make_membership(town, role, department)
    make_actor(town)
    with pytest.raises(NotAllowedError):
        hand_over(actor=head, posts=[post], assignments=[], reason=REASON, end_on=TODAY)
    post.refresh_from_db()
    assert post.valid_to is None


@pytest.fixture
def kuroda(town, office):
    department, *_ = office
    return make_membership(town, Role.HEAD, department, user=make_user("黒田 恵理"), title="課長")


@pytest.fixture
def ask(client, town, office):
    """The page of the post that leaves, asked by the DX office."""
    client.force_login(make_membership(town, Role.ADMIN, user=make_user("緑川 葵")).user)
    page = reverse("municipality:hand_over", kwargs={"town": town.slug, "pk": office[1].pk})
    return lambda **typed: client.post(page, {"reason": REASON, **typed}, follow=True)


def owners(office):
    return [Indicator.objects.get(pk=row.pk).owner for row in office[4]]


def test_part_of_a_name_asks_first_who_is_meant(town, office, kuroda, ask):
    leaving = office[1]
    answer = ask(successor="黒田")
    assert [(to, len(rows)) for to, rows in answer.context["received"]] == [(kuroda, 4)]
    assert "黒田 恵理（市民課 課長）に次の4件を引き継ぎます" in answer.content.decode()
    assert owners(office) == [leaving, leaving]
    done = ask(successor="黒田", confirmed=answer.context["outcome"])
    assert owners(office) == [kuroda, kuroda]
    assert [str(message) for message in done.context["messages"]] == ["引き継ぎました：黒田 恵理（市民課 課長）に4件。"]


def test_what_has_changed_since_is_asked_anew(town, office, kuroda, ask):
    _, leaving, staying, *_ = office
    outcome = ask(successor="黒田").context["outcome"]
    number = staying.staff_number = "77"
    staying.save()
    again = ask(successor=number, confirmed=outcome)
    assert [to for to, _ in again.context["received"]] == [staying]
    assert owners(office) == [leaving, leaving]


def test_what_was_typed_can_be_mended(office, kuroda, ask):
    answer = ask(successor="黒田", again="1")
    assert answer.context["form"]["successor"].value() == "黒田"
    assert owners(office) == [office[1], office[1]]


def test_nobody_named_and_no_last_day_is_said(office, ask):
    assert ask().context["form"].errors == {"successor": ["引き継ぐ相手を入力してください。"]}


def test_no_reason_is_put_into_anybodys_mouth(client, town, office, ask):
    page = reverse("municipality:hand_over", kwargs={"town": town.slug, "pk": office[1].pk})
    assert client.get(page).context["form"]["reason"].value() is None


def test_who_takes_over_is_told(town, office, kuroda):
    _, leaving, *_ = office
    actor = make_actor(town)
    with override("ja"):
        hand_over(actor=actor, posts=[leaving], assignments=everything(leaving, kuroda), reason=REASON)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject, notice.path) == (
        kuroda,
        f"{leaving.user.name}さんから4件を引き継ぎました",
        reverse("municipality:person_detail", kwargs={"town": town.slug, "pk": kuroda.user_id}),
    )
    assert notice.body.splitlines() == [
        "目標: オンライン申請の割合を令和10年度末までに60%に高める",
        "指標: 指標1",
        "指標: 指標2",
        "副担当の指標: 代理の指標",
        f"引継ぎをした人：{actor.label}　理由：{REASON}",
    ]


def test_a_long_list_is_cut(town, office, kuroda):
    _, leaving, _, goal, _ = office
    for number in range(30):
        make_indicator(goal, name=f"追加{number}", owner=leaving)
    hand_over(actor=make_actor(town), posts=[leaving], assignments=everything(leaving, kuroda), reason=REASON)
    assert len(Notice.objects.get().body.splitlines()) == 22


def test_who_takes_over_by_themselves_knows(town, office, kuroda):
    _, leaving, *_ = office
    actor = actor_of(kuroda.user, town, on=TODAY)
    hand_over(actor=actor, posts=[leaving], assignments=everything(leaving, kuroda), reason=REASON)
    assert Notice.objects.count() == 0


def test_who_is_named_as_stand_in_is_said(client, town, office, kuroda):
    leaving = office[1]
    client.force_login(make_membership(town, Role.ADMIN, user=make_user("緑川 葵")).user)
    page = reverse("municipality:deputy_add", kwargs={"town": town.slug, "pk": leaving.pk})
    done = client.post(page, {"deputy": "黒田", "valid_from": "2026-04-01"}, follow=True)
    assert [str(message) for message in done.context["messages"]] == ["黒田 恵理（市民課 課長）を代理に決めました。"]
