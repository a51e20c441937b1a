"""Which initiatives the picture shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiun.goals.models import PlanStatus
from kiun.initiatives.models import Initiative, InitiativeStatus, Task, TaskHelper
from kiun.initiatives.queries.listing import EVERYTHING, InitiativeFilter
from kiun.initiatives.queries.standing import Standing
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.queries import visible_posts
from kiun.municipality.queries.people import posts_like

# More rows are no picture any more; whoever needs them narrows down or reads the list.
MOST_ROWS = 300


@dataclass(frozen=True, kw_only=True)
class RoadmapFilter:
    """`state` is a standing or "": all that was not stopped. `posts` own an initiative or have a task in it."""

    words: str = ""
    state: str = ""
    department_path: str = ""
    policy_path: str = ""
    posts: frozenset[int] = frozenset()
    only_late: bool = False

    @property
    def is_set(self) -> bool:
        return self != RoadmapFilter()

    def narrow(self, initiatives: QuerySet[Initiative], on: date) -> QuerySet[Any]:
        """With `standing`."""
        shared = InitiativeFilter(
            words=self.words,
            state=self.state or EVERYTHING,
            department_path=self.department_path,
            policy_path=self.policy_path,
        )
        found = shared.narrow(initiatives, on)
        if not self.state:
            found = found.exclude(status=InitiativeStatus.STOPPED)
        if self.only_late:
            found = found.filter(standing=Standing.LATE)
        return found.filter(_works_on(self.posts)) if self.posts else found


def _works_on(posts: frozenset[int]) -> Q:
    tasks = Task.objects.filter(initiative=OuterRef("pk"), responsible__in=posts)
    helped = TaskHelper.objects.filter(task__initiative=OuterRef("pk"), helper__in=posts)
    return Q(owner__in=posts) | Q(Exists(tasks)) | Q(Exists(helped))


def roadmap_initiatives(actor: Actor) -> QuerySet[Initiative]:
    """Of the plans in force."""
    return visible_initiatives(actor).filter(plan__status=PlanStatus.CURRENT)


def people_named(actor: Actor, text: str) -> frozenset[int]:
    """Posts that a typed name means, also those that have ended: their work may go on under the old name."""
    return frozenset(post.pk for post in posts_like(visible_posts(actor), text)) or frozenset([0])
