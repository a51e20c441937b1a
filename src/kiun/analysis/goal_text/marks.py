"""What a value can be, and which values measure the same thing."""

from enum import StrEnum

from kiun.analysis.goal_text.values import Value


class Role(StrEnum):
    TARGET = "target"
    BASELINE = "baseline"
    REPORT = "report"
    """A change that has happened (「30%短縮した」): neither a target nor a level to start from."""
    ASIDE = "aside"


def same_kind(left: Value, right: Value) -> bool:
    """A table may leave out a unit, or write 人 beside 年間 … 人."""
    ours, theirs = left.unit.split("/")[0], right.unit.split("/")[0]
    return ours == theirs or not ours or not theirs


Marked = dict[Value, Role | None]
