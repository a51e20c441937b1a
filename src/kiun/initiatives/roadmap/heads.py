"""What stands beside the bars: to their left the name with its state in words, to their right the outlook of the goal.

Put together by hand like the drawing: a picture of 150 initiatives would ask the template engine ten thousand times.
"""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.initiatives.queries.roadmap import GoalOutlook, RoadmapRow
from kiun.initiatives.queries.standing import Standing
from kiun.ui import dates
from kiun.ui.icons import draw_shape
from kiun.ui.statuses import Mark


@dataclass(frozen=True)
class Addresses:
    """`rows` is a query that waits for `open=`; in the others stands 0 for the key. "" leads nowhere."""

    rows: str = ""
    move: str = ""
    goal: str = ""


NOWHERE = Addresses()


def head_of(row: RoadmapRow, to: Addresses, *, is_critical: bool, is_opened: bool, missed: int) -> SafeString:
    """The beginning of a row up to its drawing."""
    held = ' data-move="{}" data-from="{}" data-to="{}"{}'.format(
        to.move.replace("/0/", f"/{row.key}/"), row.starts_on, row.ends_on, " data-begun" if row.has_begun else ""
    )
    return mark_safe(  # noqa: S308  texts are escaped below
        f'<li class="k-road__row{" is-critical" if is_critical else ""}" id="i{row.key}" data-row="{row.key}"'
        f"{held if row.may_move and to.move else ''}>"
        f'<div class="k-road__name">{_name(row, to, is_opened=is_opened)}<span class="k-road__meta">'
        f"{_meta(row, missed)}{_keyword() if is_critical else ''}</span></div>"
    )


def _name(row: RoadmapRow, to: Addresses, *, is_opened: bool) -> str:
    name = escape(row.name)
    if not to.rows:
        return f'<span class="k-road__link-text">{name}</span>'
    query = escape(to.rows if is_opened else f"{to.rows}open={row.key}")
    expanded = "true" if is_opened else "false"
    return f'<a href="{query}#i{row.key}" title="{name}" aria-expanded="{expanded}">{name}</a>'


def _meta(row: RoadmapRow, missed: int) -> str:
    place = f"<span>{escape(row.department_name)}</span>" if row.department_name else ""
    percent = row.progress.percent
    done = "" if percent is None else f'<span class="num">{percent}%</span>'
    wrong = "".join(f" {part}" for part in _wrong(row, missed)) if row.standing == Standing.LATE else ""
    return f'{place}{done}<span class="k-road__state is-{row.state.tone}">{_said(row.state)}{wrong}</span>'


def _wrong(row: RoadmapRow, missed: int) -> list[str]:
    parts = []
    if row.progress.late:
        parts.append(_("tasks %(n)s") % {"n": row.progress.late})
    if missed:
        parts.append(_("milestones %(n)s") % {"n": missed})
    return parts


def _keyword() -> str:
    return f'<b class="k-road__keyword">{pgettext("critical path", "key")}</b>'


def outlook_of(goal: GoalOutlook | None, to: Addresses) -> SafeString | str:
    """Shape and word first, then the deadline and the goal."""
    if goal is None:
        return ""
    tone = goal.mark.tone if goal.mark else "unknown"
    said = _said(goal.mark) if goal.mark else pgettext("goal", "not measured")
    by = f"{_('by %(day)s') % {'day': dates.short_date(goal.deadline)}}" if goal.deadline else ""
    text = escape(goal.text)
    named = f'<span class="k-road__goaltext">{text}</span>'
    if to.goal:
        url = to.goal.replace("/0/", f"/{goal.key}/")
        named = f'<a class="k-road__goaltext" href="{url}" title="{text}">{text}</a>'
    return mark_safe(  # noqa: S308  texts are escaped above
        f'<span class="k-road__outlook is-{tone}">{said}</span> <span class="k-road__deadline">{by}</span>{named}'
    )


def _said(mark: Mark) -> str:
    return f"{draw_shape(mark.shape)}{escape(mark.word)}"
