"""Policies and departments in the order of their trees: what the lanes are called."""

from dataclasses import dataclass

from kiun.goals.models import Policy
from kiun.municipality.models import Department


@dataclass(frozen=True)
class Heading:
    key: int
    name: str
    code: str = ""


def policy_headings() -> list[Heading]:
    rows = Policy.objects.order_by(*Policy.tree_order)
    return [Heading(key, name, code) for key, name, code in rows.values_list("pk", "name", "code")]


def department_headings() -> list[Heading]:
    """Without their numbers, which nobody knows by heart."""
    rows = Department.objects.order_by(*Department.tree_order)
    return [Heading(key, name) for key, name in rows.values_list("pk", "name")]
