"""What this room counts of what people do: work that was finished, and work that was begun."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from kiun.goals.behaviour_signals import BehaviourSignal, behaviour_signals
from kiun.initiatives.models import Initiative, InitiativeStatus, Task, TaskStatus


def finished_tasks(path: str, first: date, last: date) -> int:
    done = Task.objects.filter(status=TaskStatus.DONE, finished_on__range=(first, last))
    return done.filter(department__path__startswith=path).count() if path else done.count()


def begun_initiatives(path: str, first: date, last: date) -> int:
    """Those that were approved, by the day on which they begin."""
    begun = Initiative.objects.filter(
        status__in=(InitiativeStatus.APPROVED, InitiativeStatus.DONE), starts_on__range=(first, last)
    )
    return begun.filter(department__path__startswith=path).count() if path else begun.count()


def register() -> None:
    behaviour_signals.register(
        BehaviourSignal(id="initiatives.finished_tasks", label=_("Tasks finished"), count=finished_tasks)
    )
    behaviour_signals.register(
        BehaviourSignal(id="initiatives.begun", label=_("Initiatives begun"), count=begun_initiatives)
    )
