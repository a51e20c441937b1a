"""Builds small workbooks as town halls write them."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], merges: Iterable[str] = ()) -> bytes:
    """`merges` are ranges of the first sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for reference in merges:
        book.worksheets[0].merge_cells(reference)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
