"""人事異動 known ahead of time: posts that end or begin, and what that would make of a department's capacity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from kiun.initiatives.models import Capacity
from kiun.initiatives.queries.windows import month_after
from kiun.municipality.models import WRITING_ROLES, Department, Membership
from kiun.municipality.queries.people import may_own_on

Change = tuple[int, date]
TENTH = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """People who leave a department, and who come to it, with the beginning of a month."""

    department: Department
    month: date
    leaving: int
    coming: int
    # Who is in the department before the transfer, and what it can give to the plan.
    people: int
    fte_before: Decimal | None

    @property
    def moving(self) -> int:
        return self.leaving + self.coming

    @property
    def fte_after(self) -> Decimal | None:
        """A guess: the plan gets the same part of the department's time as before, in tenths."""
        if self.fte_before is None:
            return None
        return (self.fte_before * self.people_after / max(self.people, 1)).quantize(TENTH)

    @property
    def people_after(self) -> int:
        return max(self.people - self.leaving + self.coming, 0)


def coming_transfers(departments: Collection[Department], today: date, end: date) -> list[Transfer]:
    """Until the day `end`; those for which a capacity is entered already are no news."""
    known = {department.pk: department for department in departments}
    leaving, coming = _moves(known, today, end)
    steps, people = _steps(known), dict(_people(known, today))
    found = []
    for key, month in sorted({*leaving, *coming}, key=lambda change: (change[1], list(known).index(change[0]))):
        transfer = Transfer(
            department=known[key],
            month=month,
            leaving=leaving[key, month],
            coming=coming[key, month],
            people=people.get(key, 0),
            fte_before=_held(steps[key], month),
        )
        people[key] = transfer.people_after
        if month not in steps[key]:
            found.append(transfer)
    return found


def _moves(departments: Collection[int], today: date, end: date) -> tuple[Mapping[Change, int], Mapping[Change, int]]:
    """Whoever goes on in the same department, in another post, does not move."""
    posts = Membership.objects.filter(
        Q(valid_to__gte=today, valid_to__lt=end) | Q(valid_from__gt=today, valid_from__lte=end),
        department__in=departments,
        role__in=WRITING_ROLES,
    ).values_list("user_id", "department_id", "valid_from", "valid_to")
    rows = list(posts)
    ends = {(user, key, _first_month_without(last)) for user, key, _first, last in rows if last and today <= last < end}
    starts = {(user, key, first.replace(day=1)) for user, key, first, _last in rows if today < first <= end}
    return _counted(ends - starts), _counted(starts - ends)


def _first_month_without(last: date) -> date:
    following = last + timedelta(days=1)
    return following if following.day == 1 else month_after(following, 1)


def _counted(moves: Iterable[tuple[int, int, date]]) -> Mapping[Change, int]:
    found: dict[Change, int] = defaultdict(int)
    for _user, department, month in moves:
        found[department, month] += 1
    return found


def _people(departments: Collection[int], today: date) -> Mapping[int, int]:
    posts = Membership.objects.filter(may_own_on(today), department__in=departments)
    return dict(posts.order_by().values_list("department_id").annotate(Count("user_id", distinct=True)))


def _steps(departments: Collection[int]) -> Mapping[int, dict[date, Decimal]]:
    """Capacity in all, by the month from which it holds."""
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    rows = Capacity.objects.filter(department__in=departments, skill__isnull=True).order_by("month")
    for key, month, fte in rows.values_list("department_id", "month", "fte"):
        found[key][month] = fte
    return found


def _held(steps: Mapping[date, Decimal], month: date) -> Decimal | None:
    earlier = [fte for start, fte in steps.items() if start <= month]
    return earlier[-1] if earlier else None
