"""The picture as a table: the same rows in the same order, with every date in words."""

from dataclasses import dataclass

from kiun.initiatives.queries.roadmap import GoalOutlook, Mark, RoadmapRow
from kiun.initiatives.roadmap.picture import Picture


@dataclass(frozen=True, kw_only=True)
class TwinRow:
    lane: str
    row: RoadmapRow
    goal: GoalOutlook | None
    is_critical: bool
    missed: tuple[Mark, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def table_of(picture: Picture) -> list[TwinRow]:
    names = {drawn.row.key: drawn.row.name for drawn in picture.rows}
    before: dict[int, list[str]] = {key: [] for key in names}
    after: dict[int, list[str]] = {key: [] for key in names}
    for link in picture.chain.links:
        before[link.after].append(names[link.before])
        after[link.before].append(names[link.after])
    return [
        TwinRow(
            lane=" ".join(filter(None, [lane.lane.code, lane.lane.title])),
            row=drawn.row,
            goal=group.goal,
            is_critical=drawn.is_critical,
            missed=tuple(mark for mark in drawn.row.milestones if drawn.row.is_missed(mark, picture.timeline.today)),
            before=tuple(before[drawn.row.key]),
            after=tuple(after[drawn.row.key]),
        )
        for lane in picture.lanes
        for group in lane.groups
        for drawn in group.rows
    ]
