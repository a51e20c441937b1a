"""The part of a report about the work: how far the initiatives are, and what it costs."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiun.dashboard.reports.document import (
    Block,
    Column,
    Figure,
    FigureSeries,
    Paragraph,
    Section,
    Span,
    Table,
    text,
)
from kiun.dashboard.reports.scope import ReportScope
from kiun.initiatives.models import Initiative, Milestone
from kiun.initiatives.queries import Progress, progress_of
from kiun.ui import dates
from kiun.ui.figures import figure

BARS = 20


def work(scope: ReportScope) -> Section:
    initiatives = scope.initiatives
    progress = progress_of([row.pk for row in initiatives], scope.actor.on)
    late = [row for row in initiatives if row.is_open and progress[row.pk].late]
    return Section(
        key="work",
        title=_("How far the work is"),
        blocks=(
            text(_say(initiatives, late), "lead"),
            text(
                _("Progress is counted from the tasks as of %(day)s.") % {"day": dates.long_date(scope.actor.on)},
                "note",
            ),
            *_late_items(late, progress, scope),
            *_figure(initiatives, progress),
            *([_table(initiatives, progress, scope)] if initiatives else []),
            *_milestones(initiatives, scope),
        ),
    )


def _say(initiatives: Sequence[Initiative], late: Sequence[Initiative]) -> str:
    if not initiatives:
        return _("No initiative has been approved yet.")
    words = {"all": figure(len(initiatives)), "late": figure(len(late))}
    if not late:
        return ngettext(
            "%(all)s initiative is under way, without late tasks.",
            "%(all)s initiatives are under way, without late tasks.",
            len(initiatives),
        ) % words  # fmt: skip
    return ngettext(
        "Of %(all)s initiative, %(late)s has late tasks.",
        "Of %(all)s initiatives, %(late)s have late tasks.",
        len(initiatives),
    ) % words  # fmt: skip


def _late_items(late: Sequence[Initiative], progress: Mapping[int, Progress], scope: ReportScope) -> Iterable[Block]:
    for row in late[:6]:
        found = progress[row.pk]
        said = ngettext("%(n)s late task of %(all)s", "%(n)s late tasks of %(all)s", found.late)
        words = said % {"n": figure(found.late), "all": figure(found.tasks)}
        yield Paragraph(spans=(Span(row.name, scope.url_of(row)), Span(f"：{words}")), style="item")


def _figure(initiatives: Sequence[Initiative], progress: Mapping[int, Progress]) -> Iterable[Block]:
    shown = [row for row in initiatives if row.is_open][:BARS]
    if any(progress[row.pk].percent is not None for row in shown):
        yield Figure(
            title=_("Progress of the initiatives"),
            kind="bars",
            categories=tuple(row.name for row in shown),
            series=(
                FigureSeries(
                    name=_("Progress (%)"),
                    values=tuple(progress[row.pk].percent for row in shown),
                ),
            ),
            unit="%",
            sentence=_("Weighted by the estimated work. An initiative without a bar has no tasks yet."),
        )


def _table(initiatives: Sequence[Initiative], progress: Mapping[int, Progress], scope: ReportScope) -> Table:
    rows = []
    for row in initiatives:
        found = progress[row.pk]
        percent = "—" if found.percent is None else f"{found.percent}%"
        cells = [Span(row.name, scope.url_of(row))]
        if scope.is_internal:
            cells.append(Span(str(row.department)))
        cells += [
            Span(f"{dates.month_label(row.starts_on)}–{dates.month_label(row.ends_on)}"),
            Span(percent),
            Span(_say_state(row, found)),
        ]
        rows.append(tuple(cells))
    place = (Column(name=pgettext("report", "Department in charge"), share=3),) if scope.is_internal else ()
    return Table(
        title=_("Initiatives"),
        columns=(
            Column(name=pgettext("report", "Initiative"), share=5),
            *place,
            Column(name=pgettext("report", "Period"), share=3),
            Column(name=pgettext("report", "Progress"), is_number=True, share=2),
            Column(name=pgettext("report", "State"), share=3),
        ),
        rows=tuple(rows),
    )


def _say_state(row: Initiative, progress: Progress) -> str:
    if not row.is_open:
        return str(row.get_status_display())
    if progress.late:
        return _("▼ %(n)s late") % {"n": figure(progress.late)}
    return _("● as planned")


def _milestones(initiatives: Sequence[Initiative], scope: ReportScope) -> Iterable[Block]:
    rows = Milestone.objects.filter(initiative__in=initiatives, due_on__range=(scope.first, scope.last))
    if not scope.is_internal:
        rows = rows.filter(is_public=True)
    found = list(rows.select_related("initiative").order_by("due_on", "pk"))
    if found:
        yield Table(
            title=_("Milestones of the period"),
            columns=(
                Column(name=pgettext("report", "Milestone"), share=4),
                Column(name=pgettext("report", "Initiative"), share=4),
                Column(name=pgettext("report", "Planned for"), share=3),
                Column(name=pgettext("report", "Reached"), share=3),
            ),
            rows=tuple(_milestone(row, scope) for row in found),
        )


def _milestone(row: Milestone, scope: ReportScope) -> tuple[Span, ...]:
    reached = dates.long_date(row.reached_on) if row.reached_on else _("▼ not yet")
    return (
        Span(row.name),
        Span(row.initiative.name, scope.url_of(row.initiative)),
        Span(dates.long_date(row.due_on)),
        Span(reached),
    )
