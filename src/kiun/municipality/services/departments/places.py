from kiun.kernel.trees import places
from kiun.municipality.models import Department


def renumber_departments() -> None:
    """Of the town at hand; to be called after every change of the tree: lists are sorted by these places."""
    rows = list(Department.objects.order_by().only("pk", "parent", "order", "place"))
    found = places((row.pk, row.parent_id, row.order) for row in rows)
    moved = [row for row in rows if row.place != found[row.pk]]
    for row in moved:
        row.place = found[row.pk]
    Department.objects.bulk_update(moved, ["place"])
