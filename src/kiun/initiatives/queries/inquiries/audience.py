"""Who is asked: every 課, those of some divisions, or some that were picked."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from kiun.initiatives.models import Audience, Round, Target
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.municipality.models import Department, Succession
from kiun.municipality.queries import open_departments


class Offices:
    """The open departments, and which of them answer for themselves: the lowest that have a head. A department without
    a head beside such ones answers too; where nobody has a head, the lowest departments do.
    """

    def __init__(self, on: date) -> None:
        self.rows = list(open_departments(on).order_by("place"))
        self._known = {row.pk: row for row in self.rows}
        self._children: dict[int | None, list[Department]] = defaultdict(list)
        for row in self.rows:
            self._children[row.parent_id if row.parent_id in self._known else None].append(row)
        headed = Heads(on).departments
        self._with_heads = {key for row in self.rows if row.pk in headed for key in row.ancestor_ids}

    @property
    def divisions(self) -> list[Department]:
        return [row for row in self._children[None] if self._children[row.pk]]

    def every(self) -> list[Department]:
        return [unit for row in self._children[None] for unit in self._units(row)]

    def below(self, divisions: Collection[int]) -> list[Department]:
        return [unit for key in self._in_order(divisions) for unit in self._units(self._known[key])]

    def picked(self, keys: Collection[int]) -> list[Department]:
        return [self._known[key] for key in self._in_order(keys)]

    def heirs(self, keys: Collection[int]) -> set[int]:
        """Themselves, and in place of those that have been closed whoever has taken over their work."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = set(keys)
        while waiting:
            seen |= waiting
            found |= waiting & self._known.keys()
            closed = waiting - found
            rows = Succession.objects.filter(predecessor__in=closed) if closed else Succession.objects.none()
            waiting = set(rows.values_list("successor", flat=True)) - seen
        return found

    def _in_order(self, keys: Collection[int]) -> list[int]:
        """In the order of the tree; what has been closed without a successor is left out."""
        return [row.pk for row in self.rows if row.pk in keys]

    def _units(self, row: Department) -> list[Department]:
        below = self._children[row.pk]
        if any(child.pk in self._with_heads for child in below):
            return [
                unit for child in below for unit in (self._units(child) if child.pk in self._with_heads else [child])
            ]
        if row.pk in self._with_heads or not below:
            return [row]
        return [unit for child in below for unit in self._units(child)]


def departments_to_ask(round_: Round, on: date) -> list[Department]:
    offices = Offices(on)
    if round_.audience == Audience.ALL:
        return offices.every()
    chosen = offices.heirs(Target.objects.filter(round=round_).values_list("department_id", flat=True))
    return offices.below(chosen) if round_.audience == Audience.DIVISIONS else offices.picked(chosen)
