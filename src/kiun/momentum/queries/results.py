"""What a wave says of the town and of every unit, beside the wave before. Calculated once by each process: published
answers never change. Only what may be shown comes as far as here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np

from kiun.analysis.survey_stats import Change
from kiun.momentum.answer_arrays import GRADES, ROLES, TOWN
from kiun.momentum.dimensions import Dimension
from kiun.momentum.instrument import INTENTION, TRUST
from kiun.momentum.measured import Bottleneck, Measured, measured
from kiun.momentum.models import WaveAnswers
from kiun.momentum.readings import PLACES, Reading, reading, readings
from kiun.momentum.scores import INDEX


@dataclass(frozen=True, kw_only=True)
class Profile:
    """`dimensions` are six, in the order of `Dimension`."""

    index: Reading | None
    dimensions: tuple[Reading | None, ...]

    @property
    def pairs(self) -> list[tuple[Dimension, Reading | None]]:
        return list(zip(Dimension, self.dimensions, strict=True))


@dataclass(frozen=True, kw_only=True)
class UnitResult:
    """`key` is that of the department, 0 for the town; `depth` 1 at the top of the tree. `people` answered; `response`
    is their share, None where it is not known. `shrunk` is drawn towards the other units of its level, `weight` is what
    its own answers kept. `changes` (dimensions and the index) are None without a wave to compare with.
    """

    key: int
    name: str
    path: str
    depth: int
    is_shown: bool
    people: int
    response: float | None
    profile: Profile
    shrunk: float | None
    weight: float | None
    changes: tuple[Change | None, ...]
    bottleneck: Bottleneck | None

    @property
    def index(self) -> Reading | None:
        return self.profile.index

    @property
    def change(self) -> Change | None:
        return self.changes[INDEX]

    @property
    def dimension_rows(self) -> list[tuple[Dimension, Reading | None, Change | None]]:
        return list(zip(Dimension, self.profile.dimensions, self.changes[:INDEX], strict=True))


@dataclass(frozen=True, kw_only=True)
class GroupResult:
    """Of a role group or a grade of the whole town. Grades are only counted: their numbers have no interval."""

    key: str
    people: int
    profile: Profile

    @property
    def is_shown(self) -> bool:
        return self.people > 0


@dataclass(frozen=True, kw_only=True)
class WaveResults:
    """`units` are in the order of the tree. `same_people`: the change of those who answered both times."""

    town: UnitResult
    units: tuple[UnitResult, ...]
    roles: tuple[GroupResult, ...]
    grades: tuple[GroupResult, ...]
    same_people: Change | None
    intention: Reading | None
    trust: Reading | None

    def unit(self, key: int) -> UnitResult | None:
        return next((unit for unit in self.units if unit.key == key), None)

    def below(self, paths: Sequence[str]) -> list[UnitResult]:
        """With those units themselves."""
        return [unit for unit in self.units if unit.path.startswith(tuple(paths))]

    def children(self, unit: UnitResult) -> list[UnitResult]:
        return [one for one in self.below([unit.path]) if one.depth == unit.depth + 1]

    def parents(self, unit: UnitResult) -> list[UnitResult]:
        return [one for one in self.units if unit.path.startswith(one.path) and one.key != unit.key]

    @property
    def levels(self) -> list[int]:
        return sorted({unit.depth for unit in self.units})


def results_of(answers: WaveAnswers, earlier: WaveAnswers | None) -> WaveResults:
    return _results(answers.pk, earlier.pk if earlier else None)


@lru_cache(maxsize=128)
def _results(key: UUID, earlier: UUID | None) -> WaveResults:
    """By keys that no other row ever has."""
    row = WaveAnswers.objects.get(pk=key)
    found = measured(row)
    before = measured(WaveAnswers.objects.get(pk=earlier)) if earlier else None
    return _Reading(found, before).results(row.tree)


class _Reading:
    def __init__(self, found: Measured, before: Measured | None) -> None:
        self.found = found
        self.changes = [found.changes_since(before, column) if before else {} for column in range(INDEX + 1)]
        self.same_people = found.change_of_same_people(before) if before else None
        self._shrunken: dict[int, Mapping[int, tuple[float, float]]] = {}

    def results(self, tree: Sequence[Mapping[str, str | int]]) -> WaveResults:
        units = [self._unit(int(row["id"]), str(row["name"]), str(row["path"])) for row in tree]
        single = self.found.of_items([INTENTION, TRUST])
        names = [item for item in (INTENTION, TRUST) if item in self.found.arrays.items]
        spread = single.reach(np.where(self.found.invited > 0, self.found.invited, np.inf))
        told = dict(zip(names, readings(single, spread, TOWN), strict=True))
        return WaveResults(
            town=self._unit(TOWN, "", ""),
            units=tuple(units),
            roles=tuple(map(self._role, ROLES)),
            grades=tuple(map(self._grade, GRADES)),
            same_people=self.same_people,
            intention=told.get(INTENTION),
            trust=told.get(TRUST),
        )

    def _unit(self, key: int, name: str, path: str) -> UnitResult:
        place = self.found.place[key]
        depth = path.count("/") - 1 if path else 0
        shrunk, weight = self._drawn(depth).get(place, (None, None)) if depth else (None, None)
        response = float(self.found.response[place])
        numbers = readings(self.found.units, self.found.reach, place)
        return UnitResult(
            key=key,
            name=name,
            path=path,
            depth=depth,
            is_shown=bool(self.found.shown[place]),
            people=int(self.found.answered[place]),
            response=None if np.isnan(response) else response,
            profile=Profile(index=numbers[INDEX], dimensions=numbers[:INDEX]),
            shrunk=None if shrunk is None else round(shrunk, PLACES),
            weight=weight,
            changes=tuple(changes.get(place) for changes in self.changes),
            bottleneck=self.found.bottleneck(place),
        )

    def _drawn(self, depth: int) -> Mapping[int, tuple[float, float]]:
        if depth not in self._shrunken:
            self._shrunken[depth] = self.found.shrunken(depth)
        return self._shrunken[depth]

    def _role(self, role: str) -> GroupResult:
        means = self.found.of_role(role)
        numbers = readings(means, means.reach(), TOWN)
        profile = Profile(index=numbers[INDEX], dimensions=numbers[:INDEX])
        return GroupResult(key=role, people=int(means.people[TOWN, INDEX]), profile=profile)

    def _grade(self, grade: str) -> GroupResult:
        people, scores = self.found.of_grade(grade)
        numbers = tuple(reading(score, 0) for score in scores.tolist())
        profile = Profile(index=numbers[INDEX], dimensions=numbers[:INDEX])
        return GroupResult(key=grade, people=people, profile=profile)


def uppermost(units: Sequence[UnitResult]) -> list[UnitResult]:
    """Those that lie below no other of them."""
    return [
        unit for unit in units if not any(unit.path != one.path and unit.path.startswith(one.path) for one in units)
    ]
