"""The part of a report about results: where each indicator stood at the end of the period."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiun.dashboard.reports.bars import bar_figures
from kiun.dashboard.reports.document import Block, Column, Figure, FigureSeries, Section, Span, Table, text
from kiun.dashboard.reports.scope import ReportScope
from kiun.dashboard.reports.shortened import SHOWN, shortened
from kiun.goals.models import Measurement, Status
from kiun.goals.queries import IndicatorRow, StatusCounts
from kiun.goals.queries.indicators import counts_of
from kiun.goals.wording import PERCENT_SIGNS, say_indicator, say_plan, say_value
from kiun.ui import dates
from kiun.ui.figures import figure, signed
from kiun.ui.statuses import STATUSES

CURVES = 12
PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Group:
    """Indicators that are told together: the first few in the text, all of many in a table at the end."""

    key: str
    title: str
    rows: Sequence[IndicatorRow]
    say: Callable[[IndicatorRow, ReportScope], str]


def _groups(scope: ReportScope) -> tuple[Group, ...]:
    return (
        Group(key="ahead", title=_("What came closer to its target"), rows=_ahead(scope), say=_say_change),
        Group(key="late", title=_("What is late"), rows=_late(scope), say=_say_change),
        Group(key="silent", title=_("Without a value in the period"), rows=_silent(scope), say=_say_last_value),
    )


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
            *(
                []
                if scope.is_internal
                else [text(_("Only what is public of indicators and initiatives is told."), "note")]
            ),
            *_uncounted(counts),
            *_unmeasured(scope),
            *_undrawn(scope),
            *(block for group in _groups(scope) for block in _items(group, scope)),
            *_by_policies(scope),
        ),
    )


def annex(scope: ReportScope) -> Iterable[Section]:
    """The groups of which the text tells only the first few."""
    long = [group for group in _groups(scope) if len(group.rows) > SHOWN]
    if long:
        tables = tuple(_table(group.title, group.rows, scope, key=group.key) for group in long)
        yield Section(key="annex", title=_("Annex"), blocks=tables)


def _uncounted(counts: StatusCounts) -> Iterable[Block]:
    """With the lead these are the whole."""
    if counts.even and counts.judged:
        said = ngettext(
            "Whether %(n)s reaches its target is open.", "Whether %(n)s reach their targets is open.", counts.even
        )
        yield text(said % {"n": figure(counts.even)}, "note")
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


def _unmeasured(scope: ReportScope) -> Iterable[Block]:
    silent, everything = len(_silent(scope)), len(scope.rows)
    if silent and silent == everything:
        yield text(_("No indicator has a value in the period."), "note")
    elif silent:
        said = ngettext(
            "Of %(all)s indicator, %(n)s has no value in the period: whether it moved is not known.",
            "Of %(all)s indicators, %(n)s have no value in the period: whether they moved is not known.",
            everything,
        )
        yield text(said % {"all": figure(everything), "n": figure(silent)}, "note")


def _items(group: Group, scope: ReportScope) -> Iterable[Block]:
    items = [
        (Span(row.indicator.name, scope.url_of(row.indicator)), Span(f"：{group.say(row, scope)}"))
        for row in group.rows
    ]
    return shortened(group.title, items, table=group.title, key=group.key)


def _say_change(row: IndicatorRow, scope: ReportScope) -> str:
    before = scope.earlier.get(row.indicator.pk)
    if before is None or before.value is None or row.value is None or before.value == row.value:
        return _say_outlook(row, scope)
    words = {
        "before": figure(before.value, row.terms.unit),
        "now": figure(row.value, row.terms.unit),
        "target": figure(row.terms.target, row.terms.unit),
    }
    return _("from %(before)s to %(now)s (target %(target)s)") % words


def _say_outlook(row: IndicatorRow, scope: ReportScope) -> str:
    has_lost_work = row.indicator.goal_id in scope.goals_without_work
    return str(say_indicator(row, to_residents=not scope.is_internal, has_lost_work=has_lost_work))


def _say_last_value(row: IndicatorRow, _scope: ReportScope) -> str:
    return say_value(row)


def _ahead(scope: ReportScope) -> list[IndicatorRow]:
    """By the share of the way to the target covered within the period, most first."""
    moved = [(share, row) for row in scope.rows if (share := _share_of_way(row, scope)) is not None]
    return [row for share, row in sorted(moved, key=lambda pair: -pair[0]) if share > 0]


def _late(scope: ReportScope) -> list[IndicatorRow]:
    return [row for row in scope.rows if row.status == Status.LATE]


def _silent(scope: ReportScope) -> list[IndicatorRow]:
    return [row for row in scope.rows if not scope.has_value(row)]


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
    found = {name: counts_of(rows) for name, rows in _by_policy(scope).items()}
    if any(counts.judged for counts in found.values()):
        yield from bar_figures(
            title=_("Share of the indicators on track, by policy"),
            bars=[(name, _share_on_track(counts)) for name, counts in found.items()],
            series=_("On track (%)"),
            unit="%",
            sentence=_(
                "Of those that can be judged. A policy at 0 has none on track; one without a number has none to judge."
            ),
        )
    if scope.rows:
        yield _policy_table(scope)


def _share_on_track(counts: StatusCounts) -> int | None:
    return round(PERCENT * counts.on_track / counts.judged) if counts.judged else None


def _policy_table(scope: ReportScope) -> Table:
    rows = []
    for name, found in _by_policy(scope).items():
        counts, silent = counts_of(found), sum(not scope.has_value(row) for row in found)
        numbers = (counts.total, counts.on_track, counts.even, counts.late, counts.waiting, silent)
        rows.append((Span(name), *(Span(figure(number)) for number in numbers)))
    words = [str(STATUSES[status].word) for status in ("on_track", "even", "late")]
    heads = (
        pgettext("report", "Indicators"),
        *words,
        pgettext("report", "Not counted"),
        pgettext("report", "of these no value in the period"),
    )
    return Table(
        title=_("Indicators by policy"),
        columns=(Column(name=pgettext("report", "Policy")), *(Column(name=head, is_number=True) for head in heads)),
        rows=tuple(rows),
    )


def _undrawn(scope: ReportScope) -> Iterable[Block]:
    """The curves are a choice: it is said which, and of how many."""
    drawn, all_of_them = len(_curves(scope)), len(_worth_a_curve(scope))
    if drawn < all_of_them:
        words = {"n": figure(drawn), "all": figure(all_of_them)}
        yield text(
            _(
                "Curves are drawn for %(n)s of the %(all)s indicators that came closer to their target or are late; "
                "the values of all stand in the tables."
            )
            % words,
            "note",
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
                _table(_("Indicators of “%(policy)s”") % {"policy": name}, rows, scope),
                *(_curve(row, curves[row.indicator.pk], scope) for row in rows if row.indicator.pk in curves),
            ),
        )


def _table(title: str, rows: Sequence[IndicatorRow], scope: ReportScope, key: str = "") -> Table:
    return Table(
        title=title,
        key=key,
        columns=(
            Column(name=pgettext("report", "Indicator")),
            Column(name=pgettext("report", "Before"), is_number=True),
            Column(name=pgettext("report", "At the end"), is_number=True),
            Column(name=pgettext("report", "Change"), is_number=True),
            Column(name=pgettext("report", "Target (by)"), is_number=True),
            Column(name=pgettext("report", "State")),
        ),
        rows=tuple(_line(row, scope) for row in rows),
    )


def _line(row: IndicatorRow, scope: ReportScope) -> tuple[Span, ...]:
    before = scope.earlier.get(row.indicator.pk)
    earlier = before.value if before else None
    unit, url = row.terms.unit, scope.url_of(row.indicator)
    deadline = f"（{dates.short_date(row.terms.deadline)}）" if row.terms.deadline else ""
    return (
        Span(row.indicator.name, url),
        Span(figure(earlier, unit)),
        Span(figure(row.value, unit), url) if scope.has_value(row) else Span(_("no value in the period")),
        Span(_say_difference(row, earlier) if scope.has_value(row) else "—"),
        Span(f"{figure(row.terms.target, unit)}{deadline}"),
        Span(_say_status(row.status)),
    )


def _say_difference(row: IndicatorRow, earlier: Decimal | None) -> str:
    if earlier is None or row.value is None:
        return "—"
    unit = row.terms.unit
    return signed(row.value - earlier, _("points") if unit in PERCENT_SIGNS else unit)


def _say_status(status: str) -> str:
    """A shape stands before the word, as on every page."""
    shapes = {"on_track": "●", "even": "◐", "late": "▼", "stale": "◐", "unknown": "—"}
    return f"{shapes[status]} {STATUSES[status].word}"


def _worth_a_curve(scope: ReportScope) -> dict[int, IndicatorRow]:
    """By their keys: half of the curves for those that moved most, then the late ones, then what else moved."""
    ahead = _ahead(scope)
    first = CURVES // 2
    return {row.indicator.pk: row for row in [*ahead[:first], *_late(scope), *ahead[first:]]}


def _curves(scope: ReportScope) -> dict[int, list[tuple[str, float]]]:
    """The readings of the indicators that are drawn."""
    chosen = dict(islice(_worth_a_curve(scope).items(), CURVES))
    points: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for row in chosen.values():
        if row.terms.baseline is not None and row.terms.baseline_on and row.terms.baseline_on <= scope.last:
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
        sentence=_say_outlook(row, scope),
        url=scope.url_of(row.indicator),
    )
