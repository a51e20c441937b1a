"""Divides those invited into groups in which nobody can be told from the others (docs/adr/0012).

A group that is too small goes up the tree of departments with its role group, level by level. If it is still too small
at the top, a few people of the largest groups of the same role keep it company, drawn by lot. Where these cannot spare
any, what is too small goes together without a role group, and people of any group keep it company; where none can
spare them, the smallest group at the top joins it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_IN_A_GROUP = 5
LEAST_FOR_TEXTS = 10
# As not everybody answers, so many are gathered at the top, where larger groups can spare them.
ENOUGH_AT_THE_TOP = 10


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


@dataclass(frozen=True)
class Placing:
    """`place`: where each kind of those invited is counted. `spread`: how many of it at each group; who is not at their
    place keeps company at the top, where others would be too few.
    """

    place: dict[Group, Group]
    spread: dict[Group, Counter[Group]]

    @property
    def company(self) -> dict[tuple[Group, Group], int]:
        return {
            (kind, group): number
            for kind, found in self.spread.items()
            for group, number in found.items()
            if group != self.place[kind]
        }


def placing_of(invited: Mapping[Group, int]) -> Placing:
    """Every group has at least five, or there is only one. The same people give the same groups, but for the lot."""
    left, place = _lifted(invited, LEAST_IN_A_GROUP)
    spread = {kind: Counter({group: invited[kind]}) for kind, group in place.items()}
    for group in _too_small(left, LEAST_IN_A_GROUP, 0):
        if not _keep_company(left, spread, group):
            _move(left, place, spread, group)
    if 0 < left[WHOLE] < LEAST_IN_A_GROUP and not _keep_company(left, spread, WHOLE):
        while left[WHOLE] < LEAST_IN_A_GROUP and len(left) > 1:
            _move(left, place, spread, _smallest_near_the_top(left))
    return Placing(place, spread)


def _keep_company(left: Counter[Group], spread: Mapping[Group, Counter[Group]], top: Group) -> bool:
    """People of whatever group is largest then go to `top`, one after another, until there are enough. False, and
    nothing is changed, where there cannot be.
    """
    sizes, moved = Counter(left), Counter[tuple[Group, Group]]()
    while sizes[top] < ENOUGH_AT_THE_TOP:
        donor = max((one for one in sizes if _can_help(one, top)), key=lambda one: (sizes[one], one), default=top)
        is_enough = sizes[top] >= LEAST_IN_A_GROUP
        if sizes[donor] <= (ENOUGH_AT_THE_TOP if is_enough else LEAST_IN_A_GROUP):
            if not is_enough:
                return False
            break
        kind = max(spread, key=lambda kind: (spread[kind][donor] - moved[kind, donor], kind))
        sizes.update({donor: -1, top: 1})
        moved[kind, donor] += 1
    for (kind, donor), number in moved.items():
        for counts in (left, spread[kind]):
            counts.update({donor: -number, top: number})
    return True


def _can_help(one: Group, top: Group) -> bool:
    return one != top and top.role_group in {"", one.role_group}


def _move(
    left: Counter[Group], place: dict[Group, Group], spread: Mapping[Group, Counter[Group]], group: Group
) -> None:
    """To those without a role group, with whoever keeps it company."""
    _join(left, place, group, WHOLE)
    for found in spread.values():
        if group in found:
            found[WHOLE] += found.pop(group)


def groups_of(invited: Mapping[Group, int], *, least: int = LEAST_IN_A_GROUP) -> dict[Group, Group]:
    """The same where people of one kind cannot be parted: each kind as a whole is counted in one place."""
    left, place = _lifted(invited, least)
    _join_at_the_top(left, place, least)
    _join_the_smallest(left, place, least)
    return place


def groups_of_answers(answered: Mapping[Group, int]) -> dict[Group, Group]:
    """Where those who have answered are counted: a group of fewer than five goes up one level, where its smallest
    neighbour joins it if need be, so that what lies above goes on holding all of its people.
    """
    left = Counter({group: size for group, size in answered.items() if size})
    place = {group: group for group in left}
    for depth in range(max((_depth(group) for group in left), default=0), 0, -1):
        for group in _too_small(left, LEAST_IN_A_GROUP, depth):
            _join(left, place, group, Group(above(group.path), group.role_group))
        for group in _too_small(left, LEAST_IN_A_GROUP, depth - 1):
            _take_in_the_smallest(left, place, group, [one for one in left if _is_below(one, group)])
    _join_at_the_top(left, place, LEAST_IN_A_GROUP)
    if 0 < left[WHOLE] < LEAST_IN_A_GROUP:
        _take_in_the_smallest(left, place, WHOLE, [one for one in left if one != WHOLE])
    return place


def _is_below(one: Group, other: Group) -> bool:
    return one.role_group == other.role_group and one.path != other.path and one.path.startswith(other.path)


def _take_in_the_smallest(
    left: Counter[Group], place: dict[Group, Group], group: Group, others: Sequence[Group]
) -> None:
    """Of equals, the one furthest down: it says least of the town."""
    if others:
        _join(left, place, min(others, key=lambda one: (left[one], -_depth(one), one)), group)


def _lifted(invited: Mapping[Group, int], least: int) -> tuple[Counter[Group], dict[Group, Group]]:
    left = Counter({group: size for group, size in invited.items() if size})
    place = {group: group for group in left}
    for depth in range(max((_depth(group) for group in left), default=0), 0, -1):
        for group in _too_small(left, least, depth):
            _join(left, place, group, Group(above(group.path), group.role_group))
    return left, place


def _join_at_the_top(left: Counter[Group], place: dict[Group, Group], least: int) -> None:
    for group in _too_small(left, least, 0):
        _join(left, place, group, WHOLE)


def _depth(group: Group) -> int:
    return group.path.count("/")


def _too_small(left: Counter[Group], least: int, depth: int) -> list[Group]:
    return [group for group in left if group != WHOLE and _depth(group) == depth and left[group] < least]


def _smallest_near_the_top(left: Counter[Group]) -> Group:
    return min((group for group in left if group != WHOLE), key=lambda group: (_depth(group), left[group], group))


def _join_the_smallest(left: Counter[Group], place: dict[Group, Group], least: int) -> None:
    """Those nearest to the top first."""
    while WHOLE in left and left[WHOLE] < least and len(left) > 1:
        _join(left, place, _smallest_near_the_top(left), WHOLE)


def _join(left: Counter[Group], place: dict[Group, Group], group: Group, other: Group) -> None:
    if group == other:
        return
    left[other] += left.pop(group)
    for kind, where in place.items():
        if where == group:
            place[kind] = other


def departments_for_texts(sizes: Mapping[str, int]) -> dict[str, str]:
    """By path of a department: where its texts stand, together with those of ten invited at least."""
    placed = groups_of({Group(path, ""): size for path, size in sizes.items()}, least=LEAST_FOR_TEXTS)
    return {kind.path: group.path for kind, group in placed.items()}
