"""The staff list as a workbook that can be imported again without a change."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue, write_workbook
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Department, Membership, Role
from kiun.municipality.queries.departments import open_departments
from kiun.municipality.queries.people import posts_on, visible_posts

# The words that the import reads; the export is Japanese whatever the language of the page.
ROLE_NAMES = {
    Role.ADMIN: "推進課",
    Role.EXECUTIVE: "首長・幹部",
    Role.HEAD: "所属長",
    Role.MEMBER: "担当",
    Role.VIEWER: "閲覧",
}


def staff_workbook(actor: Actor) -> bytes:
    departments = list(open_departments(actor.on).order_by("path"))
    names = {row.pk: row.name for row in departments}
    posts = visible_posts(actor).filter(posts_on(actor.on), role__in=STAFF_ROLES)
    return write_workbook(
        [
            OutputSheet(
                "職員",
                [
                    OutputColumn("職員番号"),
                    OutputColumn("氏名"),
                    OutputColumn("ふりがな"),
                    OutputColumn("メールアドレス"),
                    OutputColumn("所属コード"),
                    OutputColumn("所属"),
                    OutputColumn("役職"),
                    OutputColumn("権限", choices=tuple(ROLE_NAMES.values())),
                    OutputColumn("発令日"),
                    OutputColumn("終了日"),
                    OutputColumn("ログインID"),
                ],
                (_person(post, names) for post in posts.order_by("department__path", "pk").iterator(chunk_size=2000)),
            ),
            OutputSheet("部署", [OutputColumn(word) for word in _DEPARTMENT_HEADERS], _departments(departments, names)),
        ]
    )


_DEPARTMENT_HEADERS = ("部署コード", "部署名", "上位部署コード", "上位部署", "並び順")


def _person(post: Membership, names: dict[int, str]) -> tuple[OutputValue, ...]:
    department = post.department
    return (
        post.staff_number,
        post.user.name,
        post.user.kana,
        post.user.email,
        department.code if department else "",
        _path(department, names) if department else "",
        post.title,
        ROLE_NAMES[Role(post.role)],
        post.valid_from,
        post.valid_to,
        post.user.username,
    )


def _departments(departments: list[Department], names: dict[int, str]) -> Iterator[tuple[OutputValue, ...]]:
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


def file_name(actor: Actor) -> str:
    return _("staff-%(town)s-%(day)s.xlsx") % {"town": actor.municipality.slug, "day": actor.on.isoformat()}
