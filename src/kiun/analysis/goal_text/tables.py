"""A table pasted as one line: a head of columns, then the name of the indicator and one value for each column."""

import re

from kiun.analysis.goal_text.marks import Marked, Role
from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.statement import Statement

_COLUMN = re.compile(
    rf"{D}+(?:度?末)?(?:実績|見込み?|目標|計画)?値?|(?:現状|現況|現在|基準|実績|目標)値|現状|策定時|"
    r"(?<!指標)目標(?!年|時期)"
)
_KNOWN_COLUMN = re.compile(r"現|基準|実績|策定時")
_HEAD = re.compile(rf"(?:^|\n)[ ]?(?:(?:{_COLUMN.pattern}|指標名?|KPI|項目|単位|期限|担当課?|所管課?)[ |/]+){{2,}}")


def head_of(statement: Statement) -> tuple[int, int] | None:
    """Where the columns are named, when as many values follow as columns hold one."""
    head = _HEAD.search(statement.skeleton)
    if not head:
        return None
    columns, values = _COLUMN.findall(head.group()), [v for v in statement.values if v.start >= head.end()]
    return head.span() if len(columns) == len(values) > 1 else None


def read_head(statement: Statement, marked: Marked) -> None:
    """「指標 R5実績 R6 R7 R8 利用率 31% 33% 36% 40%」"""
    head = head_of(statement)
    if not head:
        return
    row = [value for value in statement.values if value.start >= head[1]]
    for column, value in zip(_COLUMN.findall(statement.skeleton[slice(*head)]), row, strict=True):
        marked[value] = Role.TARGET if "目標" in column else Role.BASELINE if _KNOWN_COLUMN.search(column) else None
    if all(marked[value] is not Role.TARGET for value in row):
        marked[row[-1]] = Role.TARGET
