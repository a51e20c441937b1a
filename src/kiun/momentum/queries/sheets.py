"""What pages show, as tables to take along: the same numbers, and what is hidden there is empty here."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue
from kiun.momentum.dimensions import Dimension
from kiun.momentum.gap_map import GapMap
from kiun.momentum.queries.course import Course
from kiun.momentum.queries.results import GroupResult, Profile, UnitResult
from kiun.momentum.readings import Reading
from kiun.momentum.wording import (
    HIDDEN,
    name_of_audience,
    name_of_dimension,
    name_of_quarter,
    name_of_role,
    why_undecidable,
    word_of,
)
from kiun.surveys.models import Grade, RoleGroup


def units_sheet(units: Sequence[UnitResult], title: str) -> OutputSheet:
    """The first of `units` may be the town."""
    columns = [
        OutputColumn(_("Department"), width=30),
        OutputColumn(_("Level"), width=8),
        *_profile_columns(),
        OutputColumn(_("Answers")),
        OutputColumn(_("Response rate"), number_format="0%"),
        OutputColumn(_("Shrunk"), number_format="0.0"),
        OutputColumn(_("Weight"), number_format="0.00"),
        OutputColumn(_("Change since the wave before"), number_format="0.0"),
        OutputColumn(_("Verdict")),
        OutputColumn(_("Why it cannot be judged"), width=40),
        OutputColumn(_("Lowest dimension")),
        OutputColumn(pgettext("column", "Note"), width=40),
    ]
    return OutputSheet(name=_("Departments"), title=title, columns=columns, rows=[_unit_row(unit) for unit in units])


def _profile_columns() -> list[OutputColumn]:
    numbers = [
        OutputColumn(_("Index"), number_format="0.0"),
        OutputColumn(_("Lower end"), number_format="0.0", group=_("95% interval")),
        OutputColumn(_("Upper end"), number_format="0.0", group=_("95% interval")),
    ]
    return numbers + [OutputColumn(str(dimension.label), number_format="0.0") for dimension in Dimension]


def _profile(profile: Profile) -> list[OutputValue]:
    index = profile.index
    ends = [index.low, index.high] if index and not index.is_exact else [None, None]
    return [_value(index), *ends, *map(_value, profile.dimensions)]


def _value(reading: Reading | None) -> float | None:
    return reading.value if reading else None


def _unit_row(unit: UnitResult) -> list[OutputValue]:
    change = unit.change
    return [
        unit.name or _("Whole town hall"),
        unit.depth,
        *_profile(unit.profile),
        unit.people if unit.is_shown else None,
        unit.response,
        unit.shrunk,
        None if unit.weight is None else round(unit.weight, 2),
        round(change.difference, 1) if change else None,
        word_of(change),
        why_undecidable(change),
        name_of_dimension(unit.bottleneck.lowest) if unit.bottleneck else None,
        None if unit.is_shown else str(HIDDEN),
    ]


def groups_sheet(roles: Sequence[GroupResult], grades: Sequence[GroupResult]) -> OutputSheet:
    columns = [
        OutputColumn(_("Group"), width=20),
        *_profile_columns(),
        OutputColumn(pgettext("column", "Note"), width=40),
    ]
    named = [(str(RoleGroup(one.key).label), one) for one in roles] + [
        (str(Grade(one.key).label), one) for one in grades
    ]
    rows = [[name, *_profile(one.profile), None if one.is_shown else str(HIDDEN)] for name, one in named]
    return OutputSheet(name=_("Role groups and grades"), columns=columns, rows=rows)


def gaps_sheet(found: GapMap, texts: dict[str, str]) -> OutputSheet:
    columns = [
        OutputColumn(pgettext("momentum", "Question"), width=50),
        OutputColumn(pgettext("column", "Dimension")),
        *(OutputColumn(str(role.label), number_format="0.0") for role in RoleGroup),
        OutputColumn(_("Widest gap"), number_format="0.0"),
        OutputColumn(_("Between"), width=24),
        OutputColumn(_("More than chance")),
    ]
    rows = [
        [
            texts.get(item.key, item.key),
            str(item.dimension.label) if item.dimension else None,
            *map(_value, item.scores),
            round(item.gap.size, 1) if item.gap else None,
            f"{name_of_role(item.gap.higher)}・{name_of_role(item.gap.lower)}" if item.gap else None,
            (_("yes") if item.gap.is_certain else _("no")) if item.gap else None,
        ]
        for item in found.items
    ]
    return OutputSheet(name=_("Perception gaps"), columns=columns, rows=rows)


def course_sheet(courses: Sequence[Course]) -> OutputSheet:
    columns = [
        OutputColumn(pgettext("momentum", "Who")),
        OutputColumn(_("Wave"), width=24),
        OutputColumn(_("Closed on"), number_format="yyyy-mm-dd"),
        OutputColumn(_("Index"), number_format="0.0"),
        OutputColumn(_("Lower end"), number_format="0.0", group=_("95% interval")),
        OutputColumn(_("Upper end"), number_format="0.0", group=_("95% interval")),
    ]
    rows = [
        [
            name_of_audience(course.audience),
            name_of_quarter(point.fiscal_year, point.quarter),
            point.on,
            _value(point.index),
            point.index.low if point.index and not point.index.is_exact else None,
            point.index.high if point.index and not point.index.is_exact else None,
        ]
        for course in courses
        for point in course.points
    ]
    return OutputSheet(name=_("Over the waves"), columns=columns, rows=rows)
