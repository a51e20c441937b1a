"""Policies and departments in the order of their trees: what the lanes are called."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kiun.goals.models import Policy
from kiun.municipality.models import Department


@dataclass(frozen=True)
class Heading:
    key: int
    name: str
    code: str = ""


def policy_headings() -> list[Heading]:
    return _in_tree_order(Policy.objects.order_by())


def department_headings() -> list[Heading]:
    """Without their numbers, which nobody knows by heart."""
    return [Heading(heading.key, heading.name) for heading in _in_tree_order(Department.objects.order_by())]


def _in_tree_order(rows: QuerySet[Any]) -> list[Heading]:
    found = list(rows.values_list("pk", "path", "order", "name", "code"))
    place = {key: (order, key) for key, _path, order, _name, _code in found}

    def way(path: str) -> list[tuple[int, int]]:
        return [place.get(int(part), (0, int(part))) for part in path.split("/") if part]

    return [Heading(key, name, code) for key, path, _, name, code in sorted(found, key=lambda row: way(row[1]))]
