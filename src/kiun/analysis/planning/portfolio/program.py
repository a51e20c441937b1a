"""A portfolio problem as a 0/1 program: what may be taken, which rows hold, and what each level aims at.

It knows no solver. Variables are numbered: first one 0/1 variable for each column, then the amounts of money carried
over (thousands of yen), then the peak (hundredths of FTE).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiun.analysis.planning.portfolio.answers import Name
from kiun.analysis.planning.portfolio.columns import THOUSAND, Column, columns, free_from, limits
from kiun.analysis.planning.portfolio.terms import CarryOver, Precedence, Problem, ResourceKind

Key = tuple[str, str, int]
Terms = Mapping[int, int]


@dataclass(frozen=True)
class Row:
    """`low` ≤ the sum of `terms` (coefficient by variable) ≤ `high`. `name` is what a conflict calls it; empty for what
    nobody could give up.
    """

    terms: Terms
    low: int | None = None
    high: int | None = None
    name: Name | None = None

    def without(self, stays: Mapping[int, int]) -> "Row":
        """The same row for the other variables, when those of `stays` have their values."""
        terms, done = _split(self.terms, stays)
        low = None if self.low is None else self.low - done
        high = None if self.high is None else self.high - done
        return Row(terms, low, high, self.name)


@dataclass(frozen=True)
class Aim:
    name: str
    terms: Terms
    constant: int = 0
    is_more_better: bool = False

    def held_at(self, value: int) -> Row:
        """No worse than `value`."""
        rest = value - self.constant
        return Row(self.terms, low=rest) if self.is_more_better else Row(self.terms, high=rest)

    def limit(self, greatest: Sequence[int]) -> int:
        """No answer is better than that, whatever the rows."""
        sign = 1 if self.is_more_better else -1
        return self.constant + sum(
            factor * greatest[variable] for variable, factor in self.terms.items() if sign * factor > 0
        )

    def without(self, stays: Mapping[int, int]) -> "Aim":
        terms, done = _split(self.terms, stays)
        return Aim(self.name, terms, self.constant + done, self.is_more_better)

    def is_better(self, values: Sequence[int], than: Sequence[int]) -> bool:
        mine, other = self.of(values), self.of(than)
        return mine > other if self.is_more_better else mine < other

    def better(self, *values: int | None) -> int | None:
        """The best of those that are known."""
        known = [value for value in values if value is not None]
        return (max if self.is_more_better else min)(known, default=None)

    def worse(self, *values: int | None) -> int | None:
        known = [value for value in values if value is not None]
        return (min if self.is_more_better else max)(known, default=None)

    def of(self, values: Sequence[int]) -> int:
        return self.constant + sum(factor * values[variable] for variable, factor in self.terms.items())


def _split(terms: Terms, stays: Mapping[int, int]) -> tuple[dict[int, int], int]:
    """The terms of the variables that do not stay, and the sum of those that do."""
    moving = {variable: factor for variable, factor in terms.items() if variable not in stays}
    done = sum(factor * stays[variable] for variable, factor in terms.items() if variable in stays)
    return moving, done


@dataclass(frozen=True)
class Carried:
    """Money that leaves one year for the next."""

    variable: int
    carry_over: CarryOver

    @property
    def leaves(self) -> Key:
        return "budget", self.carry_over.source, self.carry_over.year

    @property
    def arrives(self) -> Key:
        return "budget", self.carry_over.source, self.carry_over.year + 1


@dataclass(frozen=True)
class Program:
    """`greatest`: of each variable; the least is 0."""

    problem: Problem
    columns: tuple[Column, ...]
    carried: tuple[Carried, ...]
    greatest: tuple[int, ...]
    rows: tuple[Row, ...]
    aims: tuple[Aim, ...]

    @property
    def takes(self) -> range:
        return range(len(self.columns))

    def net_carried(self, key: Key, values: Sequence[int]) -> int:
        """What of the carried amounts comes to a budget, less what leaves it."""
        return sum(
            values[one.variable] * ((one.arrives == key) - (one.leaves == key))
            for one in self.carried
            if key in (one.arrives, one.leaves)
        )


def program_of(problem: Problem, *, is_explaining: bool = False) -> Program:
    """When reasons are looked for, what a column is refused by is a row with a name; else the column is left out."""
    found = tuple(column for column in columns(problem) if is_explaining or not column.refused_by)
    of_project: dict[str, list[int]] = {project.id: [] for project in problem.projects}
    for place, column in enumerate(found):
        of_project[problem.projects[column.project].id].append(place)
    carried = tuple(Carried(len(found) + place, one) for place, one in enumerate(problem.carry_overs))
    peak = len(found) + len(carried)
    by_quarter = _people_by_quarter(problem, found)
    highest = max((sum(terms.values()) for terms in by_quarter.values()), default=0)
    most_carried = (one.carry_over.yen // THOUSAND for one in carried)
    return Program(
        problem=problem,
        columns=found,
        carried=carried,
        greatest=(*(1 for _ in found), *most_carried, highest),
        rows=(
            *_choice_rows(problem, of_project),
            *_limit_rows(problem, found, carried),
            *_carry_rows(problem, found, carried),
            *(row for one in problem.precedences for row in _order_rows(one, found, of_project)),
            *_group_rows(problem, of_project),
            *_refusal_rows(found),
            *(Row({**terms, peak: -1}, high=0) for terms in by_quarter.values()),
        ),
        aims=(
            _lateness(problem, found, of_project),
            _value(problem, found),
            _distance(problem, found, of_project),
            Aim("peak", {peak: 1}),
        ),
    )


# --- rows -----------------------------------------------------------------------------------------------------------


def _choice_rows(problem: Problem, of_project: Mapping[str, Sequence[int]]) -> Iterator[Row]:
    """Each project in one way at most; what has to be done in one way."""
    for project in problem.projects:
        yield Row(_ones(of_project[project.id]), high=1)
        if project.mandatory or project.fixed:
            yield Row(_ones(of_project[project.id]), low=1, name=("mandatory", (project.id,)))


def _ones(places: Iterable[int]) -> dict[int, int]:
    return dict.fromkeys(places, 1)


def _limit_rows(problem: Problem, found: Sequence[Column], carried: Sequence[Carried]) -> Iterator[Row]:
    loads: dict[Key, dict[int, int]] = defaultdict(dict)
    for place, column in enumerate(found):
        for key, amount in column.loads.items():
            loads[key][place] = amount
    for one in carried:
        loads[one.leaves][one.variable] = 1
        loads[one.arrives][one.variable] = -1
    for key, limit in limits(problem).items():
        kind, identifier, period = key
        yield Row(loads[key], high=limit, name=(kind, (identifier, str(period))))


def _carry_rows(problem: Problem, found: Sequence[Column], carried: Sequence[Carried]) -> Iterator[Row]:
    """Money is carried once: no more leaves a year than its own budget; what was carried for one project pays for that
    project alone.
    """
    leaving: dict[Key, list[int]] = defaultdict(list)
    bound: dict[tuple[str, Key], list[int]] = defaultdict(list)
    for one in carried:
        leaving[one.leaves].append(one.variable)
        if one.carry_over.project is not None:
            bound[one.carry_over.project, one.arrives].append(one.variable)
    for (project, arrives), variables in bound.items():
        yield Row({**_own_load(problem, found, project, arrives), **dict.fromkeys(variables, -1)}, low=0)
    there_is = limits(problem)
    for key, variables in leaving.items():
        yield Row(_ones(variables), high=max(there_is[key], 0))


def _own_load(problem: Problem, found: Sequence[Column], project: str, key: Key) -> dict[int, int]:
    """What the project for which money is carried costs in the year in which it arrives."""
    return {
        place: column.loads[key]
        for place, column in enumerate(found)
        if problem.projects[column.project].id == project and key in column.loads
    }


def _order_rows(order: Precedence, found: Sequence[Column], of_project: Mapping[str, Sequence[int]]) -> Iterator[Row]:
    """`after` starts by q only if `before` is taken in a column that lets it."""
    for start in sorted({found[place].start for place in of_project[order.after]}):
        begun = [place for place in of_project[order.after] if found[place].start <= start]
        early = [place for place in of_project[order.before] if free_from(found[place], order) <= start]
        name = ("precedence", (order.before, order.after))
        yield Row({**_ones(begun), **dict.fromkeys(early, -1)}, high=0, name=name)


def _group_rows(problem: Problem, of_project: Mapping[str, Sequence[int]]) -> Iterator[Row]:
    for group in problem.exclusions:
        taken = _ones(place for project in group for place in of_project[project])
        yield Row(taken, high=1, name=("exclusion", group))
    for group in problem.together:
        for first, second in pairwise(group):
            both = {**_ones(of_project[first]), **dict.fromkeys(of_project[second], -1)}
            yield Row(both, low=0, high=0, name=("together", group))


def _refusal_rows(found: Sequence[Column]) -> Iterator[Row]:
    refused: dict[Name, list[int]] = defaultdict(list)
    for place, column in enumerate(found):
        for name in column.refused_by:
            refused[name].append(place)
    for name, places in refused.items():
        yield Row(_ones(places), high=0, name=name)


def _people_by_quarter(problem: Problem, found: Sequence[Column]) -> Mapping[int, dict[int, int]]:
    """Work in all departments together, in hundredths of FTE, by quarter and column."""
    departments = {one.id for one in problem.resources if one.kind is ResourceKind.DEPARTMENT}
    by_quarter: dict[int, dict[int, int]] = defaultdict(dict)
    for place, column in enumerate(found):
        for (kind, identifier, quarter), amount in column.loads.items():
            if kind == "capacity" and identifier in departments:
                by_quarter[quarter][place] = by_quarter[quarter].get(place, 0) + amount
    return by_quarter


# --- aims -----------------------------------------------------------------------------------------------------------


def _lateness(problem: Problem, found: Sequence[Column], of_project: Mapping[str, Sequence[int]]) -> Aim:
    """A dropped project is one quarter later than one completed at the end of the view."""
    worst = problem.calendar.quarters + 1
    terms: dict[int, int] = {}
    constant = 0
    for project in problem.projects:
        if project.deadline is None:
            continue
        due, weight = project.deadline.quarter, project.deadline.weight
        dropped = max(worst - due, 0) * weight
        constant += dropped
        terms |= {place: max(found[place].end - due, 0) * weight - dropped for place in of_project[project.id]}
    return Aim("lateness", terms, constant)


def _value(problem: Problem, found: Sequence[Column]) -> Aim:
    """Points for each quarter under view in which a project is complete."""
    horizon = problem.calendar.quarters
    terms = {place: column.mode.value * max(horizon - column.end, 0) for place, column in enumerate(found)}
    return Aim("value", terms, is_more_better=True)


def _distance(problem: Problem, found: Sequence[Column], of_project: Mapping[str, Sequence[int]]) -> Aim:
    if problem.approved is None:
        return Aim("distance", {})
    approved = {choice.project: choice for choice in problem.approved}
    weights = problem.weights
    terms: dict[int, int] = {}
    constant = 0
    for project in problem.projects:
        plan = approved.get(project.id)
        if plan is None:
            terms |= dict.fromkeys(of_project[project.id], weights.add)
            continue
        constant += weights.drop
        for place in of_project[project.id]:
            shift = abs(found[place].start - plan.start)
            moved = (weights.start if shift else 0) + weights.quarter * shift
            changed = weights.mode if found[place].mode.id != plan.mode else 0
            terms[place] = moved + changed - weights.drop
    return Aim("distance", terms, constant)
