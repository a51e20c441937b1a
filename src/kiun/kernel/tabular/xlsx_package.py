"""Opening an .xlsx (or .docx, .pptx) as what it is, a zip of XML files, with every promise of its headers checked.

What calamine will unpack is unpacked here first, piece by piece and counted: a header that lies about sizes, a document
type declaration or a macro ends the reading.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from kiun.kernel.tabular.number_formats import NumberFormat, built_in_format, parse_number_format
from kiun.kernel.tabular.refusal import MEGABYTE, FileRefusedError, Limits, damaged, has_macros, too_large_unpacked
from kiun.kernel.tabular.sheet_facts import SheetFacts, check_areas, check_sheets
from kiun.kernel.tabular.sheet_xml import parse_xml, plain_parser, scan_sheet

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

_CHUNK = 256 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_MOST_PARTS = 10_000
_RATIO_MATTERS_FROM = 10 * MEGABYTE  # small files of empty formatted cells pack extremely well
_PARTS_OF_PROGRAMS = ("xl/", "word/", "ppt/", "[content")
_MACRO_DOCUMENT = b".macroEnabled.main+xml"  # of all three programs; one that is only embedded ends otherwise
_MACRO_PARTS = ("vbaproject.bin", "vbaprojectsignature.bin", "xl/macrosheets/")


@dataclass(frozen=True)
class Package:
    data: bytes
    parts: dict[str, zipfile.ZipInfo]  # by lower-case name: Excel does not mind the case

    def read(self, name: str) -> bytes:
        return b"".join(_unpacked(self.data, self.parts[name.lower()])) if name.lower() in self.parts else b""


def open_package(data: bytes, limits: Limits) -> Package:
    """A workbook whose sheets `facts_of_sheets` has still to look at."""
    package = _package(data, limits)
    if "xl/workbook.xml" not in package.parts:
        raise FileRefusedError(
            _("The file is not an Excel workbook (.xlsx)."), _("Save the table as .xlsx or .csv, and upload that.")
        )
    _check_contents(package, limits, unread="xl/worksheets/sheet")
    return package


def check_package(data: bytes, limits: Limits) -> None:
    """Of Word, Excel or PowerPoint."""
    _check_contents(_package(data, limits), limits)


def _package(data: bytes, limits: Limits) -> Package:
    infos = _directory(data)
    _check_promises(infos, limits)
    package = Package(data, {info.filename.lower(): info for info in infos})
    if len(package.parts) != len(infos):
        raise damaged()
    _check_for_macros(package)
    return package


def facts_of_sheets(package: Package, limits: Limits) -> dict[str, SheetFacts]:
    """By sheet name, in the workbook's order. Chart sheets have facts too: they are simply empty."""
    formats = _formats_by_style(package.read("xl/styles.xml"))
    facts: dict[str, SheetFacts] = {}
    parts = _sheet_parts(package)
    check_sheets([part.lower() for _name, part in parts], limits)
    for name, part in parts:
        if part.lower() not in package.parts:
            raise damaged()
        facts[name] = SheetFacts(name, limits)
        scan_sheet(_unpacked(package.data, package.parts[part.lower()]), facts[name], formats)
        check_areas(facts.values(), limits)
    return facts


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        OverflowError,
        NotImplementedError,
        UnicodeDecodeError,
    ) as error:
        raise damaged() from error


def _check_promises(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    packed = max(sum(info.compress_size for info in infos), 1)
    if total > limits.unpacked_bytes or (total > _RATIO_MATTERS_FROM and total > packed * limits.unpack_ratio):
        raise too_large_unpacked()
    if len(infos) > _MOST_PARTS:
        raise damaged()


def _check_for_macros(package: Package) -> None:
    names = package.parts.keys()
    if any(name.endswith(mark) or name.startswith(mark) for name in names for mark in _MACRO_PARTS):
        raise has_macros()
    if _MACRO_DOCUMENT in package.read("[Content_Types].xml"):
        raise has_macros()


def _check_contents(package: Package, limits: Limits, unread: str = "\0") -> None:
    """Unpacks everything once: real sizes are the promised ones, XML is well-formed and declares no entities. The XML
    of parts that begin with `unread` is left to who reads it next.
    """
    allowance = limits.unpacked_bytes
    for name, info in package.parts.items():
        is_xml = name.startswith(_PARTS_OF_PROGRAMS) and name.endswith((".xml", ".rels"))
        chunks = _counted(_unpacked(package.data, info), info.file_size)
        if is_xml and not name.startswith(unread):
            parse_xml(chunks, plain_parser())
        else:
            for _chunk in chunks:
                pass
        allowance -= info.file_size
        if allowance < 0:
            raise too_large_unpacked()


def _counted(chunks: Iterator[bytes], promised: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > promised:
            raise too_large_unpacked()
        yield chunk
    if size != promised:
        raise damaged()


def _unpacked(data: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member as its bytes really are; zipfile itself would silently stop at the promised size."""
    header = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04" or info.flag_bits & 1:
        raise damaged()
    *_rest, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = data[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed)
    else:
        raise damaged()


def _inflated(packed: bytes) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error as error:
        raise damaged() from error
    if not inflate.eof:
        raise damaged()


def _sheet_parts(package: Package) -> list[tuple[str, str]]:
    """Sheet names with the name of their part, in the workbook's order."""
    workbook = _tree(package.read("xl/workbook.xml"))
    relations = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _tree(package.read("xl/_rels/workbook.xml.rels"))
    }
    return [
        (
            sheet.get("name", ""),
            _part_name(relations.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or "", "")),
        )
        for main in (MAIN, STRICT_MAIN)
        for sheet in workbook.iter(f"{main}sheet")
    ]


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _formats_by_style(styles: bytes) -> dict[str, NumberFormat]:
    """By the style index that cells carry; styles whose format changes nothing are left out."""
    if not styles:
        return {}
    tree, result = _tree(styles), {}
    for main in (MAIN, STRICT_MAIN):
        codes = {fmt.get("numFmtId", ""): fmt.get("formatCode", "") for fmt in tree.iter(f"{main}numFmt")}
        for index, style in enumerate(tree.iterfind(f"{main}cellXfs/{main}xf")):
            number = style.get("numFmtId", "0")
            format_ = parse_number_format(codes[number]) if number in codes else built_in_format(number)
            if format_:
                result[str(index)] = format_
    return result


def _tree(xml: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise damaged() from error
    return root
