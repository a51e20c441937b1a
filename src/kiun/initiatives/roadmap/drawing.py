"""Bars, milestones and what is late, as SVG in percent of the width: the pages allow no inline style, and one drawing
has to fit a wall, a screen and a phone. Strings are put together by hand, because a picture of 150 initiatives holds
thousands of parts.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kiun.initiatives.models import TaskStatus
from kiun.initiatives.queries.roadmap import Mark, RoadmapRow, Stretch, WorkRow
from kiun.initiatives.roadmap.labels import Label, Wanted, first_step, place_labels
from kiun.ui.timelines import Span, Tick, Timeline, Zoom

ROW, SMALL, BAR, SMALL_BAR = 48, 32, 15, 10
# The bar with its phases above, its milestones with their names on a line below.
TOP, MARK_LINE = 7, 35
PROGRESS = 4
FULL = 100
A_DAY = timedelta(days=1)


def draw_row(line: Timeline, row: RoadmapRow, *, is_critical: bool = False) -> SafeString:
    """An initiative: its span, phases, progress, what is late, its milestones and the deadline set by law."""
    span = line.span(row.starts_on, row.ends_on)
    parts = [
        *_bar(line, row, span),
        *_late(line, row),
        _critical(span, TOP + BAR + 2) if is_critical else "",
        _legal(line, row),
        *(_milestone(line, mark, row) for mark in row.milestones if line.holds(mark.due_on)),
        *(draw_label(label, MARK_LINE + 4) for label in place_labels(_names(line, row))),
        *_grips(row, span),
    ]
    return _field(ROW, "".join(parts))


def draw_work(line: Timeline, work: WorkRow, *, is_critical: bool = False) -> SafeString:
    """A task of the opened initiative."""
    span = line.span(work.starts_on, work.due_on)
    top = (SMALL - SMALL_BAR) / 2
    tone = "is-done" if work.is_done else "is-open"
    done = Span(span.x, span.width * work.percent / FULL)
    parts = [
        _rect(f"k-road__task {tone}", span, top, SMALL_BAR),
        _rect("k-road__done", done, top, SMALL_BAR) if work.status == TaskStatus.DOING and work.percent else "",
        _hatch(line.span(work.due_on + A_DAY, line.today), top, SMALL_BAR) if work.is_late(line.today) else "",
        _critical(span, top + SMALL_BAR + 2) if is_critical else "",
    ]
    return _field(SMALL, "".join(parts))


def draw_phase(line: Timeline, phase: Stretch) -> SafeString:
    span = line.span(phase.starts_on, phase.ends_on)
    return _field(SMALL, _rect(f"k-road__phase is-{phase.term}", span, (SMALL - SMALL_BAR) / 2, SMALL_BAR))


def draw_ground(line: Timeline, zoom: Zoom) -> SafeString:
    """The lines behind every row: fiscal years, their parts, and today; on a phone with the years' names."""
    parts = [_upright("k-road__hair", tick.x) for tick in line.ticks(zoom)]
    parts += [_upright("k-road__year", tick.x) for tick in line.year_ticks[1:]]
    parts += [_year_again(tick) for tick in line.short_year_ticks]
    return mark_safe("".join([*parts, _upright("k-road__now", line.now)]))  # noqa: S308  texts are escaped below


def _year_again(tick: Tick) -> str:
    return f'<text class="k-road__tiny" x="{_p(tick.x)}" y="{ROW + 9}" dx="3">{escape(tick.label)}</text>'


def draw_axis(line: Timeline, zoom: Zoom, medium: str) -> SafeString:
    """Years above, their parts below, and where today is."""
    parts = [_tick_name("k-road__years", tick.x, tick.label, 14, tick.width) for tick in line.year_ticks]
    parts += [_upright("k-road__year", tick.x) for tick in line.year_ticks[1:]]
    parts += [_tick_name("k-road__parts", tick.x, tick.label, 30, tick.width) for tick in line.ticks(zoom)]
    parts += [draw_label(one, 45, "k-road__today") for one in place_labels([Wanted(_("Today"), line.now)])]
    # No shape of its own place would move when the sheet is wider than the screen was.
    parts.append(f'<text class="k-road__flag" x="{_p(line.now)}" y="46" text-anchor="middle">▼</text>')
    return _field(48, "".join(parts), medium)


def draw_label(label: Label, y: int, css: str = "k-road__label") -> str:
    tone = f" is-{label.tone}" if label.tone else ""
    return (
        f'<text class="{css}{tone} k-from-{label.step}" x="{_p(label.x)}" dx="{label.dx}" y="{y}"'
        f' text-anchor="{label.anchor}">{escape(label.text)}</text>'
    )


def _tick_name(css: str, x: float, text: str, y: int, width: float) -> str:
    step = first_step(text, width)
    return "" if step is None else f'<text class="{css} k-from-{step}" x="{_p(x)}" y="{y}" dx="6">{escape(text)}</text>'


