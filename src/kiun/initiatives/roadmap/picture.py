"""The whole picture: lanes with their rows, one below the other, and the arrows behind them.

Every part has a fixed height, which the style sheet keeps too (`roadmap.css`): only so do the arrows meet their bars.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from django.utils.safestring import SafeString

from kiun.initiatives.queries.roadmap import GoalOutlook, Link, OpenedWork, RoadmapRow, Stretch, WorkRow
from kiun.initiatives.roadmap.arrows import Box, draw_arrows
from kiun.initiatives.roadmap.chains import Chain, chain_of
from kiun.initiatives.roadmap.drawing import (
    BAR,
    ROW,
    SMALL,
    SMALL_BAR,
    TOP,
    draw_axis,
    draw_ground,
    draw_phase,
    draw_row,
    draw_work,
    signs_of,
)
from kiun.initiatives.roadmap.heads import NOWHERE, Addresses, head_of, outlook_of
from kiun.initiatives.roadmap.lanes import GoalGroup, Lane
from kiun.ui.timelines import Timeline, Zoom, timeline_of

TITLE, TOOLS = 44, 48
# More arrows than these hide what they connect: then only the critical ones and those of the opened row are drawn.
MOST_ARROWS = 60
# Of one lane a sheet of A3 holds no more; the rest goes on below its title on the next (`print.css`).
ROWS_ON_SHEET = 30


@dataclass(frozen=True)
class PhaseLine:
    phase: Stretch
    drawing: SafeString


@dataclass(frozen=True)
class WorkLine:
    work: WorkRow
    drawing: SafeString
    is_critical: bool
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What stands below the bar of the opened initiative. `before` and `after`: names of linked initiatives."""

    phases: tuple[PhaseLine, ...]
    tasks: tuple[WorkLine, ...]
    chain: Chain
    more: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def has_neighbours(self) -> bool:
        return bool(self.before or self.after)

    @property
    def head(self) -> int:
        """From the end of the bar's row to the first task."""
        return TOOLS + SMALL * (self.has_neighbours + len(self.phases))

    @property
    def height(self) -> int:
        return self.head + SMALL * (max(len(self.tasks), 1) + bool(self.more))


@dataclass(frozen=True, kw_only=True)
class DrawnRow:
    """Drawn when a page asks for it: the table does not."""

    row: RoadmapRow
    line: Timeline
    addresses: Addresses
    is_critical: bool
    missed: int
    opened: Opened | None

    @property
    def head(self) -> SafeString:
        """The beginning of the row, up to its drawing."""
        return head_of(
            self.row,
            self.addresses,
            is_critical=self.is_critical,
            is_opened=self.opened is not None,
            missed=self.missed,
        )

    @property
    def drawing(self) -> SafeString:
        return draw_row(self.line, self.row, is_critical=self.is_critical)

    @property
    def height(self) -> int:
        return ROW + (self.opened.height if self.opened else 0)


@dataclass(frozen=True)
class DrawnGroup:
    goal: GoalOutlook | None
    rows: tuple[DrawnRow, ...]
    addresses: Addresses

    @property
    def outlook(self) -> SafeString | str:
        return outlook_of(self.goal, self.addresses)


