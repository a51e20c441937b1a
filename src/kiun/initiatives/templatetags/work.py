from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import SafeString

from kiun.initiatives.models import TaskStatus
from kiun.initiatives.queries.board import COLUMNS
from kiun.initiatives.queries.tasks import TaskRow
from kiun.initiatives.task_marks import chip_of, mark_of
from kiun.initiatives.task_wording import say_days, say_month
from kiun.ui.icons import draw_shape

register = template.Library()
FROM_SUNDAY = (6, 0, 1, 2, 3, 4, 5)


@register.simple_tag
def task_chip(row: TaskRow) -> SafeString:
    return chip_of(row)


@register.simple_tag
def task_shape(row: TaskRow) -> SafeString:
    return draw_shape(mark_of(row).shape)


@register.simple_tag
def days_left(row: TaskRow) -> str:
    return say_days(row)


@register.filter
def wareki_month(day: date) -> str:
    return say_month(day)


@register.simple_tag
def weekdays() -> list[str]:
    return [str(WEEKDAYS_ABBR[day]) for day in FROM_SUNDAY]


@register.simple_tag
def board_moves() -> Iterable[tuple[str, str, str]]:
    """Where a card can go: the state, its word, and the picture of the way."""
    icons = {TaskStatus.TODO: "chevron-left", TaskStatus.DOING: "arrow-right", TaskStatus.DONE: "check"}
    return [(status.value, str(status.label), icons[status]) for status in COLUMNS]
