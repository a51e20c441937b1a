"""What of a closed survey may be shown, in numbers: the one answer for pages, files and programs."""

from dataclasses import dataclass, fields
from functools import cached_property
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.survey_stats import Census, Standing, Suppression, suppress
from kiun.surveys.models import Grade, RoleGroup

Ints = NDArray[np.int64]
TOWN = 0  # the place of the whole town
NOBODY = -1
ROLES: tuple[str, ...] = tuple(RoleGroup.values)
GRADES: tuple[str, ...] = tuple(Grade.values)


def told_by_roles(parents: Ints, units: Ints, roles: Ints) -> Suppression:
    """Of a question that some left out: where it may be told, of everybody and by role group (table 0). `units` and
    `roles` (people, of `ROLES` or −1) are those of whoever answered it.
    """
    return suppress(Census(parents, units, roles[:, None], (len(ROLES),)))


@dataclass(frozen=True, eq=False)
class Disclosure:
    """`departments` (places) are keys of departments from the lowest, 0 for the town; those that come later stand
    behind, so that each keeps its place. `parents` (places) is the place above, −1 for the town and for what is no
    department any more.

    `shown`, `shown_by_role` (places × roles), `shown_by_grade` (grades, of the whole town): `survey_stats.Standing`.
    """

    departments: Ints
    parents: Ints
    shown: Ints
    shown_by_role: Ints
    shown_by_grade: Ints

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

    def packed(self) -> bytes:
        target = BytesIO()
        np.savez_compressed(target, **{one.name: getattr(self, one.name) for one in fields(self)})
        return target.getvalue()

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> "Disclosure":
        with np.load(BytesIO(bytes(data)), allow_pickle=False) as held:
            return cls(**{one.name: held[one.name] for one in fields(cls)})
