"""What was decided, and what has come of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, DateField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import ReviewDecision, TaskStatus
from kiun.initiatives.queries.reviews.visible import visible_decisions
from kiun.municipality.actors import Actor

# So long a decision may wait before somebody asks why nothing has begun.
TIME_TO_BEGIN = timedelta(days=30)


class DecisionState(models.TextChoices):
    LATE = "late", pgettext_lazy("decision", "late")
    DROPPED = "dropped", _("its task was dropped")
    NOT_BEGUN = "not_begun", pgettext_lazy("decision", "not begun")
    UNDER_WAY = "under_way", pgettext_lazy("decision", "under way")
    CARRIED_OUT = "carried_out", pgettext_lazy("decision", "carried out")


def with_state(decisions: QuerySet[ReviewDecision], on: date) -> QuerySet[Any]:
    """Annotate `state`, and `done_on` of those that are carried out: what the task says, or where there is none the
    person's own report, or the change of the plan. A change of the plan alone ends no task.
    """
    has_begun = Q(begun_on__isnull=False) | Q(revision__isnull=False) | Q(task__status=TaskStatus.DOING)
    return decisions.annotate(
        state=Case(
            When(task__status=TaskStatus.DONE, then=Value("carried_out")),
            When(task__status=TaskStatus.CANCELLED, then=Value("dropped")),
            When(task__isnull=True, carried_out_on__isnull=False, then=Value("carried_out")),
            When(due_on__lt=on, then=Value("late")),
            When(has_begun, then=Value("under_way")),
            default=Value("not_begun"),
            output_field=CharField(),
        ),
        done_on=Case(
            When(task__isnull=True, then=F("carried_out_on")),
            When(task__status=TaskStatus.DONE, then=F("task__finished_on")),
            output_field=DateField(),
        ),
    )


def only_stuck(decisions: QuerySet[Any], on: date) -> QuerySet[Any]:
    """決めたのに動いていないこと, of those with their state; the longest overdue first."""
    waiting = Q(state=DecisionState.NOT_BEGUN, decided_on__lte=on - TIME_TO_BEGIN)
    stuck = decisions.filter(Q(state__in=[DecisionState.LATE, DecisionState.DROPPED]) | waiting)
    return stuck.order_by("due_on", "pk")


def listed(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a line of a list shows."""
    return decisions.select_related(
        "item__review", "item__department", "initiative", "person__user", "person__department", "task", "revision"
    )


def stuck_decisions(actor: Actor) -> QuerySet[Any]:
    return listed(only_stuck(with_state(visible_decisions(actor), actor.on), actor.on))


def count_states(decisions: QuerySet[Any]) -> Mapping[str, int]:
    """Each state with its count, zero included."""
    counts = dict(decisions.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counts.get(state.value, 0) for state in DecisionState}


def errands_of(actor: Actor) -> QuerySet[Any]:
    """Decisions that a person carries out outside any initiative, as long as they are not done: part of 私の仕事."""
    own = ReviewDecision.objects.filter(
        decided_on__isnull=False, person__in=actor.owning_ids, task__isnull=True, carried_out_on__isnull=True
    )
    return listed(with_state(own, actor.on)).order_by("due_on", "pk")
