from kiun.initiatives.queries.inquiries.audience import Offices, departments_to_ask
from kiun.initiatives.queries.inquiries.collation import Collation, CollationFilter, Counts, collate, counts_of_rounds
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.initiatives.queries.inquiries.sheets import AnswerSheet, SheetRow, questions_of, sheet_of, sheets_of
from kiun.initiatives.queries.inquiries.visible import (
    requests_of_departments,
    requests_to_answer,
    unanswered_requests,
    visible_requests,
    visible_rounds,
)

__all__ = [
    "AnswerSheet",
    "Collation",
    "CollationFilter",
    "Counts",
    "Heads",
    "Offices",
    "SheetRow",
    "collate",
    "counts_of_rounds",
    "departments_to_ask",
    "questions_of",
    "requests_of_departments",
    "requests_to_answer",
    "sheet_of",
    "sheets_of",
    "unanswered_requests",
    "visible_requests",
    "visible_rounds",
]
