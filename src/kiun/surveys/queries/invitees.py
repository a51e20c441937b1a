"""Who would be invited: everybody, some departments, or a random sample; in numbers before anybody is told."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.municipality.models import STAFF_ROLES, Department, Membership
from kiun.municipality.queries import posts_on
from kiun.surveys.grouping import Group, groups_of
from kiun.surveys.sampling import allocate, draw
from kiun.surveys.standing import one_post_each


class Whom(StrEnum):
    ALL = "all"
    DEPARTMENTS = "departments"
    SAMPLE = "sample"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`departments` with all below them; of a sample either `people` or `percent` is wanted."""

    whom: Whom
    departments: tuple[Department, ...] = ()
    people: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A department that is not counted by itself, because too few are invited of it or would be left beside it, and
    where it is counted instead ("" is the whole town).
    """

    name: str
    people: int
    counted_in: str


@dataclass(frozen=True, kw_only=True)
class Invitees:
    people: int
    out_of: int
    departments: int
    joined: tuple[Joined, ...]


def staff_posts_on(on: date) -> QuerySet[Membership]:
    """Of everybody who works in the town hall and may sign in."""
    rows = Membership.objects.filter(posts_on(on), role__in=STAFF_ROLES, user__is_active=True)
    return rows.select_related("user", "department").order_by("pk")


def _by_department(choice: Choice, on: date) -> dict[str, list[Membership]]:
    rows = staff_posts_on(on)
    if choice.whom == Whom.DEPARTMENTS:
        paths = (Q(department__path__startswith=row.path) for row in choice.departments)
        rows = rows.filter(reduce(or_, paths, Q(pk__in=[])))
    found: dict[str, list[Membership]] = defaultdict(list)
    for post in one_post_each(rows):
        found[post.department.path if post.department else ""].append(post)
    return found


def _wanted(choice: Choice, everybody: int) -> int:
    if choice.whom != Whom.SAMPLE:
        return everybody
    return choice.people or round(everybody * choice.percent / 100)


def invitees(choice: Choice, on: date) -> Invitees:
    sizes = {path: len(posts) for path, posts in _by_department(choice, on).items()}
    everybody = sum(sizes.values())
    given = {path: number for path, number in allocate(sizes, _wanted(choice, everybody)).items() if number}
    return Invitees(people=sum(given.values()), out_of=everybody, departments=len(given), joined=_joined(given))


def _joined(sizes: Mapping[str, int]) -> tuple[Joined, ...]:
    places = groups_of(Counter({Group(path, ""): size for path, size in sizes.items()}))
    names = dict(Department.objects.values_list("path", "name"))
    return tuple(
        Joined(name=names.get(path, ""), people=size, counted_in=names.get(place.path, ""))
        for path, size in sorted(sizes.items())
        if path and (place := places[Group(path, "")]).path != path
    )


def chosen_posts(choice: Choice, on: date) -> Sequence[Membership]:
    """Drawn anew each time, if it is a sample."""
    groups = _by_department(choice, on)
    return draw(groups, _wanted(choice, sum(len(posts) for posts in groups.values())))
