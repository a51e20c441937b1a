"""The staff list: what the town already has goes in, errors are told at their cell, and again changes nothing."""

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals.models import Indicator
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.kernel.tabular import OutputColumn, OutputSheet, read_workbook, write_workbook
from kiun.municipality.models import Department, Membership, Role, StaffUpload, User
from kiun.municipality.queries.staff_list import ROLE_NAMES, staff_workbook
from kiun.municipality.services.staff_import import (
    ImportOptions,
    apply_people_import,
    apply_staff_import,
    correct_upload,
    plan_staff_import,
    plan_upload,
    upload_staff_list,
    waiting_upload,
)
from kiun.municipality.services.staff_import.vocabulary import role_of
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
APRIL = date(2026, 4, 1)
DEPARTMENTS = ("部署", ("部署コード", "部署名", "上位部署"), [("10", "総務部", ""), ("11", "情報政策課", "総務部")])
STAFF = (
    "職員",
    ("職員番号", "氏名", "フリガナ", "メールアドレス", "所属", "役職", "権限"),
    [
        ("0001", "青山　蓮", "アオヤマ レン", "ren@example.jp", "情報政策課", "課長", ""),
        ("0002", "岸 直樹", "", "", "情報政策課", "主事", "閲覧"),
    ],
)


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


def book(*sheets):
    content = write_workbook(
        [OutputSheet(name, [OutputColumn(header) for header in headers], rows) for name, headers, rows in sheets]
    )
    return read_workbook(content, name="職員名簿.xlsx")


def staff(*rows, headers=STAFF[1]):
    return book(DEPARTMENTS, ("職員", headers, rows))


def plan(admin, workbook, **options):
    return plan_staff_import(actor=admin, workbook=workbook, options=ImportOptions(**{"on": APRIL, **options}))


def run(admin, workbook, **options):
    return apply_staff_import(actor=admin, plan=plan(admin, workbook, **options))


def problems(admin, workbook, **options):
    return [(problem.sheet, problem.cell) for problem in plan(admin, workbook, **options).problems]


def outline():
    return sorted(
        (post.staff_number, post.user.name, str(post.department), post.title, post.role, post.valid_to)
        for post in Membership.objects.select_related("user", "department").exclude(role=Role.ADMIN)
    )


def test_a_first_list_makes_departments_accounts_and_posts(scoped, admin):
    result = run(admin, book(DEPARTMENTS, STAFF))
    assert outline() == [
        ("0001", "青山 蓮", "情報政策課", "課長", Role.HEAD, None),
        ("0002", "岸 直樹", "情報政策課", "主事", Role.VIEWER, None),
    ]
    assert Department.objects.get(name="情報政策課").parent.name == "総務部"
    users = list(User.objects.filter(memberships__department__name="情報政策課").order_by("pk"))
    assert [(user.username, user.kana, user.has_usable_password()) for user in users] == [
        ("ren@example.jp", "アオヤマ レン", False),
        ("hinata-u1", "", False),
    ]
    assert (result.new, result.accounts, result.departments_new) == (2, 2, 2)


def test_the_same_list_again_changes_nothing(scoped, admin):
    run(admin, book(DEPARTMENTS, STAFF))
    entries = AuditEntry.objects.count()
    again = plan(admin, book(DEPARTMENTS, STAFF))
    assert (again.changes_nothing, again.counts["unchanged"]) == (True, 2)
    apply_staff_import(actor=admin, plan=again)
    assert AuditEntry.objects.count() == entries


def test_the_export_can_be_imported_without_a_change(town, scoped, admin):
    run(admin, book(DEPARTMENTS, STAFF))
    top = make_department(town, "市民部")
    same_name = make_department(town, "総務係", parent=make_department(town, "市民課", parent=top))
    make_department(town, "総務係", parent=Department.objects.get(name="情報政策課"))
    make_membership(town, Role.MEMBER, same_name, title="係長", valid_to=date(2027, 3, 31))
    exported = read_workbook(staff_workbook(admin), name="export.xlsx")
    again = plan(admin, exported, on=TODAY)
    assert again.problems == ()
    assert again.changes_nothing
    assert (again.counts["unchanged"], again.counts["missing"]) == (4, 0)


