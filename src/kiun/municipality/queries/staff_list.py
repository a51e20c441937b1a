"""The staff list as a workbook that can be imported again without a change."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue, write_csv, write_workbook
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Department, Membership, Role
from kiun.municipality.queries.departments import open_departments
from kiun.municipality.queries.people import accounts_of_one_town, posts_on, visible_posts

# The words that the import reads; the export is Japanese whatever the language of the page.
ROLE_NAMES = {
    Role.ADMIN: "管理者（DX推進課）",
    Role.EXECUTIVE: "首長・幹部",
    Role.HEAD: "所属長",
    Role.MEMBER: "担当",
    Role.VIEWER: "閲覧",
}


def staff_workbook(actor: Actor) -> bytes:
    departments = _departments(actor)
    headers = [OutputColumn(word) for word in _DEPARTMENT_HEADERS]
    return write_workbook(
        [_staff_sheet(actor, departments), OutputSheet("部署", headers, _department_rows(departments))]
    )


def staff_csv(actor: Actor) -> bytes:
    """The people alone; written in a second where a workbook of 20,000 takes twenty."""
    return write_csv(_staff_sheet(actor, _departments(actor)))


def export_of() -> Change:
    """Of no single row."""
    return Change(object_type="municipality.membership", object_id=0, label=_("staff list"), verb=Verb.EXPORTED)


def _departments(actor: Actor) -> list[Department]:
    return list(open_departments(actor.on).order_by("place", "pk"))


def _staff_sheet(actor: Actor, departments: list[Department]) -> OutputSheet:
    names = {row.pk: row.name for row in departments}
    ours = set(accounts_of_one_town(actor.municipality).values_list("pk", flat=True))
    posts = visible_posts(actor).filter(posts_on(actor.on), role__in=STAFF_ROLES).order_by(by_place("department"), "pk")
    columns = [
        OutputColumn(word, choices=tuple(ROLE_NAMES.values()) if word == "権限" else ()) for word in _STAFF_HEADERS
    ]
    return OutputSheet("職員", columns, (_person(post, names, ours) for post in posts.iterator(chunk_size=2000)))


_STAFF_HEADERS = (
    "職員番号",
    "氏名",
    "ふりがな",
    "メールアドレス",
    "所属コード",
    "所属",
    "役職",
    "権限",
    "発令日",
    "終了日",
    "ログインID",
)
_DEPARTMENT_HEADERS = ("部署コード", "部署名", "上位部署コード", "上位部署", "並び順")


def _person(post: Membership, names: dict[int, str], ours: Collection[int]) -> tuple[OutputValue, ...]:
    """How somebody who also serves another town is reached and signs in is not this town's; the import leaves it."""
    department = post.department
    is_ours = post.user_id in ours
    return (
        post.staff_number,
        post.user.name,
        post.user.kana,
        post.user.email if is_ours else "",
        department.code if department else "",
        _path(department, names) if department else "",
        post.title,
        ROLE_NAMES[Role(post.role)],
        post.valid_from,
        post.valid_to,
        post.user.username if is_ours else "",
    )


def _department_rows(departments: list[Department]) -> Iterator[tuple[OutputValue, ...]]:
    names = {row.pk: row.name for row in departments}
    codes = {row.pk: row.code for row in departments}
    for row in departments:
        parents = row.ancestor_ids[:-1]
        parent = parents[-1] if parents else None
        yield (
            row.code,
            row.name,
            codes.get(parent, "") if parent else "",
            " ".join(names[key] for key in parents if key in names),
            row.order,
        )


def _path(department: Department, names: dict[int, str]) -> str:
    """With everything above it: two sections of the same name are told apart."""
    return " ".join(names[key] for key in department.ancestor_ids if key in names)
