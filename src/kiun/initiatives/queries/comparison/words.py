"""Fields and values of a comparison as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kiun.activity.history import field_name, kind_name, say_value
from kiun.initiatives.queries.comparison.kinds import (
    GOALS_SERVED,
    PHASE,
    POLICY,
    SERIES,
)
from kiun.initiatives.queries.comparison.states import State
from kiun.initiatives.queries.comparison.tree import Node
from kiun.municipality.models import Department
from kiun.ui.figures import figure

LONGEST = 10_000
IN_UNIT = ("baseline", "target")
TITLES = {"goals.goal": "text", "goals.challenge": "text"}


def name_of_field(kind: str, name: str) -> str:
    if name == GOALS_SERVED:
        return _("Goals")
    return field_name(kind, name)


@dataclass(frozen=True)
class Names:
    """What rows are called to which a plan refers; a record names them itself, a row as it is now does not."""

    departments: Mapping[int, str]
    policies: Mapping[int, str]

    def of(self, name: str, key: int) -> str:
        shelf = self.departments if name == "department" else self.policies
        return shelf.get(key, "")


def names_in(*states: State) -> Names:
    policies = {key[1]: str(row.get("name", "")) for state in states for key, row in state.items() if key[0] == POLICY}
    return Names(
        departments=dict(Department.objects.values_list("pk", "name")),
        policies=policies,
    )


def say(kind: str, name: str, value: Any, node: Node, names: Names) -> str:
    if isinstance(value, dict) and "label" not in value:
        return names.of(name, value["id"])
    said = say_value(kind, name, value, LONGEST)
    if said and kind == SERIES and name in IN_UNIT:
        return figure(value, str(node.terms.get("unit") or ""))
    return said


def title_of(node: Node, names: Names) -> str:
    kind, row = node.key[0], node.fields
    if kind == PHASE:
        return str(row.get("name") or say(kind, "term", row.get("term"), node, names))
    return " ".join(filter(None, [row.get("code"), row.get(TITLES.get(kind, "name"))]))


def name_of_kind(kind: str) -> str:
    return kind_name(kind)
