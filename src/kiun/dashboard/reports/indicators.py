"""The part of a report about results: where each indicator stood at the end of the period."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

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
from kiun.goals.models import Measurement, Status
from kiun.goals.queries import IndicatorRow, StatusCounts
from kiun.goals.queries.indicators import counts_of
from kiun.goals.wording import PERCENT_SIGNS, say_indicator, say_plan
from kiun.ui import dates
from kiun.ui.figures import figure, signed
from kiun.ui.statuses import STATUSES

CURVES = 12
PERCENT = 100


def summary(scope: ReportScope) -> Section:
    """The whole in one sentence, then what moved and what is stuck."""
    counts = counts_of(scope.rows)
    return Section(
        key="summary",
        title=_("Where the plan stands"),
        blocks=(
            text(say_plan(counts), "lead"),
            text(
                _("This report tells of %(first)s to %(last)s.")
                % {"first": dates.long_date(scope.first), "last": dates.long_date(scope.last)},
                "note",
            ),
            *_uncounted(counts),
            *_items(_("What came closer to its target"), _moved(scope, ahead=True), scope),
            *_items(_("What is late"), [row for row in scope.rows if row.status == Status.LATE], scope),
            *_by_policies(scope),
        ),
    )


def _uncounted(counts: StatusCounts) -> Iterable[Block]:
    if counts.waiting:
        yield text(
            ngettext(
                "%(n)s indicator is not counted as on track, because its value is missing or too few are known.",
                "%(n)s indicators are not counted as on track, because values are missing or too few are known.",
                counts.waiting,
            )
            % {"n": figure(counts.waiting)},
            "note",
        )


def _items(title: str, rows: Sequence[IndicatorRow], scope: ReportScope) -> Iterable[Block]:
    if not rows:
        return
    yield text(_("%(title)s (%(n)s)") % {"title": title, "n": figure(len(rows))})
    for row in rows[:5]:
        spans = (Span(row.indicator.name, scope.url_of(row.indicator)), Span(f"：{_say_change(row, scope)}"))
        yield Paragraph(spans=spans, style="item")


def _say_change(row: IndicatorRow, scope: ReportScope) -> str:
    before = scope.earlier.get(row.indicator.pk)
    if before is None or before.value is None or row.value is None or before.value == row.value:
        return str(say_indicator(row, to_residents=not scope.is_internal))
    words = {
        "before": figure(before.value, row.terms.unit),
        "now": figure(row.value, row.terms.unit),
        "target": figure(row.terms.target, row.terms.unit),
    }
    return _("from %(before)s to %(now)s (target %(target)s)") % words


def _moved(scope: ReportScope, *, ahead: bool) -> list[IndicatorRow]:
    """By the share of the way to the target covered within the period, most first."""
    moved = [(share, row) for row in scope.rows if (share := _share_of_way(row, scope)) is not None]
    return [row for share, row in sorted(moved, key=lambda pair: -pair[0]) if (share > 0) is ahead]


def _share_of_way(row: IndicatorRow, scope: ReportScope) -> Decimal | None:
    before, terms = scope.earlier.get(row.indicator.pk), row.terms
    if before is None or before.value is None or row.value is None:
        return None
    if terms.target is None or terms.baseline is None or terms.target == terms.baseline:
        return None
    return (row.value - before.value) / (terms.target - terms.baseline)


def _by_policy(scope: ReportScope) -> dict[str, list[IndicatorRow]]:
    found: dict[str, list[IndicatorRow]] = defaultdict(list)
    for row in scope.rows:
        policy = row.indicator.goal.policy
        found[policy.name if policy else _("Other goals")].append(row)
    return found


def _by_policies(scope: ReportScope) -> Iterable[Block]:
    if any(counts_of(rows).judged for rows in _by_policy(scope).values()):
        yield _policy_figure(scope)
    if scope.rows:
        yield _policy_table(scope)


def _policy_figure(scope: ReportScope) -> Figure:
    shares = {
        name: round(PERCENT * counts.on_track / counts.judged) if counts.judged else None
        for name, rows in _by_policy(scope).items()
        for counts in [counts_of(rows)]
    }
    return Figure(
        title=_("Share of the indicators on track, by policy"),
        kind="bars",
        categories=tuple(shares),
        series=(FigureSeries(name=_("On track (%)"), values=tuple(shares.values())),),
        unit="%",
        sentence=_("Of those that can be judged. A policy without a bar has none."),
    )


def _policy_table(scope: ReportScope) -> Table:
    rows = []
    for name, found in _by_policy(scope).items():
        counts = counts_of(found)
        numbers = (counts.total, counts.on_track, counts.even, counts.late, counts.waiting)
        rows.append((Span(name), *(Span(figure(number)) for number in numbers)))
    words = [str(STATUSES[status].word) for status in ("on_track", "even", "late")]
    heads = (pgettext("report", "Indicators"), *words, pgettext("report", "Not counted"))
    return Table(
        title=_("Indicators by policy"),
        columns=(
            Column(name=pgettext("report", "Policy"), share=5),
            *(Column(name=head, is_number=True) for head in heads),
        ),
        rows=tuple(rows),
    )


def results(scope: ReportScope) -> Iterable[Section]:
    """One section for each policy: a table of its indicators and the curves of those that moved or are late."""
    curves = _curves(scope)
    for place, (name, rows) in enumerate(_by_policy(scope).items(), start=1):
        yield Section(
            key=f"policy-{place}",
            title=name,
            blocks=(
                text(say_plan(counts_of(rows)), "lead"),
                _table(name, rows, scope),
                *(_curve(row, curves[row.indicator.pk], scope) for row in rows if row.indicator.pk in curves),
            ),
        )


def _table(name: str, rows: Sequence[IndicatorRow], scope: ReportScope) -> Table:
    return Table(
        title=_("Indicators of “%(policy)s”") % {"policy": name},
        columns=(
            Column(name=pgettext("report", "Indicator"), share=5),
            Column(name=pgettext("report", "Before"), is_number=True, share=2),
            Column(name=pgettext("report", "At the end"), is_number=True, share=2),
            Column(name=pgettext("report", "Change"), is_number=True, share=2),
            Column(name=pgettext("report", "Target (by)"), is_number=True, share=3),
            Column(name=pgettext("report", "State"), share=2),
        ),
        rows=tuple(_line(row, scope) for row in rows),
    )


def _line(row: IndicatorRow, scope: ReportScope) -> tuple[Span, ...]:
    before = scope.earlier.get(row.indicator.pk)
    earlier = before.value if before else None
    unit = row.terms.unit
    change = (
        "—"
        if earlier is None or row.value is None
        else signed(row.value - earlier, _("points") if unit in PERCENT_SIGNS else unit)
    )
    url = scope.url_of(row.indicator)
    deadline = f"（{dates.short_date(row.terms.deadline)}）" if row.terms.deadline else ""
    return (
        Span(row.indicator.name, url),
        Span(figure(earlier, unit)),
        Span(figure(row.value, unit), url if row.value is not None else ""),
        Span(change),
        Span(f"{figure(row.terms.target, unit)}{deadline}"),
        Span(_say_status(row.status)),
    )


def _say_status(status: str) -> str:
    """A shape stands before the word, as on every page."""
    shapes = {"on_track": "●", "even": "◐", "late": "▼", "stale": "◐", "unknown": "—"}
    return f"{shapes[status]} {STATUSES[status].word}"


def _curves(scope: ReportScope) -> dict[int, list[tuple[str, float]]]:
    """The readings of the indicators that are drawn: the late ones and those that moved most."""
    late = [row for row in scope.rows if row.status == Status.LATE]
    chosen = {row.indicator.pk: row for row in [*_moved(scope, ahead=True)[: CURVES // 2], *late][:CURVES]}
    points: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for row in chosen.values():
        if row.terms.baseline is not None and row.terms.baseline_on is not None:
            points[row.indicator.pk].append((row.terms.baseline_on.isoformat(), float(row.terms.baseline)))
    stored = Measurement.objects.filter(
        series__in=[row.terms.pk for row in chosen.values()], value__isnull=False, on__lte=scope.last
    ).order_by("on")
    for key, on, value in stored.values_list("series__indicator_id", "on", "value"):
        if value is not None:
            points[key].append((on.isoformat(), float(value)))
    return {key: sorted(dict(found).items()) for key, found in points.items() if len(found) > 1}


def _curve(row: IndicatorRow, points: Sequence[tuple[str, float]], scope: ReportScope) -> Figure:
    measured = FigureSeries(name=_("Actual"), values=tuple(value for _day, value in points))
    target = row.terms.target
    series = [measured]
    if target is not None:
        series.append(FigureSeries(name=_("Target"), values=(float(target),) * len(points)))
    return Figure(
        title=_("%(name)s (%(unit)s)") % {"name": row.indicator.name, "unit": row.terms.unit}
        if row.terms.unit
        else row.indicator.name,
        kind="line",
        categories=tuple(day for day, _value in points),
        series=tuple(series),
        unit=row.terms.unit,
        sentence=str(say_indicator(row, to_residents=not scope.is_internal)),
        url=scope.url_of(row.indicator),
    )
