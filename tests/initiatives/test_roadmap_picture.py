"""Where the parts of the roadmap stand: within the picture, below each other, and arrows at their bars."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.initiatives.models import LinkKind, TaskStatus, Term
from kiun.initiatives.queries.progress import Progress
from kiun.initiatives.queries.roadmap import (
    GoalOutlook,
    Heading,
    Link,
    Mark,
    OpenedWork,
    RoadmapRow,
    Stretch,
    WorkRow,
)
from kiun.initiatives.queries.standing import Standing
from kiun.initiatives.roadmap.chains import chain_of
from kiun.initiatives.roadmap.drawing import ROW, SMALL, draw_row
from kiun.initiatives.roadmap.lanes import Lanes, lanes_of
from kiun.initiatives.roadmap.picture import ROWS_ON_SHEET, TITLE, TOOLS, draw_picture
from kiun.initiatives.roadmap.twin import table_of
from kiun.ui.timelines import Timeline, Zoom, timeline_of
from tests.factories import TODAY

DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
PLACE = re.compile(r' (?:x|x1|x2|width)="(-?[\d.]+)%"')
WHOLE = r'(?:x|x1|x2)="([\d.]+)%" [^>]*width="([\d.]+)%"'


def make_row(key=1, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31), **fields):
    return RoadmapRow(
        key=key, name=f"取組{key}", standing=Standing.IN_TIME, starts_on=starts_on, ends_on=ends_on, **fields
    )


@st.composite
def rows(draw, key=1):
    starts_on, ends_on = sorted([draw(DAYS), draw(DAYS)])
    legal = draw(st.none() | DAYS)
    marks = draw(st.lists(st.builds(Mark, name=st.just("契約"), due_on=DAYS, reached_on=st.none() | DAYS), max_size=4))
    spans = draw(st.lists(st.tuples(DAYS, DAYS), max_size=3))
    phases = [
        Stretch(key=n, term=Term.SHORT, name="", goal="使える", starts_on=min(span), ends_on=max(span), reached_on=None)
        for n, span in enumerate(spans)
    ]
    return RoadmapRow(
        key=key,
        name="書かない窓口 <b>",
        standing=draw(st.sampled_from(list(Standing))),
        starts_on=starts_on,
        ends_on=ends_on,
        legal_deadline=legal,
        milestones=tuple(marks),
        phases=tuple(phases),
        progress=Progress(percent=draw(st.none() | st.integers(0, 100))),
        late_since=draw(st.none() | DAYS),
        may_move=draw(st.booleans()),
    )


@given(rows(), st.booleans())
def test_nothing_of_a_bar_leaves_the_picture(row, is_critical):
    line = timeline_of(row.days, TODAY)
    drawn = draw_row(line, row, is_critical=is_critical)
    assert all(0 <= float(place) <= 100.001 for place in PLACE.findall(drawn))
    assert all(float(x) + float(width) <= 100.01 for x, width in re.findall(WHOLE, drawn))
    assert "<b>" not in drawn


def test_a_bar_shows_its_progress_its_phases_and_what_is_late():
    row = make_row(
        phases=(
            Stretch(
                key=1, term=Term.SHORT, name="", goal="", starts_on=date(2026, 4, 1), ends_on=date(2026, 9, 30),
                reached_on=None,
            ),
        ),
        progress=Progress(tasks=2, percent=50),
        late_since=date(2026, 10, 1),
        milestones=(Mark(name="契約", due_on=date(2026, 10, 1), reached_on=None),),
    )  # fmt: skip
    drawn = draw_row(Timeline(2026, 2026, TODAY), row)
    assert '<rect class="k-road__track" x="0.000%" y="7" width="100.000%" height="15"/>' in drawn
    assert '<rect class="k-road__done" x="0.000%" y="18" width="50.000%" height="4"/>' in drawn
    # 1 October is day 183 of 365, and today, 23 November, counts as a whole day.
    late = f'x="{100 * 183 / 365:.3f}%" y="7" width="{100 * 54 / 365:.3f}%"'
    assert f'<rect class="k-road__late" {late} height="15" fill="url(#road-hatch)"/>' in drawn
    assert f'<use href="#road-late" x="{100 * 183 / 365:.3f}%"' in drawn
    assert ">短期</text>" in drawn
    assert ">遅れ</text>" in drawn


def test_what_was_reached_or_lies_ahead_is_not_late_nor_is_anything_of_a_proposal():
    marks = (
        Mark(name="契約", due_on=date(2026, 5, 1), reached_on=date(2026, 5, 9)),
        Mark(name="開始", due_on=date(2027, 1, 1), reached_on=None),
    )
    kinds = re.findall(r"#road-(\w+)", draw_row(Timeline(2026, 2026, TODAY), make_row(milestones=marks)))
    assert kinds == ["ground", "reached", "coming"]
    missed = Mark(name="契約", due_on=date(2026, 5, 1), reached_on=None)
    proposal = RoadmapRow(
        key=1, name="案", standing=Standing.PROPOSED, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31),
        milestones=(missed,),
    )  # fmt: skip
    assert proposal.missed(TODAY) == 0
    assert "#road-late" not in draw_row(Timeline(2026, 2026, TODAY), proposal)


def test_rows_stand_in_lanes_by_policy_and_within_them_by_their_first_goal():
    goals = {7: GoalOutlook(key=7, code="", text="待ち時間"), 8: GoalOutlook(key=8, code="", text="申請")}
    shown = [
        make_row(1, starts_on=date(2026, 6, 1), policy=20, department=5, goals=(7,)),
        make_row(2, starts_on=date(2026, 4, 1), policy=20, department=6, goals=(8, 7)),
        make_row(3, starts_on=date(2026, 5, 1), policy=20, department=5, goals=(7,)),
        make_row(4, policy=None, department=5, goals=(99,)),
    ]
    headings = [Heading(10, "空の施策"), Heading(20, "窓口", "1")]
    lanes = lanes_of(shown, headings, goals, Lanes.POLICY)
    assert [(lane.title, lane.code) for lane in lanes] == [("窓口", "1"), ("施策なし", "")]
    groups = [(group.goal and group.goal.key, [row.key for row in group.rows]) for group in lanes[0].groups]
    assert groups == [(8, [2]), (7, [3, 1])]
    assert [group.goal for group in lanes[1].groups] == [None]
    by_department = lanes_of(shown, [Heading(6, "税務課"), Heading(5, "市民課")], goals, Lanes.DEPARTMENT)
    assert [(lane.title, len(lane.rows)) for lane in by_department] == [("税務課", 1), ("市民課", 3)]


def picture_of(shown, links=(), **options):
    lanes = lanes_of(shown, [Heading(1, "窓口")], {}, Lanes.POLICY)
    return draw_picture(lanes, list(links), today=TODAY, **options)


def test_arrows_meet_the_bars_below_each_other():
    first = make_row(1, date(2026, 4, 1), date(2026, 6, 30), policy=1)
    second = make_row(2, date(2026, 10, 1), date(2027, 3, 31), policy=1)
    picture = picture_of([first, second], [Link(1, 2)])
    x, y = 100 * 91 / 365, TITLE + ROW + 7 + 15 / 2
    [(_lane, arrows)] = picture.lanes_with_arrows
    assert f'<svg x="{x:.3f}%" overflow="visible"><path d="M0 {TITLE + 22:g}V{y:g}"/></svg>' in arrows
    assert f'<line x1="{x:.3f}%" x2="{100 * 183 / 365:.3f}%" y1="{y:g}" y2="{y:g}"/>' in arrows
    assert f'height="{TITLE + 2 * ROW}"' in arrows


def test_each_lane_holds_the_stretch_of_an_arrow_that_runs_through_it():
    """So an arrow goes on at the same place when the next lane stands on another sheet."""
    days = [(date(2026, month, 1), date(2026, month, 28)) for month in (4, 5, 6, 7)]
    shown = [make_row(n, *span, policy=n) for n, span in enumerate(days, start=1)]
    lanes = lanes_of(shown, [Heading(n, f"施策{n}") for n in range(1, 5)], {}, Lanes.POLICY)
    picture = draw_picture(lanes, [Link(1, 3)], today=TODAY)
    drawn = [str(arrows) for _lane, arrows in picture.lanes_with_arrows]
    assert [arrows.count('data-from="1" data-to="3"') for arrows in drawn] == [1, 1, 1, 0]
    height = TITLE + ROW
    assert [re.findall(r'height="(\d+)".*?<svg y="([-\d]+)"', arrows) for arrows in drawn] == [
        [(str(height), "0")],
        [(str(height), str(-height))],
        [(str(height), str(-2 * height))],
        [],
    ]


def test_a_lane_too_long_for_a_sheet_goes_on_below_its_title_and_no_arrow_shifts():
    goals = {7: GoalOutlook(key=7, code="", text="待ち時間"), 8: GoalOutlook(key=8, code="", text="申請")}
    keys = range(1, ROWS_ON_SHEET + 6)
    shown = [
        make_row(n, date(2026, 4, 1) + timedelta(days=n), policy=1, goals=(7 if n <= ROWS_ON_SHEET + 2 else 8,))
        for n in keys
    ]
    lanes = lanes_of(shown, [Heading(1, "窓口")], goals, Lanes.POLICY)
    picture = draw_picture(lanes, [Link(ROWS_ON_SHEET, ROWS_ON_SHEET + 1)], today=TODAY)
    first, rest = picture.lanes
    assert (first.anchor, first.part, rest.anchor, rest.part) == ("lane-1", 0, "lane-1-1", 1)
    assert [[(group.goal.key, len(group.rows)) for group in lane.groups] for lane in (first, rest)] == [
        [(7, ROWS_ON_SHEET)],
        [(7, 2), (8, 3)],
    ]
    assert [row.row.key for row in picture.rows] == list(keys)
    # Only paper writes the title again: the rows of the rest follow at once.
    assert picture._tops.boxes[ROWS_ON_SHEET + 1].top - picture._tops.boxes[ROWS_ON_SHEET].top == ROW
    assert [len(lane.rows) for lane in table_of(picture)] == [ROWS_ON_SHEET + 5]
    assert (first.height, rest.height) == (TITLE + ROWS_ON_SHEET * ROW, 5 * ROW)


def test_what_is_opened_pushes_the_rest_down_and_shows_its_tasks():
    tasks = tuple(
        WorkRow(
            key=n, name=f"作業{n}", person="白井", starts_on=date(2026, 4 + n, 1), due_on=date(2026, 4 + n, 28),
            status=TaskStatus.TODO, percent=0,
        )
        for n in (1, 2)
    )  # fmt: skip
    shown = [make_row(1, policy=1), make_row(2, starts_on=date(2026, 5, 1), policy=1)]
    closed = picture_of(shown)
    opened = picture_of(shown, opened=1, work=OpenedWork(tasks=tasks, links=(Link(1, 2),), more=3))
    heights = [sum(lane.height for lane in picture.lanes) for picture in (closed, opened)]
    assert heights[1] - heights[0] == TOOLS + 3 * SMALL
    assert opened._tops.task_boxes[2].top - opened._tops.task_boxes[1].top == SMALL
    assert opened._tops.boxes[2].top - closed._tops.boxes[2].top == TOOLS + 3 * SMALL
    [(_lane, arrows)] = opened.lanes_with_arrows
    assert arrows.count('data-from="1" data-to="2"') == 1
    # The tasks of May and June are both late; they lie one behind the other.
    assert [line.is_late for line in opened.opened.opened.tasks] == [True, True]
    assert [str(arrows) for _lane, arrows in closed.lanes_with_arrows] == [""]


def test_the_picture_reaches_over_everything_in_it_and_holds_today():
    late = make_row(1, date(2024, 5, 1), date(2025, 1, 31), policy=1, legal_deadline=date(2029, 6, 1))
    picture = picture_of([late], zoom=Zoom.QUARTER)
    assert (picture.timeline.first, picture.timeline.last) == (date(2024, 4, 1), date(2030, 3, 31))
    assert f'<line class="k-road__now" x1="{picture.timeline.now:.3f}%"' in picture.ground
    assert picture.ground.count("k-road__hair") == 6 * 4


def test_with_many_arrows_only_the_key_ones_and_those_of_the_opened_row_are_drawn():
    spans = {n: (date(2026, 4, 1) + timedelta(days=n), date(2026, 4, 1) + timedelta(days=n)) for n in range(80)}
    shown = [make_row(n, *spans[n], policy=1) for n in spans]
    # One long chain without a day to spare, and a fan of links with air.
    chain = [Link(n, n + 1) for n in range(3)]
    fan = [Link(10, n) for n in range(12, 78)]
    picture = picture_of(shown, chain + fan)
    assert picture.hidden_links > 0
    assert set(chain) <= set(picture.shown_links)
    assert picture_of(shown, chain + fan, opened=70, work=OpenedWork()).hidden_links == picture.hidden_links - 1


class TestChains:
    def spans(self, *dates):
        return {n: (date.fromisoformat(first), date.fromisoformat(last)) for n, (first, last) in enumerate(dates)}

    def test_the_key_path_is_the_one_without_a_day_to_spare(self):
        spans = self.spans(
            ("2026-06-01", "2026-06-12"), ("2026-06-15", "2026-06-26"), ("2026-06-01", "2026-06-03"),
            ("2026-06-29", "2026-07-10"),
        )  # fmt: skip
        links = [Link(0, 1), Link(1, 3), Link(2, 3)]
        assert chain_of(links, spans, moving=spans).critical == {0, 1, 3}

    def test_what_only_ends_last_is_no_path_and_what_has_ended_slips_no_more(self):
        spans = self.spans(("2026-06-01", "2026-06-05"), ("2026-09-01", "2026-09-30"))
        assert chain_of([Link(0, 1)], spans, moving=spans).critical == frozenset()
        close = self.spans(("2026-06-01", "2026-06-05"), ("2026-06-08", "2026-06-30"))
        assert chain_of([Link(0, 1)], close, moving=close).critical == {0, 1}
        assert chain_of([Link(0, 1)], close, moving=[1]).critical == frozenset()

    @pytest.mark.parametrize(
        ("kind", "lag", "starts_on", "is_broken"),
        [
            (LinkKind.FINISH_START, 0, "2026-06-13", False),
            (LinkKind.FINISH_START, 0, "2026-06-12", True),
            # Friday the 12th and two working days: from Wednesday on.
            (LinkKind.FINISH_START, 2, "2026-06-16", True),
            (LinkKind.FINISH_START, 2, "2026-06-17", False),
            (LinkKind.START_START, 0, "2026-06-01", False),
            (LinkKind.START_START, 3, "2026-06-03", True),
            (LinkKind.START_START, 3, "2026-06-04", False),
        ],
    )
    def test_a_link_holds_by_working_days(self, kind, lag, starts_on, is_broken):
        spans = self.spans(("2026-06-01", "2026-06-12"), (starts_on, "2026-12-28"))
        link = Link(0, 1, kind, lag)
        assert (link in chain_of([link], spans, moving=spans).broken) is is_broken

    def test_a_circle_in_old_data_does_not_stop_the_picture(self):
        spans = self.spans(("2026-06-01", "2026-06-05"), ("2026-06-08", "2026-06-30"))
        assert chain_of([Link(0, 1), Link(1, 0)], spans, moving=spans).links == (Link(0, 1), Link(1, 0))


def test_the_table_tells_the_same_with_the_names_of_what_is_linked():
    shown = [make_row(1, policy=1), make_row(2, policy=1, starts_on=date(2027, 4, 1), ends_on=date(2027, 9, 30))]
    [told] = table_of(picture_of(shown, [Link(1, 2)]))
    assert told.lane.title == "窓口"
    assert [(row.row.key, row.before, row.after) for row in told.rows] == [(1, (), ("取組2",)), (2, ("取組1",), ())]
