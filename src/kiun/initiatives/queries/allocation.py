"""Who is needed, where and when, against who is there: pure calculation over arrays, without a database.

Work is counted in person-days, and people in FTE over a month: person-days divided by the working days of the whole
month. What is left of the present month is a part of it, for those who are there as well as for the work: one working
day before its end nobody can be short of ten people. Keys are those of the rows; 0 stands for "in all" (no skill),
"nobody" and "outside the town hall".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiun.initiatives.queries.windows import Days, Keys, Numbers, Window
from kiun.kernel.fiscal_year import fiscal_year_of

ALL_SKILLS = 0
NOWHERE = 0
NOBODY = 0
MONTHS_IN_QUARTER = 3
# A department and a skill in one number, so that numpy sorts them in one go.
SKILL_BITS = 31
SKILL_MASK = (1 << SKILL_BITS) - 1
# What is overdue is done as soon as possible, but not in one day: it counts over the next four weeks.
DAYS_FOR_LATE_WORK = 20
# With fewer working days left in a month, a single task looks like ten.
FEWEST_DAYS = 5
# About one day in a month; less is no shortage that anybody could act upon.
TOLERANCE = 0.05
NEARLY_ALL = 0.9


class Strain(StrEnum):
    SHORT = "short"
    FULL = "full"
    ENOUGH = "enough"
    UNKNOWN = "unknown"  # nobody has entered the capacity
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, eq=False)
class Tasks:
    """Columns of the same length. `remaining` person-days are still to be done: none of what is done."""

    keys: Keys
    initiatives: Keys
    starts: Days
    dues: Days
    remaining: Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """Who does how much of a task; `tasks` are row numbers of `Tasks`."""

    tasks: Keys
    departments: Keys
    skills: Keys
    posts: Keys
    weights: Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Needs:
    """Of the chosen modes: FTE of a department over `lengths` months from the month `starts` on."""

    keys: Keys
    initiatives: Keys
    departments: Keys
    skills: Keys
    starts: NDArray[np.datetime64]
    lengths: Keys
    fte: Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Demand:
    """A row for each share of a task and for each need, with the FTE that it takes in each month."""

    is_task: NDArray[np.bool_]
    keys: Keys
    initiatives: Keys
    departments: Keys
    skills: Keys
    posts: Keys
    fte: Numbers

    def where(self, rows: NDArray[np.bool_]) -> "Demand":
        return Demand(
            is_task=self.is_task[rows],
            keys=self.keys[rows],
            initiatives=self.initiatives[rows],
            departments=self.departments[rows],
            skills=self.skills[rows],
            posts=self.posts[rows],
            fte=self.fte[rows],
        )


def demand_of(window: Window, tasks: Tasks, shares: Shares, needs: Needs) -> Demand:
    """Tasks where an initiative has some in a month, else what its chosen mode needs; never both."""
    days = task_days(window, tasks)
    by_tasks = _fte(days[shares.tasks] * shares.weights[:, None], window)
    by_needs = _need_fte(window, needs) * ~_has_tasks(window, tasks, days, needs.initiatives)
    return Demand(
        is_task=np.repeat([True, False], [len(shares.tasks), len(needs.keys)]),
        keys=np.concatenate([tasks.keys[shares.tasks], needs.keys]),
        initiatives=np.concatenate([tasks.initiatives[shares.tasks], needs.initiatives]),
        departments=np.concatenate([shares.departments, needs.departments]),
        skills=np.concatenate([shares.skills, needs.skills]),
        posts=np.concatenate([shares.posts, np.full(len(needs.keys), NOBODY)]),
        fte=np.concatenate([by_tasks, by_needs]),
    )


def task_days(window: Window, tasks: Tasks) -> Numbers:
    """Person-days of each task in each month: what remains, spread evenly over its working days from today on."""
    workdays, bounds = window.workdays, window.bounds
    begin = np.searchsorted(workdays, tasks.starts)
    end = np.searchsorted(workdays, tasks.dues, side="right")
    is_late = tasks.dues < np.datetime64(window.today)
    end = np.where(is_late, begin + DAYS_FOR_LATE_WORK, np.maximum(end, begin + 1))
    overlap = np.minimum(end[:, None], bounds[1:]) - np.maximum(begin[:, None], bounds[:-1])
    pace = tasks.remaining / (end - begin)
    spread: Numbers = np.clip(overlap, 0, None) * pace[:, None]
    return spread


def _fte(days: Numbers, window: Window) -> Numbers:
    fte: Numbers = days / np.maximum(window.days_in_months, 1)
    return fte


def _need_fte(window: Window, needs: Needs) -> Numbers:
    months = np.array(window.firsts, "datetime64[M]")
    starts = needs.starts.astype("datetime64[M]")
    is_within = (months >= starts[:, None]) & (months < (starts + needs.lengths)[:, None])
    fte: Numbers = is_within * needs.fte[:, None] * window.parts_left
    return fte


def _has_tasks(window: Window, tasks: Tasks, days: Numbers, initiatives: Keys) -> NDArray[np.bool_]:
    """For each of `initiatives` and each month; what is done in a month stands for its need there too."""
    firsts = np.array([*window.firsts, window.end], "datetime64[D]")
    is_dated = (tasks.starts[:, None] < firsts[1:]) & (tasks.dues[:, None] >= firsts[:-1])
    known, place = np.unique(tasks.initiatives, return_inverse=True)
    found = np.zeros((len(known) + 1, window.months), np.bool_)
    np.logical_or.at(found, place, is_dated | (days > 0))
    row = np.searchsorted(known, initiatives)
    is_known = np.isin(initiatives, known)
    return found[np.where(is_known, row, len(known))]


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """Capacity entered for a department and skill: from the month `starts` on, in the order of the months."""

    departments: Keys
    skills: Keys
    starts: NDArray[np.datetime64]
    fte: Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Absences:
    """`parts` of the working time, between 0 and 1."""

    departments: Keys
    skills: Keys
    posts: Keys
    starts: Days
    ends: Days
    parts: Numbers


def absent_fte(window: Window, absences: Absences) -> Numbers:
    begin = np.searchsorted(window.workdays, absences.starts)
    end = np.searchsorted(window.workdays, absences.ends, side="right")
    overlap = np.minimum(end[:, None], window.bounds[1:]) - np.maximum(begin[:, None], window.bounds[:-1])
    return _fte(np.clip(overlap, 0, None) * absences.parts[:, None], window)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines:
    """A row for each department in all, and for each of its skills. `entered` is NaN where nobody has entered one;
    `parts` is how much of each month is left.
    """

    departments: Keys
    skills: Keys
    demand: Numbers
    entered: Numbers
    absent: Numbers
    parts: Numbers

    def __len__(self) -> int:
        return len(self.departments)

    @cached_property
    def capacity(self) -> Numbers:
        return np.maximum(self.entered * self.parts - self.absent, 0)

    @cached_property
    def gap(self) -> Numbers:
        """What is missing, or to spare where it is negative."""
        return self.demand - self.capacity

    @cached_property
    def strains(self) -> NDArray[np.str_]:
        return strains_of(self.demand, self.capacity)

    def where(self, rows: NDArray[Any]) -> "Lines":
        return Lines(
            departments=self.departments[rows],
            skills=self.skills[rows],
            demand=self.demand[rows],
            entered=self.entered[rows],
            absent=self.absent[rows],
            parts=self.parts,
        )


def strains_of(demand: Numbers, capacity: Numbers) -> NDArray[np.str_]:
    is_unknown = np.isnan(capacity)
    return np.select(
        [
            is_unknown & (demand <= TOLERANCE),
            is_unknown,
            demand > capacity + TOLERANCE,
            (demand > 0) & (demand >= NEARLY_ALL * capacity),
        ],
        [Strain.NOTHING.value, Strain.UNKNOWN.value, Strain.SHORT.value, Strain.FULL.value],
        Strain.ENOUGH.value,
    )


def lines_of(window: Window, demand: Demand, steps: Steps, absences: Absences) -> Lines:
    wanted_at, wanted = _summed(demand.departments, demand.skills, demand.fte)
    missing_at, missing = _summed(absences.departments, absences.skills, absent_fte(window, absences))
    entered_at, entered = _entered(window, steps)
    pairs = np.union1d(wanted_at, entered_at)
    return Lines(
        departments=pairs >> SKILL_BITS,
        skills=pairs & SKILL_MASK,
        demand=_placed(pairs, wanted_at, wanted, 0),
        entered=_placed(pairs, entered_at, entered, np.nan),
        absent=_placed(pairs, missing_at, missing, 0),
        parts=window.parts_left,
    )


def _pairs(departments: Keys, skills: Keys) -> Keys:
    return (departments << SKILL_BITS) | skills


def _summed(departments: Keys, skills: Keys, fte: Numbers) -> tuple[Keys, Numbers]:
    """For each department in all, and for each of its skills."""
    is_inside = departments != NOWHERE
    is_skilled = is_inside & (skills != ALL_SKILLS)
    in_all = departments[is_inside] << SKILL_BITS | ALL_SKILLS
    pairs, place = np.unique(np.concatenate([in_all, _pairs(departments, skills)[is_skilled]]), return_inverse=True)
    sums = np.zeros((len(pairs), fte.shape[1]))
    np.add.at(sums, place, np.concatenate([fte[is_inside], fte[is_skilled]]))
    return pairs, sums


def _entered(window: Window, steps: Steps) -> tuple[Keys, Numbers]:
    pairs, place = np.unique(_pairs(steps.departments, steps.skills), return_inverse=True)
    entered = np.full((len(pairs), window.months), np.nan)
    offsets = (steps.starts.astype("datetime64[M]") - np.datetime64(window.first, "M")).astype(np.int64)
    for row, offset, fte in zip(place, np.maximum(offsets, 0), steps.fte, strict=True):
        entered[row, offset:] = fte
    return pairs, entered


def _placed(pairs: Keys, known: Keys, rows: Numbers, otherwise: float) -> Numbers:
    """Rows of `known` where `pairs` has them; an absence in a department without any work has no place."""
    found = np.full((len(pairs), rows.shape[1]), otherwise, np.float64)
    _both, here, there = np.intersect1d(pairs, known, return_indices=True)
    found[here] = rows[there]
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class YearLines:
    """The same over fiscal years, in FTE-months. `short_months`: how many are short, even if the year in all is not."""

    years: tuple[int, ...]
    demand: Numbers
    capacity: Numbers
    short_months: Keys

    @cached_property
    def strains(self) -> NDArray[np.str_]:
        return strains_of(self.demand, self.capacity)


def by_year(window: Window, lines: Lines) -> YearLines:
    years = np.array([fiscal_year_of(first).year for first in window.firsts])
    every = np.unique(years)
    starts = np.searchsorted(years, every)
    return YearLines(
        years=tuple(int(year) for year in every),
        demand=np.add.reduceat(lines.demand, starts, axis=1),
        capacity=np.add.reduceat(lines.capacity, starts, axis=1),
        short_months=np.add.reduceat((lines.strains == Strain.SHORT).astype(np.int64), starts, axis=1),
    )


def person_loads(window: Window, demand: Demand, absences: Absences, people: Mapping[int, int]) -> dict[int, Numbers]:
    """Share of the working time that tasks take, by person: `people` maps posts to those who hold them. NaN where too
    little is left of the present month to say anything.
    """
    present: dict[int, Numbers] = {}
    for post, absent in zip(absences.posts, absent_fte(window, absences), strict=True):
        person = people.get(int(post))
        if person is not None:
            present[person] = present.get(person, window.parts_left) - absent
    loads: dict[int, Numbers] = {}
    for post, fte in zip(demand.posts, demand.fte, strict=True):
        person = people.get(int(post))
        if person is not None:
            loads[person] = loads.get(person, np.zeros(window.months)) + fte
    is_judged, parts = window.days_left >= FEWEST_DAYS, window.parts_left
    return {
        person: np.where(is_judged | (load == 0), load / np.maximum(present.get(person, parts), TOLERANCE), np.nan)
        for person, load in loads.items()
    }