def _bar(line: Timeline, row: RoadmapRow, span: Span) -> Iterator[str]:
    yield f'<g class="k-road__bar is-{row.standing}">{_rect("k-road__track", span, TOP, BAR)}'
    late = _late_span(line, row)
    for phase in row.phases:
        yield _phase(line, phase, late)
    if row.progress.percent:
        yield _rect(
            "k-road__done", Span(span.x, span.width * row.progress.percent / FULL), TOP + BAR - PROGRESS, PROGRESS
        )
    for is_cut, x, sign in ((span.is_cut_before, 0, "‹"), (span.is_cut_after, FULL, "›")):
        if is_cut:
            anchor = "end" if x else "start"
            yield f'<text class="k-road__cut" x="{x}%" y="{TOP + 12}" text-anchor="{anchor}">{sign}</text>'
    yield "</g>"


def _phase(line: Timeline, phase: Stretch, late: Span | None) -> str:
    span = line.span(phase.starts_on, phase.ends_on)
    step = first_step(phase.term_name, span.width)
    name = ""
    if step is not None and not (late and late.x - span.width / 2 < span.x < late.end):
        name = (
            f'<text class="k-road__term k-from-{step}" x="{_p(span.x)}" y="{TOP + 10}" dx="4">'
            f"{escape(phase.term_name)}</text>"
        )
    return _rect(f"k-road__phase is-{phase.term}", span, TOP, BAR) + name


def _late_span(line: Timeline, row: RoadmapRow) -> Span | None:
    return line.span(row.late_since, line.today) if row.late_since and row.late_since <= line.today else None


def _late(line: Timeline, row: RoadmapRow) -> Iterator[str]:
    if span := _late_span(line, row):
        yield _hatch(span, TOP, BAR)
        yield _inside("k-road__lateword", span.x + span.width / 2, _("Late"), span.width)


def _inside(css: str, x: float, text: str, width: float) -> str:
    step = first_step(text, width)
    if step is None:
        return ""
    return f'<text class="{css} k-from-{step}" x="{_p(x)}" y="{TOP + 12}" text-anchor="middle">{escape(text)}</text>'


def _hatch(span: Span, top: float, height: int) -> str:
    return _rect("k-road__late", span, top, height, 'fill="url(#road-hatch)"')


def _critical(span: Span, y: float) -> str:
    return _rect("k-road__key", span, y, 3)


def signs_of(line: Timeline, row: RoadmapRow) -> Iterator[str]:
    """Which signs its drawing holds, for the legend."""
    if _late_span(line, row):
        yield "late"
    for mark in row.milestones:
        if line.holds(mark.due_on):
            yield MILESTONE_SIGNS[_kind(line, mark, row)]


MILESTONE_SIGNS = {"reached": "reached", "late": "missed", "coming": "coming"}


def _kind(line: Timeline, mark: Mark, row: RoadmapRow) -> str:
    return "reached" if mark.reached_on else "late" if row.is_missed(mark, line.today) else "coming"


def _milestone(line: Timeline, mark: Mark, row: RoadmapRow) -> str:
    return f'<use href="#road-{_kind(line, mark, row)}" x="{_p(line.place(mark.due_on))}" y="{MARK_LINE}"/>'


def _legal(line: Timeline, row: RoadmapRow) -> str:
    if row.legal_deadline is None or not line.holds(row.legal_deadline):
        return ""
    return f'<use href="#road-legal" x="{_p(line.place(row.legal_deadline))}" y="{TOP}"/>'


def _names(line: Timeline, row: RoadmapRow) -> list[Wanted]:
    """What was missed comes first, then what lies ahead."""
    wanted = []
    if row.legal_deadline and line.holds(row.legal_deadline):
        wanted.append(Wanted(_("Deadline by law"), line.place(row.legal_deadline), "legal"))
    marks = [mark for mark in row.milestones if line.holds(mark.due_on)]
    marks.sort(key=lambda mark: (not row.is_missed(mark, line.today), mark.reached_on is not None, mark.due_on))
    for mark in marks:
        tone = "late" if row.is_missed(mark, line.today) else ""
        wanted.append(Wanted(mark.name, line.place(mark.due_on), tone))
    return wanted


def _grips(row: RoadmapRow, span: Span) -> Iterable[str]:
    """What a pointer can take hold of: the bar, and its end."""
    if not row.may_move:
        return
    yield _rect("k-road__grip", span, TOP - 3, BAR + 6, 'data-grip="bar"')
    if not span.is_cut_after:
        yield (
            f'<svg class="k-road__end" x="{_p(span.end)}" y="{TOP - 3}" overflow="visible">'
            f'<rect class="k-road__grip is-end" data-grip="end" x="-5" width="10" height="{BAR + 6}"/></svg>'
        )


def _rect(css: str, span: Span, y: float, height: float, more: str = "") -> str:
    return (
        f'<rect class="{css}" x="{_p(span.x)}" y="{y:g}" width="{_p(span.width)}" height="{height:g}"'
        f"{' ' + more if more else ''}/>"
    )


def _upright(css: str, x: float) -> str:
    return f'<line class="{css}" x1="{_p(x)}" x2="{_p(x)}" y1="0" y2="100%"/>'


def _p(percent: float) -> str:
    return f"{percent:.3f}%"


def _field(height: int, inner: str, medium: str = "") -> SafeString:
    """Before the ground of the rows, or that of an axis for one `medium`."""
    ground = "" if medium else '<use href="#road-ground"/>'
    css = f"k-road__field {medium}".rstrip()
    drawn = f'<svg class="{css}" width="100%" height="{height}" aria-hidden="true" focusable="false">'
    return mark_safe(f"{drawn}{ground}{inner}</svg>")  # noqa: S308  texts are escaped where they are drawn
