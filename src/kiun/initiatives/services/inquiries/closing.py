"""The end of a round, its second beginning, and who is asked besides or no more."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.initiatives.models import Inquiry, Request, RequestState, Round, RoundState
from kiun.initiatives.services.inquiries.deadlines import put_off
from kiun.initiatives.services.inquiries.drafting import locked_round
from kiun.initiatives.services.inquiries.measuring import take_back_values
from kiun.initiatives.services.inquiries.messages import Recipients, request_path, settle_request, settle_requests, tell
from kiun.initiatives.services.inquiries.opening import add_requests, tell_asked
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.department_holders import Relocation
from kiun.municipality.models import Department


@transaction.atomic
def close_round(*, actor: Actor, round_: Round) -> Round:
    locked = locked_round(actor, round_)
    if not locked.is_open:
        raise DomainError(_("Only a round that waits for answers can be closed."))
    before = snapshot(locked)
    locked.state, locked.closed_on = RoundState.CLOSED, actor.on
    locked.save(update_fields=["state", "closed_on"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    settle_requests(Request.objects.filter(round=locked))
    return locked


@transaction.atomic
def reopen_round(*, actor: Actor, round_: Round, until: date) -> Round:
    """For those whose answer is still missing, and for corrections."""
    locked = locked_round(actor, round_)
    if not locked.is_closed:
        raise DomainError(_("This round is not closed."))
    if until < actor.on:
        raise DomainError(_("The day lies in the past. Choose today or a later day."), field="until")
    before = snapshot(locked)
    locked.state, locked.closed_on = RoundState.OPEN, None
    locked.save(update_fields=["state", "closed_on"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    return put_off(actor, locked, until)


@transaction.atomic
def add_department(*, actor: Actor, round_: Round, department: Department, due_on: date) -> Request:
    """One that was forgotten, is new, or is asked after all."""
    locked = locked_round(actor, round_)
    if not locked.is_open:
        raise DomainError(_("Departments can be added while the round waits for answers."))
    if due_on < actor.on:
        raise DomainError(_("The day lies in the past. Choose today or a later day."), field="due_on")
    stored = Request.objects.filter(round=locked, department=department).first()
    if stored and stored.state != RequestState.WITHDRAWN:
        raise DomainError(_("This department is asked already."), field="department")
    if stored:
        before = snapshot(stored)
        stored.state, stored.words = RequestState.ASKED, ""
        stored.asked_on, stored.due_on = actor.on, due_on
        stored.submitted_by = stored.approved_by = stored.answered_on = None
        stored.save()
        change = change_of(stored, Verb.CHANGED, before)
    else:
        stored = add_requests(actor, locked, [department], due_on)[0]
        change = change_of(stored, Verb.CREATED)
    record(actor, change)
    tell_asked(actor, [stored])
    return stored


@transaction.atomic
def withdraw_request(*, actor: Actor, request: Request, words: str) -> Request:
    """Not asked any more: it counts nowhere, what was written stays."""
    locked_round(actor, request.round)
    locked = (
        Request.objects.select_for_update(of=("self",))
        .select_related("department", "contact__user", "round__inquiry")
        .get(pk=request.pk)
    )
    if not locked.round.is_open or locked.state == RequestState.WITHDRAWN:
        raise DomainError(_("This department is not asked at the moment."))
    before = snapshot(locked)
    locked.state, locked.words = RequestState.WITHDRAWN, words.strip()
    locked.save()
    take_back_values(actor, locked)
    record(actor, change_of(locked, Verb.CHANGED, before))
    settle_request(locked)
    tell(
        actor,
        Recipients(actor.on).of(locked),
        words=lambda: (_("No answer is needed any more: %(title)s") % {"title": locked.round}, locked.words),
        occasion=f"inquiry:{locked.pk}:withdrawn:{locked.changed_at.isoformat()}",
        path=request_path(locked),
    )
    return locked


@transaction.atomic
def move_requests(rows: Collection[Request], relocation: Relocation) -> None:
    """A 組織改編: the successor answers what its predecessor was asked; where it is asked itself, once is enough."""
    changes = []
    for row in rows:
        before = snapshot(row)
        if Request.objects.filter(round=row.round_id, department=relocation.to).exists():
            row.state, row.words = RequestState.WITHDRAWN, relocation.reason
        else:
            row.department = relocation.to
        row.save()
        changes.append(change_of(row, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)


@transaction.atomic
def move_inquiries(rows: Collection[Inquiry], relocation: Relocation) -> None:
    changes = []
    for inquiry in rows:
        before = snapshot(inquiry, only=["department"])
        inquiry.department = relocation.to
        inquiry.save(update_fields=["department"])
        changes.append(change_of(inquiry, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)
