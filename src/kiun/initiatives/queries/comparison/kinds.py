"""What counts as the plan when two days are compared: which rows, and which of their fields people are told of.

Who answers for something, the order of a list and measured values are not what was agreed: they are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from kiun.initiatives.queries.need_words import NEEDS

PLAN, POLICY, GOAL = "goals.plan", "goals.policy", "goals.goal"
INDICATOR, SERIES = "goals.indicator", "goals.series"
INITIATIVE, PHASE, MILESTONE = "initiatives.initiative", "initiatives.phase", "initiatives.milestone"
MODE = "initiatives.mode"
# No column of the table: the goals that an initiative serves are recorded with it under this name.
GOALS_SERVED = "goals"


@dataclass(frozen=True)
class Kind:
    """`told` are the fields that are compared, in their order; `place` those that say where a row stands."""

    told: tuple[str, ...]
    place: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self.told, *self.place))


KINDS: Mapping[str, Kind] = {
    PLAN: Kind(("name", "edition", "first_year", "last_year", "summary"), ()),
    POLICY: Kind(("code", "name", "parent"), ("plan", "order")),
    GOAL: Kind(("code", "text", "policy", "department"), ("plan", "order", "ended_on")),
    INDICATOR: Kind(
        ("code", "name", "department", "cadence", "origin", "collected_when"), ("goal", "order", "ended_on")
    ),
    SERIES: Kind(
        (
            *("unit", "direction", "is_cumulative", "definition", "baseline", "baseline_on"),
            *("target", "deadline", "milestones"),
        ),
        ("indicator",),
    ),
    INITIATIVE: Kind(
        (
            *("code", "name", "summary", GOALS_SERVED, "policy", "department", "starts_on", "ends_on", "status"),
            *("priority", "legal_deadline", "legal_basis", "alternative_to"),
        ),
        ("plan", "order"),
    ),
    PHASE: Kind(("term", "name", "goal", "starts_on", "ends_on"), ("initiative",)),
    MILESTONE: Kind(("name", "due_on"), ("initiative",)),
    MODE: Kind(("kind", "quarters", "effect", *NEEDS, "note"), ("initiative", "is_chosen")),
}


def model_of(object_type: str) -> Any:
    return apps.get_model(object_type)


def columns_of(object_type: str) -> list[str]:
    """The kind's fields that are columns of its table, in a fixed order."""
    names = KINDS[object_type].names
    return [field.name for field in model_of(object_type)._meta.concrete_fields if field.name in names]


def is_reference(object_type: str, name: str) -> bool:
    return isinstance(model_of(object_type)._meta.get_field(name), models.ForeignKey)
