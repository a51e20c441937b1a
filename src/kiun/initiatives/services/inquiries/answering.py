"""A department writes its answer, hands it to its head, and the head approves it or returns it with words."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.queries import version_of
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.inquiry_answers import TOWN_HALL_LANGUAGE, Given, columns_of, say_given
from kiun.initiatives.models import UNANSWERED, Answer, Request, RequestState, Round, Route
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.initiatives.queries.inquiries.sheets import (
    AnswerSheet,
    SheetRow,
    answer_name,
    note_name,
    reason_name,
    sheet_of,
)
from kiun.initiatives.services.inquiries.measuring import record_values, take_back_values
from kiun.initiatives.services.inquiries.messages import (
    Recipients,
    request_path,
    round_path,
    settle_request,
    tell,
)
from kiun.initiatives.services.people import check_person
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, may, record, require
from kiun.municipality.models import Membership


@transaction.atomic
def save_answers(
    *,
    actor: Actor,
    request: Request,
    given: Mapping[int, Given],
    route: str = Route.WEB,
    seen: int | None = None,
    unasked: Collection[int] = (),
) -> Request:
    """Keep what has been written so far; nobody outside the department sees it before it is approved. `unasked`:
    questions whose reason was written about another value; it is kept, and asked about before the answer is submitted.
    """
    locked = locked_request(actor, request)
    _ensure_writable(locked)
    ensure_unchanged(locked, seen)
    rows = [row for row in sheet_of(locked).rows if row.question.pk in given]
    said = {row.question.pk: _said(row, given[row.question.pk], unasked) for row in rows}
    changed = [row for row in rows if said[row.question.pk] != row.given]
    if changed:
        _write(actor, locked, changed, said)
        _touch(locked, route)
        with override(TOWN_HALL_LANGUAGE):
            change = _change_of_answers(locked, changed, said)
        record(actor, change)
    return locked


def _said(row: SheetRow, given: Given, unasked: Collection[int]) -> Given:
    return row.with_reason_only(given) if row.question.pk in unasked else row.explained(given)


def locked_request(actor: Actor, request: Request, permission: str = "initiatives.answer_request") -> Request:
    """With its round, and that first as everywhere: nobody closes it while an answer is being written."""
    Round.objects.select_for_update().get(pk=request.round_id)
    rows = Request.objects.select_for_update(of=("self",)).select_related(
        "round__inquiry__department", "round__inquiry__owner__user", "department", "contact__user", "submitted_by__user"
    )
    locked = rows.get(pk=request.pk)
    if not locked.round.is_open:
        raise DomainError(_("This round has been closed. Ask whoever sent it if your answer is still wanted."))
    require(actor, permission, locked)
    return locked


def _ensure_writable(request: Request) -> None:
    if not request.is_writable:
        raise DomainError(_("The answer has been submitted. Take it back first to change it."))


def _write(actor: Actor, request: Request, rows: Iterable[SheetRow], given: Mapping[int, Given]) -> None:
    keys = [row.question.pk for row in rows]
    Answer.objects.filter(request=request, question__in=keys).delete()
    Answer.objects.bulk_create(
        [
            Answer(municipality=actor.municipality, request=request, question_id=key, **columns_of(given[key]))
            for key in keys
            if not given[key].is_blank
        ]
    )


def _touch(request: Request, route: str) -> None:
    request.route = route
    if request.state == RequestState.ASKED:
        request.state = RequestState.WRITING
    request.save(update_fields=["state", "route", "changed_at"])


def _change_of_answers(request: Request, rows: Iterable[SheetRow], given: Mapping[int, Given]) -> Change:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for row in rows:
        new = given[row.question.pk]
        pairs = (
            (answer_name(row.number), say_given(row.question, row.given), say_given(row.question, new)),
            (note_name(row.number), row.given.note, new.note),
            (reason_name(row.number), row.given.reason, new.reason),
        )
        for name, old, said in pairs:
            if old != said:
                before[name], after[name] = old, said
    return Change(
        object_type=request._meta.label_lower,
        object_id=request.pk,
        label=str(request)[:200],
        verb=Verb.CHANGED,
        before=before,
        after=after,
    )


@transaction.atomic
def save_and_submit(*, actor: Actor, request: Request, given: Mapping[int, Given], seen: int | None = None) -> Request:
    """One press, one transaction: what cannot be submitted is not saved by halves."""
    saved = save_answers(actor=actor, request=request, given=given, seen=seen)
    return submit_answers(actor=actor, request=saved)


@transaction.atomic
def submit_answers(*, actor: Actor, request: Request, seen: int | None = None) -> Request:
    """To the head; what a head submits needs no second press, and so is what the head has `seen`."""
    locked = locked_request(actor, request)
    _ensure_writable(locked)
    ensure_unchanged(locked, seen)
    sheet = sheet_of(locked)
    _ensure_complete(sheet)
    _ensure_explained(sheet)
    before = snapshot(locked)
    locked.state, locked.submitted_by, locked.words = RequestState.SUBMITTED, actor.membership, ""
    if may(actor, "initiatives.approve_request", locked):
        _approve(actor, locked, sheet)
        record(actor, change_of(locked, Verb.CHANGED, before))
        _tell_if_complete(actor, locked)
        return locked
    locked.save()
    record(actor, change_of(locked, Verb.CHANGED, before))
    settle_request(locked)
    tell(
        actor,
        _deciders(actor, locked),
        words=partial(_say_submitted, locked),
        occasion=f"inquiry:{locked.pk}:submitted:{version_of(locked)}",
        path=request_path(locked),
    )
    return locked


def _ensure_complete(sheet: AnswerSheet) -> None:
    if missing := sheet.missing:
        raise DomainError(
            _("These questions are not answered yet: %(numbers)s. Where one does not concern you, choose “not "
              "applicable”.") % {"numbers": "、".join(answer_name(row.number) for row in missing)},
            details={"missing": [row.question.pk for row in missing]},
        )  # fmt: skip


def _ensure_explained(sheet: AnswerSheet) -> None:
    """Before it goes to the head, who reads the reason beside the value."""
    if rows := sheet.unexplained:
        raise DomainError(
            _("These values are unusual: %(numbers)s. Open the answer on the page, and correct them or write why they "
              "are right.") % {"numbers": "、".join(answer_name(row.number) for row in rows)},
            details={"unexplained": [row.question.pk for row in rows]},
        )  # fmt: skip


def _deciders(actor: Actor, request: Request) -> list[Membership]:
    heads = list(Heads(actor.on).of(request.department))
    return heads or Recipients(actor.on).dx_office


def _say_submitted(request: Request) -> tuple[str, str]:
    words = {"title": request.round, "department": request.department, "person": request.submitted_by or ""}
    return (
        _("Please approve the answer: %(title)s") % words,
        _("%(person)s has written the answer of %(department)s. Approve it, or return it with a word.") % words,
    )


@transaction.atomic
def approve_answers(*, actor: Actor, request: Request, seen: int | None = None) -> Request:
    locked = locked_request(actor, request, "initiatives.approve_request")
    if locked.state != RequestState.SUBMITTED:
        raise DomainError(_("There is no answer that waits for approval."))
    ensure_unchanged(locked, seen)
    before = snapshot(locked)
    sheet = sheet_of(locked)
    _ensure_complete(sheet)
    _approve(actor, locked, sheet)
    record(actor, change_of(locked, Verb.CHANGED, before))
    tell(
        actor,
        [locked.submitted_by],
        words=lambda: (
            _("The answer was approved: %(title)s") % {"title": locked.round},
            _("It is part of the collation now. Thank you."),
        ),
        occasion=f"inquiry:{locked.pk}:approved:{version_of(locked)}",
        path=request_path(locked),
    )
    _tell_if_complete(actor, locked)
    return locked


def _approve(actor: Actor, request: Request, sheet: AnswerSheet) -> None:
    request.state, request.approved_by, request.answered_on = RequestState.ANSWERED, actor.membership, actor.on
    request.words = ""
    request.save()
    record_values(actor, request, sheet)
    settle_request(request)


def _tell_if_complete(actor: Actor, request: Request) -> None:
    round_ = request.round
    if Request.objects.filter(round=round_, state__in=UNANSWERED).exists():
        return
    tell(
        actor,
        [round_.inquiry.owner],
        words=lambda: (
            _("All departments have answered: %(title)s") % {"title": round_},
            _("You can close the round and take the collation along."),
        ),
        occasion=f"inquiry:{round_.pk}:complete",
        path=round_path(round_),
    )


@transaction.atomic
def return_answers(*, actor: Actor, request: Request, words: str) -> Request:
    """By the head before approval; afterwards by whoever asked, too. The department reads why."""
    by_head = may(actor, "initiatives.approve_request", request)
    locked = locked_request(actor, request, "initiatives.approve_request" if by_head else "initiatives.change_round")
    returnable = (RequestState.SUBMITTED, RequestState.ANSWERED) if by_head else (RequestState.ANSWERED,)
    if locked.state not in returnable:
        raise DomainError(_("There is no answer that could be returned."))
    if not words.strip():
        raise DomainError(_("Please write what should be changed."), field="words")
    before, approved_by = snapshot(locked), locked.approved_by
    locked.state, locked.words = RequestState.RETURNED, words.strip()
    locked.approved_by = locked.answered_on = None
    locked.save()
    take_back_values(actor, locked)
    record(actor, change_of(locked, Verb.CHANGED, before))
    tell(
        actor,
        {post.pk: post for post in [*_writers(actor, locked), locked.submitted_by, approved_by] if post}.values(),
        words=lambda: (
            _("The answer was returned: %(title)s") % {"title": locked.round},
            locked.words,
        ),
        occasion=f"inquiry:{locked.pk}:returned:{version_of(locked)}",
        path=request_path(locked),
    )
    return locked


def _writers(actor: Actor, request: Request) -> list[Membership]:
    return Recipients(actor.on).of(request)


@transaction.atomic
def take_back(*, actor: Actor, request: Request) -> Request:
    """Before the round is closed, a department may correct what it has submitted, and its head what is approved, too;
    until then it counts as missing.
    """
    locked = locked_request(actor, request, "initiatives.take_back_request")
    if locked.state not in (RequestState.SUBMITTED, RequestState.ANSWERED):
        raise DomainError(_("There is no answer that could be taken back."))
    before, approved_by = snapshot(locked), locked.approved_by
    locked.state, locked.approved_by, locked.answered_on = RequestState.WRITING, None, None
    locked.save()
    take_back_values(actor, locked)
    record(actor, change_of(locked, Verb.CHANGED, before))
    if approved_by:
        _tell_reopened(actor, locked, approved_by)
    return locked


def _tell_reopened(actor: Actor, request: Request, approved_by: Membership) -> None:
    """Whoever answers for it, and whoever has to hand it in again."""
    words = {"title": request.round, "department": request.department, "person": actor.membership or ""}
    tell(
        actor,
        {post.pk: post for post in [approved_by, request.submitted_by] if post}.values(),
        words=lambda: (
            _("The approved answer was taken back: %(title)s") % words,
            _("%(person)s has opened the answer of %(department)s again. It is not part of the collation until it is "
              "approved once more.") % words,
        ),
        occasion=f"inquiry:{request.pk}:reopened:{version_of(request)}",
        path=request_path(request),
    )  # fmt: skip


@transaction.atomic
def name_contact(*, actor: Actor, request: Request, contact: Membership | None) -> Request:
    locked = locked_request(actor, request)
    check_person(contact, before={locked.contact_id}, on=actor.on, field="contact")
    before = snapshot(locked)
    locked.contact = contact
    locked.save(update_fields=["contact", "changed_at"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    if contact and locked.is_writable:
        tell(
            actor,
            [contact],
            words=lambda: (
                _("You are the contact for: %(title)s") % {"title": locked.round},
                _("You can answer for %(department)s, on the page or by workbook.") % {"department": locked.department},
            ),
            occasion=f"inquiry:{locked.pk}:contact:{version_of(locked)}",
            path=request_path(locked),
        )
    return locked


@transaction.atomic
def hand_over_requests(*, actor: Actor, rows: Iterable[Request], to: Membership, reason: str) -> None:
    """The new contact of what is still to be answered."""
    changes = []
    for request in rows:
        before = snapshot(request, only=["contact"])
        request.contact = to
        request.save(update_fields=["contact", "changed_at"])
        changes.append(change_of(request, Verb.CHANGED, before, reason))
    record(actor, *changes)
