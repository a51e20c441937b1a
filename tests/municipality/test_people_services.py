"""Accounts, posts, deputies, access keys and the town: what may be changed by whom."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.access_scopes import AccessScope, access_scopes
from kiun.municipality.actors import actor_of
from kiun.municipality.models import ApiToken, Department, Deputyship, Membership, Role, User
from kiun.municipality.queries import key_of
from kiun.municipality.services import (
    PersonDetails,
    PostDetails,
    add_person,
    add_post,
    appoint_deputy,
    change_person,
    change_post,
    change_profile,
    change_town,
    create_access_key,
    end_deputyship,
    revoke_access_key,
    set_sign_in,
)
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
POST = PostDetails(department=None, role=Role.MEMBER, staff_number="1001", valid_from=date(2026, 4, 1))


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def scoped(town):
    with scope(municipality=town):
        yield


@pytest.fixture
def admin(town):
    return make_actor(town)


def test_a_person_without_an_address_signs_in_by_town_and_number(scoped, admin):
    post = add_person(actor=admin, person=PersonDetails(name="岸 直樹"), post=POST)
    assert (post.user.username, post.user.email, post.user.has_usable_password()) == ("hinata-1001", "", False)
    again = add_person(actor=admin, person=PersonDetails(name="岸 直美"), post=POST)
    assert again.user.username == "hinata-u1"


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x", "email": "nobody"}, "email"),
        ({"name": "x", "username": "someone@example.com"}, "username"),
        ({"name": "x", "username": "a b"}, "username"),
    ],
)
def test_what_is_wrong_with_a_person_is_said(scoped, admin, details, field):
    with pytest.raises(DomainError) as caught:
        add_person(actor=admin, person=PersonDetails(**details), post=POST)
    assert caught.value.field == field


def test_an_address_belongs_to_one_account(scoped, admin):
    other = make_user()
    with pytest.raises(DomainError) as caught:
        add_person(actor=admin, person=PersonDetails(name="x", email=other.email.upper()), post=POST)
    assert caught.value.field == "email"


def test_a_new_address_is_not_proven_by_the_old_one(town, scoped, admin):
    user = make_membership(town).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    change_person(actor=admin, user=user, person=PersonDetails(name="新 名", email="new@example.com"))
    assert list(EmailAddress.objects.filter(user=user)) == []


def test_an_account_of_two_towns_belongs_to_its_owner(town, scoped, admin):
    """The office of one town could otherwise take over the rights in the other by changing the address."""
    user = make_user()
    make_membership(town, user=user)
    make_membership(make_town("minato", "みなと市"), user=user)
    with pytest.raises(DomainError):
        change_person(actor=admin, user=user, person=PersonDetails(name="x", email="mine@example.com"))
    with pytest.raises(DomainError):
        set_sign_in(actor=admin, user=user, is_allowed=False)


def test_signing_in_can_be_stopped_but_not_ones_own(town, scoped, admin):
    user = make_membership(town).user
    set_sign_in(actor=admin, user=user, is_allowed=False, reason="休職")
    user.refresh_from_db()
    assert user.is_active is False
    with pytest.raises(DomainError):
        set_sign_in(actor=admin, user=admin.user, is_allowed=False)


def test_a_role_change_is_recorded_and_the_last_admin_stays(town, scoped, admin):
    post = add_post(actor=admin, person=make_user(), details=POST)
    change_post(
        actor=admin,
        post=post,
        details=PostDetails(department=None, role=Role.HEAD, staff_number="1001", valid_from=date(2026, 4, 1)),
        reason="昇任",
    )
    entry = AuditEntry.objects.filter(object_type="municipality.membership").first()
    assert (entry.before, entry.after, entry.reason) == ({"role": "member"}, {"role": "head"}, "昇任")
    with pytest.raises(DomainError):
        change_post(actor=admin, post=admin.own[0], details=POST)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER, Role.RESIDENT])
def test_who_owns_something_becomes_no_reader_before_handing_it_over(town, scoped, admin, role):
    post = make_membership(town)
    goal = make_goal(make_plan(town))
    indicator = make_indicator(goal, owner=post)
    details = PostDetails(department=None, role=role, valid_from=post.valid_from)
    with pytest.raises(DomainError) as refused:
        change_post(actor=admin, post=Membership.objects.get(pk=post.pk), details=details)
    assert (refused.value.field, refused.value.message, refused.value.details) == (
        "role", "緑川 葵さんはまだ1件を担当しています。先に引き継ぐと、役割を変えられます。", {"hand_over": post.pk}
    )  # fmt: skip
    indicator.owner = admin.membership
    indicator.save()
    assert change_post(actor=admin, post=Membership.objects.get(pk=post.pk), details=details).role == role


def test_the_title_of_a_reader_who_owns_something_can_be_corrected(town, scoped, admin):
    """An older version let readers own."""
    post = make_membership(town, Role.VIEWER)
    make_indicator(make_goal(make_plan(town)), owner=post)
    details = PostDetails(department=None, role=Role.VIEWER, title="主査", valid_from=post.valid_from)
    assert change_post(actor=admin, post=post, details=details).title == "主査"


def test_of_two_corrections_of_a_post_the_second_overwrites_nothing(client, town, scoped, admin):
    post = add_post(actor=admin, person=make_user(), details=POST)
    client.force_login(admin.user)
    address = f"/t/{town.slug}/posts/{post.pk}/edit/"
    opened = client.get(address).context["form"].initial
    typed = {"role": "member", "valid_from": "2026-04-01", "seen": opened["seen"]}
    assert client.post(address, {**typed, "title": "主査"}).status_code == 302
    second = client.post(address, {**typed, "title": "係長"})
    assert (second.status_code, len(second.context["form"].non_field_errors())) == (200, 1)
    post.refresh_from_db()
    assert post.title == "主査"
    again = client.get(address).context["form"].initial
    client.post(address, {**typed, "title": "係長", "seen": again["seen"]})
    post.refresh_from_db()
    assert post.title == "係長"


def test_a_new_name_of_the_person_or_the_department_is_no_correction_of_the_post(client, town, scoped, admin):
    department = make_department(town, "市民課")
    post = make_membership(town, department=department)
    client.force_login(admin.user)
    address = f"/t/{town.slug}/posts/{post.pk}/edit/"
    opened = client.get(address).context["form"].initial
    User.objects.filter(pk=post.user_id).update(name="青山 蓮")
    Department.objects.filter(pk=department.pk).update(name="窓口課")
    typed = {"role": "member", "valid_from": "2020-04-01", "department": department.pk, "seen": opened["seen"]}
    assert client.post(address, {**typed, "title": "主査"}).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.department) == ("主査", department)


def test_a_post_ends_after_it_begins_and_not_in_a_closed_department(town, scoped, admin):
    closed = make_department(town, valid_to=date(2026, 3, 31))
    for details, field in (
        ({"valid_to": date(2026, 3, 31)}, "valid_to"),
        ({"department": closed}, "department"),
    ):
        values = {"department": None, "role": Role.MEMBER, "valid_from": date(2026, 4, 1), **details}
        with pytest.raises(DomainError) as caught:
            add_post(actor=admin, person=make_user(), details=PostDetails(**values))
        assert caught.value.field == field


def test_a_deputy_stands_in_from_day_to_day(town, scoped, admin):
    principal, deputy = make_membership(town, Role.HEAD), make_membership(town)
    deputyship = appoint_deputy(
        actor=admin, principal=principal, deputy=deputy, valid_from=TODAY, valid_to=TODAY + timedelta(days=7)
    )
    assert actor_of(deputy.user, town, on=TODAY).deputised == (principal,)
    assert actor_of(deputy.user, town, on=TODAY + timedelta(days=8)).deputised == ()
    end_deputyship(actor=admin, deputyship=deputyship, on=TODAY - timedelta(days=1))
    assert not Deputyship.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MEMBER])
def test_what_was_lent_ends_with_the_role_that_may_act(town, scoped, admin, role):
    principal, deputy = make_membership(town, Role.HEAD), make_membership(town)
    appoint_deputy(actor=admin, principal=principal, deputy=deputy, valid_from=TODAY)
    Membership.objects.filter(pk=deputy.pk).update(role=role)
    lent = () if role in (Role.VIEWER, Role.PARTNER, Role.RESIDENT) else (principal,)
    assert actor_of(deputy.user, town, on=TODAY).deputised == lent


def test_nobody_lends_more_than_the_own_rights(town, scoped):
    """A head cannot become the DX office by standing in for it; a deputy appoints no further deputy."""
    department = make_department(town)
    head = make_actor(town, Role.HEAD, department)
    officer = make_membership(town, Role.ADMIN, department)
    with pytest.raises(NotAllowedError):
        appoint_deputy(actor=head, principal=officer, deputy=head.own[0], valid_from=TODAY)
    stand_in, third = make_membership(town, Role.MEMBER), make_membership(town, Role.MEMBER)
    own = actor_of(officer.user, town, on=TODAY)
    appoint_deputy(actor=head, principal=head.own[0], deputy=stand_in, valid_from=TODAY)
    with pytest.raises(NotAllowedError):
        appoint_deputy(actor=actor_of(stand_in.user, town, on=TODAY), principal=officer, deputy=third, valid_from=TODAY)
    appoint_deputy(actor=own, principal=officer, deputy=third, valid_from=TODAY)
    assert actor_of(third.user, town, on=TODAY).is_admin


def test_a_stand_in_cannot_prolong_what_was_lent(town, scoped):
    department = make_department(town)
    head = make_actor(town, Role.HEAD, department)
    stand_in, third = make_membership(town, Role.MEMBER), make_membership(town, Role.MEMBER)
    lent = appoint_deputy(
        actor=head, principal=head.own[0], deputy=stand_in, valid_from=TODAY, valid_to=TODAY + timedelta(days=7)
    )
    acting = actor_of(stand_in.user, town, on=TODAY)
    for deputy in (stand_in, third):
        with pytest.raises(NotAllowedError):
            appoint_deputy(actor=acting, principal=head.own[0], deputy=deputy, valid_from=TODAY)
    with pytest.raises(NotAllowedError):
        end_deputyship(actor=acting, deputyship=lent, on=TODAY)
    assert Deputyship.objects.get() == lent


def test_an_account_of_another_town_is_nobodys_here(town, scoped, admin):
    user = make_membership(make_town("minato", "みなと市"), user=make_user("湊 海")).user
    with pytest.raises(DomainError):
        change_person(actor=admin, user=user, person=PersonDetails(name="別人", email="taken@example.com"))
    with pytest.raises(DomainError):
        set_sign_in(actor=admin, user=user, is_allowed=False)
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("湊 海", True)


@pytest.mark.parametrize("wrong", ["ended", "resident", "reader", "same person", "backwards"])
def test_who_cannot_be_deputy(town, scoped, admin, wrong):
    principal = make_membership(town)
    deputy = {
        "ended": lambda: make_membership(town, valid_to=TODAY - timedelta(days=1)),
        "resident": lambda: make_membership(town, Role.RESIDENT),
        "reader": lambda: make_membership(town, Role.VIEWER),
        "same person": lambda: make_membership(town, user=principal.user),
        "backwards": lambda: make_membership(town),
    }[wrong]()
    with pytest.raises(DomainError):
        appoint_deputy(
            actor=admin,
            principal=principal,
            deputy=deputy,
            valid_from=TODAY,
            valid_to=TODAY - timedelta(days=1) if wrong == "backwards" else None,
        )


@pytest.fixture
def reading():
    access_scopes.register(AccessScope(id="test:read", label="read"))
    yield "test:read"
    access_scopes._by_id.pop("test:read")


def test_an_access_key_works_until_it_is_withdrawn(town, scoped, admin, reading):
    key, secret = create_access_key(actor=admin, name="窓口システム", scopes=[reading])
    now = timezone.now()
    assert key_of(secret, now) == key
    assert secret not in str(list(AuditEntry.objects.values())) + str(list(ApiToken.objects.values()))
    revoke_access_key(actor=admin, key=key)
    assert key_of(secret, now) is None


def test_a_stand_in_makes_no_key_that_would_never_work(town, scoped, admin, reading):
    deputy = make_membership(town)
    appoint_deputy(actor=admin, principal=admin.own[0], deputy=deputy, valid_from=TODAY)
    with pytest.raises(DomainError):
        create_access_key(actor=actor_of(deputy.user, town, on=TODAY), name="x", scopes=[reading])
    assert ApiToken.objects.count() == 0


def test_an_access_key_expires(scoped, admin, reading):
    key, secret = create_access_key(
        actor=admin, name="x", scopes=[reading], expires_at=timezone.now() + timedelta(days=1)
    )
    assert key_of(secret, timezone.now()) == key
    assert key_of(secret, timezone.now() + timedelta(days=2)) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_on"),
    ],
)
def test_what_is_wrong_with_a_key_is_said(scoped, admin, reading, fields, field):
    with pytest.raises(DomainError) as caught:
        create_access_key(actor=admin, **{"name": "x", "scopes": [reading], **fields})
    assert caught.value.field == field


def test_the_town_changes_what_is_its_own(town, scoped, admin):
    town.name, town.slug, town.population, town.population_on = "日向野市", "stolen", 98_765, date(2026, 10, 1)
    change_town(actor=admin, town=town)
    town.refresh_from_db()
    assert (town.name, town.slug, town.population) == ("日向野市", "hinata", 98_765)
    town.name = ""
    with pytest.raises(ValidationError):
        change_town(actor=admin, town=town)


def test_people_change_their_own_profile(scoped, admin):
    change_profile(actor=admin, name="緑川 あおい", kana="みどりかわ あおい", language="en")
    user = User.objects.get(pk=admin.user.pk)
    assert (user.name, user.kana, user.language) == ("緑川 あおい", "みどりかわ あおい", "en")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_the_dx_office_administers(town, scoped, role):
    actor, post = make_actor(town, role), make_membership(town)
    calls = [
        lambda: add_person(actor=actor, person=PersonDetails(name="x"), post=POST),
        lambda: add_post(actor=actor, person=post.user, details=POST),
        lambda: change_post(actor=actor, post=post, details=POST),
        lambda: change_person(actor=actor, user=post.user, person=PersonDetails(name="x")),
        lambda: set_sign_in(actor=actor, user=post.user, is_allowed=False),
        lambda: create_access_key(actor=actor, name="x", scopes=["test:read"]),
        lambda: change_town(actor=actor, town=town),
    ]
    for call in calls:
        with pytest.raises(NotAllowedError):
            call()
    assert Membership.objects.count() == 2


def test_the_last_admins_post_gets_no_end_by_way_of_a_correction(town, scoped, admin):
    [post] = admin.own
    details = PostDetails(department=None, role=Role.ADMIN, valid_from=post.valid_from, valid_to=TODAY)
    with pytest.raises(DomainError):
        change_post(actor=admin, post=post, details=details)
