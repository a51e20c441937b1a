"""What a plan breaks: why an answer is not the approved plan, and what the approved plan would need."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ortools.sat.python import cp_model

from kiun.analysis.planning.portfolio.answers import Name
from kiun.analysis.planning.portfolio.columns import HUNDREDTHS, THOUSAND
from kiun.analysis.planning.portfolio.cp_sat import add
from kiun.analysis.planning.portfolio.program import Program, Row, program_of
from kiun.analysis.planning.portfolio.terms import Choice, Mode, Problem, Project

MOST_LACKING = 10**12


@dataclass(frozen=True)
class Obstacle:
    """A constraint that does not hold, named as in a conflict. `lacking`: yen of a budget, FTE of a capacity; 0 of
    anything else.
    """

    name: Name
    lacking: float = 0.0


class Explanation:
    """Asked about many plans of one problem.

    The plans need not be possible: that is what is asked. Money is carried from year to year so that as little as
    possible is lacking in all (elastic programming; Brown and Graves 1975).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def _program(self) -> Program:
        return program_of(self.problem, is_explaining=True)

    @cached_property
    def _places(self) -> dict[Choice, int]:
        found, projects = self._program.columns, self.problem.projects
        return {Choice(projects[one.project].id, one.mode.id, one.start): place for place, one in enumerate(found)}

    def obstacles(self, choices: Iterable[Choice]) -> tuple[Obstacle, ...]:
        """What `choices` together break, in the order of the problem. Choices that no column stands for (they end after
        the view) are left out.
        """
        taken = [self._places[choice] for choice in choices if choice in self._places]
        found: dict[Name, float] = {}
        for name, amount in self._broken(taken):
            found[name] = max(found.get(name, 0.0), _in_units(name, amount))
        return tuple(Obstacle(name, amount) for name, amount in found.items())

    def earned(self, choice: Choice) -> int:
        """Points within the view."""
        _project, mode = self._of(choice)
        return mode.value * max(self.problem.calendar.quarters - choice.start - mode.duration, 0)

    def late(self, choice: Choice) -> int:
        """Quarters after the legal deadline; 0 where there is none."""
        project, mode = self._of(choice)
        return max(choice.start + mode.duration - project.deadline.quarter, 0) if project.deadline else 0

    def _of(self, choice: Choice) -> tuple[Project, Mode]:
        project = next(one for one in self.problem.projects if one.id == choice.project)
        return project, next(one for one in project.modes if one.id == choice.mode)

    @cached_property
    def _rows(self) -> tuple[tuple[Row, frozenset[int]], ...]:
        """With the variables of carried money in each."""
        carried = frozenset(one.variable for one in self._program.carried)
        return tuple((row, carried.intersection(row.terms)) for row in self._program.rows)

    def _broken(self, taken: Sequence[int]) -> Iterator[tuple[Name, int]]:
        """The rows that do not hold, and by how much."""
        unsure = []
        for row, carried in self._rows:
            done = sum(row.terms.get(place, 0) for place in taken)
            if carried:
                unsure.append(_rest_of(row, done, carried))
            elif row.name and (amount := _excess(row, done)):
                yield row.name, amount
        if unsure:
            yield from self._least_broken(unsure)

    def _least_broken(self, rows: Sequence[Row]) -> Iterator[tuple[Name, int]]:
        """Of rows with money that may be carried. What has a name may lack something; nothing carried always holds."""
        model = cp_model.CpModel()
        variables = [model.new_int_var(0, most, "") for most in self._program.greatest]
        lacking: list[tuple[Name, cp_model.IntVar]] = []
        for row in rows:
            places, factors = [*row.terms], [*row.terms.values()]
            if row.name:
                lacking.append((row.name, model.new_int_var(0, MOST_LACKING, "")))
                variables.append(lacking[-1][1])
                places, factors = [*places, len(variables) - 1], [*factors, -1]
            add(model, variables, Row(dict(zip(places, factors, strict=True)), row.low, row.high))
        model.minimize(cp_model.LinearExpr.sum([amount for _name, amount in lacking]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.solve(model)
        yield from ((name, found) for name, amount in lacking if (found := solver.value(amount)))


def _rest_of(row: Row, done: int, carried: Iterable[int]) -> Row:
    """What the row says about carried money, when `done` is what the columns come to."""
    low = None if row.low is None else row.low - done
    high = None if row.high is None else row.high - done
    return Row({place: row.terms[place] for place in carried}, low, high, row.name)


def _excess(row: Row, done: int) -> int:
    above = 0 if row.high is None else max(done - row.high, 0)
    below = 0 if row.low is None else max(row.low - done, 0)
    return above + below


def _in_units(name: Name, amount: int) -> float:
    kind = name[0]
    if kind == "budget":
        return float(amount * THOUSAND)
    return amount / HUNDREDTHS if kind == "capacity" else 0.0
