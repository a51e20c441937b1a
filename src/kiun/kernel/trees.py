"""Trees that are kept as rows with a parent and an order among siblings."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F
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


def by_place(relation: str, *, is_descending: bool = False) -> OrderBy:
    """To sort by the place of a related row; what belongs nowhere comes last either way, whatever the database."""
    place = F(f"{relation}__place")
    return place.desc(nulls_last=True) if is_descending else place.asc(nulls_last=True)
