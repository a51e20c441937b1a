from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.visible import public_initiatives, visible_initiatives, visible_tasks

__all__ = ["Progress", "progress_of", "public_initiatives", "visible_initiatives", "visible_tasks"]
