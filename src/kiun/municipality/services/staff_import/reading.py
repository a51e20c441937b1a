"""Which sheet of the file holds what, with the corrections of the person who uploaded it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Sheet, Table, Vocabulary, Workbook, find_table
from kiun.municipality.services.staff_import.vocabulary import DEPARTMENTS, STAFF


class SheetKind(StrEnum):
    STAFF = "staff"
    DEPARTMENTS = "departments"
    NOTHING = ""


VOCABULARIES: Mapping[str, Vocabulary] = {SheetKind.STAFF: STAFF, SheetKind.DEPARTMENTS: DEPARTMENTS}


@dataclass(frozen=True)
class RecognisedSheet:
    """A sheet, what it is taken for, and its table; "" is a sheet that is left out."""

    name: str
    kind: SheetKind
    table: Table | None


def recognise(workbook: Workbook, corrections: Mapping[str, Any]) -> list[RecognisedSheet]:
    """`corrections`: {sheet: {"kind": "staff", "columns": {"C": "department"}}}."""
    sheets = [_recognise(sheet, corrections.get(sheet.name, {})) for sheet in workbook.sheets if not sheet.hidden]
    if not any(sheet.kind for sheet in sheets):
        raise DomainError(
            _(
                "No sheet of this file is a staff list. Write the column names in one row, at least “氏名” and “所属” "
                "(or “部署名” for a list of departments)."
            ),
            field="file",
        )
    return sheets


def _recognise(sheet: Sheet, correction: Mapping[str, Any]) -> RecognisedSheet:
    kinds = [SheetKind(correction["kind"])] if "kind" in correction else [SheetKind.STAFF, SheetKind.DEPARTMENTS]
    columns = correction.get("columns", {})
    for kind in kinds:
        table = _table(sheet, kind, columns) if kind else None
        if table and ("kind" in correction or _fits(table, kind)):
            return RecognisedSheet(sheet.name, kind, table)
    return RecognisedSheet(sheet.name, SheetKind.NOTHING, None)


def _table(sheet: Sheet, kind: SheetKind, columns: Mapping[str, str]) -> Table | None:
    known = {letter: field for letter, field in columns.items() if not field or field in VOCABULARIES[kind]}
    try:
        table = find_table(sheet, VOCABULARIES[kind], columns=known)
        if kind == SheetKind.STAFF and _names_departments_once(table):
            table = find_table(sheet, VOCABULARIES[kind], columns=known, fill_down=_FILLED_DOWN)
    except DomainError:
        return None
    return table


_FILLED_DOWN = ("division", "department")


def _names_departments_once(table: Table) -> bool:
    """In a printed list the department stands only in the first row of its people. A blank cell means "as above" where
    most are blank; in a list where nearly every row names its department, it means that there is none.
    """
    fields = [field for field in _FILLED_DOWN if field in table.plain_columns]
    cells = [record[field].is_blank for field in fields[:1] for record in table.records]
    return 2 * sum(cells) > len(cells) or "section" in table.plain_columns


def _fits(table: Table, kind: SheetKind) -> bool:
    fields = {column.field for column in table.columns if column.field}
    if kind == SheetKind.STAFF:
        return "name" in fields and len(fields) > 1
    return "name" in fields and bool(fields & {"code", "parent", "parent_code"})