def test_a_second_list_shows_and_applies_only_the_difference(scoped, admin):
    run(admin, book(DEPARTMENTS, STAFF), on=date(2025, 4, 1))
    second = book(
        ("部署", DEPARTMENTS[1], [("10", "総務部", ""), ("11", "DX推進課", "総務部"), ("12", "税務課", "総務部")]),
        (
            "職員",
            STAFF[1],
            [
                ("1", "青山　蓮", "アオヤマ レン", "ren@example.jp", "DX推進課", "部長", ""),
                ("2", "岸 直樹", "", "", "税務課", "主任", ""),
                ("3", "森 さくら", "", "", "税務課", "主事", ""),
            ],
        ),
    )
    prepared = plan(admin, second)
    assert dict(prepared.counts) == {
        "changed": 1,
        "moved": 1,
        "new": 1,
        "missing": 1,
        "ending": 0,
        "accounts": 1,
        "account_changes": 0,
        "departments_new": 1,
        "departments_changed": 1,
    }
    apply_staff_import(actor=admin, plan=prepared)
    assert outline() == [
        ("0001", "青山 蓮", "DX推進課", "部長", Role.HEAD, None),
        ("0002", "岸 直樹", "DX推進課", "主事", Role.VIEWER, date(2026, 3, 31)),
        ("0002", "岸 直樹", "税務課", "主任", Role.VIEWER, None),
        ("3", "森 さくら", "税務課", "主事", Role.MEMBER, None),
    ]


def test_who_moves_takes_along_what_is_owned(town, scoped, admin):
    run(admin, book(DEPARTMENTS, STAFF), on=date(2025, 4, 1))
    post = Membership.objects.get(staff_number="0001")
    indicator = make_indicator(make_goal(make_plan(town)), owner=post)
    result = run(admin, staff(("0001", "青山 蓮", "", "", "総務部", "部長", "")))
    indicator = Indicator.objects.get(pk=indicator.pk)
    assert (indicator.owner.department.name, indicator.owner.valid_to, result.carried) == ("総務部", None, 1)
    post.refresh_from_db()
    assert post.valid_to == date(2026, 3, 31)


DATED = ("職員番号", "氏名", "所属", "役職", "発令日")


@pytest.mark.parametrize(
    ("appointed", "last", "first"),
    [
        ("2026-04-01", date(2026, 3, 31), date(2026, 4, 1)),
        ("2026-04-06", date(2026, 4, 5), date(2026, 4, 6)),
        ("", date(2026, 4, 9), date(2026, 4, 10)),
        ("2020-04-01", date(2026, 4, 9), date(2026, 4, 10)),  # the export's day, left as it was
        ("2015-04-01", date(2026, 4, 9), date(2026, 4, 10)),
    ],
)
def test_who_moves_leaves_one_post_the_day_before_the_other(town, scoped, admin, appointed, last, first):
    rows = [("0001", "青山 蓮", "情報政策課", "課長", "2020-04-01")]
    run(admin, staff(*rows, headers=DATED), on=date(2025, 4, 1))
    run(admin, staff(("0001", "青山 蓮", "総務部", "部長", appointed), headers=DATED), on=date(2026, 4, 10))
    old, new = Membership.objects.filter(staff_number="0001").order_by("valid_from")
    assert (str(old.department), old.valid_from, old.valid_to) == ("情報政策課", date(2020, 4, 1), last)
    assert (str(new.department), new.valid_from, new.valid_to) == ("総務部", first, None)


@pytest.mark.parametrize("department", ["総務部", "情報政策課"])
def test_what_begins_later_waits_for_its_day(town, scoped, admin, department):
    """Taken over on 25 March, the post of 1 April would leave a week without access, and what is owned without one."""
    run(admin, book(DEPARTMENTS, STAFF), on=date(2025, 4, 1))
    coming = staff(
        ("0001", "青山 蓮", department, "部長", "2026-04-01"),
        ("0003", "森 さくら", department, "主事", "2026-04-01"),
        headers=DATED,
    )
    assert problems(admin, coming, on=date(2026, 3, 25)) == [("職員", "E2")]
    assert problems(admin, coming, on=APRIL) == []


