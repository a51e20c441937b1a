"""新旧対照表 as a sheet of a workbook. Its words are Japanese on every screen: the file belongs to the town."""

from django.utils.translation import override

from kiun.initiatives.queries.comparison.table import ComparedField, ComparedRow, Comparison
from kiun.kernel.tabular import OutputColumn, OutputSheet
from kiun.ui.dates import short_date

STATES = {"new": "新設", "removed": "廃止", "changed": "変更", "same": ""}
INDENT = "　"


def comparison_sheet(found: Comparison, plan: str) -> OutputSheet:
    with override("ja"):
        return OutputSheet(
            name="新旧対照表",
            title=f"{plan}　新旧対照表（{found.old_label}／{found.new_label}）",
            columns=[
                OutputColumn("区分", width=8),
                OutputColumn("種類", width=10),
                OutputColumn("対象", width=38),
                OutputColumn("項目", width=14),
                OutputColumn("旧", width=44),
                OutputColumn("新", width=44),
                OutputColumn("理由", width=36),
                OutputColumn("台帳", width=10),
            ],
            rows=[line for row in found.rows for line in _lines(row)],
            notes=["人の異動、並び順、測定した値は、計画の変更に含めていません。"],
        )


def _lines(row: ComparedRow) -> list[list[str]]:
    """One line for each field; what only says where the others belong has one without."""
    fields: tuple[ComparedField | None, ...] = row.fields or (None,)
    reasons = "\n".join(f"{short_date(reason.on)} {reason.text}" for reason in row.reasons)
    numbers = "、".join(f"第{number}号" for number in dict.fromkeys(r.revision for r in row.reasons) if number)
    return [
        [
            STATES[row.state],
            row.kind,
            f"{INDENT * row.depth}{row.title}",
            field.label if field else "",
            field.old_text if field else "",
            field.new_text if field else "",
            reasons if place == 0 else "",
            numbers if place == 0 else "",
        ]
        for place, field in enumerate(fields)
    ]
