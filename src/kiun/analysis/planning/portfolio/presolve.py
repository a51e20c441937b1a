"""What rows decide by themselves, each project in one way at most."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kiun.analysis.planning.portfolio.program import Program, Row


class Decided:
    """`impossible`: columns that break a row whatever else is taken. `certain`: projects that are carried out."""

    def __init__(self, program: Program, rows: Sequence[Row]) -> None:
        self.program = program
        self.impossible: set[int] = set()
        self.certain: set[int] = set()
        size = -1
        while size < len(self.impossible) + len(self.certain):
            size = len(self.impossible) + len(self.certain)
            for row in rows:
                self._learn(row)

    @property
    def rows(self) -> Iterator[Row]:
        """The same as rows: for a relaxation, which does not see it."""
        for project in sorted(self.certain):
            ways = (place for place in self.program.takes if self.program.columns[place].project == project)
            yield Row(dict.fromkeys((way for way in ways if way not in self.impossible), 1), low=1)

    def _learn(self, row: Row) -> None:
        if row.high is not None:
            self._learn_from(row.terms, row.high)
        if row.low is not None:
            self._learn_from({variable: -factor for variable, factor in row.terms.items()}, -row.low)

    def _learn_from(self, terms: Mapping[int, int], high: int) -> None:
        """From a sum that is at most `high`, though every project adds as little to it as it can."""
        ways: dict[int, dict[int, int]] = defaultdict(dict)
        least = 0
        for variable, factor in terms.items():
            if variable >= len(self.program.columns):
                least += min(factor * self.program.greatest[variable], 0)
            elif variable not in self.impossible:
                ways[self.program.columns[variable].project][variable] = factor
        least_of = {project: min(*own.values(), 0) for project, own in ways.items()}
        room = high - least - sum(least_of.values())
        for project, own in ways.items():
            self.impossible |= {place for place, factor in own.items() if factor - least_of[project] > room}
            if -least_of[project] > room:
                self.certain.add(project)
