from kiun.goals.models import Plan, Policy
from kiun.kernel.trees import places


def renumber_policies(plan: Plan) -> None:
    """To be called after every change of the tree: lists are sorted by these places."""
    rows = list(Policy.objects.filter(plan=plan).order_by().only("pk", "parent", "order", "place"))
    found = places((row.pk, row.parent_id, row.order) for row in rows)
    moved = [row for row in rows if row.place != found[row.pk]]
    for row in moved:
        row.place = found[row.pk]
    Policy.objects.bulk_update(moved, ["place"])
