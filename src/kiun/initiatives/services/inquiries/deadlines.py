"""More time, for one department or for all, and the reminders that stop when the answer is there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.activity.services import Message, notify
from kiun.initiatives.models import UNANSWERED, Extension, ExtensionState, Request, RequestState, Round, RoundState
from kiun.initiatives.queries.inquiries.reminders import REMINDED
from kiun.initiatives.services.inquiries.answering import locked_request
from kiun.initiatives.services.inquiries.drafting import locked_round
from kiun.initiatives.services.inquiries.messages import (
    Recipients,
    messages_to,
    request_path,
    round_path,
    say_chase,
    say_chase_of_approval,
    tell,
)
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Membership
from kiun.ui.dates import long_date

DAYS_BEFORE = 3
DAYS_BETWEEN = 3


@transaction.atomic
def ask_extension(*, actor: Actor, request: Request, until: date, reason: str) -> Extension:
    locked = locked_request(actor, request)
    if locked.is_answered:
        raise DomainError(_("The answer is there already."))
    if Extension.objects.filter(request=locked, state=ExtensionState.ASKED).exists():
        raise DomainError(_("More time has been asked for already. Wait for the decision."))
    if until <= max(locked.due_on, actor.on):
        raise DomainError(
            _("Choose a day after the present one, %(day)s.") % {"day": long_date(locked.due_on)}, field="until"
        )
    extension = Extension(
        municipality=actor.municipality,
        request=locked,
        until=until,
        reason=reason,
        asked_by=actor.membership,
        asked_on=actor.on,
    )
    extension.full_clean(exclude=["municipality"])
    extension.save()
    record(actor, change_of(extension, Verb.CREATED))
    tell(
        actor,
        [locked.round.inquiry.owner],
        words=lambda: (
            _("%(department)s asks for more time: %(title)s")
            % {"department": locked.department, "title": locked.round},
            _("Until %(day)s. %(reason)s") % {"day": long_date(until), "reason": reason},
        ),
        occasion=f"inquiry:extension:{extension.pk}",
        path=round_path(locked.round),
    )
    return extension


@transaction.atomic
def decide_extension(*, actor: Actor, extension: Extension, is_granted: bool, words: str = "") -> Extension:
    request = locked_request(actor, extension.request, "initiatives.change_round")
    locked = Extension.objects.select_for_update(of=("self",)).select_related("asked_by__user").get(pk=extension.pk)
    if locked.state != ExtensionState.ASKED:
        raise DomainError(_("This has been decided already."))
    if not is_granted and not words.strip():
        raise DomainError(_("Please write why there cannot be more time."), field="words")
    before, request_before = snapshot(locked), snapshot(request)
    locked.state = ExtensionState.GRANTED if is_granted else ExtensionState.REFUSED
    locked.words, locked.decided_by, locked.decided_on = words.strip(), actor.membership, actor.on
    locked.save()
    if is_granted:
        request.due_on = max(request.due_on, locked.until)
        request.save(update_fields=["due_on", "changed_at"])
    record(actor, change_of(locked, Verb.CHANGED, before), change_of(request, Verb.CHANGED, request_before))
    recipients = {post.pk: post for post in [*Recipients(actor.on).of(request), locked.asked_by] if post}
    tell(
        actor,
        recipients.values(),
        words=partial(_say_decided, request, locked),
        occasion=f"inquiry:extension:{locked.pk}:decided",
        path=request_path(request),
    )
    return locked


def _say_decided(request: Request, extension: Extension) -> tuple[str, str]:
    words = {"title": request.round, "day": long_date(extension.until)}
    if extension.state == ExtensionState.GRANTED:
        return _("There is time until %(day)s: %(title)s") % words, extension.words
    return _("There cannot be more time: %(title)s") % words, extension.words


@transaction.atomic
def extend_round(*, actor: Actor, round_: Round, until: date) -> Round:
    """For all who have not answered; who has got more time alone keeps it."""
    locked = locked_round(actor, round_)
    if not locked.is_open:
        raise DomainError(_("Only a round that waits for answers can be extended."))
    if until <= max(locked.due_on, actor.on):
        raise DomainError(
            _("Choose a day after the present one, %(day)s.") % {"day": long_date(locked.due_on)}, field="until"
        )
    return put_off(actor, locked, until)


def put_off(actor: Actor, round_: Round, until: date) -> Round:
    before = snapshot(round_)
    round_.due_on = until
    round_.save(update_fields=["due_on"])
    record(actor, change_of(round_, Verb.CHANGED, before))
    waiting = Request.objects.filter(round=round_, state__in=UNANSWERED, due_on__lt=until)
    requests = list(waiting.select_related("department", "contact__user", "round__inquiry"))
    waiting.update(due_on=until)
    recipients = Recipients(actor.on)
    messages = [
        message
        for request in requests
        for message in messages_to(
            recipients.of(request),
            words=partial(_say_put_off, request, until),
            occasion=f"inquiry:{request.pk}:until:{until.isoformat()}",
            path=request_path(request),
        )
    ]
    notify(town=actor.municipality, messages=messages)
    return round_


def _say_put_off(request: Request, until: date) -> tuple[str, str]:
    words = {"title": request.round, "day": long_date(until)}
    return _("There is time until %(day)s: %(title)s") % words, _("The day was put off for all departments.")


@dataclass(frozen=True)
class _Step:
    """One occasion to remind of a day; `id` makes it happen once."""

    id: str
    request: Request


@transaction.atomic
def remind_unanswered(*, actor: Actor, round_: Round) -> None:
    """By hand, besides what `chase` does by itself: all whose answer is missing, at most once a day."""
    locked = locked_round(actor, round_)
    if not locked.is_open:
        raise DomainError(_("Only departments of a round that waits for answers are reminded."))
    waiting = Request.objects.filter(round=locked, state__in=UNANSWERED)
    rows = waiting.select_related("department", "contact__user", "round__inquiry")
    recipients = Recipients(actor.on)
    steps = [_Step(f"inquiry:{row.pk}:by-hand:{actor.on.isoformat()}", row) for row in rows]
    messages = [message for step in steps for message in _messages(actor, step, recipients)]
    if not notify(town=actor.municipality, messages=messages):
        raise DomainError(_("All of them have been reminded today already."))
    record(actor, _reminded(locked, len(steps)))


def _reminded(round_: Round, departments: int) -> Change:
    return Change(
        object_type=Round._meta.label_lower,
        object_id=round_.pk,
        label=str(round_)[:200],
        verb=REMINDED,
        after={"requests": departments},
    )


def chase(*, actor: Actor) -> int:
    """Three days before the day, on it, and every three days after; `actor` is Kiun itself. A day on which nobody was
    there to run this is made up for on the next one, but never twice.
    """
    last = date.fromordinal(actor.on.toordinal() + DAYS_BEFORE)
    waiting = Request.objects.filter(round__state=RoundState.OPEN, state__in=UNANSWERED, due_on__lte=last)
    rows = waiting.filter(asked_on__lt=actor.on).select_related("department", "contact__user", "round__inquiry")
    recipients = Recipients(actor.on)
    messages = [message for step in _steps(rows, actor.on) for message in _messages(actor, step, recipients)]
    return notify(town=actor.municipality, messages=messages)


def _steps(rows: Iterable[Request], on: date) -> Iterator[_Step]:
    for row in rows:
        passed = (on - row.due_on).days
        step = "before" if passed < 0 else f"after{passed // DAYS_BETWEEN * DAYS_BETWEEN}"
        yield _Step(f"inquiry:{row.pk}:{row.due_on.isoformat()}:{step}", row)


def _messages(actor: Actor, step: _Step, recipients: Recipients) -> list[Message]:
    request = step.request
    if request.state == RequestState.SUBMITTED:
        heads: list[Membership] = list(recipients.heads.of(request.department)) or recipients.dx_office
        words = partial(say_chase_of_approval, request)
        return list(messages_to(heads, words=words, occasion=f"{step.id}:approve", path=request_path(request)))
    words_to_all = partial(say_chase, request, actor.on)
    return list(messages_to(recipients.of(request), words=words_to_all, occasion=step.id, path=request_path(request)))
