"""CSV and tab-separated text: which encoding, which delimiter, and the cells exactly as written."""

import codecs
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from django.utils.translation import gettext as _

from kiun.kernel.tabular.formula_guard import restored
from kiun.kernel.tabular.model import Row, Sheet, Workbook
from kiun.kernel.tabular.refusal import CellProblem, FileRefusedError, Limits
from kiun.kernel.tabular.sheet_facts import cell_ref, check_lengths, too_many_cells, too_many_columns, too_many_rows

# The csv module's own limit names no cell; the size of the file bounds a field, and Limits.cell_characters judges it.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

_DELIMITERS = (",", "\t", ";", "|")
_USUAL_DELIMITERS = (",", "\t")  # the others also stand inside texts, and count only when they divide every row alike
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 200_000, 100
_MARKUP = ("<html", "<!doctype", "<?xml", "<table")


def read_text(data: bytes, name: str, limits: Limits) -> Workbook:
    text, encoding = decode(data)
    if text.lstrip()[:20].lower().startswith(_MARKUP):
        raise FileRefusedError(
            _("The file is a web page or XML, not a table."), _("Open it in Excel, save it as .xlsx, and upload that.")
        )
    delimiter = sniff_delimiter(text)
    rows, problems = _rows(text, delimiter, name, limits)
    check_lengths(name, rows, limits)
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.cells:
        raise too_many_cells(name, limits)
    filled = tuple(row + (None,) * (width - len(row)) for row in rows)
    return Workbook(name, "csv", (Sheet(name, filled, problems=problems),), encoding, delimiter)


def decode(data: bytes) -> tuple[str, str]:
    """UTF-8 is proven by its own pattern; the rest is what Japanese Excel writes: CP932, or UTF-16 with a mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16"), "utf-16"
    if b"\x00" in data:
        raise FileRefusedError(
            _("The file is neither a table nor text."), _("Save the table as .xlsx or .csv, and upload that.")
        )
    if data.startswith(codecs.BOM_UTF8):
        return _decoded(data, "utf-8-sig"), "utf-8-sig"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "cp932"), "cp932"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileRefusedError(
            _("Line %(line)s has characters of an unknown encoding.") % {"line": line},
            _("Save the file in Excel as “CSV UTF-8”, and upload that."),
        ) from error


def sniff_delimiter(text: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, and then most cells."""
    sample = text[:_SAMPLE_CHARACTERS]

    def fit(delimiter: str) -> float:
        widths = Counter(len(row) for row in islice(_records(sample, delimiter), _SAMPLE_ROWS))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        divides = width > 1 and (delimiter in _USUAL_DELIMITERS or len(widths) == 1)
        return count / widths.total() * min(width, 3) if divides else 0.0

    return max(_DELIMITERS, key=fit)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def _rows(text: str, delimiter: str, sheet: str, limits: Limits) -> tuple[list[Row], tuple[CellProblem, ...]]:
    rows: list[Row] = []
    for number, record in enumerate(_records(text, delimiter), start=1):
        if number > limits.rows:
            raise too_many_rows(sheet, limits, cell_ref(number, 1))
        if len(record) > limits.columns:
            raise too_many_columns(sheet, limits, cell_ref(number, limits.columns + 1))
        rows.append(tuple(restored(field) or None for field in record))
    return rows, _unclosed_quote(text, delimiter, sheet, rows)


def _unclosed_quote(text: str, delimiter: str, sheet: str, rows: list[Row]) -> tuple[CellProblem, ...]:
    """A forgotten closing quote swallows all lines to the end of the file; only the strict reader says so."""
    if text.count('"') % 2 == 0 or not rows:
        return ()
    try:
        for _record in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return (
                CellProblem(
                    sheet,
                    cell_ref(len(rows), len(rows[-1])),
                    _("A double quotation mark is opened here and never closed."),
                    _('Close it, or write "" for a quotation mark inside a text.'),
                ),
            )
    return ()
