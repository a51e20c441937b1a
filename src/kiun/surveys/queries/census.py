"""Who answered a survey, from its tickets: they tell that much, and nothing of the answers."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kiun.analysis.survey_stats import Census
from kiun.municipality.models import Department
from kiun.surveys.disclosure import GRADES, NOBODY, ROLES, TOWN, Ints
from kiun.surveys.models import Audience, Survey, Ticket


@dataclass(frozen=True, eq=False)
class DepartmentTree:
    """Places of departments and the place above each, as in `Disclosure`."""

    departments: Ints
    parents: Ints

    @cached_property
    def place(self) -> dict[int, int]:
        return {int(key): place for place, key in enumerate(self.departments)}

    def placed_in(self, larger: "DepartmentTree") -> "DepartmentTree":
        """The same tree with the places of a larger one; what is not in it hangs below nothing."""
        place = larger.place
        parents = np.full(len(larger.departments), NOBODY, np.int64)
        for key, above in zip(self.departments.tolist(), self.parents.tolist(), strict=True):
            parents[place[key]] = NOBODY if above == NOBODY else place[int(self.departments[above])]
        return DepartmentTree(larger.departments, parents)


def tree_of_today(known: Collection[int] = ()) -> DepartmentTree:
    """With those `known` from earlier surveys, also when they are no departments any more."""
    above = dict(Department.objects.values_list("pk", "parent"))
    departments = [TOWN, *sorted({*above, *known} - {TOWN})]
    place = {key: number for number, key in enumerate(departments)}
    parents = [NOBODY, *(_above(above, key, place) for key in departments[1:])]
    return DepartmentTree(np.array(departments, np.int64), np.array(parents, np.int64))


def _above(above: dict[int, int | None], key: int, place: dict[int, int]) -> int:
    return place[above[key] or TOWN] if key in above else NOBODY


def census_of(survey: Survey, tree: DepartmentTree) -> Census:
    """Role group and grade are told apart among staff only."""
    used = Ticket.objects.filter(survey=survey, is_used=True).order_by("pk")
    if survey.audience != Audience.STAFF:
        count = used.count()
        return Census(tree.parents, np.zeros(count, np.int64), np.zeros((count, 0), np.int64), ())
    rows = list(used.values_list("stratum__department", "stratum__role_group", "grade", "membership__user", "pk"))
    categories = [(_number(ROLES, role), _number(GRADES, grade)) for _place, role, grade, *_ in rows]
    place = tree.place
    return Census(
        tree.parents,
        np.array([place[department or TOWN] for department, *_ in rows], np.int64),
        np.array(categories, np.int64).reshape(len(rows), 2),
        (len(ROLES), len(GRADES)),
        # Whoever has no post here is somebody else each time.
        np.array([user or -ticket for *_, user, ticket in rows], np.int64),
    )


def _number(names: tuple[str, ...], name: str | None) -> int:
    return names.index(name) if name else NOBODY
