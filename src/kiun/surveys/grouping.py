"""Divides those invited into groups in which nobody can be told from the others (docs/adr/0012).

A group that is too small goes up the tree of departments with its role group, level by level; what is still too small
at the top goes together there, without a role group. If even that is too small, the smallest group at the top joins it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

LEAST_IN_A_GROUP = 5
LEAST_FOR_TEXTS = 10


@dataclass(frozen=True, order=True)
class Group:
    """`path` of a department ("/3/17/"; "" is the whole town), and a role group, "" where it is not told."""

    path: str
    role_group: str


WHOLE = Group("", "")


def above(path: str) -> str:
    """The department above /3/17/ is /3/, above that is the whole town."""
    cut = path.rstrip("/").rpartition("/")[0]
    return f"{cut}/" if cut else ""


def groups_of(sizes: Mapping[Group, int], *, least: int = LEAST_IN_A_GROUP) -> dict[Group, Group]:
    """Where each kind of those invited is counted. Every group has at least `least`, or there is only one.

    Deterministic: the same people give the same groups.
    """
    left = Counter({group: size for group, size in sizes.items() if size})
    place = {group: group for group in left}
    for depth in range(max((_depth(group) for group in left), default=0), 0, -1):
        for group in [group for group in left if _depth(group) == depth and left[group] < least]:
            _join(left, place, group, Group(above(group.path), group.role_group))
    _gather_at_the_top(left, place, least)
    return place


def _depth(group: Group) -> int:
    return group.path.count("/")


def _gather_at_the_top(left: Counter[Group], place: dict[Group, Group], least: int) -> None:
    while small := [group for group in left if left[group] < least]:
        if len(left) == 1:
            return
        if small == [WHOLE]:
            others = [group for group in left if group != WHOLE]
            small = [min(others, key=lambda group: (_depth(group), left[group], group))]
        for group in small:
            if group != WHOLE:
                _join(left, place, group, WHOLE)


def _join(left: Counter[Group], place: dict[Group, Group], group: Group, other: Group) -> None:
    left[other] += left.pop(group)
    for kind, where in place.items():
        if where == group:
            place[kind] = other


def coarse_grades(grades: Mapping[str, int]) -> dict[str, str]:
    """By grade, the one under which it is counted; those of too few stand together as "", again at least five or none:
    otherwise they were what is left when the others are taken from the whole.
    """
    kept = sorted((size, grade) for grade, size in grades.items() if grade and size >= LEAST_IN_A_GROUP)
    together = sum(grades.values()) - sum(size for size, _grade in kept)
    while kept and 0 < together < LEAST_IN_A_GROUP:
        together += kept.pop(0)[0]
    names = {grade for _size, grade in kept}
    return {grade: grade if grade in names else "" for grade in grades}


def departments_for_texts(sizes: Mapping[str, int]) -> dict[str, str]:
    """By path of a department: where its texts stand, together with those of ten invited at least."""
    placed = groups_of({Group(path, ""): size for path, size in sizes.items()}, least=LEAST_FOR_TEXTS)
    return {kind.path: group.path for kind, group in placed.items()}
