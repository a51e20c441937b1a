"""Rows in lanes by policy or by department, within a lane by the goal that they serve first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from kiun.initiatives.queries.roadmap import GoalOutlook, Heading, RoadmapRow
from kiun.initiatives.queries.standing import Standing


class Lanes(StrEnum):
    POLICY = "policy"
    DEPARTMENT = "department"


@dataclass(frozen=True, kw_only=True)
class GoalGroup:
    goal: GoalOutlook | None
    rows: tuple[RoadmapRow, ...]


@dataclass(frozen=True, kw_only=True)
class Lane:
    key: int
    title: str
    code: str
    groups: tuple[GoalGroup, ...]

    @property
    def rows(self) -> list[RoadmapRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def late(self) -> int:
        return sum(row.standing == Standing.LATE for row in self.rows)


def lanes_of(
    rows: Iterable[RoadmapRow], headings: Sequence[Heading], goals: Mapping[int, GoalOutlook], by: Lanes
) -> list[Lane]:
    """In the order of `headings`; what belongs to none of them stands last."""
    found: dict[int, list[RoadmapRow]] = {heading.key: [] for heading in headings}
    outside: list[RoadmapRow] = []
    for row in rows:
        key = row.policy if by == Lanes.POLICY else row.department
        found.get(key or 0, outside).append(row)
    lanes = [
        Lane(key=heading.key, title=heading.name, code=heading.code, groups=_groups(found[heading.key], goals))
        for heading in headings
        if found[heading.key]
    ]
    if outside:
        lanes.append(Lane(key=0, title=_("Without a policy"), code="", groups=_groups(outside, goals)))
    return lanes


def _groups(rows: Iterable[RoadmapRow], goals: Mapping[int, GoalOutlook]) -> tuple[GoalGroup, ...]:
    """The goal whose work begins first stands first."""
    found: dict[int | None, list[RoadmapRow]] = {}
    for row in sorted(rows, key=lambda row: (row.starts_on, row.ends_on, row.key)):
        key = row.main_goal if row.main_goal in goals else None
        found.setdefault(key, []).append(row)
    return tuple(GoalGroup(goal=goals.get(key) if key else None, rows=tuple(group)) for key, group in found.items())