@dataclass(frozen=True, kw_only=True)
class DrawnLane:
    """As much of a lane as is not torn over two sheets: the whole, or its `part` from 0 on."""

    lane: Lane
    groups: tuple[DrawnGroup, ...]
    part: int = 0

    @property
    def anchor(self) -> str:
        return f"lane-{self.lane.key}-{self.part}" if self.part else f"lane-{self.lane.key}"

    @property
    def rows(self) -> Iterator[DrawnRow]:
        return (row for group in self.groups for row in group.rows)

    @property
    def title_height(self) -> int:
        """Only paper says once more what goes on here."""
        return 0 if self.part else TITLE

    @property
    def height(self) -> int:
        return self.title_height + sum(row.height for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Picture:
    timeline: Timeline
    zoom: Zoom
    lanes: tuple[DrawnLane, ...]
    chain: Chain

    @property
    def rows(self) -> Iterator[DrawnRow]:
        return (row for lane in self.lanes for row in lane.rows)

    @cached_property
    def size(self) -> int:
        return sum(1 for _row in self.rows)

    @cached_property
    def signs(self) -> set[str]:
        return {sign for drawn in self.rows for sign in signs_of(drawn.line, drawn.row)}

    @cached_property
    def opened(self) -> DrawnRow | None:
        return next((row for row in self.rows if row.opened), None)

    @cached_property
    def axis(self) -> SafeString:
        return draw_axis(self.timeline, self.zoom, "k-screen")

    @cached_property
    def paper_axis(self) -> SafeString:
        """A sheet has one width for every scale: its quarters always fit."""
        return draw_axis(self.timeline, Zoom.QUARTER, "k-paper")

    @cached_property
    def ground(self) -> SafeString:
        return draw_ground(self.timeline, self.zoom)

    @property
    def lanes_with_arrows(self) -> Iterator[tuple[DrawnLane, SafeString]]:
        """Each lane holds what runs through it: on paper the next one may stand on another sheet."""
        top = 0
        for lane in self.lanes:
            window = (top, top + lane.height)
            yield lane, self._arrows(window) + self._task_arrows(window)
            top += lane.height

    def _arrows(self, window: tuple[float, float]) -> SafeString:
        return draw_arrows(self.chain, self.shown_links, self._tops.boxes, window)

    def _task_arrows(self, window: tuple[float, float]) -> SafeString:
        if self.opened is None or self.opened.opened is None:
            return SafeString()
        chain = self.opened.opened.chain
        return draw_arrows(chain, chain.links, self._tops.task_boxes, window)

    @cached_property
    def shown_links(self) -> list[Link]:
        links = self.chain.links
        if len(links) <= MOST_ARROWS:
            return list(links)
        opened = self.opened.row.key if self.opened else None
        return [link for link in links if opened in (link.before, link.after) or self.chain.is_critical(link)]

    @property
    def has_broken_links(self) -> bool:
        return not self.chain.broken.isdisjoint(self.shown_links)

    @property
    def hidden_links(self) -> int:
        return len(self.chain.links) - len(self.shown_links)

    @cached_property
    def _tops(self) -> "_Tops":
        return _tops_of(self)


@dataclass(frozen=True)
class _Tops:
    boxes: Mapping[int, Box]
    task_boxes: Mapping[int, Box]


def _tops_of(picture: Picture) -> _Tops:
    boxes, task_boxes, top = dict[int, Box](), dict[int, Box](), 0
    for lane in picture.lanes:
        top += lane.title_height
        for row in lane.rows:
            span = picture.timeline.span(row.row.starts_on, row.row.ends_on)
            boxes[row.row.key] = Box(span, top + TOP, BAR)
            if row.opened:
                task_boxes = _task_boxes(picture.timeline, row.opened, top + ROW + row.opened.head)
            top += row.height
    return _Tops(boxes, task_boxes)


def _task_boxes(line: Timeline, opened: Opened, top: int) -> dict[int, Box]:
    return {
        one.work.key: Box(
            line.span(one.work.starts_on, one.work.due_on), top + place * SMALL + (SMALL - SMALL_BAR) / 2, SMALL_BAR
        )
        for place, one in enumerate(opened.tasks)
    }


def draw_picture(
    lanes: Sequence[Lane],
    links: Sequence[Link],
    *,
    today: date,
    zoom: Zoom = Zoom.YEAR,
    opened: int | None = None,
    work: OpenedWork | None = None,
    addresses: Addresses = NOWHERE,
) -> Picture:
    rows = {row.key: row for lane in lanes for row in lane.rows}
    line = timeline_of(_days_of(rows.values(), work), today)
    spans = {key: (row.starts_on, row.ends_on) for key, row in rows.items()}
    chain = chain_of(links, spans, moving=[key for key, row in rows.items() if row.is_open])

    def drawn(row: RoadmapRow) -> DrawnRow:
        return DrawnRow(
            row=row,
            line=line,
            addresses=addresses,
            is_critical=row.key in chain.critical,
            missed=row.missed(today),
            opened=_opened(line, row, rows, links, work) if work and row.key == opened else None,
        )

    return Picture(
        timeline=line,
        zoom=zoom,
        lanes=tuple(
            DrawnLane(
                lane=lane,
                groups=tuple(DrawnGroup(group.goal, tuple(map(drawn, group.rows)), addresses) for group in groups),
                part=part,
            )
            for lane in lanes
            for part, groups in enumerate(_on_sheets(lane.groups))
        ),
        chain=chain,
    )


def _on_sheets(groups: Iterable[GoalGroup]) -> Iterator[tuple[GoalGroup, ...]]:
    rows = [(group.goal, row) for group in groups for row in group.rows]
    for first in range(0, len(rows), ROWS_ON_SHEET):
        found = groupby(rows[first : first + ROWS_ON_SHEET], key=itemgetter(0))
        yield tuple(GoalGroup(goal=goal, rows=tuple(row for _goal, row in those)) for goal, those in found)


def _days_of(rows: Iterable[RoadmapRow], work: OpenedWork | None) -> Iterator[date]:
    for row in rows:
        yield from row.days
    for task in work.tasks if work else ():
        yield from (task.starts_on, task.due_on)


def _opened(
    line: Timeline, row: RoadmapRow, rows: Mapping[int, RoadmapRow], links: Iterable[Link], work: OpenedWork
) -> Opened:
    spans = {task.key: (task.starts_on, task.due_on) for task in work.tasks}
    chain = chain_of(work.links, spans, moving=[task.key for task in work.tasks if not task.is_done])
    return Opened(
        phases=tuple(PhaseLine(phase, draw_phase(line, phase)) for phase in row.phases),
        tasks=tuple(
            WorkLine(
                task,
                draw_work(line, task, is_critical=task.key in chain.critical),
                task.key in chain.critical,
                task.is_late(line.today),
            )
            for task in work.tasks
        ),
        chain=chain,
        more=work.more,
        before=tuple(rows[link.before].name for link in links if link.after == row.key),
        after=tuple(rows[link.after].name for link in links if link.before == row.key),
    )
