"""Results as tables: what stands beside a department or a role group, on pages and in files."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.surveys.disclosure import TOWN
from kiun.surveys.models import Item, ItemKind, RoleGroup
from kiun.surveys.queries.results import Group, Place, Results, Summary
from kiun.surveys.queries.results.summaries import labels_of
from kiun.surveys.results_wording import HIDDEN, rounded, say_interval, say_percent
from kiun.ui.charts import Bar, BarChart
from kiun.ui.figures import figure

# What can be said of many groups in one row each.
BY_GROUP = (ItemKind.SCALE, ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.RANKING, ItemKind.NUMBER)


@dataclass(frozen=True, kw_only=True)
class Line:
    """`cells` are empty where the group, or what it said to this item, may not be shown."""

    name: str
    depth: int
    group: Group
    people: int
    summary: Summary
    cells: tuple[str, ...]

    @property
    def is_hidden(self) -> bool:
        return not self.cells


def head_of(item: Item) -> tuple[str, ...]:
    if item.kind == ItemKind.SCALE:
        return (_("Mean"), _("With 95% certainty"), _("I do not know"))
    if item.kind == ItemKind.NUMBER:
        return (_("Median"), _("Lower quartile"), _("Upper quartile"))
    labels = labels_of(item)
    if item.kind == ItemKind.RANKING:
        labels = tuple(_("%(answer)s first") % {"answer": label} for label in labels)
    return (*labels, _("I do not know"))


def cells_of(summary: Summary) -> tuple[str, ...]:
    if summary.is_hidden:
        return ()
    unknown = say_percent(summary.share_unknown.percent)
    if summary.item.kind == ItemKind.SCALE:
        if not summary.mean:
            return ("—", "", unknown)
        return (figure(rounded(summary.mean.mean)), say_interval(summary.mean), unknown)
    if summary.item.kind == ItemKind.NUMBER:
        found, unit = summary.quartiles, str(summary.item.settings.get("unit", ""))
        return tuple(figure(one, unit) for one in (found.median, found.lower, found.upper)) if found else ("—", "", "")
    return (*(say_percent(share.percent) for share in summary.shares), unknown)


def department_lines(results: Results, item: Item, places: Sequence[Place]) -> list[Line]:
    return [_line(results, item, place.name, place.depth, Group(place.key)) for place in places]


def role_lines(results: Results, item: Item, department: int = TOWN) -> list[Line]:
    return [_line(results, item, str(RoleGroup(role).label), 0, Group(department, role)) for role in results.roles]


def _line(results: Results, item: Item, name: str, depth: int, group: Group) -> Line:
    summary = results.summary(item, group)
    return Line(
        name=name,
        depth=depth,
        group=group,
        people=results.people(group),
        summary=summary,
        cells=cells_of(summary),
    )


def lines_chart(item: Item, lines: Sequence[Line], whole: Summary, sentence: str) -> BarChart | None:
    """Means, medians, or the share of what most people of the whole answered."""
    if whole.is_hidden or not whole.answered:
        return None
    place = max(range(len(whole.shares)), key=lambda one: (whole.shares[one].people, -one))
    titles = {ItemKind.SCALE: _("Mean"), ItemKind.NUMBER: _("Median")}
    units = {ItemKind.SCALE: "", ItemKind.NUMBER: str(item.settings.get("unit", ""))}
    share = _("Share of “%(answer)s”") % {"answer": whole.shares[place].label}
    return BarChart(
        id="groups",
        title=titles.get(ItemKind(item.kind), share),
        unit=units.get(ItemKind(item.kind), "%"),
        bars=[_bar(line, place) for line in lines],
        # Which of them is highest or lowest is not said: this is no contest.
        summary=sentence,
    )


def _bar(line: Line, place: int) -> Bar:
    summary = line.summary
    if line.is_hidden:
        return Bar(line.name, None, note=str(HIDDEN))
    if summary.item.kind == ItemKind.SCALE:
        return Bar(line.name, rounded(summary.mean.mean) if summary.mean else None)
    if summary.item.kind == ItemKind.NUMBER:
        return Bar(line.name, summary.quartiles.median if summary.quartiles else None)
    return Bar(line.name, summary.shares[place].percent)
