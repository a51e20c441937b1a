"""The door for every uploaded table: judges the file by its content, then reads it whole or refuses it."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from kiun.kernel.tabular.model import MergedRange, Row, Sheet, Workbook
from kiun.kernel.tabular.refusal import MEGABYTE, FileRefusedError, Limits, damaged, has_macros, has_password
from kiun.kernel.tabular.sheet_facts import SheetFacts, check_lengths
from kiun.kernel.tabular.text_files import read_text
from kiun.kernel.tabular.xls_stream import check_container, facts_of_stream
from kiun.kernel.tabular.xlsx_package import check_package, facts_of_sheets, open_package

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab"})
_MACRO_SUFFIXES = frozenset({".xlsm", ".xltm", ".xlam", ".xla"})
_SUFFIXES = {"xlsx": frozenset({".xlsx", ".xltx"}), "xls": frozenset({".xls", ".xlt"}), "csv": _TEXT_SUFFIXES}


def read_workbook(file: bytes | Path | BinaryIO, *, name: str = "", limits: Limits | None = None) -> Workbook:
    """`name` decides with the content what the file is; a path or an upload knows its own."""
    limits = limits or Limits()
    data, name = _content(file, name, limits)
    kind = _kind(data, PurePath(name).suffix.lower())
    if kind == "csv":
        return read_text(data, PurePath(name).name, limits)
    if kind == "xlsx":
        by_name = facts_of_sheets(open_package(data, limits), limits)
        facts: Sequence[SheetFacts] = list(by_name.values())
    else:
        facts = facts_of_stream(data, limits)
    return Workbook(PurePath(name).name, kind, _read_sheets(data, facts, limits))


def check_office_file(data: bytes, limits: Limits) -> None:
    """For a .docx, .xlsx or .pptx that is only kept: refuses macros, bombs and entities, and a password over them."""
    if data.startswith(_OLE):
        check_container(data)
    check_package(data, limits)


def _content(file: bytes | Path | BinaryIO, name: str, limits: Limits) -> tuple[bytes, str]:
    if isinstance(file, bytes):
        data = file
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            data, name = opened.read(limits.file_bytes + 1), name or file.name
    else:
        data, name = file.read(limits.file_bytes + 1), name or str(getattr(file, "name", ""))
    if len(data) > limits.file_bytes:
        raise FileRefusedError(
            _("The file is larger than %(limit)s MB.") % {"limit": limits.file_bytes // MEGABYTE},
            _("Delete pictures and unused sheets, or divide the file."),
        )
    if not data.strip(b"\x00\r\n\t "):
        raise FileRefusedError(_("The file is empty."), _("Check that you chose the right file."))
    return data, name


def _kind(data: bytes, suffix: str) -> str:
    if suffix in _MACRO_SUFFIXES:
        raise has_macros()
    known = any(suffix in suffixes for suffixes in _SUFFIXES.values())
    if not known:
        raise FileRefusedError(
            _("Files of the kind “%(suffix)s” cannot be read.") % {"suffix": suffix or "?"},
            _("Save the table as .xlsx or .csv, and upload that."),
        )
    kind = "xlsx" if data.startswith(_ZIP) else "xls" if data.startswith(_OLE) else "csv"
    if suffix in _SUFFIXES[kind]:
        return kind
    if kind == "xls" and suffix in _SUFFIXES["xlsx"]:
        facts_of_stream(data, Limits())  # an encrypted .xlsx comes in the old container: says that there is a password
    raise _misnamed(kind, suffix)


def _misnamed(kind: str, suffix: str) -> FileRefusedError:
    if kind == "csv" and suffix not in _TEXT_SUFFIXES:
        return FileRefusedError(
            _("The name ends with %(suffix)s, but the content is not an Excel workbook.") % {"suffix": suffix},
            _("Open it in Excel, save it as .xlsx, and upload that."),
        )
    return FileRefusedError(
        _("The name ends with %(suffix)s, but the content is an Excel workbook (.%(kind)s).")
        % {"suffix": suffix, "kind": kind},
        _("Change the end of the name to .%(kind)s, and upload it again.") % {"kind": kind},
    )


def _read_sheets(data: bytes, facts: Sequence[SheetFacts], limits: Limits) -> tuple[Sheet, ...]:
    try:
        return _sheets_of(CalamineWorkbook.from_filelike(BytesIO(data)), facts, limits)
    except FileRefusedError:
        raise
    except PasswordError as error:
        raise has_password() from error
    except Exception as error:  # the library answers a broken file with errors of many kinds
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's panic, which cannot be imported
            raise
        raise damaged() from error


def _sheets_of(opened: CalamineWorkbook, facts: Sequence[SheetFacts], limits: Limits) -> tuple[Sheet, ...]:
    if len(opened.sheets_metadata) != len(facts):
        raise damaged()  # a sheet that was not measured must not be laid out
    sheets = []
    for index, (metadata, known) in enumerate(zip(opened.sheets_metadata, facts, strict=True)):
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        found = opened.get_sheet_by_index(index)
        rows = _rows(found, limits)
        sheets.append(
            Sheet(
                metadata.name,
                rows,
                _merges(found, rows),
                hidden=metadata.visible != SheetVisibleEnum.Visible,
                problems=tuple(replace(problem, sheet=metadata.name) for problem in known.problems),
                formats=known.formats,
            )
        )
    return tuple(sheets)


def _rows(found: CalamineSheet, limits: Limits) -> tuple[Row, ...]:
    rows = tuple(tuple([_storable(value) for value in row]) for row in found.to_python(skip_empty_area=False))
    check_lengths(found.name, rows, limits)
    return rows


def _storable(value: Any) -> Any:
    """A NUL hides behind Excel's way of writing control characters (_x0000_), and no database takes it in a text."""
    if isinstance(value, str):
        return value.replace("\x00", "") or None
    return value


def _merges(found: CalamineSheet, rows: tuple[Row, ...]) -> tuple[MergedRange, ...]:
    """Ranges that overlap are not possible in Excel and would cost more than the sheet itself."""
    height, width = len(rows), len(rows[0]) if rows else 0
    merges = tuple(
        MergedRange(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in found.merged_cell_ranges or ()
        if top < height and left < width
    )
    area = sum(
        (min(m.last_row, height) - m.first_row + 1) * (min(m.last_column, width) - m.first_column + 1) for m in merges
    )
    if area > height * width:
        raise damaged()
    return merges
