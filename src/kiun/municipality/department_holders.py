"""What belongs to a department. Rooms register theirs; a 組織改編 moves all of it to the successor, series and all."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department


@dataclass(frozen=True, kw_only=True)
class Relocation:
    """Rows go `to` another department on a day."""

    actor: Actor
    to: Department
    on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class DepartmentHolder:
    """`held_by` gives the rows of the departments that still matter; `relocate` puts some of them into another."""

    id: str
    label: Any
    held_by: Callable[[Collection[int]], QuerySet[Any]]
    relocate: Callable[[Collection[Any], Relocation], None]

    def move(self, rows: Collection[Any], relocation: Relocation) -> None:
        if rows:
            self.relocate(rows, relocation)


department_holders: Registry[DepartmentHolder] = Registry()
