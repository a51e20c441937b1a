"""Initiatives: late, held up, past their end, or past what a law sets."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.review_agenda import Finding, Severity
from kiun.initiatives.models import (
    UNFINISHED,
    Blocker,
    Initiative,
    InitiativeStatus,
    Task,
)
from kiun.initiatives.queries.progress import progress_of
from kiun.initiatives.queries.reviews.agenda.findings import VERY_LATE, about_initiative, severity_of_days
from kiun.municipality.actors import Actor
from kiun.ui.dates import long_date
from kiun.ui.figures import figure

LONG_BLOCKED = timedelta(days=14)
SOON = timedelta(days=90)


def late_tasks(actor: Actor) -> Iterator[Finding]:
    late = Task.objects.filter(initiative__status=InitiativeStatus.APPROVED, status__in=UNFINISHED, due_on__lt=actor.on)
    counts = {
        key: (number, oldest)
        for key, number, oldest in late.order_by().values_list("initiative").annotate(Count("pk"), Min("due_on"))
    }
    for initiative in Initiative.objects.filter(pk__in=counts):
        number, oldest = counts[initiative.pk]
        days = (actor.on - oldest).days
        yield about_initiative(
            actor,
            initiative,
            sentence=ngettext(
                "%(number)s task is overdue, by %(days)s days.",
                "%(number)s tasks are overdue, the oldest by %(days)s days.",
                number,
            )
            % {"number": figure(number), "days": figure(days)},
            figure=_("%(number)s tasks") % {"number": figure(number)},
            figure_label=_("overdue"),
            severity=severity_of_days(days),
        )


def obstacles(actor: Actor) -> Iterator[Finding]:
    """Work that stands still until somebody decides."""
    open_ones = Blocker.objects.filter(
        Q(needed_by__lt=actor.on) | Q(raised_on__lte=actor.on - LONG_BLOCKED),
        resolved_on__isnull=True,
        task__status__in=UNFINISHED,
        task__initiative__status=InitiativeStatus.APPROVED,
    )
    for blocker in open_ones.select_related("task__initiative", "decider__user"):
        days = (actor.on - blocker.raised_on).days
        yield about_initiative(
            actor,
            blocker.task.initiative,
            sentence=_("“%(task)s” waits for a decision of %(person)s: %(text)s (for %(days)s days)")
            % {"task": blocker.task, "person": blocker.decider, "text": blocker.text, "days": figure(days)},
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("waiting for a decision"),
            severity=Severity.HIGH if days > VERY_LATE else Severity.MIDDLE,
        )


def past_their_end(actor: Actor) -> Iterator[Finding]:
    open_ones = Initiative.objects.filter(status=InitiativeStatus.APPROVED, ends_on__lt=actor.on)
    progress = progress_of(list(open_ones.values_list("pk", flat=True)), actor.on)
    for initiative in open_ones:
        days = (actor.on - initiative.ends_on).days
        percent = progress[initiative.pk].percent
        told = "" if percent is None else _(" %(percent)s%% of the work is done.") % {"percent": percent}
        yield about_initiative(
            actor,
            initiative,
            sentence=_("It was to end on %(day)s and is still open.") % {"day": long_date(initiative.ends_on)} + told,
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("past its end"),
            severity=severity_of_days(days),
        )


def legal_deadlines(actor: Actor) -> Iterator[Finding]:
    """Set by law: passed, near, or to be missed by the plan itself."""
    bound = Initiative.objects.filter(status=InitiativeStatus.APPROVED, legal_deadline__isnull=False)
    for initiative in bound:
        deadline = initiative.legal_deadline
        assert deadline is not None
        if deadline >= actor.on + SOON and initiative.ends_on <= deadline:
            continue
        days = (deadline - actor.on).days
        yield about_initiative(
            actor,
            initiative,
            sentence=_say_deadline(initiative, deadline, actor.on),
            figure=_("%(days)s days") % {"days": figure(abs(days))},
            figure_label=_("past the deadline set by law") if days < 0 else _("until the deadline set by law"),
            severity=Severity.HIGH,
        )


def _say_deadline(initiative: Initiative, deadline: date, today: date) -> str:
    day = long_date(deadline)
    if deadline < today:
        return _("The deadline set by law passed on %(day)s.") % {"day": day}
    if initiative.ends_on > deadline:
        return _("It is planned to end on %(end)s, after the deadline set by law (%(day)s).") % {
            "end": long_date(initiative.ends_on),
            "day": day,
        }
    return _("The deadline set by law is %(day)s.") % {"day": day}
