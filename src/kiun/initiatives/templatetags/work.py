from django import template
from django.utils.safestring import SafeString

from kiun.initiatives.queries.tasks import TaskRow
from kiun.initiatives.task_marks import chip_of
from kiun.initiatives.task_wording import say_days

register = template.Library()


@register.simple_tag
def task_chip(row: TaskRow) -> SafeString:
    return chip_of(row)


@register.simple_tag
def days_left(row: TaskRow) -> str:
    return say_days(row)
