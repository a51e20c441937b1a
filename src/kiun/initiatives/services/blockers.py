"""支障: raised with who must decide and by when; decided with words."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import UNFINISHED, Blocker, Initiative, Task
from kiun.initiatives.queries.blockers import waiting_blockers, waiting_blockers_of
from kiun.initiatives.services.people import check_person
from kiun.initiatives.services.task_notices import tell_ended_blocker, tell_raised_blocker
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, may, record, require
from kiun.municipality.models import Membership

LONGEST_RESOLUTION = 300


class OpenQuestionsError(DomainError):
    """A task is to end while somebody is still asked to decide about it; doors ask what has become of that."""


@transaction.atomic
def raise_blocker(
    *, actor: Actor, task: Task, text: str, decider: Membership, needed_by: date | None = None
) -> Blocker:
    require(actor, "initiatives.report_progress", task)
    if not task.is_unfinished:
        raise DomainError(_("This task has ended: nothing stands in its way any more."))
    check_person(decider, before=set(), on=actor.on, field="decider")
    blocker = Blocker(
        municipality=actor.municipality,
        task=task,
        text=text.strip(),
        decider=decider,
        needed_by=needed_by,
        raised_by=actor.membership,
        raised_on=actor.on,
    )
    blocker.full_clean(exclude=["municipality"])
    blocker.save()
    record(actor, change_of(blocker, Verb.CREATED))
    tell_raised_blocker(actor, blocker)
    return blocker


@transaction.atomic
def decide_blocker(*, actor: Actor, blocker: Blocker, resolution: str) -> Blocker:
    """The words of the decision end it; whoever raised it and whoever answers for the task are told."""
    require(actor, "initiatives.decide_blocker", blocker)
    return _end(actor, blocker, resolution, is_withdrawn=False)


@transaction.atomic
def withdraw_blocker(*, actor: Actor, blocker: Blocker, resolution: str) -> Blocker:
    """It is in nobody's way any more, without a decision: whoever was asked to decide need not."""
    require(actor, "initiatives.withdraw_blocker", blocker)
    return _end(actor, blocker, resolution, is_withdrawn=True)


@transaction.atomic
def end_blockers_with_task(*, actor: Actor, task: Task, was: str, resolution: str) -> None:
    """A task that is done or dropped takes no question along unanswered: `resolution` says what has become of those
    that are open, and whoever was asked is told. `was` is the state it had before. Who may say so of a task is more
    than who may withdraw an obstacle by itself: `initiatives.end_blocker_with_task`.
    """
    if was not in UNFINISHED or task.is_unfinished:
        return
    waiting = waiting_blockers(task)
    _refuse_bystander(actor, task, waiting)
    if waiting and not resolution.strip():
        raise OpenQuestionsError(say_open_questions(task, waiting), field="resolution")
    for blocker in waiting:
        _end(actor, blocker, resolution, is_withdrawn=True)


@transaction.atomic
def end_blockers_with_initiative(*, actor: Actor, initiative: Initiative, reason: str) -> None:
    """Whoever was asked about a task of it is told why it has ended; nobody is asked any more."""
    resolution = Truncator(reason).chars(LONGEST_RESOLUTION)
    for blocker in waiting_blockers_of(initiative):
        _end(actor, blocker, resolution, is_withdrawn=True)


def _refuse_bystander(actor: Actor, task: Task, waiting: Sequence[Blocker]) -> None:
    if actor.user is None or all(may(actor, "initiatives.end_blocker_with_task", blocker) for blocker in waiting):
        return
    sentence = gettext(
        "“%(task)s” still waits for %(decisions)s (%(text)s). What has become of it is for %(responsible)s to say, who "
        "is responsible for the task. Ask them to report its end."
    )
    raise DomainError(sentence % {**_words(task, waiting), "responsible": task.responsible.user.name})


def say_open_questions(task: Task, waiting: Sequence[Blocker]) -> str:
    sentence = gettext("“%(task)s” still waits for %(decisions)s (%(text)s). Say what has become of it.")
    return sentence % _words(task, waiting)


def _words(task: Task, waiting: Sequence[Blocker]) -> dict[str, str]:
    people = dict.fromkeys(blocker.decider.user.name for blocker in waiting)
    return {
        "task": task.name,
        "decisions": gettext(", ").join(gettext("a decision of %(person)s") % {"person": name} for name in people),
        "text": gettext(", ").join(blocker.text for blocker in waiting),
    }


def _end(actor: Actor, blocker: Blocker, resolution: str, *, is_withdrawn: bool) -> Blocker:
    stored = Blocker.objects.select_for_update().get(pk=blocker.pk)
    if stored.resolved_on:
        raise ConflictError(
            _("This has been decided already: %(resolution)s. Nothing was changed.") % {"resolution": stored.resolution}
        )
    if not resolution.strip():
        sentence = _("Please write how it went away.") if is_withdrawn else _("Please write what you have decided.")
        raise DomainError(sentence, field="resolution")
    before = snapshot(stored)
    stored.resolution, stored.is_withdrawn = resolution.strip(), is_withdrawn
    stored.resolved_on, stored.resolved_by = actor.on, actor.membership
    stored.full_clean(exclude=["municipality"])
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    tell_ended_blocker(actor, stored)
    return stored


@transaction.atomic
def reopen_blocker(*, actor: Actor, blocker: Blocker) -> Blocker:
    """A decision that was recorded too early, or by mistake."""
    stored = Blocker.objects.select_for_update().get(pk=blocker.pk)
    require(actor, "initiatives.withdraw_blocker" if stored.is_withdrawn else "initiatives.decide_blocker", stored)
    if stored.resolved_on is None:
        return stored
    if not stored.task.is_unfinished:
        raise DomainError(_("This task has ended: nothing stands in its way any more."))
    before = snapshot(stored)
    stored.resolution, stored.resolved_on, stored.resolved_by = "", None, None
    stored.is_withdrawn = False
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    tell_raised_blocker(actor, stored)
    return stored


@transaction.atomic
def hand_over_blockers(*, actor: Actor, rows: Collection[Blocker], to: Membership, reason: str) -> None:
    """Whoever takes over is asked anew."""
    changes = []
    for blocker in rows:
        before = snapshot(blocker, only=["decider"])
        blocker.decider = to
        blocker.save(update_fields=["decider"])
        changes.append(change_of(blocker, Verb.CHANGED, before, reason))
        tell_raised_blocker(actor, blocker)
    record(actor, *changes)
