"""The part of a report about how the plan changed: 新旧対照表, and what reviews decided.

For readers outside the town hall only rows that are public today are told, of initiatives only name, dates and state,
and no reasons or names of people.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiun.dashboard.reports.document import Block, Column, Section, Span, Table, text
from kiun.dashboard.reports.scope import ReportScope
from kiun.goals.models import Indicator, Plan
from kiun.goals.queries import visible_goals, visible_indicators, visible_plans
from kiun.initiatives.models import Initiative, ReviewDecision
from kiun.initiatives.queries import public_initiatives
from kiun.initiatives.queries.comparison import ComparedField, ComparedRow, comparison
from kiun.initiatives.queries.reviews.decisions import DecisionState, listed, with_state
from kiun.ui import dates
from kiun.ui.figures import figure

INITIATIVE = Initiative._meta.label_lower
PUBLIC_FIELDS = ("code", "name", "starts_on", "ends_on", "status")
SAME = "same"


def changes(scope: ReportScope) -> Iterable[Section]:
    rows = [row for plan in _plans(scope) for row in _rows(plan, scope)]
    if rows:
        told = ngettext("%(n)s part of the plan changed.", "%(n)s parts of the plan changed.", len(rows))
        yield Section(
            key="changes",
            title=_("What changed in the plan"),
            blocks=(text(told % {"n": figure(len(rows))}, "lead"), _table(rows, scope)),
        )


def _plans(scope: ReportScope) -> list[Plan]:
    keys = set(scope.goals.order_by().values_list("plan", flat=True))
    return list(visible_plans(scope.reader).filter(pk__in=keys))


def _rows(plan: Plan, scope: ReportScope) -> list[ComparedRow]:
    found = comparison(old_day=scope.day_before, new_day=scope.last, actor=scope.actor, plan=plan)
    rows = [row for row in found.rows if row.state != SAME]
    if scope.is_internal:
        return rows
    public = _public_keys()
    return [row for row in rows if row.object_id in public.get(row.object_type, ()) and _fields(row, is_internal=False)]


def _public_keys() -> dict[str, set[int]]:
    """By kind, the rows that everybody may read today; what was removed is among them no more."""
    sources: tuple[QuerySet[Any], ...] = (
        visible_plans(None),
        visible_goals(None),
        visible_indicators(None),
        public_initiatives(),
    )
    return {rows.model._meta.label_lower: set(rows.values_list("pk", flat=True)) for rows in sources}


def _fields(row: ComparedRow, *, is_internal: bool) -> tuple[ComparedField, ...]:
    if is_internal or row.object_type != INITIATIVE:
        return row.fields
    shown = {str(Initiative._meta.get_field(name).verbose_name) for name in PUBLIC_FIELDS}  # type: ignore[union-attr]
    return tuple(field for field in row.fields if field.label in shown)


def _table(rows: list[ComparedRow], scope: ReportScope) -> Table:
    heads = [
        Column(name=pgettext("report", "What")),
        Column(name=pgettext("report", "Old")),
        Column(name=pgettext("report", "New")),
    ]
    if scope.is_internal:
        heads.append(Column(name=pgettext("report", "Reason")))
    return Table(
        title=_("Old and new, %(first)s to %(last)s")
        % {"first": dates.short_date(scope.day_before), "last": dates.short_date(scope.last)},
        columns=tuple(heads),
        rows=tuple(_row(row, scope) for row in rows),
    )


def _row(row: ComparedRow, scope: ReportScope) -> tuple[Span, ...]:
    fields = _fields(row, is_internal=scope.is_internal)
    old = "\n".join(f"{field.label}：{field.old_text or '—'}" for field in fields)
    new = "\n".join(f"{field.label}：{field.new_text or '—'}" for field in fields)
    if row.state == "new":
        old = pgettext("report", "(new)")
    if row.state == "removed":
        new = pgettext("report", "(removed)")
    cells = [Span(f"{row.kind}「{row.title}」"), Span(old), Span(new)]
    if scope.is_internal:
        cells.append(Span("\n".join(reason.text for reason in row.reasons)))
    return tuple(cells)


def decisions(scope: ReportScope) -> Iterable[Section]:
    rows = with_state(ReviewDecision.objects.filter(decided_on__range=(scope.first, scope.last)), scope.actor.on)
    found = list(listed(rows).select_related("item__indicator", "item__initiative").order_by("decided_on", "pk"))
    if not scope.is_internal:
        public = _public_keys()
        found = [row for row in found if _concerns_public(row, public)]
    if found:
        yield Section(
            key="decisions",
            title=_("What was decided in the reviews"),
            blocks=(*_lead(found), _decision_table(found, scope)),
        )


def _concerns_public(row: ReviewDecision, public: Mapping[str, set[int]]) -> bool:
    """What it is about may be read by everybody; an item that was written by hand is for the town hall."""
    item = row.item
    if item.initiative_id:
        return item.initiative_id in public[INITIATIVE]
    return item.indicator_id in public[Indicator._meta.label_lower]


def _lead(found: list[ReviewDecision]) -> Iterable[Block]:
    done = sum(row.state == DecisionState.CARRIED_OUT for row in found)  # type: ignore[attr-defined]
    words = {"all": figure(len(found)), "done": figure(done)}
    yield text(_("Of %(all)s decisions, %(done)s are carried out.") % words, "lead")


def _decision_table(found: list[ReviewDecision], scope: ReportScope) -> Table:
    heads = [
        Column(name=pgettext("report", "On")),
        Column(name=pgettext("report", "About")),
        Column(name=pgettext("report", "Decision")),
        Column(name=pgettext("report", "State")),
    ]
    if scope.is_internal:
        heads.insert(3, Column(name=pgettext("report", "Reason")))
    return Table(title=_("Decisions"), columns=tuple(heads), rows=tuple(_decision(row, scope) for row in found))


def _decision(row: ReviewDecision, scope: ReportScope) -> tuple[Span, ...]:
    about = (row.item.initiative or row.item.indicator) if not scope.is_internal else row.item
    cells = [
        Span(dates.short_date(row.decided_on) if row.decided_on else ""),
        Span(str(about)),
        Span(str(row.get_verdict_display())),
        Span(str(DecisionState(row.state).label)),  # type: ignore[attr-defined]
    ]
    if scope.is_internal:
        cells.insert(3, Span(row.reason))
    return tuple(cells)
