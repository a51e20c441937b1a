"""The state of a task as shape, word and colour."""

from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import TaskStatus
from kiun.initiatives.queries.tasks import TaskRow
from kiun.ui.statuses import Mark, draw_chip

LATE = Mark(pgettext_lazy("task", "late"), "down", "late")
BLOCKED = Mark(pgettext_lazy("task", "held up"), "waiting", "stale")
MARKS = {
    TaskStatus.TODO: Mark(pgettext_lazy("task", "not begun"), "dash", "unknown"),
    TaskStatus.DOING: Mark(pgettext_lazy("task", "under way"), "half", "key"),
    TaskStatus.DONE: Mark(pgettext_lazy("task", "done"), "disc", "ok"),
    TaskStatus.CANCELLED: Mark(pgettext_lazy("task", "dropped"), "dash", "unknown"),
}


def mark_of(row: TaskRow) -> Mark:
    """What is wrong comes before how far it is."""
    if row.is_late:
        return LATE
    return BLOCKED if row.is_blocked else MARKS[TaskStatus(row.task.status)]


def chip_of(row: TaskRow) -> SafeString:
    return draw_chip(mark_of(row))
