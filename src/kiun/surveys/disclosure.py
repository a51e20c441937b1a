"""What of a closed survey may be shown, in numbers: the one answer for pages, files and programs."""

from dataclasses import dataclass, fields
from functools import cached_property
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.survey_stats import Census, Standing, Table, beside, suppress
from kiun.analysis.survey_stats.arrays import Flags, Ints
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.surveys.models import Grade, RoleGroup

__all__ = [
    "BY_GRADE",
    "BY_ROLE",
    "GRADES",
    "NOBODY",
    "ROLES",
    "TOWN",
    "Disclosure",
    "Ints",
    "told_by_grade",
    "told_where",
]

TOWN = 0  # the place of the whole town
NOBODY = -1
ROLES: tuple[str, ...] = tuple(RoleGroup.values)
GRADES: tuple[str, ...] = tuple(Grade.values)
BY_ROLE, BY_GRADE = (0,), (1,)  # the attributes of a census of staff


def told_where(parents: Ints, units: Ints, roles: Ints) -> Flags:
    """(places × 1 + roles) where a question may be told, of everybody and by role group. `units` and `roles` (people,
    of `ROLES` or −1) are those of whoever answered it. Of the whole town it is told before it is of anybody else.
    """
    found = suppress(Census(parents, units, roles[:, None], (len(ROLES),)))
    told: Flags = np.hstack([table.shown for table in found.tables])
    if len(units) >= FEWEST_PEOPLE and not told[TOWN, 0]:
        told[:] = False
        told[TOWN, 0] = True
    return told


def told_by_grade(census: Census, told: Flags, grades: Flags, left_out: int) -> Flags:
    """(grades) of which grades of the whole town a question may be told beside where it is `told`, out of `grades`.

    `census` is of everybody who took part, with role group and grade. So many `left_out` the question, and nobody knows
    of which grade they are.
    """
    by_all, by_role = (np.where(one, Standing.SHOWN, Standing.TOO_FEW) for one in (told[:, :1], told[:, 1:]))
    by_grade = np.full((len(census.parents), len(GRADES)), Standing.TOO_FEW, np.int64)
    by_grade[TOWN] = np.where(grades, Standing.SHOWN, Standing.TOO_FEW)
    decided = [Table((), by_all), Table(BY_ROLE, by_role)]
    found: Flags = beside(census, decided, Table(BY_GRADE, by_grade), fewest=FEWEST_PEOPLE + left_out).shown[TOWN]
    return found


@dataclass(frozen=True, eq=False)
class Disclosure:
    """`departments` (places) are keys of departments from the lowest, 0 for the town; those that come later stand
    behind, so that each keeps its place. `parents` (places) is the place above, −1 for the town and for what is no
    department any more.

    `shown`, `shown_by_role` (places × roles), `shown_by_grade` (grades, of the whole town): `survey_stats.Standing`.

    `questions` are those that some left out, by the key of the item, or of a row of a matrix; `told` (questions ×
    places × 1 + roles) is where each may be told, `told_by_grade` (questions × grades) of which grades of the town.
    """

    departments: Ints
    parents: Ints
    shown: Ints
    shown_by_role: Ints
    shown_by_grade: Ints
    questions: NDArray[np.str_]
    told: Flags
    told_by_grade: Flags

    @cached_property
    def place(self) -> dict[int, int]:
        return {int(key): place for place, key in enumerate(self.departments)}

    def may_show(self, department: int = TOWN, role: str = "") -> bool:
        """Those of a department with all below it; of one role group."""
        place = self.place.get(department)
        if place is None:
            return False
        standing = self.shown_by_role[place, ROLES.index(role)] if role else self.shown[place]
        return bool(standing == Standing.SHOWN)

    def tells(self, question: str, department: int = TOWN, role: str = "") -> bool:
        """The same of one question."""
        if not self.may_show(department, role):
            return False
        row, column = self._row.get(question), 1 + ROLES.index(role) if role else 0
        return row is None or bool(self.told[row, self.place[department], column])

    def told_of(self, question: str) -> Flags:
        """(places × 1 + roles) where a question is told: what may not be shown at all is not."""
        shown: Flags = np.column_stack([self.shown, self.shown_by_role]) == Standing.SHOWN
        row = self._row.get(question)
        return shown if row is None else shown & self.told[row]

    def grades_told_of(self, question: str) -> Flags:
        """(grades)"""
        shown: Flags = np.equal(self.shown_by_grade, Standing.SHOWN)
        row = self._row.get(question)
        return shown if row is None else shown & self.told_by_grade[row]

    @cached_property
    def _row(self) -> dict[str, int]:
        return {str(question): row for row, question in enumerate(self.questions)}

    def packed(self) -> bytes:
        target = BytesIO()
        np.savez_compressed(target, **{one.name: getattr(self, one.name) for one in fields(self)})
        return target.getvalue()

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> "Disclosure":
        with np.load(BytesIO(bytes(data)), allow_pickle=False) as held:
            return cls(**{one.name: held[one.name] for one in fields(cls)})
