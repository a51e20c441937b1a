"""調査票: the workbook of a department, and what comes back in it."""

from kiun.initiatives.inquiry_workbooks.identity import Identity
from kiun.initiatives.inquiry_workbooks.reading import FilledWorkbook, open_filled, read_filled
from kiun.initiatives.inquiry_workbooks.writing import sheet_name, write_sheet

__all__ = ["FilledWorkbook", "Identity", "open_filled", "read_filled", "sheet_name", "write_sheet"]