def test_the_missing_are_kept_or_ended_but_never_with_something_owned(town, scoped, admin):
    run(
        admin,
        staff(*((f"{number:04d}", f"職員{number}", "", "", "総務部", "", "") for number in range(1, 5))),
        on=date(2025, 4, 1),
    )
    posts = {post.staff_number: post for post in Membership.objects.exclude(staff_number="")}
    make_indicator(make_goal(make_plan(town)), owner=posts["0003"])
    rest = staff(("0001", "職員1", "", "", "総務部", "", ""))
    assert plan(admin, rest).counts["ending"] == 0
    missing = {"missing": "end", "kept": frozenset({posts["0004"].pk, admin.own[0].pk})}
    result = run(admin, rest, **missing)
    ended = Membership.objects.filter(valid_to=date(2026, 3, 31))
    assert (result.ended, [post.staff_number for post in ended]) == (1, ["0002"])


def test_a_second_post_beside_the_first(scoped, admin):
    """兼務: the same number and name in two departments."""
    rows = [("0001", "青山 蓮", "", "", "情報政策課", "課長", ""), ("0001", "青山 蓮", "", "", "総務部", "参事", "")]
    run(admin, staff(*rows))
    assert [(line[0], line[2], line[3]) for line in outline()] == [
        ("0001", "情報政策課", "課長"),
        ("0001", "総務部", "参事"),
    ]
    assert plan(admin, staff(*rows)).changes_nothing


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (("0003", "森 さくら", "", "mori@", "総務部", "", ""), "D2"),
        (("0003", "森 さくら", "", "", "財務課", "", ""), "E2"),
        (("0003", "森 さくら", "", "", "総務部", "", "王様"), "G2"),
        (("0003", "", "", "", "総務部", "", ""), "B2"),
    ],
)
def test_an_error_is_told_at_its_cell_and_nothing_is_stored(scoped, admin, row, cell):
    workbook = staff(row, ("0004", "林 明", "", "", "総務部", "", ""))
    assert problems(admin, workbook) == [("職員", cell)]
    with pytest.raises(DomainError):
        run(admin, workbook)
    assert (User.objects.count(), Department.objects.count()) == (1, 0)


def test_an_unknown_department_gets_a_proposal(scoped, admin):
    [problem] = plan(admin, staff(("0003", "森 さくら", "", "", "情報政策科", "", ""))).problems
    assert "情報政策課" in problem.how


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ([("0001", "青山 蓮", "", "", "総務部", "", "")] * 2, [("職員", "B3")]),
        (
            [("0001", "青山 蓮", "", "", "総務部", "", ""), ("0001", "岸 直樹", "", "", "総務部", "", "")],
            [("職員", "A3")],
        ),
        (
            [
                ("0001", "青山 蓮", "", "a@example.jp", "総務部", "", ""),
                ("2", "岸", "", "A@example.jp", "総務部", "", ""),
            ],
            [("職員", "D2"), ("職員", "D3")],
        ),
    ],
)
def test_duplicates_are_found(scoped, admin, rows, cells):
    assert problems(admin, staff(*rows)) == cells


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([("1", "総務部", "企画課"), ("2", "企画課", "総務部")], "C2"),
        ([("1", "総務部", "総務部")], "C2"),
        ([("1", "総務部", "存在しない部")], "C2"),
        ([("1", "総務部", ""), ("1", "企画部", "")], "A3"),
        ([("1", "", "")], "B2"),
    ],
)
def test_a_wrong_tree_is_found(scoped, admin, rows, cell):
    found = problems(admin, book(("部署", DEPARTMENTS[1], rows)))
    assert ("部署", cell) in found
    assert Department.objects.count() == 0


def test_two_departments_of_one_name_are_told_apart(town, scoped, admin):
    for name in ("総務部", "市民部"):
        make_department(town, "総務係", parent=make_department(town, name))
    headers = ("氏名", "部", "係")
    assert problems(admin, book(("職員", ("氏名", "所属"), [("森 さくら", "総務係")]))) == [("職員", "B2")]
    run(admin, book(("職員", headers, [("森 さくら", "市民部", "総務係")])))
    assert Membership.objects.get(user__name="森 さくら").department.parent.name == "市民部"


