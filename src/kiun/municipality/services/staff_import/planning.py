"""From a file to a plan. Nothing is written here."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import CellProblem, Record, Workbook
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Membership
from kiun.municipality.queries.departments import open_departments
from kiun.municipality.queries.holdings import binding_holdings
from kiun.municipality.queries.people import posts_on
from kiun.municipality.services.staff_import.accounts import load_accounts
from kiun.municipality.services.staff_import.departments import DepartmentIndex
from kiun.municipality.services.staff_import.people import Comparison, RowReader
from kiun.municipality.services.staff_import.plan import ImportOptions, ImportPlan, MissingPost
from kiun.municipality.services.staff_import.reading import RecognisedSheet, SheetKind, recognise
from kiun.municipality.services.staff_import.rows import Row


def plan_staff_import(
    *,
    actor: Actor,
    workbook: Workbook,
    options: ImportOptions,
    corrections: Mapping[str, Any] | None = None,
) -> ImportPlan:
    if options.on > actor.on:
        raise DomainError(
            _("A staff list is taken over on its day or later: choose today or an earlier day."), field="on"
        )
    sheets = recognise(workbook, corrections or {})
    departments = DepartmentIndex(open_departments(options.on).select_related("parent"))
    for sheet in sheets:
        if sheet.kind == SheetKind.DEPARTMENTS and sheet.table:
            departments.read(sheet.table.records)
    reader = RowReader(departments, options)
    rows = [row for sheet in sheets for record in _staff(sheet) if (row := reader.read(record))]
    if not rows and not any(sheet.kind == SheetKind.DEPARTMENTS for sheet in sheets):
        raise DomainError(_("The list has column names but no people below them."), field="file")
    return _compare(actor, tuple(sheets), departments, reader, rows)


def _staff(sheet: RecognisedSheet) -> tuple[Record, ...]:
    return sheet.table.records if sheet.table and sheet.kind == SheetKind.STAFF else ()


def _compare(
    actor: Actor,
    sheets: tuple[RecognisedSheet, ...],
    departments: DepartmentIndex,
    reader: RowReader,
    rows: list[Row],
) -> ImportPlan:
    options = reader.options
    posts = list(Membership.objects.filter(posts_on(options.on)).select_related("user", "department"))
    accounts = load_accounts(
        actor.municipality,
        posts,
        {row.email for row in rows if row.email},
        {row.username.lower() for row in rows if row.username},
    )
    slots = departments.finished()
    comparison = Comparison(rows, posts, accounts, slots, options)
    problems = [*departments.problems, *reader.problems, *comparison.problems, *_doubled_addresses(rows, comparison)]
    return ImportPlan(
        options=options,
        sheets=sheets,
        departments=slots,
        people=tuple(comparison.people),
        posts=tuple(comparison.lines),
        missing=_missing(comparison.unnamed, options) if rows else (),
        problems=tuple(problems),
    )


def _doubled_addresses(rows: list[Row], comparison: Comparison) -> list[CellProblem]:
    """The same address or sign-in name for two different people of the file."""
    used: Counter[str] = Counter()
    for person in comparison.people:
        used.update({value.lower() for value in (person.email, person.username) if value})
    doubled = {value for value, number in used.items() if number > 1}
    problems = []
    for row in rows:
        for field in ("email", "username"):
            value = getattr(row, field).lower()
            if value in doubled:
                problems.append(
                    row.record[field].problem(
                        _("“%(text)s” stands beside several people.") % {"text": value},
                        _("Give each person an address and a name for signing in of their own."),
                    )
                )
    return problems


def _missing(posts: list[Membership], options: ImportOptions) -> tuple[MissingPost, ...]:
    staff = [post for post in posts if post.role in STAFF_ROLES]
    owned = binding_holdings([post.pk for post in staff]) if staff else {}
    return tuple(
        MissingPost(
            post=post,
            owned=owned.get(post.pk, 0),
            ends=options.missing == "end"
            and post.pk not in options.kept
            and not owned.get(post.pk)
            and post.valid_from < options.on,
        )
        for post in staff
    )
