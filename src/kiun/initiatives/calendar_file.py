"""RFC 5545: each due date as an event for calendars, and as a to-do for programs that know them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Todo

from kiun.initiatives.models import Milestone, Priority, Task, TaskStatus
from kiun.initiatives.queries.feeds import FeedContents

# RFC 5545: 1 is the highest, 5 the middle, 9 the lowest.
PRIORITIES = {Priority.HIGH: 1, Priority.MIDDLE: 5, Priority.LOW: 9}
TODO_STATES = {
    TaskStatus.TODO: "NEEDS-ACTION",
    TaskStatus.DOING: "IN-PROCESS",
    TaskStatus.DONE: "COMPLETED",
}
REFRESH = timedelta(hours=1)
# The address of a page by the name of its route and the key of its row.
Link = Callable[[str, int], str]


def calendar_file(contents: FeedContents, *, host: str, link: Link, now: datetime) -> bytes:
    """`host` makes the identities worldwide ones."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kiun//Kiun//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Kiun {contents.name}")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for task in contents.tasks:
        calendar.add_component(_todo(task, host, link, now))
        if task.is_unfinished:
            calendar.add_component(_due_date(task, host, link, now))
    for milestone in contents.milestones:
        calendar.add_component(_milestone(milestone, host, link, now))
    return bytes(calendar.to_ical())


def _todo(task: Task, host: str, link: Link, now: datetime) -> Todo:
    todo = Todo()
    todo.add("uid", f"task-{task.pk}@{host}")
    todo.add("dtstamp", now.astimezone(UTC))
    todo.add("summary", task.name)
    todo.add("description", _describe(task))
    # Programs show the day of DUE as it stands, and the beginning has to lie before it.
    if task.starts_on < task.due_on:
        todo.add("dtstart", task.starts_on)
    todo.add("due", task.due_on)
    todo.add("status", TODO_STATES[TaskStatus(task.status)])
    todo.add("percent-complete", task.percent)
    todo.add("priority", PRIORITIES[Priority(task.priority)])
    if task.finished_on:
        todo.add("completed", datetime(task.finished_on.year, task.finished_on.month, task.finished_on.day, tzinfo=UTC))
    todo.add("url", link("initiatives:task_detail", task.pk))
    return todo


def _due_date(task: Task, host: str, link: Link, now: datetime) -> Event:
    event = _whole_day(f"task-due-{task.pk}@{host}", task.due_on, now)
    event.add("summary", _("Due: %(task)s") % {"task": task.name})
    event.add("description", _describe(task))
    event.add("url", link("initiatives:task_detail", task.pk))
    return event


def _milestone(milestone: Milestone, host: str, link: Link, now: datetime) -> Event:
    event = _whole_day(f"milestone-{milestone.pk}@{host}", milestone.due_on, now)
    event.add("summary", _("Milestone: %(name)s") % {"name": milestone.name})
    event.add("description", milestone.initiative.name)
    event.add("url", link("initiatives:initiative_detail", milestone.initiative_id))
    return event


def _whole_day(uid: str, day: date, now: datetime) -> Event:
    """It takes nobody's time: the day stays free in the calendar."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _describe(task: Task) -> str:
    words = {"initiative": task.initiative.name, "person": task.responsible.user.name, "percent": task.percent}
    return _("%(initiative)s\nPerson responsible: %(person)s\n%(percent)s%% done") % words
