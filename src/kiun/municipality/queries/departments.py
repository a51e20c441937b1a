from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, DepartmentVersion, Membership, Reform, ReformState

APRIL = 4


def visible_departments(actor: Actor | None) -> QuerySet[Department]:
    """Twin of the rule `municipality.see_department`."""
    return Department.objects.all() if actor and actor.is_town_staff else Department.objects.none()


def open_departments(on: date) -> QuerySet[Department]:
    return Department.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )


def current_departments() -> QuerySet[Department]:
    """Those that nothing has been decided about: what a form offers for the time to come."""
    return Department.objects.filter(valid_to__isnull=True)


def coming_first_of_april(today: date) -> date:
    """The day on which town halls reform themselves."""
    first = date(today.year, APRIL, 1)
    return first if today <= first else first.replace(year=today.year + 1)


@dataclass(frozen=True)
class TreeNode:
    """A department as it stood on a day."""

    department: Department
    name: str
    depth: int
    people: int
    has_children: bool

    @property
    def steps(self) -> range:
        """One for each level above."""
        return range(self.depth)


@dataclass(frozen=True)
class _Place:
    name: str
    parent_id: int | None


def tree_on(day: date) -> list[TreeNode]:
    """All departments that were open on `day`, top down, under the names and in the places of that day."""
    departments = list(open_departments(day))
    places = _places_on(day, departments)
    known = {department.pk for department in departments}
    children: dict[int | None, list[Department]] = defaultdict(list)
    for department in departments:
        parent = places[department.pk].parent_id
        children[parent if parent in known else None].append(department)
    people = _people_on(day)
    return list(_walk(children, places, people, None, 0))


def _places_on(day: date, departments: Sequence[Department]) -> dict[int, _Place]:
    places = {row.pk: _Place(row.name, row.parent_id) for row in departments}
    versions: dict[int, list[DepartmentVersion]] = defaultdict(list)
    for version in DepartmentVersion.objects.order_by("valid_from", "pk"):
        versions[version.department_id].append(version)
    for key, rows in versions.items():
        if key in places:
            # Before its first version a department was what the first version says.
            version = next((row for row in reversed(rows) if row.valid_from <= day), rows[0])
            places[key] = _Place(version.name, version.parent_id)
    return places


def _people_on(day: date) -> Mapping[int, int]:
    counts = (
        Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
        .order_by()
        .values_list("department_id")
        .annotate(Count("user_id", distinct=True))
    )
    return {key: number for key, number in counts if key is not None}


def _walk(
    children: Mapping[int | None, list[Department]],
    places: Mapping[int, _Place],
    people: Mapping[int, int],
    parent: int | None,
    depth: int,
) -> Iterator[TreeNode]:
    for row in children.get(parent, []):
        yield TreeNode(row, places[row.pk].name, depth, people.get(row.pk, 0), has_children=row.pk in children)
        yield from _walk(children, places, people, row.pk, depth + 1)


def planned_reforms() -> QuerySet[Reform]:
    return Reform.objects.filter(state=ReformState.PLANNED)


def department_path(department: Department, names: Mapping[int, str]) -> str:
    """From the top down (総務部 / 情報政策課), with names that the caller loaded once."""
    return " / ".join(names[key] for key in department.ancestor_ids if key in names)


def names_of(keys: Sequence[int]) -> list[Department]:
    """Departments by key, in the order of the keys."""
    rows = Department.objects.in_bulk(list(keys))
    return [rows[key] for key in keys if key in rows]
