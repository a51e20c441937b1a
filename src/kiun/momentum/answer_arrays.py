"""All sheets of a wave as arrays: 45,000 of them are read in a few milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from kiun.surveys.disclosure import GRADES, NOBODY, ROLES, TOWN, Ints

__all__ = ["GRADES", "NOBODY", "ROLES", "TOWN", "UNPAIRED", "AnswerArrays", "Ints"]

UNPAIRED = 0


@dataclass(frozen=True, eq=False)
class AnswerArrays:
    """`departments` (places) are keys of departments in the order in which they came to be known, 0 for the town: a
    department keeps its place from wave to wave. `parents` (places) is the place above, −1 for the town and for what
    was no department in this wave.

    Of sheets: `units` is the place, `roles` of `ROLES` or −1, `pairs` equal numbers for one person in several waves (0:
    nobody may know), `answers` (sheets × `items`) points of a scale, 0 for 分からない and nothing.

    `invited` (places × 1 + roles) counts tickets that belong there itself; its first column those without a role.
    `grade_people` (grades) and `grade_counts` (grades × items × points) are of the whole town.

    `shown` (places), `shown_by_grade` (grades): standings of `survey_stats.suppress`.
    """

    departments: Ints
    parents: Ints
    units: Ints
    roles: Ints
    pairs: Ints
    answers: NDArray[np.int8]
    items: tuple[str, ...]
    invited: Ints
    grade_people: Ints
    grade_counts: Ints
    shown: Ints
    shown_by_grade: Ints

    def packed(self) -> bytes:
        target = BytesIO()
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        np.savez_compressed(target, **{**held, "items": np.array(self.items, dtype=np.str_)})
        return target.getvalue()

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> "AnswerArrays":
        with np.load(BytesIO(bytes(data)), allow_pickle=False) as held:
            values = {one.name: held[one.name] for one in fields(cls) if one.name in held}
        values.setdefault("pairs", np.full(len(values["units"]), UNPAIRED))  # of what was published before it was told
        return cls(**{**values, "items": tuple(values["items"].tolist())})

    def column(self, item: str) -> int | None:
        return self.items.index(item) if item in self.items else None

    def points_of(self, items: Sequence[str]) -> NDArray[np.float64]:
        """(sheets × items) points, NaN where there is none; items that were not asked are left out."""
        columns = [place for item in items if (place := self.column(item)) is not None]
        points = self.answers[:, columns].astype(np.float64)
        points[points == 0] = np.nan
        return points
