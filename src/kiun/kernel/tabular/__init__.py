"""Tables in and out: reading what a town hall's spreadsheets hold, and writing what can be opened safely."""

from kiun.kernel.tabular.formula_guard import would_run
from kiun.kernel.tabular.header_words import Vocabulary
from kiun.kernel.tabular.model import Cell, MergedRange, Sheet, Value, Workbook
from kiun.kernel.tabular.number_formats import NumberFormat
from kiun.kernel.tabular.quantities import EMPTY, UNOBTAINABLE, Quantity, parse_quantity
from kiun.kernel.tabular.reading import check_office_file, read_workbook
from kiun.kernel.tabular.refusal import CellProblem, FileRefusedError, Limits
from kiun.kernel.tabular.table import Column, Record, Table, best_table, find_table
from kiun.kernel.tabular.writing import (
    OutputColumn,
    OutputSheet,
    OutputValue,
    clean_text,
    text_width,
    write_csv,
    write_text,
    write_workbook,
)

__all__ = [
    "EMPTY",
    "UNOBTAINABLE",
    "Cell",
    "CellProblem",
    "Column",
    "FileRefusedError",
    "Limits",
    "MergedRange",
    "NumberFormat",
    "OutputColumn",
    "OutputSheet",
    "OutputValue",
    "Quantity",
    "Record",
    "Sheet",
    "Table",
    "Value",
    "Vocabulary",
    "Workbook",
    "best_table",
    "check_office_file",
    "clean_text",
    "find_table",
    "parse_quantity",
    "read_workbook",
    "text_width",
    "would_run",
    "write_csv",
    "write_text",
    "write_workbook",
]
