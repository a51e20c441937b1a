"""The part of a report about the work: how far the initiatives are, and what stands in their way."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiun.dashboard.reports.bars import bar_figures
from kiun.dashboard.reports.document import Block, Column, Figure, Section, Span, Table, text
from kiun.dashboard.reports.scope import ReportScope
from kiun.dashboard.reports.shortened import shortened
from kiun.goals.wording import Lead
from kiun.initiatives.models import Milestone
from kiun.initiatives.queries.listing import InitiativeRow
from kiun.initiatives.queries.standing import COUNTED, Standing, StandingCounts
from kiun.initiatives.wording import say_behind, say_initiatives
from kiun.ui import dates
from kiun.ui.figures import figure

TABLE = "initiatives"
SHAPES = {Standing.LATE: "▼ ", Standing.BLOCKED: "◐ ", Standing.IN_TIME: "● "}
# Initiative → how many of its milestones were due and are not reached.
Missed = Mapping[int, int]


def work(scope: ReportScope) -> Section:
    missed = _missed_milestones(scope)
    return Section(
        key="work",
        title=_("How far the work is"),
        blocks=(
            text(_say(scope), "lead"),
            *_ended(scope.standings),
            *([_as_of(scope)] if scope.initiatives else []),
            *_wrong(_("Initiatives that are late"), Standing.LATE, missed, scope),
            *_wrong(_("Initiatives that something stands in the way of"), Standing.BLOCKED, missed, scope),
            *_figures(scope.initiatives),
            *([_table(missed, scope)] if scope.initiatives else []),
            *_milestones(scope),
        ),
    )


def _missed_milestones(scope: ReportScope) -> Missed:
    """For residents those that they were told of."""
    keys = [row.initiative.pk for row in scope.initiatives if row.standing in COUNTED]
    rows = Milestone.objects.filter(initiative__in=keys, reached_on__isnull=True, due_on__lt=scope.actor.on)
    if not scope.is_internal:
        rows = rows.filter(is_public=True)
    return dict(rows.order_by().values_list("initiative").annotate(Count("pk")))


def _say(scope: ReportScope) -> Lead | str:
    counts = scope.standings
    if not counts.total:
        return _("No approved initiative had begun by the end of the period.")
    if not counts.counted:
        return _("No initiative is under way.")
    return say_initiatives(counts) if scope.is_internal else _say_to_residents(counts)


def _say_to_residents(counts: StandingCounts) -> Lead:
    """19の取組を進めています。うち9の取組が予定より遅れています。"""
    words = {"all": figure(counts.counted), "late": figure(counts.late)}
    said = ngettext("%(all)s initiative is under way.", "%(all)s initiatives are under way.", counts.counted) % words
    if not counts.late:
        return Lead(text=said, rest=_("None is late."))
    late = ngettext("Of these %(late)s is late", "Of these %(late)s are late", counts.late)
    return Lead(text=said, wrong=late % words, rest=_("."))


def _ended(counts: StandingCounts) -> Iterable[Block]:
    if counts.done or counts.stopped:
        words = {"done": figure(counts.done), "stopped": figure(counts.stopped)}
        yield text(_("Ended since the period began: %(done)s completed, %(stopped)s stopped.") % words)


def _as_of(scope: ReportScope) -> Block:
    said = _("Progress and state are told from the records of the work as of %(day)s.")
    return text(said % {"day": dates.long_date(scope.actor.on)}, "note")


def _wrong(title: str, standing: Standing, missed: Missed, scope: ReportScope) -> Iterable[Block]:
    items = [
        (Span(row.initiative.name, scope.url_of(row.initiative)), Span(f"：{_say_behind(row, missed, scope)}"))
        for row in scope.initiatives
        if row.standing == standing
    ]
    return shortened(title, items, table=_("Initiatives"), key=TABLE)


def _say_behind(row: InitiativeRow, missed: Missed, scope: ReportScope) -> str:
    """What makes it late may be a milestone that residents do not know of."""
    key, is_overdue = row.initiative.pk, row.initiative.ends_on < scope.actor.on
    return say_behind(row.progress, missed=missed.get(key, 0), is_overdue=is_overdue) or _("it is behind schedule")


def _figures(initiatives: Sequence[InitiativeRow]) -> Iterable[Figure]:
    shown = [row for row in initiatives if row.standing in COUNTED]
    if any(row.progress.percent is not None for row in shown):
        yield from bar_figures(
            title=_("Progress of the initiatives"),
            bars=[(row.initiative.name, row.progress.percent) for row in shown],
            series=_("Progress (%)"),
            unit="%",
            sentence=_("Weighted by the estimated work. An initiative without a bar has no tasks yet."),
        )


def _table(missed: Missed, scope: ReportScope) -> Table:
    place = (Column(name=pgettext("report", "Department in charge")),) if scope.is_internal else ()
    return Table(
        title=_("Initiatives"),
        key=TABLE,
        columns=(
            Column(name=pgettext("report", "Initiative")),
            *place,
            Column(name=pgettext("report", "Period")),
            Column(name=pgettext("report", "Progress"), is_number=True),
            Column(name=pgettext("report", "State")),
        ),
        rows=tuple(_line(row, missed, scope) for row in scope.initiatives),
    )


def _line(row: InitiativeRow, missed: Missed, scope: ReportScope) -> tuple[Span, ...]:
    found, percent = row.initiative, row.progress.percent
    place = (Span(str(found.department)),) if scope.is_internal else ()
    return (
        Span(found.name, scope.url_of(found)),
        *place,
        Span(f"{dates.month_label(found.starts_on)}–{dates.month_label(found.ends_on)}"),
        Span("—" if percent is None else f"{percent}%"),
        Span(_say_state(row, missed, scope)),
    )


def _say_state(row: InitiativeRow, missed: Missed, scope: ReportScope) -> str:
    """A shape stands before the word, as on every page; below it why."""
    why = _(", ").join(_why(row, missed, scope))
    return f"{_word(row, scope)}\n{why}" if why else _word(row, scope)


def _word(row: InitiativeRow, scope: ReportScope) -> str:
    if row.standing == Standing.IN_TIME and not scope.is_internal:
        # Residents are not told what is held up, nor therefore that all is in time.
        return _("◐ under way")
    return f"{SHAPES.get(row.standing, '')}{row.standing.label}"


def _why(row: InitiativeRow, missed: Missed, scope: ReportScope) -> Iterable[str]:
    """What is late may be blocked too."""
    if reason := scope.stop_reasons.get(row.initiative.pk):
        yield _("why it was stopped: %(reason)s") % {"reason": reason}
    if row.standing not in (Standing.LATE, Standing.BLOCKED):
        return
    if row.initiative.ends_on < scope.actor.on:
        yield _("its end has passed")
    if row.progress.late:
        yield _("late tasks: %(n)s") % {"n": figure(row.progress.late)}
    if milestones := missed.get(row.initiative.pk):
        yield _("missed milestones: %(n)s") % {"n": figure(milestones)}
    if row.progress.blocked:
        yield _("blocked tasks: %(n)s") % {"n": figure(row.progress.blocked)}


def _milestones(scope: ReportScope) -> Iterable[Block]:
    keys = [row.initiative.pk for row in scope.initiatives]
    rows = Milestone.objects.filter(initiative__in=keys, due_on__range=(scope.first, scope.last))
    if not scope.is_internal:
        rows = rows.filter(is_public=True)
    found = list(rows.select_related("initiative").order_by("due_on", "pk"))
    if found:
        yield Table(
            title=_("Milestones of the period"),
            columns=(
                Column(name=pgettext("report", "Milestone")),
                Column(name=pgettext("report", "Initiative")),
                Column(name=pgettext("report", "Planned for")),
                Column(name=pgettext("report", "Reached")),
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