def test_departments_may_be_made_from_the_list(scoped, admin):
    rows = [
        ("森 さくら", "市民部", "市民課", "窓口係"),
        ("林 明", "", "", "住基係"),
        ("岸 直樹", "税務部", "市税課", ""),
    ]
    workbook = book(("職員", ("氏名", "部", "課", "係"), rows))
    assert len(problems(admin, workbook)) == 3
    run(admin, workbook, creates_departments=True)
    assert {row.name: str(row.parent or "") for row in Department.objects.all()} == {
        "市民部": "",
        "市民課": "市民部",
        "窓口係": "市民課",
        "住基係": "市民課",
        "税務部": "",
        "市税課": "税務部",
    }


@pytest.mark.parametrize("is_verified", [False, True])
def test_an_account_of_another_town_is_left_to_its_owner(town, scoped, admin, is_verified):
    """A post against their will would show the account here and take it out of the other office's hands."""
    other = make_town("minato", "みなと市")
    user = make_membership(other, user=make_user(name="古い 名")).user
    EmailAddress.objects.create(user=user, email=user.email, verified=is_verified, primary=True)
    assert problems(admin, staff(("0009", "新しい 名", "", user.email, "総務部", "", ""))) == [("職員", "D2")]


@pytest.mark.parametrize(
    ("username", "is_refused"),
    [("mori", False), ("mori@example.jp", False), ("mayor@minato.example.jp", True), ("mori/s", True)],
)
def test_nobody_signs_in_under_the_address_of_somebody_else(scoped, admin, username, is_refused):
    rows = [("森 さくら", "mori@example.jp", username, "主事")]
    workbook = book(("職員", ("氏名", "メールアドレス", "ログインID", "役職"), rows))
    assert problems(admin, workbook) == ([("職員", "C2")] if is_refused else [])


def test_texts_that_no_column_holds_are_told_at_their_cells(scoped, admin):
    row = ("0" * 21, "森" * 81, "モ" * 81, f"{'m' * 250}@example.jp", "総務部", "主" * 41, "")
    departments = ("部署", ("部署コード", "部署名", "並び順"), [("1" * 21, "部" * 81, "9" * 30)])
    found = problems(admin, book(departments, ("職員", STAFF[1], [row])), creates_departments=True)
    assert set(found) >= {("職員", f"{letter}2") for letter in "ABCDF"} | {("部署", f"{letter}2") for letter in "ABC"}


def test_a_sign_in_name_of_another_town_is_not_taken_over(scoped, admin):
    user = make_membership(make_town("minato", "みなと市")).user
    workbook = book(("職員", ("氏名", "ログインID", "役職"), [("森 さくら", user.username, "主事")]))
    assert problems(admin, workbook) == [("職員", "B2")]


def test_a_later_day_is_refused(scoped, admin):
    with pytest.raises(DomainError) as caught:
        plan(admin, book(DEPARTMENTS, STAFF), on=date(2027, 4, 1))
    assert caught.value.field == "on"


def test_a_file_without_a_list_is_refused_with_a_sentence(scoped, admin):
    with pytest.raises(DomainError) as caught:
        plan(admin, book(("予算", ("款", "項", "金額"), [("総務費", "総務管理費", 100)])))
    assert caught.value.field == "file"


def test_columns_can_be_corrected_before_the_confirmation(scoped, admin):
    content = write_workbook(
        [
            OutputSheet(
                "名簿", [OutputColumn(word) for word in ("氏名", "職名", "備考欄")], [("森 さくら", "主事", "0042")]
            )
        ]
    )
    upload = upload_staff_list(actor=admin, name="名簿.xlsx", content=content)
    correct_upload(
        actor=admin, upload=upload, corrections={"名簿": {"kind": "staff", "columns": {"C": "staff_number"}}}
    )
    assert [line.staff_number for line in plan_upload(actor=admin, upload=upload).posts] == ["0042"]
    results = []
    apply_people_import(actor=admin, upload=upload, on_done=results.append)
    assert (Membership.objects.get(staff_number="0042").user.name, results[0].new) == ("森 さくら", 1)
    assert StaffUpload.objects.count() == 0


