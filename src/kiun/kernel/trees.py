"""Trees that are kept as rows with a parent and an order among siblings."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy


def places(rows: Iterable[tuple[int, int | None, int]]) -> dict[int, int]:
    """From (key, key of the parent, order): the place of each row, from 1, when each is followed by what is below it.

    A row whose parent is not among `rows` is one of the top. Siblings of the same order stand by their keys.
    """
    known = list(rows)
    keys = {key for key, _parent, _order in known}
    below: dict[int | None, list[int]] = defaultdict(list)
    for _order, key, parent in sorted((order, key, parent) for key, parent, order in known):
        below[parent if parent in keys else None].append(key)
    found: dict[int, int] = {}
    waiting = below[None][::-1]
    while waiting:
        key = waiting.pop()
        found[key] = len(found) + 1
        waiting.extend(reversed(below[key]))
    return found


def renumber(rows: QuerySet[Any]) -> None:
    """Writes the places of a whole tree of rows with `parent`, `order` and `place`."""
    known = list(rows.order_by().only("pk", "parent", "order", "place"))
    found = places((row.pk, row.parent_id, row.order) for row in known)
    moved = [row for row in known if row.place != found[row.pk]]
    for row in moved:
        row.place = found[row.pk]
    rows.bulk_update(moved, ["place"])


def by_place(relation: str, *, is_descending: bool = False) -> OrderBy:
    """To sort by the place of a related row; what belongs nowhere comes last either way, whatever the database."""
    place = F(f"{relation}__place")
    return place.desc(nulls_last=True) if is_descending else place.asc(nulls_last=True)
