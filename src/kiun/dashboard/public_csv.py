"""The figures of the public page as open data: ISO dates, one row per indicator."""

from datetime import date

from kiun.dashboard.queries import public_rows
from kiun.kernel.tabular import OutputColumn, OutputSheet, write_csv
from kiun.municipality.models import Municipality

HEADERS = (
    "全国地方公共団体コード",
    "地方公共団体名",
    "目標",
    "指標",
    "単位",
    "現状値",
    "現状値の時点",
    "目標値",
    "期限",
    "状況",
    "所管課",
)


def public_csv(town: Municipality, today: date) -> bytes:
    sheet = OutputSheet(
        name="indicators",
        columns=[OutputColumn(header) for header in HEADERS],
        rows=[
            (
                town.code,
                town.name,
                row.indicator.goal.text,
                row.indicator.name,
                row.terms.unit,
                row.value,
                row.value_on,
                row.terms.target,
                row.terms.deadline,
                STATUS_WORDS[row.status],
                row.indicator.department.name if row.indicator.department else "",
            )
            for row in public_rows(today)
        ],
    )
    return write_csv(sheet)


# The file is Japanese open data whatever language the page is read in.
STATUS_WORDS = {
    "on_track": "順調",
    "even": "五分五分",
    "late": "遅れ",
    "stale": "更新待ち",
    "unknown": "判定不能",
}
