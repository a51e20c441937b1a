"""Workbooks built by hand, for what no spreadsheet program would write."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rows_as_xlsx(*rows: list[object], merges: tuple[str, ...] = (), name: str = "計画") -> bytes:
    book = Workbook()
    page = book.active
    page.title = name
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def xlsx_of(sheet_data: str, *, prolog: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """A package whose only sheet has this XML inside <sheetData>."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="計画" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{sheet_data}</sheetData></worksheet>",
        **(extra or {}),
    }
    return zipped(parts)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return zipped({info.filename: archive.read(info) for info in archive.infolist()} | {name: content})


def old_container(stream: str) -> bytes:
    """An OLE file whose only stream has this name and is empty."""
    end, none = 0xFFFFFFFE, 0xFFFFFFFF
    header = struct.pack(
        "<8s16x5H6x10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    table = struct.pack("<2I", 0xFFFFFFFD, end)
    entries = [("Root Entry", 5, 1), (stream, 2, none)]
    folder = b"".join(
        struct.pack(
            "<64s H 2B 3I 36x I Q", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, none, none, child, end, 0
        )
        for name, kind, child in entries
    )
    sectors = (header, table, folder)
    return b"".join(
        sector.ljust(512, filler) for sector, filler in zip(sectors, (b"\xff", b"\xff", b"\0"), strict=True)
    )
