from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import posts_on


class Heads:
    """Who heads which department on a day; one query, however many departments are asked for."""

    def __init__(self, on: date) -> None:
        self._posts: dict[int, list[Membership]] = defaultdict(list)
        posts = Membership.objects.filter(posts_on(on), role=Role.HEAD, user__is_active=True, department__isnull=False)
        for post in posts.select_related("user", "department").order_by("pk"):
            self._posts[post.department_id or 0].append(post)

    @property
    def departments(self) -> set[int]:
        return set(self._posts)

    def of(self, department: Department) -> Sequence[Membership]:
        """Of the department, or of the nearest one above that has a head."""
        for key in reversed(department.ancestor_ids):
            if key in self._posts:
                return self._posts[key]
        return []
