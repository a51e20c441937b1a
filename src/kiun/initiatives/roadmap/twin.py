"""The picture as a table: the same rows in the same lanes and order, with every date in words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from kiun.initiatives.queries.roadmap import GoalOutlook, Mark, RoadmapRow
from kiun.initiatives.roadmap.lanes import Lane
from kiun.initiatives.roadmap.picture import DrawnGroup, DrawnRow, Picture


@dataclass(frozen=True, kw_only=True)
class TwinRow:
    row: RoadmapRow
    goal: GoalOutlook | None
    is_critical: bool
    missed: tuple[Mark, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TwinLane:
    lane: Lane
    rows: tuple[TwinRow, ...]


def table_of(picture: Picture) -> list[TwinLane]:
    before, after = _neighbours(picture)
    today = picture.timeline.today

    def told(group: DrawnGroup, drawn: DrawnRow) -> TwinRow:
        return TwinRow(
            row=drawn.row,
            goal=group.goal,
            is_critical=drawn.is_critical,
            missed=tuple(mark for mark in drawn.row.milestones if drawn.row.is_missed(mark, today)),
            before=tuple(before[drawn.row.key]),
            after=tuple(after[drawn.row.key]),
        )

    lanes = [list(parts) for _key, parts in groupby(picture.lanes, key=lambda part: part.lane.key)]
    return [
        TwinLane(
            lane=parts[0].lane,
            rows=tuple(told(group, drawn) for part in parts for group in part.groups for drawn in group.rows),
        )
        for parts in lanes
    ]


def _neighbours(picture: Picture) -> tuple[Mapping[int, list[str]], Mapping[int, list[str]]]:
    names = {drawn.row.key: drawn.row.name for drawn in picture.rows}
    before, after = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    for link in picture.chain.links:
        before[link.after].append(names[link.before])
        after[link.before].append(names[link.after])
    return before, after