def test_a_list_is_taken_over_once_however_often_it_is_confirmed(scoped, admin):
    """Two requests hold the same row: the one that waited must not do it again."""
    content = write_workbook(
        [OutputSheet("名簿", [OutputColumn("氏名"), OutputColumn("職名")], [("森 さくら", "主事")])]
    )
    first = upload_staff_list(actor=admin, name="名簿.xlsx", content=content)
    second = StaffUpload.objects.get(pk=first.pk)
    apply_people_import(actor=admin, upload=first)
    with pytest.raises(ConflictError):
        apply_people_import(actor=admin, upload=second)
    with pytest.raises(ConflictError):
        waiting_upload(second.pk)
    assert (Membership.objects.filter(title="主事").count(), User.objects.filter(name="森 さくら").count()) == (1, 1)


def test_an_import_plans_only_when_no_other_goes_on(scoped, admin):
    """What it compares with, it reads after the town is locked: otherwise it repeats what it has waited for."""
    upload = upload_staff_list(actor=admin, name="職員.csv", content="氏名,職名\n森 さくら,主事\n".encode())
    with CaptureQueriesContext(connection) as queries:
        apply_people_import(actor=admin, upload=upload)
    tables = [table for query in queries for table in re.findall(r'FROM "(\w+)"', query["sql"])]
    assert tables[0] == "municipality_municipality"


