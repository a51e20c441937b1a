from kiun.kernel.trees import renumber
from kiun.municipality.models import Department


def renumber_departments() -> None:
    """Of the town at hand; to be called after every change of the tree: lists are sorted by these places."""
    renumber(Department.objects.all())
