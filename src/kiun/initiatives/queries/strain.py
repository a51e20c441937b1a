"""Where people are short: a table by department, skill and month, and what causes it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.db.models import Q

from kiun.initiatives.models import Initiative, InitiativeStatus, PeopleNeed, Skill, Task
from kiun.initiatives.queries.allocation import ALL_SKILLS, NOBODY, Demand, Lines, Strain, YearLines, by_year
from kiun.initiatives.queries.resource_departments import managed_departments, resource_departments
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.initiatives.queries.windows import Numbers, Window
from kiun.initiatives.queries.workforce import Workforce, workforce
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership

MONTHS_SHOWN = 12
# Less than an hour and a half in a month explains nothing.
SMALLEST_CAUSE = 0.01


@dataclass(frozen=True, kw_only=True)
class StrainFilter:
    department: Department | None = None
    skill: Skill | None = None
    only_short: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A month, or a fiscal year in FTE-months; `capacity` is None where nobody has entered one."""

    first: date
    strain: Strain
    demand: float
    capacity: float | None
    short_months: int = 0

    @property
    def gap(self) -> float:
        return self.demand - (self.capacity or 0)

    @property
    def spare(self) -> float:
        return -self.gap


@dataclass(frozen=True, kw_only=True)
class StrainRow:
    department: Department
    skill: Skill | None
    cells: tuple[Cell, ...]

    @property
    def is_calm(self) -> bool:
        return all(cell.strain in {Strain.ENOUGH, Strain.NOTHING} for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A department is short of people in a month: in all, or of a skill."""

    department: Department
    skill: Skill | None
    month: date
    missing: float


@dataclass(frozen=True, kw_only=True, eq=False)
class StrainTable:
    """Lines of the departments that somebody sees, in the order of the organisation."""

    force: Workforce
    lines: Lines
    departments: Mapping[int, Department]
    skills: Mapping[int, Skill]

    @property
    def window(self) -> Window:
        return self.force.window

    def rows(self, part: slice) -> list[StrainRow]:
        """By month."""
        return [self._row(at, self._months_of(at)) for at in range(len(self.lines))[part]]

    def year_rows(self, part: slice) -> list[StrainRow]:
        return [self._row(at, self._years_of(at)) for at in range(len(self.lines))[part]]

    def _row(self, at: int, cells: tuple[Cell, ...]) -> StrainRow:
        return StrainRow(
            department=self.departments[int(self.lines.departments[at])],
            skill=self.skills.get(int(self.lines.skills[at])),
            cells=cells,
        )

    def _months_of(self, at: int) -> tuple[Cell, ...]:
        return tuple(
            Cell(first=first, strain=Strain(strain), demand=float(demand), capacity=_known(capacity))
            for first, strain, demand, capacity in zip(
                self.window.firsts,
                self.lines.strains[at],
                self.lines.demand[at],
                self.lines.capacity[at],
                strict=True,
            )
        )

    def _years_of(self, at: int) -> tuple[Cell, ...]:
        years = self._by_year
        return tuple(
            Cell(
                first=date(year, 4, 1),
                strain=Strain(strain),
                demand=float(demand),
                capacity=_known(capacity),
                short_months=int(short),
            )
            for year, strain, demand, capacity, short in zip(
                years.years,
                years.strains[at],
                years.demand[at],
                years.capacity[at],
                years.short_months[at],
                strict=True,
            )
        )

    @cached_property
    def _by_year(self) -> YearLines:
        return by_year(self.window, self.lines)

    @property
    def years(self) -> tuple[int, ...]:
        return self._by_year.years

    @cached_property
    def shortages(self) -> list[Shortage]:
        """The worst month of each department that is short of people, the worst first."""
        gaps = np.where(self.lines.strains == Strain.SHORT, self.lines.gap, 0)
        found: dict[int, Shortage] = {}
        for at in np.argsort(-gaps.max(axis=1, initial=0), kind="stable"):
            month = int(gaps[at].argmax()) if self.window.months else 0
            department = int(self.lines.departments[at])
            if gaps[at, month] <= 0:
                break
            found.setdefault(
                department,
                Shortage(
                    department=self.departments[department],
                    skill=self.skills.get(int(self.lines.skills[at])),
                    month=self.window.firsts[month],
                    missing=float(gaps[at, month]),
                ),
            )
        return list(found.values())

    @cached_property
    def uncounted(self) -> int:
        """Departments that have work in these months, but no capacity that anybody has entered."""
        is_unknown = (self.lines.strains == Strain.UNKNOWN).any(axis=1) & (self.lines.skills == ALL_SKILLS)
        return int(is_unknown.sum())


def _known(capacity: float) -> float | None:
    return None if np.isnan(capacity) else float(capacity)


def strain_table(actor: Actor, window: Window, wanted: StrainFilter | None = None) -> StrainTable:
    wanted = wanted or StrainFilter()
    force = workforce(window)
    departments = _departments(actor, window, wanted.department)
    skills = Skill.objects.in_bulk()
    lines = force.lines(departments)
    if wanted.skill:
        lines = lines.where(lines.skills == wanted.skill.pk)
    if wanted.only_short:
        lines = lines.where((lines.strains == Strain.SHORT).any(axis=1))
    lines = lines.where((lines.strains != Strain.NOTHING).any(axis=1))
    return StrainTable(
        force=force, lines=_in_order(lines, list(departments), skills), departments=departments, skills=skills
    )


def _departments(actor: Actor, window: Window, below: Department | None) -> dict[int, Department]:
    rows = resource_departments(actor).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=window.first))
    if below:
        rows = rows.filter(path__startswith=below.path)
    return {row.pk: row for row in rows.order_by("place")}


def _in_order(lines: Lines, departments: Sequence[int], skills: Mapping[int, Skill]) -> Lines:
    """Departments by the tree; each in all first, then its skills by name."""
    place = {key: number for number, key in enumerate(departments)}
    rank = {key: number for number, key in enumerate(skills, start=1)}
    order = sorted(
        range(len(lines)),
        key=lambda at: (place[int(lines.departments[at])], rank.get(int(lines.skills[at]), 0)),
    )
    return lines.where(np.array(order, np.int64))


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What somebody asks the causes of. Without a skill: the department in all."""

    department: int
    skill: int = ALL_SKILLS
    month: date


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Work that takes people of a department in a month. Of an initiative that the reader may not see, no more is told
    than which department is in charge of it. `people` are those whose load the reader may see, by name;
    `has_others` says that more of the department work on it.
    """

    in_charge: Department
    initiative: Initiative | None
    task: Task | None
    need: PeopleNeed | None
    people: tuple[Membership, ...]
    has_others: bool
    fte: float
    days: float


def causes_of(actor: Actor, force: Workforce, spots: Sequence[Spot]) -> list[list[Cause]]:
    """For each of `spots` what takes most people there, first."""
    found = [_at(force, spot) for spot in spots]
    rows = _Rows.of(actor, [demand for demand, _fte in found])
    days = force.window.days_in_months
    return [
        rows.causes(demand, fte, float(days[_month(force, spot)]))
        for spot, (demand, fte) in zip(spots, found, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class SpotState:
    """What stands behind a cell: what was entered, how much of the month is left, and what absences take."""

    cell: Cell
    entered: float | None
    absent: float
    days: int
    days_left: int

    @property
    def is_part(self) -> bool:
        return self.days_left < self.days


def spot_cell(force: Workforce, spot: Spot) -> SpotState:
    month, window = _month(force, spot), force.window
    days = {"days": int(window.days_in_months[month]), "days_left": int(window.days_left[month])}
    lines = force.lines({spot.department})
    lines = lines.where(lines.skills == spot.skill)
    if not len(lines):
        nothing = Cell(first=spot.month, strain=Strain.NOTHING, demand=0, capacity=None)
        return SpotState(cell=nothing, entered=None, absent=0, **days)
    return SpotState(
        cell=Cell(
            first=spot.month,
            strain=Strain(lines.strains[0, month]),
            demand=float(lines.demand[0, month]),
            capacity=_known(lines.capacity[0, month]),
        ),
        entered=_known(lines.entered[0, month]),
        absent=float(lines.absent[0, month]),
        **days,
    )


def _month(force: Workforce, spot: Spot) -> int:
    return force.window.firsts.index(spot.month)


def _at(force: Workforce, spot: Spot) -> tuple[Demand, Numbers]:
    demand = force.demand
    is_there = demand.departments == spot.department
    if spot.skill != ALL_SKILLS:
        is_there &= demand.skills == spot.skill
    month = _month(force, spot)
    here = demand.where(is_there & (demand.fte[:, month] >= SMALLEST_CAUSE))
    return here, here.fte[:, month]


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What the causes of several spots are called, read at once."""

    tasks: Mapping[int, Task]
    needs: Mapping[int, PeopleNeed]
    initiatives: Mapping[int, Initiative]
    posts: Mapping[int, Membership]
    visible: frozenset[int]
    # Posts whose load the reader may see: of themselves and of those whom they head.
    told: frozenset[int]

    @classmethod
    def of(cls, actor: Actor, demands: Sequence[Demand]) -> "_Rows":
        """Every table is asked, also where nothing is wanted of it: a page costs the same whatever it finds."""
        keys = {NOBODY, *(int(key) for demand in demands for key in demand.initiatives)}
        tasks = {NOBODY, *(int(key) for demand in demands for key in demand.keys[demand.is_task])}
        needs = {NOBODY, *(int(key) for demand in demands for key in demand.keys[~demand.is_task])}
        posts = {NOBODY, *(int(key) for demand in demands for key in demand.posts)}
        told = Q(department__in=managed_departments(actor)) | Q(pk__in=[post.pk for post in actor.own])
        return cls(
            tasks=Task.objects.in_bulk(tasks),
            needs=PeopleNeed.objects.select_related("mode").in_bulk(needs),
            initiatives=Initiative.objects.select_related("department").in_bulk(keys),
            posts=Membership.objects.select_related("user").in_bulk(posts),
            visible=frozenset(visible_initiatives(actor).filter(pk__in=keys).values_list("pk", flat=True)),
            told=frozenset(Membership.objects.filter(told, pk__in=posts).values_list("pk", flat=True)),
        )

    def causes(self, demand: Demand, fte: Numbers, days: float) -> list[Cause]:
        """Those who share a task are one cause: work is compared here, and nobody's load."""
        works: dict[tuple[bool, int], list[int]] = defaultdict(list)
        for at in range(len(fte)):
            works[bool(demand.is_task[at]), int(demand.keys[at])].append(at)
        found = [self._cause(demand, places, float(fte[places].sum()), days) for places in works.values()]
        return sorted(found, key=lambda cause: -cause.fte)

    def _cause(self, demand: Demand, places: Sequence[int], fte: float, days: float) -> Cause:
        at = places[0]
        initiative = self.initiatives[int(demand.initiatives[at])]
        is_visible = initiative.pk in self.visible
        posts = [int(demand.posts[place]) for place in places if is_visible and demand.posts[place] != NOBODY]
        people = [self.posts[key] for key in posts if key in self.told]
        return Cause(
            in_charge=initiative.department,
            initiative=initiative if is_visible else None,
            task=self._task(demand, at, initiative) if is_visible else None,
            need=self._need(demand, at, initiative) if is_visible else None,
            people=tuple(sorted(people, key=lambda post: (post.user.kana, post.user.name))),
            has_others=len(people) < len(posts),
            fte=fte,
            days=fte * days,
        )

    def _task(self, demand: Demand, at: int, initiative: Initiative) -> Task | None:
        task = self.tasks[int(demand.keys[at])] if demand.is_task[at] else None
        if task:
            task.initiative = initiative
        return task

    def _need(self, demand: Demand, at: int, initiative: Initiative) -> PeopleNeed | None:
        need = None if demand.is_task[at] else self.needs[int(demand.keys[at])]
        if need:
            need.mode.initiative = initiative
        return need


def uncounted_proposals(actor: Actor) -> int:
    return visible_initiatives(actor).filter(status=InitiativeStatus.PROPOSED).count()
