"""The rows of a staff list, before they are compared with anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiun.kernel.tabular import Record
from kiun.municipality.models import Role
from kiun.municipality.services.staff_import.vocabulary import number_key, plain


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the list, read but not yet compared; "" and None say nothing."""

    record: Record
    name: str
    kana: str
    email: str
    username: str
    staff_number: str
    department: int | None
    title: str
    role: Role | None
    valid_from: date | None
    valid_to: date | None


def by_person(rows: Sequence[Row]) -> Iterable[list[Row]]:
    """Rows of one person together: the same staff number, else the same address, else the same name for signing in."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = next(
            (
                (field, value.lower())
                for field, value in (
                    ("number", number_key(row.staff_number) if row.staff_number else ""),
                    ("email", row.email),
                    ("username", row.username),
                )
                if value
            ),
            ("name", f"{plain(row.name)}"),
        )
        groups.setdefault(key, []).append(row)
    return groups.values()
