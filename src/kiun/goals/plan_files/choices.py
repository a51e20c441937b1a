"""What a person corrected or decided about a plan file; kept as JSON beside the file until it is applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

NEW_DEPARTMENT = "new"
NO_DEPARTMENT = "none"


@dataclass(frozen=True)
class SheetChoice:
    """None and missing columns mean: as recognised."""

    is_used: bool | None = None
    header_rows: tuple[int, int] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # letter → Column.key, "" leaves the column out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        rows = data.get("header_rows")
        return cls(data.get("is_used"), (int(rows[0]), int(rows[1])) if rows else None, dict(data.get("columns", {})))

    def as_json(self) -> dict[str, Any]:
        return {"is_used": self.is_used, "header_rows": self.header_rows, "columns": dict(self.columns)}


@dataclass(frozen=True)
class Choices:
    name: str = ""  # of a new plan; "" as recognised
    first_year: int | None = None
    last_year: int | None = None
    is_public: bool = False  # residents see a new plan only when somebody says so
    sheets: Mapping[str, SheetChoice] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()  # rows by `row_key`
    departments: Mapping[str, str] = field(default_factory=dict)  # name in the file → NEW, NO or a key
    ended: frozenset[str] = frozenset()  # absent rows that end: "goal:3", "indicator:4"
    reads_statements: bool = False  # makes indicators out of goals in words

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            name=data.get("name", ""),
            first_year=data.get("first_year"),
            last_year=data.get("last_year"),
            is_public=bool(data.get("is_public", False)),
            sheets={name: SheetChoice.from_json(sheet) for name, sheet in data.get("sheets", {}).items()},
            left_out=frozenset(data.get("left_out", ())),
            departments=dict(data.get("departments", {})),
            ended=frozenset(data.get("ended", ())),
            reads_statements=bool(data.get("reads_statements", False)),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "is_public": self.is_public,
            "sheets": {name: sheet.as_json() for name, sheet in self.sheets.items()},
            "left_out": sorted(self.left_out),
            "departments": dict(self.departments),
            "ended": sorted(self.ended),
            "reads_statements": self.reads_statements,
        }

    def with_sheet(self, name: str, sheet: SheetChoice) -> Self:
        return replace(self, sheets={**self.sheets, name: sheet})