def test_a_failure_at_the_end_undoes_everything(scoped, admin):
    def fail(result):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        apply_staff_import(actor=admin, plan=plan(admin, book(DEPARTMENTS, STAFF)), on_done=fail)
    assert (User.objects.count(), Department.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_the_dx_office_imports(town, scoped, admin, role):
    actor = make_actor(town, role)
    with pytest.raises(NotAllowedError):
        upload_staff_list(actor=actor, name="x.csv", content="氏名,所属\n".encode())
    with pytest.raises(NotAllowedError):
        apply_staff_import(actor=actor, plan=plan(admin, book(DEPARTMENTS, STAFF)))


def test_the_number_of_queries_does_not_grow_with_the_rows(scoped, admin, django_assert_max_num_queries):
    rows = [(f"{number:05d}", f"職員{number}", "", f"p{number}@example.jp", "総務部", "", "") for number in range(800)]
    run(admin, staff(("99999", "先に来た人", "", "first@example.jp", "総務部", "", "")))  # makes the departments
    workbook = staff(*rows)
    with django_assert_max_num_queries(45):
        run(admin, workbook)
    assert Membership.objects.filter(staff_number__startswith="00").count() == 800


def test_a_printed_list_names_the_department_once(scoped, admin):
    rows = [("総務部", "森 さくら"), ("", "林 明"), ("", "岸 直樹"), ("情報政策課", "青山 蓮"), ("", "原 亮")]
    run(admin, book(DEPARTMENTS, ("職員", ("所属", "氏名"), rows)))
    assert sorted((row.user.name, str(row.department)) for row in Membership.objects.exclude(role=Role.ADMIN)) == [
        ("原 亮", "情報政策課"),
        ("岸 直樹", "総務部"),
        ("林 明", "総務部"),
        ("森 さくら", "総務部"),
        ("青山 蓮", "情報政策課"),
    ]


def test_how_somebody_signs_in_who_also_serves_another_town_is_not_exported(town, scoped, admin):
    shared = make_membership(town, Role.MEMBER, make_department(town), staff_number="77")
    ours = make_membership(town, Role.MEMBER, shared.department, staff_number="78")
    make_membership(make_town("minato", "みなと市"), Role.MEMBER, user=shared.user)
    exported = read_workbook(staff_workbook(admin), name="export.xlsx")
    rows = {row[0]: (row[3], row[10]) for row in exported.sheets[0].rows}
    assert (rows["77"], rows["78"]) == ((None, None), (ours.user.email, ours.user.username))
    again = plan(admin, exported, on=TODAY)
    assert (again.problems, again.changes_nothing, again.counts["missing"]) == ((), True, 0)


def test_each_row_is_shown_under_the_name_that_it_says(scoped, admin):
    prepared = plan(admin, staff(("20002", "山本 太郎"), ("20002", "山本 次郎"), headers=("職員番号", "氏名")))
    assert [line.name for line in prepared.posts] == ["山本 太郎", "山本 次郎"]
    assert len(prepared.problems) == 1


@pytest.mark.parametrize(("written", "known_as"), [("岸　直樹", ""), ("森 直樹", "岸 直樹")])
def test_another_name_than_the_known_one_is_told(town, scoped, admin, written, known_as):
    make_membership(town, Role.MEMBER, make_department(town), user=make_user("岸 直樹"), staff_number="2")
    [line] = plan(admin, staff(("2", written), headers=("職員番号", "氏名"))).posts
    assert (line.name.replace("　", " "), line.known_as) == (written.replace("　", " "), known_as)


def uploaded(town, admin, *rows):
    content = write_workbook([OutputSheet("職員", [OutputColumn(word) for word in ("職員番号", "氏名", "役職")], rows)])
    upload = upload_staff_list(actor=admin, name="職員.xlsx", content=content)
    return {
        name: reverse(f"municipality:staff_import_{name}", kwargs={"town": town.slug, "pk": upload.pk})
        for name in ("preview", "confirm")
    }


def test_after_new_people_come_their_sheets(client, town, scoped, admin):
    client.force_login(admin.user)
    pages = uploaded(town, admin, ("91", "新田 花子", "主事"), ("92", "山本 太郎", "主事"))
    assert "新田 花子" in client.get(pages["preview"]).content.decode()
    done = client.post(pages["confirm"], follow=True)
    assert done.request["PATH_INFO"] == f"/t/{town.slug}/people/first-sign-in/"
    assert [str(message) for message in done.context["messages"]] == [
        "職員名簿を取り込みました（新規2、異動0、変更0、終了0）。",
        "新しく2人が加わりました。初回サインインの用紙をここで作り、本人に渡してください。",
    ]


def test_without_new_people_the_list_follows(client, town, scoped, admin):
    make_membership(town, Role.MEMBER, user=make_user("岸 直樹"), staff_number="2")
    client.force_login(admin.user)
    pages = uploaded(town, admin, ("2", "岸 なおき", "主任"))
    assert '<span class="k-sub">現在は岸 直樹</span>' in client.get(pages["preview"]).content.decode()
    assert client.post(pages["confirm"])["Location"] == f"/t/{town.slug}/people/"


@pytest.mark.parametrize("word", ["管理者（DX推進課）", "管理者(DX推進課)", "ＤＸ推進課", "推進課"])
def test_the_dx_office_is_read_as_it_is_and_was_exported(word):
    assert role_of(word) == Role.ADMIN


def test_the_role_is_exported_as_the_pages_call_it():
    assert {role: str(role.label) for role in ROLE_NAMES} == ROLE_NAMES


def test_without_a_file_one_is_asked_for(client, town, admin):
    client.force_login(admin.user)
    form = client.post(reverse("municipality:staff_import", kwargs={"town": town.slug}), {"x": ""}).context["form"]
    assert form.errors["file"] == ["ファイルを選んでください。"]


def test_the_first_list_of_a_town_brings_its_departments_along_and_later_ones_are_asked(scoped, admin):
    content = "職員番号,氏名,部,課,役職\n1,森 さくら,市民部,市民課,課長\n".encode()
    first = plan_upload(actor=admin, upload=upload_staff_list(actor=admin, name="職員.csv", content=content))
    assert ([department.name for department in first.departments], list(first.problems)) == (["市民部", "市民課"], [])
    make_department(admin.municipality, "税務課")
    later = plan_upload(actor=admin, upload=upload_staff_list(actor=admin, name="職員.csv", content=content))
    assert [(problem.sheet, problem.cell) for problem in later.problems] == [("職員.csv", "D2")]
