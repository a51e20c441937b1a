"""One pass over an old .xls (an OLE container with a stream of BIFF8 records), before calamine may touch it."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

import olefile
from django.utils.translation import gettext as _

from kiun.kernel.tabular.number_formats import NumberFormat, built_in_format, parse_number_format
from kiun.kernel.tabular.refusal import FileRefusedError, Limits, damaged, has_macros, has_password
from kiun.kernel.tabular.sheet_facts import WIDEST, SheetFacts, check_areas, check_sheets

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILEPASS, _BOUNDSHEET, _FORMAT, _XF, _DIMENSIONS = 0x002F, 0x0085, 0x041E, 0x00E0, 0x0200
_FORMULA, _NUMBER, _LABEL, _LABELSST, _RK, _MULRK, _BOOLERR, _RSTRING = (
    0x0006, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD, 0x0205, 0x00D6,
)  # fmt: skip
_ONE_CELL = frozenset({_FORMULA, _NUMBER, _LABEL, _LABELSST, _RK, _BOOLERR, _RSTRING})
_MACRO_SHEET, _BASIC_MODULE = 1, 6
_MACRO_STORAGES = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "MACROS"})
_PASSWORD_STREAMS = frozenset({"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"})
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_MOST_ROWS, _MOST_COLUMNS, _SHORT_DIMENSIONS = 65_536, 256, 10


@dataclass
class _Globals:
    sheet_starts: list[int] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)

    def formats(self) -> dict[int, NumberFormat]:
        found = {}
        for index, number in enumerate(self.styles):
            format_ = parse_number_format(self.codes[number]) if number in self.codes else built_in_format(str(number))
            if format_:
                found[index] = format_
        return found


def facts_of_stream(data: bytes, limits: Limits) -> list[SheetFacts]:
    """In the workbook's order and still without names, which calamine decodes."""
    stream = _workbook_stream(data)
    try:
        header = _read_globals(stream)
        check_sheets(header.sheet_starts, limits)
        formats = header.formats()
        facts: list[SheetFacts] = []
        for start in header.sheet_starts:
            facts.append(_scan_sheet(stream, start, formats, limits))
            check_areas(facts, limits)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise damaged() from error
    return facts


def check_container(data: bytes) -> None:
    """A file with a password comes in this container, whatever program and year it is of."""
    with _container(data):
        pass


@contextmanager
def _container(data: bytes) -> Iterator["olefile.OleFileIO[str]"]:
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            names = {part.upper() for path in container.listdir(streams=True, storages=True) for part in path}
            if names & _PASSWORD_STREAMS:
                raise has_password()
            if names & _MACRO_STORAGES:
                raise has_macros()
            yield container
    except (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, RecursionError, MemoryError) as error:
        raise damaged() from error


def _workbook_stream(data: bytes) -> bytes:
    with _container(data) as container:
        if not container.exists("Workbook"):
            raise FileRefusedError(
                _("The file is not an Excel workbook, or a very old one."),
                _("Save the table as .xlsx, and upload that."),
            )
        stream: bytes = container.openstream("Workbook").read()
        return stream


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Until the end of the substream, with the substreams of embedded charts: calamine does not tell them apart."""
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        yield kind, body


def _read_globals(stream: bytes) -> _Globals:
    found = _Globals()
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise has_password()
        if kind == _BOUNDSHEET:
            start, _visibility, sheet_type = struct.unpack_from("<IBB", body)
            if sheet_type in (_MACRO_SHEET, _BASIC_MODULE):
                raise has_macros()
            found.sheet_starts.append(start)
        elif kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", body)
            text = body[5 : 5 + length * (2 if wide & 1 else 1)]
            found.codes[number] = text.decode("utf-16-le" if wide & 1 else "latin-1")
        elif kind == _XF:
            found.styles.append(struct.unpack_from("<H", body, 2)[0])
    return found


def _scan_sheet(stream: bytes, start: int, formats: Mapping[int, NumberFormat], limits: Limits) -> SheetFacts:
    facts = SheetFacts("", limits)
    for kind, body in _records(stream, start):
        if kind in _ONE_CELL:
            row, column, style = struct.unpack_from("<HHH", body)
            _add_cell(facts, row + 1, column + 1, formats.get(style))
            _judge_result(facts, kind, body, row + 1, column + 1)
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for index in range((len(body) - 6) // 6):
                style = struct.unpack_from("<H", body, 4 + 6 * index)[0]
                _add_cell(facts, row + 1, first + index + 1, formats.get(style))
        elif kind == _DIMENSIONS:
            _check_dimensions(*struct.unpack_from("<IIHH" if len(body) > _SHORT_DIMENSIONS else "<HHHH", body))
    return facts


def _check_dimensions(first_row: int, last_row: int, first_column: int, last_column: int) -> None:
    """The reader of values reserves room for what this record says, before it has seen a cell."""
    if not (first_row <= last_row <= _MOST_ROWS and first_column <= last_column <= _MOST_COLUMNS):
        raise damaged()


def _add_cell(facts: SheetFacts, row: int, column: int, format_: NumberFormat | None) -> None:
    facts.has_value_at(row, column)
    if format_:
        facts.formats[row * WIDEST + column] = format_


def _judge_result(facts: SheetFacts, kind: int, body: bytes, row: int, column: int) -> None:
    """A formula's result is a number unless its last two bytes are FF; then the first byte tells 2 for an error."""
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:  # noqa: PLR2004
        facts.error_value_at(row, column, _ERRORS.get(body[8], "#ERROR"))
    elif kind == _BOOLERR and body[7] == 1:
        facts.error_value_at(row, column, _ERRORS.get(body[6], "#ERROR"))
