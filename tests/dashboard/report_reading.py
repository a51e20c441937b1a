"""What a report says, for tests that ask it."""

from datetime import date

from kiun.dashboard.reports.contents import write_report
from kiun.dashboard.reports.document import Figure, Paragraph, Report, Table, blocks_of
from kiun.dashboard.reports.scope import ReportScope
from kiun.municipality.actors import Actor

FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)


def scope_of(actor: Actor, *, is_internal: bool = False, first: date = FIRST, last: date = LAST) -> ReportScope:
    return ReportScope(actor, first, last, is_internal=is_internal)


def report_of(actor: Actor, **fields) -> Report:
    return write_report(scope_of(actor, **fields), "報告")


def said(report: Report) -> str:
    """Everything a report says, in one text."""
    found = [report.title, *(section.title for section in report.sections)]
    for block in blocks_of(report):
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [block.title, *(span.text for row in block.rows for span in row)]
        else:
            found += [block.title, block.sentence, *block.categories]
    return "\n".join(found)


def table(report: Report, title: str) -> Table:
    return next(block for block in blocks_of(report) if isinstance(block, Table) and block.title == title)


def cells(report: Report, title: str) -> list[list[str]]:
    return [[span.text for span in row] for row in table(report, title).rows]


def items(report: Report) -> list[Paragraph]:
    return [block for block in blocks_of(report) if isinstance(block, Paragraph) and block.style == "item"]


def bars(report: Report) -> list[Figure]:
    return [block for block in blocks_of(report) if isinstance(block, Figure) and block.kind == "bars"]
