"""Tasks as people name them in a form: by the name, with the initiative when it is another one."""

import re
from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet

from kiun.initiatives.models import Initiative, Task
from kiun.kernel.keys import key_in
from kiun.kernel.search import contains_all, words_of

MOST_OFFERED = 20
OFFERED_AT_ONCE = 100
NUMBER = re.compile(r"[#＃]\s*([0-9]{1,18})\s*$")
PLACE = re.compile(r"^(?P<name>.+)（(?P<initiative>[^（）]+)）$")


def task_labels(tasks: Iterable[Task], initiative: Initiative) -> list[str]:
    """Told apart by their numbers where two have the same name."""
    found = list(tasks)
    plain = [_plain_label(task, initiative) for task in found]
    often = Counter(plain)
    return [f"{label} #{task.pk}" if often[label] > 1 else label for task, label in zip(found, plain, strict=True)]


def _plain_label(task: Task, initiative: Initiative) -> str:
    return task.name if task.initiative_id == initiative.pk else f"{task.name}（{task.initiative}）"


def tasks_named(tasks: QuerySet[Task], text: str, initiative: Initiative) -> list[Task]:
    """Those that a label means: of this initiative first, then anywhere; by their exact name first, then by words."""
    words = text.strip()
    if number := NUMBER.search(words):
        return list(tasks.filter(pk=key_in(number.group(1)) or 0))
    if place := PLACE.match(words):
        found = list(tasks.filter(name=place["name"], initiative__name=place["initiative"])[:MOST_OFFERED])
        if found:
            return found
    own = tasks.filter(initiative=initiative)
    for rows in (own.filter(name=words), tasks.filter(name=words), own.filter(contains_all(words_of(words), "name"))):
        if found := list(rows[:MOST_OFFERED]):
            return found
    return []


def offered_tasks(tasks: QuerySet[Task], text: str, initiative: Initiative) -> list[Task]:
    """While somebody types: what begins to fit, those of the same initiative first."""
    fitting = tasks.filter(contains_all(words_of(text), "name", "initiative__name"))
    own = list(fitting.filter(initiative=initiative)[: OFFERED_AT_ONCE if not text.strip() else MOST_OFFERED])
    if not text.strip():
        return own
    return [*own, *fitting.exclude(initiative=initiative)[: MOST_OFFERED - len(own)]]
