from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.visible import (
    planned_initiatives,
    public_initiatives,
    visible_initiatives,
    visible_tasks,
)

__all__ = [
    "Progress",
    "planned_initiatives",
    "progress_of",
    "public_initiatives",
    "visible_initiatives",
    "visible_tasks",
]
