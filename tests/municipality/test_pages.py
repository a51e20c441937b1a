"""Every page of the room: who may open it, that it is drawn whole, and that its queries do not grow with its rows."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_scopes import scope

from kiun.kernel.fiscal_year import wareki
from kiun.kernel.tabular import OutputColumn, OutputSheet, write_workbook
from kiun.municipality.access_scopes import AccessScope, access_scopes
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Deputyship, Invitation, Reform, Role, StaffUpload
from kiun.municipality.services import create_access_key, invite, rename_department
from kiun.municipality.services.staff_import import upload_staff_list
from tests.factories import make_department, make_goal, make_indicator, make_membership, make_plan, make_town

pytestmark = pytest.mark.django_db
STAFF = {Role.ADMIN, Role.EXECUTIVE, Role.HEAD, Role.MEMBER, Role.VIEWER}
EVERYBODY = set(Role)
PAGES = {
    "person_list": STAFF,
    "staff_export": {Role.ADMIN},
    "staff_export_csv": {Role.ADMIN},
    "person_add": {Role.ADMIN},
    "post_choices": STAFF,
    "first_sign_in": {Role.ADMIN},
    "person_detail": STAFF,
    "person_edit": {Role.ADMIN},
    "post_add": {Role.ADMIN},
    "post_edit": {Role.ADMIN},
    "post_end": {Role.ADMIN},
    "hand_over": {Role.ADMIN, Role.HEAD},
    "deputy_add": {Role.ADMIN, Role.HEAD},
    "transfer_list": {Role.ADMIN, Role.HEAD},
    "department_list": STAFF,
    "department_add": {Role.ADMIN},
    "department_merge": {Role.ADMIN},
    "department_people": STAFF,
    "department_rename": {Role.ADMIN},
    "department_move": {Role.ADMIN},
    "department_split": {Role.ADMIN},
    "department_close": {Role.ADMIN},
    "invitation_list": {Role.ADMIN},
    "invitation_add": {Role.ADMIN},
    "invitation_code": EVERYBODY,
    "staff_import": {Role.ADMIN},
    "staff_import_preview": {Role.ADMIN},
    "town_settings": {Role.ADMIN},
    "key_list": {Role.ADMIN},
    "key_add": {Role.ADMIN},
    "profile": EVERYBODY,
}


@pytest.fixture
def key_scope():
    access_scopes.register(AccessScope(id="test:read", label="読み取り"))
    yield "test:read"
    access_scopes._by_id.pop("test:read")


def furnish(slug, name):
    """A town with one of everything that a page can show."""
    town = make_town(slug, name)
    department = make_department(town, f"{name}の市民課", code="20")
    admin = make_membership(town, Role.ADMIN)
    post = make_membership(town, Role.MEMBER, department, staff_number="1001")
    make_indicator(make_goal(make_plan(town), department=department), name=f"{name}の指標", owner=post)
    actor = actor_of(admin.user, town)
    with scope(municipality=town):
        Deputyship(
            principal=post, deputy=make_membership(town, Role.HEAD, department), valid_from=timezone.localdate()
        ).save()
        rename_department(
            actor=actor,
            department=department,
            name=f"{name}の窓口課",
            on=timezone.localdate() + timedelta(days=90),
        )
        invite(actor=actor, name="青山 蓮", email=f"ren@{slug}.example.jp", role=Role.MEMBER, department=department)
        content = write_workbook(
            [OutputSheet("職員", [OutputColumn("氏名"), OutputColumn("所属")], [("森 さくら", department.name)])]
        )
        upload = upload_staff_list(actor=actor, name="職員.xlsx", content=content)
    return {"town": town, "department": department, "post": post, "upload": upload, "admin": admin}


@pytest.fixture
def hinata():
    return furnish("hinata", "ひなた市")


def address(name, place, things=None):
    """The page `name` below the town of `place`, about the rows of `things` (by default its own)."""
    things = things or place
    pk = {
        "person": things["post"].user_id,
        "post": things["post"].pk,
        "hand": things["post"].pk,
        "deputy": things["post"].pk,
        "department": things["department"].pk,
        "staff": things["upload"].pk,
    }
    kwargs = {"town": place["town"].slug}
    if name not in WITHOUT_KEY:
        key = "person" if name == "post_add" else name.split("_")[0]
        kwargs["pk"] = pk[key]
    return reverse(f"municipality:{name}", kwargs=kwargs)


WITHOUT_KEY = {
    "person_list",
    "staff_export",
    "staff_export_csv",
    "person_add",
    "post_choices",
    "first_sign_in",
    "transfer_list",
    "department_list",
    "department_add",
    "department_merge",
    "invitation_list",
    "invitation_add",
    "invitation_code",
    "staff_import",
    "town_settings",
    "key_list",
    "key_add",
    "profile",
}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_open_which_page(client, hinata, role):
    member = make_membership(hinata["town"], role, hinata["department"])
    client.force_login(member.user)
    allowed = {name for name in PAGES if client.get(address(name, hinata)).status_code == 200}
    assert allowed == {name for name, roles in PAGES.items() if role in roles}


def test_a_visitor_is_led_to_signing_in_or_types_a_code(client, hinata):
    for name in PAGES:
        response = client.get(address(name, hinata))
        if name == "invitation_code":
            assert response.status_code == 200
        else:
            assert (name, response.status_code) == (name, 302)
            assert response["Location"].startswith("/accounts/login/")


def test_rows_of_another_town_are_not_there(client, hinata):
    """The address names our town and a row of theirs: the same answer as for nothing."""
    minato = furnish("minato", "みなと市")
    client.force_login(hinata["admin"].user)
    for name in set(PAGES) - WITHOUT_KEY:
        assert (name, client.get(address(name, hinata, minato)).status_code) == (name, 404)


def test_nothing_of_another_town_stands_on_any_page(client, hinata):
    furnish("minato", "みなと市")
    client.force_login(hinata["admin"].user)
    for name in set(PAGES) - {"staff_export", "staff_export_csv"}:
        page = client.get(address(name, hinata)).content.decode()
        assert ("みなと市" in page, "minato" in page) == (False, False), name


def test_the_office_of_another_town_gets_nothing(client, hinata):
    minato = furnish("minato", "みなと市")
    client.force_login(minato["admin"].user)
    for name in set(PAGES) - {"invitation_code"}:
        assert (name, client.get(address(name, hinata)).status_code) == (name, 404)


@pytest.mark.parametrize(("serves_others", "is_shown"), [(False, True), (True, False)])
@pytest.mark.parametrize("has_left", [False, True])
def test_a_town_sees_nothing_of_an_account_that_serves_another(client, hinata, serves_others, is_shown, has_left):
    yesterday = timezone.localdate() - timedelta(days=1)
    person = make_membership(hinata["town"], valid_to=yesterday if has_left else None).user
    person.last_login = datetime(2026, 2, 3, 4, 5, tzinfo=timezone.get_current_timezone())
    person.is_active = False
    person.save()
    if serves_others:
        make_membership(make_town("minato", "みなと市"), user=person)
    client.force_login(hinata["admin"].user)
    page = client.get(reverse("municipality:person_detail", args=["hinata", person.pk])).content.decode()
    words = (person.email, person.username, "04:05", "Signing in is stopped for this account.")
    with translation.override("ja"):
        assert [gettext(word) in page for word in words] == [is_shown] * len(words)


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("person_add", "department", {"name": "x", "role": "member", "valid_from": "2026-04-01"}),
        ("post_add", "department", {"role": "member", "valid_from": "2026-04-01"}),
        ("post_edit", "department", {"role": "member", "valid_from": "2026-04-01"}),
        ("invitation_add", "department", {"name": "x", "email": "x@example.jp", "role": "member"}),
        ("department_add", "parent", {"name": "x", "on": "2026-04-01", "order": "0"}),
        ("department_move", "parent", {"on": "2026-04-01"}),
        ("department_close", "successor", {"on": "2026-04-01"}),
        ("department_merge", "sources", {"on": "2026-04-01", "name": "x"}),
        ("department_merge", "into", {"on": "2026-04-01"}),
        ("first_sign_in", "department", {}),
    ],
)
def test_a_department_of_another_town_is_no_choice(client, hinata, name, field, values):
    minato = furnish("minato", "みなと市")
    client.force_login(hinata["admin"].user)
    response = client.post(address(name, hinata), {**values, field: minato["department"].pk})
    assert response.status_code == 200
    assert field in response.context["form"].errors


@pytest.mark.parametrize(("name", "field"), [("hand_over", "successor"), ("deputy_add", "deputy")])
def test_a_person_of_another_town_is_no_choice(client, hinata, name, field):
    minato = furnish("minato", "みなと市")
    stranger = make_membership(minato["town"], Role.MEMBER, staff_number="777")
    client.force_login(hinata["admin"].user)
    for typed in ("777", stranger.user.email, str(stranger.pk)):
        response = client.post(
            address(name, hinata), {field: typed, "reason": "x", "valid_from": timezone.localdate().isoformat()}
        )
        assert field in response.context["form"].errors


def test_posts_to_doors_without_a_page_know_only_the_own_town(client, hinata):
    minato = furnish("minato", "みなと市")
    client.force_login(hinata["admin"].user)
    with scope(municipality=minato["town"]):
        deputyship, invitation = Deputyship.objects.get(), Invitation.objects.get()
        upload = StaffUpload.objects.get()
        reform = Reform.objects.get()
    for name, pk in (
        ("deputy_end", deputyship.pk),
        ("invitation_resend", invitation.pk),
        ("invitation_revoke", invitation.pk),
        ("reform_cancel", reform.pk),
        ("staff_import_confirm", upload.pk),
        ("staff_import_discard", upload.pk),
        ("person_sign_in", minato["post"].user_id),
    ):
        url = reverse(f"municipality:{name}", kwargs={"town": "hinata", "pk": pk})
        assert (name, client.post(url).status_code) == (name, 404)
        assert (name, client.get(url).status_code) == (name, 405)


@pytest.mark.parametrize(
    "name",
    ["person_list", "department_list", "transfer_list", "invitation_list", "key_list", "post_choices", "hand_over"],
)
def test_queries_do_not_grow_with_the_rows(client, hinata, name, key_scope, django_assert_num_queries):
    client.force_login(hinata["admin"].user)
    more(hinata, key_scope, 1)
    client.get(address(name, hinata))
    with CaptureQueriesContext(connection) as few:
        client.get(address(name, hinata))
    more(hinata, key_scope, 29)
    with django_assert_num_queries(len(few)):
        client.get(address(name, hinata))


def more(hinata, key_scope, number):
    town = hinata["town"]
    actor = actor_of(hinata["admin"].user, town)
    plan = make_plan(town, edition=str(number))
    for index in range(number):
        department = make_department(town, f"第{number}-{index}課")
        last_day = timezone.localdate() + timedelta(days=9)
        post = make_membership(town, Role.MEMBER, department, staff_number=f"{number}{index:03d}", valid_to=last_day)
        goal = make_goal(plan)
        make_indicator(goal, name="指標", owner=post)
        make_indicator(goal, name="同じ担当の指標", owner=hinata["post"])
        with scope(municipality=town):
            create_access_key(actor=actor, name=f"鍵{index}", scopes=[key_scope])
            email = f"x{number}-{index}@example.jp"
            invite(actor=actor, name="x", email=email, role=Role.MEMBER, department=department)


def test_a_slip_for_the_first_sign_in_stands_for_itself(client, hinata):
    post = hinata["post"]
    post.user.set_unusable_password()
    post.user.save()
    client.force_login(hinata["admin"].user)
    page = client.post(address("first_sign_in", hinata), {"department": ""})
    text = page.content.decode()
    head, *slips = text.split('<section class="k-slip">')
    assert len(slips) == 1
    slip = slips[0].split("</section>")[0]
    [(_, code)] = page.context["issued"]
    until = wareki(timezone.localdate() + timedelta(days=14))
    for words in (
        f"<h2>{post.user.name}（ひなた市の市民課）</h2>",
        "ひなた市のKiunに初めてサインインする方へ",
        f"{settings.PUBLIC_URL}/t/hinata/invitations/code/",
        f'次のコードを入力してください： <strong class="k-slip__code"><code>{code}</code>',
        f"{until}まで、1回だけ使えます。",
        f"ご不明な点は、{hinata['admin'].user.name}へお尋ねください。",
    ):
        assert (words, slip.count(words)) == (words, 1)
    assert (text.count("data-print"), '<p class="k-screen"><a href="/t/hinata/people/">' in head) == (1, True)


def test_people_are_counted_and_not_their_posts(client, hinata):
    client.force_login(hinata["admin"].user)
    page = reverse("municipality:person_list", kwargs={"town": "hinata"})
    assert '<p class="k-head__note">3人</p>' in client.get(page).content.decode()
    make_membership(hinata["town"], Role.HEAD, user=hinata["post"].user)
    assert '<p class="k-head__note">3人 · 所属は4件</p>' in client.get(page).content.decode()
