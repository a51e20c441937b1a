"""A round before it goes out: what is asked, of whom, by when; and corrections of the words afterwards."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kiun.activity.services import notify
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import (
    UNANSWERED,
    Answer,
    Audience,
    Inquiry,
    Question,
    QuestionKind,
    Request,
    Rhythm,
    Round,
    Target,
)
from kiun.initiatives.services.inquiries.messages import Recipients, messages_to, others, request_path
from kiun.initiatives.services.people import check_person
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department, Membership

MOST_QUESTIONS = 200


@transaction.atomic
def create_inquiry(*, actor: Actor, inquiry: Inquiry, due_on: date) -> Round:
    """With its first round, as a draft of the person who asks."""
    require(actor, "initiatives.ask_departments")
    inquiry.municipality = actor.municipality
    if inquiry.owner_id is None:
        if actor.membership is None:
            raise DomainError(_("Choose who is in charge of this inquiry."))
        inquiry.owner = actor.membership
    inquiry.department = inquiry.department or inquiry.owner.department
    _check_rhythm(actor, inquiry)
    inquiry.full_clean(exclude=["municipality"])
    inquiry.save()
    round_ = Round(municipality=actor.municipality, inquiry=inquiry, due_on=due_on, is_due_chosen=True)
    _check_due(actor, due_on)
    round_.save()
    record(actor, change_of(inquiry, Verb.CREATED), change_of(round_, Verb.CREATED))
    return round_


@transaction.atomic
def change_round(
    *, actor: Actor, round_: Round, facts: Mapping[str, Any], due_on: date | None, seen: int | None = None
) -> Round:
    """`facts` are fields of the inquiry. The day changes here only in a draft; afterwards it is an extension."""
    hold_inquiry(round_)
    locked = locked_round(actor, round_)
    ensure_unchanged(locked, seen)
    inquiry = locked.inquiry
    owner_before = inquiry.owner_id
    before, round_before = snapshot(inquiry), snapshot(locked)
    for name, value in facts.items():
        setattr(inquiry, name, value)
    check_person(inquiry.owner, before={owner_before}, on=actor.on, field="owner")
    _check_rhythm(actor, inquiry)
    inquiry.full_clean(exclude=["municipality"])
    inquiry.save()
    if due_on and locked.is_draft:
        _check_due(actor, due_on)
        locked.is_due_chosen = locked.is_due_chosen or locked.due_on != due_on
        locked.due_on = due_on
        locked.save(update_fields=["due_on", "is_due_chosen"])
    record(actor, change_of(inquiry, Verb.CHANGED, before), change_of(locked, Verb.CHANGED, round_before))
    return locked


def hold_inquiry(round_: Round) -> None:
    """Before its rounds, as whatever repeats it does: two who need both must not wait for each other."""
    Inquiry.objects.select_for_update().get(pk=round_.inquiry_id)


def locked_round(actor: Actor, round_: Round) -> Round:
    require(actor, "initiatives.change_round", round_)
    rows = Round.objects.select_for_update(of=("self",)).select_related("inquiry__department", "inquiry__owner__user")
    return rows.get(pk=round_.pk)


def locked_draft(actor: Actor, round_: Round) -> Round:
    locked = locked_round(actor, round_)
    if not locked.is_draft:
        raise DomainError(_("This round has been sent out already. Make a copy to ask something else."))
    return locked


def _check_due(actor: Actor, due_on: date) -> None:
    if due_on < actor.on:
        raise DomainError(_("The day lies in the past. Choose today or a later day."), field="due_on")


def _check_rhythm(actor: Actor, inquiry: Inquiry) -> None:
    if inquiry.rhythm == Rhythm.ONCE:
        inquiry.next_on = None
    elif inquiry.next_on is None:
        raise DomainError(_("Choose the day on which the next round goes out."), field="next_on")
    elif inquiry.next_on <= actor.on:
        raise DomainError(_("The next round goes out by itself. Choose a day after today."), field="next_on")


@transaction.atomic
def save_question(*, actor: Actor, question: Question, seen: int | None = None) -> Question:
    """In a draft everything may change; after sending, the words: then older workbooks are not taken any more."""
    round_ = locked_round(actor, question.round)
    stored = Question.objects.get(pk=question.pk) if question.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    _check_question(question, round_)
    if not round_.is_draft:
        _check_correction(round_, stored, question)
    elif stored is None:
        question.order = _next_order(round_)
    before = snapshot(stored) if stored else None
    question.municipality = actor.municipality
    question.full_clean(exclude=["municipality"])
    question.save()
    change = change_of(question, Verb.CHANGED if before else Verb.CREATED, before)
    record(actor, change)
    if round_.is_open and change.after:
        _publish_correction(actor, round_)
    return question


def _next_order(round_: Round) -> int:
    orders = Question.objects.filter(round=round_).order_by()
    if orders.count() >= MOST_QUESTIONS:
        raise DomainError(_("A round has at most %(limit)s questions. Ask in two.") % {"limit": MOST_QUESTIONS})
    newest: int | None = orders.aggregate(newest=Max("order"))["newest"]
    return (newest or 0) + 1


def _check_question(question: Question, round_: Round) -> None:
    kind = question.kind
    if kind == QuestionKind.CHOICE and len(set(question.choices)) < 2:  # noqa: PLR2004 - one answer is no choice
        raise DomainError(_("Write at least two different answers to choose from, one a line."), field="choices")
    if question.least is not None and question.most is not None and question.least > question.most:
        raise DomainError(_("The smallest value is larger than the largest one."), field="most")
    if kind == QuestionKind.INDICATOR:
        _check_indicator(question, round_)


def _check_indicator(question: Question, round_: Round) -> None:
    if question.indicator is None:
        raise DomainError(_("Choose the indicator whose value is asked for."), field="indicator")
    if question.indicator.department_id is None:
        raise DomainError(
            _("No department is in charge of this indicator, so nobody could be asked. Choose its department first."),
            field="indicator",
        )
    if question.as_of is None:
        raise DomainError(_("Choose the day of the value."), field="as_of")
    if question.as_of > round_.due_on:
        raise DomainError(_("The value of a day after the deadline cannot be known by then."), field="as_of")


def _check_correction(round_: Round, stored: Question | None, question: Question) -> None:
    if not round_.is_open:
        raise DomainError(_("The questions of this round stay as they were answered."))
    fixed = ("kind", "indicator_id", "as_of")
    if stored is None or any(getattr(stored, name) != getattr(question, name) for name in fixed):
        raise DomainError(
            _("After sending, the words of a question can be corrected, but no question added and its kind not "
              "changed. Make a copy to ask something else.")
        )  # fmt: skip
    if stored.unit != question.unit:
        raise DomainError(
            _("After sending, the unit stays: the answers are in it. Make a copy to ask in another one."), field="unit"
        )
    _check_limits(stored, question)
    dropped = set(stored.choices) - set(question.choices)
    if dropped and Answer.objects.filter(question=stored, text__in=dropped).exists():
        raise DomainError(
            _("Somebody has chosen %(choices)s already. Keep it among the answers.") % {"choices": "、".join(dropped)},
            field="choices",
        )


def _check_limits(stored: Question, question: Question) -> None:
    given = Answer.objects.filter(question=stored)
    for name, outside in (("least", {"number__lt": question.least}), ("most", {"number__gt": question.most})):
        if getattr(question, name) is not None and given.filter(**outside).exists():
            raise DomainError(_("Somebody has answered beyond this limit already. Choose a wider one."), field=name)


def _publish_correction(actor: Actor, round_: Round) -> None:
    round_.version += 1
    round_.save(update_fields=["version"])
    recipients = Recipients(actor.on)
    waiting = Request.objects.filter(round=round_, state__in=UNANSWERED).select_related(
        "municipality", "department", "contact__user", "round__inquiry"
    )
    messages = [
        message
        for request in waiting
        for message in messages_to(
            others(actor, recipients.of(request)),
            words=partial(_say_corrected, request),
            occasion=f"inquiry:{request.pk}:version:{round_.version}",
            path=request_path(request),
        )
    ]
    notify(town=actor.municipality, messages=messages)


def _say_corrected(request: Request) -> tuple[str, str]:
    return (
        _("The questions were corrected: %(title)s") % {"title": request.round},
        _("Answers on the page are kept. A workbook that was downloaded before is not taken any more: download it "
          "again."),
    )  # fmt: skip


@transaction.atomic
def move_question(*, actor: Actor, question: Question, up: bool) -> None:
    round_ = locked_draft(actor, question.round)
    rows = list(Question.objects.filter(round=round_).order_by("order", "pk"))
    at = rows.index(question)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, start=1):
        row.order = order
    Question.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_question(*, actor: Actor, question: Question) -> None:
    locked_draft(actor, question.round)
    change = change_of(question, Verb.DELETED, snapshot(question))
    question.delete()
    record(actor, change)


@transaction.atomic
def choose_departments(*, actor: Actor, round_: Round, audience: str, departments: Collection[Department]) -> None:
    locked = locked_draft(actor, round_)
    if audience == Audience.ALL:
        departments = []
    elif not departments:
        raise DomainError(_("Choose at least one department."), field="departments")
    before = {**snapshot(locked, only=["audience"]), "targets": _names(locked)}
    locked.audience = audience
    locked.save(update_fields=["audience"])
    Target.objects.filter(round=locked).delete()
    Target.objects.bulk_create(
        [Target(municipality=actor.municipality, round=locked, department=row) for row in departments]
    )
    after = {**snapshot(locked, only=["audience"]), "targets": _names(locked)}
    record(actor, _change_of_audience(locked, before, after))


def _names(round_: Round) -> str:
    return "、".join(str(target) for target in Target.objects.filter(round=round_).select_related("department"))


def _change_of_audience(round_: Round, before: dict[str, Any], after: dict[str, Any]) -> Change:
    names = [name for name in after if before[name] != after[name]]
    return Change(
        object_type=round_._meta.label_lower,
        object_id=round_.pk,
        label=str(round_),
        verb=Verb.CHANGED,
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
    )


@transaction.atomic
def delete_draft(*, actor: Actor, round_: Round) -> None:
    """With the inquiry, if this was all there ever was of it."""
    hold_inquiry(round_)
    locked = locked_draft(actor, round_)
    inquiry = locked.inquiry
    changes = [change_of(locked, Verb.DELETED, snapshot(locked))]
    locked.delete()
    if not inquiry.rounds.exists():
        changes.append(change_of(inquiry, Verb.DELETED, snapshot(inquiry), pk=inquiry.pk))
        inquiry.delete()
    record(actor, *changes)


@transaction.atomic
def hand_over_inquiries(*, actor: Actor, rows: Collection[Inquiry], to: Membership, reason: str) -> None:
    changes = []
    for inquiry in rows:
        before = snapshot(inquiry, only=["owner"])
        inquiry.owner = to
        inquiry.save(update_fields=["owner"])
        changes.append(change_of(inquiry, Verb.CHANGED, before, reason))
    record(actor, *changes)
