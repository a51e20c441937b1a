"""What a calendar program reads: due dates of tasks, and milestones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kiun.initiatives.models import OPEN_STATUSES, CalendarFeed, Initiative, Milestone, Task, TaskStatus
from kiun.initiatives.queries.tasks import with_people, works_on
from kiun.initiatives.queries.visible import visible_initiatives, visible_tasks
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models.access import hash_secret

# What is over stays for a while, so that nobody wonders where it has gone.
LOOKS_BACK = timedelta(days=90)
MOST_ENTRIES = 2000


@dataclass(frozen=True, kw_only=True)
class FeedContents:
    name: str
    tasks: Iterable[Task]
    milestones: Iterable[Milestone]


def feed_of(secret: str) -> CalendarFeed | None:
    """Of the active town."""
    feeds = CalendarFeed.objects.select_related("owner__user", "department")
    return feeds.filter(digest=hash_secret(secret)).first()


def reader_of_feed(feed: CalendarFeed, on: date) -> Actor | None:
    """Whoever it was made for, with the rights of today; None when the post has ended or the account is closed."""
    if not feed.owner.is_current(on) or not feed.owner.user.is_active:
        return None
    actor = actor_of(feed.owner.user, feed.municipality, on=on)
    return actor if actor.is_town_staff else None


def contents_of(feed: CalendarFeed, actor: Actor) -> FeedContents:
    tasks, initiatives = _wanted(feed, actor)
    open_tasks = tasks.filter(initiative__status__in=OPEN_STATUSES, due_on__gte=actor.on - LOOKS_BACK)
    milestones = Milestone.objects.filter(initiative__in=initiatives, due_on__gte=actor.on - LOOKS_BACK)
    return FeedContents(
        name=str(feed),
        tasks=with_people(open_tasks.exclude(status=TaskStatus.CANCELLED)).order_by("due_on", "pk")[:MOST_ENTRIES],
        milestones=milestones.select_related("initiative").order_by("due_on", "pk")[:MOST_ENTRIES],
    )


def _wanted(feed: CalendarFeed, actor: Actor) -> tuple[QuerySet[Task], QuerySet[Initiative]]:
    """Of a department with what is below it, as far as the person sees it; or of the person alone."""
    initiatives = visible_initiatives(actor).filter(status__in=OPEN_STATUSES)
    if feed.department:
        path = feed.department.path
        tasks = visible_tasks(actor).filter(department__path__startswith=path)
        return tasks, initiatives.filter(department__path__startswith=path)
    own = [post.pk for post in actor.own]
    mine = Task.objects.filter(works_on(own))
    return mine, initiatives.filter(pk__in=mine.values("initiative"))
