"""The next round of an inquiry, made by hand or by itself, and the copy of one as a new inquiry."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.goals.cadence import next_reading
from kiun.goals.models import Cadence
from kiun.initiatives.models import Inquiry, Question, Rhythm, Round, Target
from kiun.initiatives.services.inquiries.drafting import hold_inquiry, locked_round
from kiun.initiatives.services.inquiries.messages import Recipients, round_path, tell
from kiun.initiatives.services.inquiries.opening import begin_opening
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.schedule import in_turn
from kiun.municipality.actors import Actor, record, require

CADENCES = {Rhythm.QUARTERLY: Cadence.QUARTERLY, Rhythm.YEARLY: Cadence.YEARLY}
_COPIED = ("order", "kind", "text", "note", "example", "unit", "least", "most", "choices", "indicator", "is_optional")


@transaction.atomic
def copy_round(*, actor: Actor, round_: Round) -> Round:
    """As a new inquiry of one's own, once; nothing of the answers comes along."""
    require(actor, "initiatives.ask_departments")
    require(actor, "initiatives.see_round", round_)
    if actor.membership is None:
        raise DomainError(_("Choose who is in charge of this inquiry."))
    inquiry = Inquiry(
        municipality=actor.municipality,
        title=_("Copy of %(title)s") % {"title": round_.inquiry.title[:100]},
        purpose=round_.inquiry.purpose,
        department=actor.membership.department,
        owner=actor.membership,
        days_to_answer=round_.inquiry.days_to_answer,
    )
    inquiry.save()
    record(actor, change_of(inquiry, Verb.CREATED))
    return _copied(actor, round_, inquiry, number=1, due_on=_due(actor, inquiry))


@transaction.atomic
def prepare_next_round(*, actor: Actor, round_: Round) -> Round:
    """A draft that knows the last values. There is one draft at a time."""
    hold_inquiry(round_)
    inquiry = locked_round(actor, round_).inquiry
    newest = _newest(inquiry)
    if newest.is_draft:
        return newest
    return _next(actor, newest, _due(actor, inquiry))


def begin_due_rounds(actor: Actor) -> int:
    """What a duty does every hour: send out the rounds whose day has come; `actor` is Kiun itself."""
    due = Inquiry.objects.exclude(rhythm=Rhythm.ONCE).filter(next_on__lte=actor.on)
    return in_turn(due.select_related("owner__user").order_by("pk"), lambda inquiry: _begin_or_tell(actor, inquiry))


def _begin_or_tell(actor: Actor, inquiry: Inquiry) -> int:
    """What cannot go out is tried again by the next run; meanwhile its owner can put it right."""
    try:
        return _begin(actor, inquiry)
    except DomainError as error:
        _tell_stuck(actor, inquiry, error.message)
        return 0


@transaction.atomic
def _tell_stuck(actor: Actor, inquiry: Inquiry, why: str) -> None:
    tell(
        actor,
        [inquiry.owner] if inquiry.owner.may_own(actor.on) else Recipients(actor.on).dx_office,
        words=lambda: (
            _("The next round could not be sent: %(title)s") % {"title": inquiry},
            _("%(why)s Prepare the next round and put this right in it; it then goes out by itself within the hour.")
            % {"why": why},
        ),
        occasion=f"inquiry:{inquiry.pk}:stuck:{inquiry.next_on}",
        path=round_path(_newest(inquiry)),
    )


@transaction.atomic
def _begin(actor: Actor, inquiry: Inquiry) -> int:
    """The day moves on in the transaction that makes the round: a second run of the same day finds nothing to do."""
    locked = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if locked.next_on is None or locked.next_on > actor.on:
        return 0
    before = snapshot(locked, only=["next_on"])
    while locked.next_on <= actor.on:
        locked.next_on = later(locked.next_on, locked.rhythm)
    locked.save(update_fields=["next_on"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    newest = _newest(locked)
    round_ = _renewed(actor, newest) if newest.is_draft else _next(actor, newest, _due(actor, locked))
    begin_opening(actor=actor, round_=round_)
    return 1


def _renewed(actor: Actor, draft: Round) -> Round:
    """Prepared some time ago, it goes out with the days of now, but for the one that a person chose."""
    before = snapshot(draft)
    if not draft.is_due_chosen or draft.due_on < actor.on:
        draft.due_on = _due(actor, draft.inquiry)
        draft.save(update_fields=["due_on"])
    record(actor, change_of(draft, Verb.CHANGED, before), *_move_days_on(draft))
    return draft


def _move_days_on(draft: Round) -> list[Change]:
    """Otherwise the answers would be written over those of the round before."""
    changes = []
    for question in Question.objects.filter(round=draft, earlier__isnull=False):
        if question.as_of:
            before = snapshot(question, only=["as_of"])
            question.as_of = _moved_on(question.as_of, draft.inquiry.rhythm, draft.due_on)
            question.save(update_fields=["as_of"])
            changes.append(change_of(question, Verb.CHANGED, before))
    return changes


def later(day: date, rhythm: str) -> date:
    return next_reading(day, CADENCES[Rhythm(rhythm)])


def _due(actor: Actor, inquiry: Inquiry) -> date:
    return actor.on + timedelta(days=inquiry.days_to_answer)


def _newest(inquiry: Inquiry) -> Round:
    return Round.objects.filter(inquiry=inquiry).select_related("inquiry__department").latest("number")


def _next(actor: Actor, round_: Round, due_on: date) -> Round:
    return _copied(actor, round_, round_.inquiry, number=round_.number + 1, due_on=due_on)


def _copied(actor: Actor, round_: Round, inquiry: Inquiry, *, number: int, due_on: date) -> Round:
    copy = Round(
        municipality=actor.municipality, inquiry=inquiry, number=number, audience=round_.audience, due_on=due_on
    )
    copy.save()
    continues = inquiry == round_.inquiry
    Question.objects.bulk_create(
        [
            Question(
                municipality=actor.municipality, round=copy, **_terms(question, inquiry, due_on, continues=continues)
            )
            for question in Question.objects.filter(round=round_).select_related("indicator")
        ]
    )
    Target.objects.bulk_create(
        [
            Target(municipality=actor.municipality, round=copy, department=target.department)
            for target in Target.objects.filter(round=round_).select_related("department")
        ]
    )
    record(actor, change_of(copy, Verb.CREATED))
    return copy


def _terms(question: Question, inquiry: Inquiry, due_on: date, *, continues: bool) -> Mapping[str, Any]:
    """The day of an indicator's value moves on with the rhythm; only the next round knows the last values."""
    as_of = question.as_of
    if as_of and continues and inquiry.rhythm != Rhythm.ONCE:
        as_of = _moved_on(as_of, inquiry.rhythm, due_on)
    return {
        **{name: getattr(question, name) for name in _COPIED},
        "as_of": as_of,
        "earlier": question if continues else None,
    }


def _moved_on(as_of: date, rhythm: str, due_on: date) -> date:
    while (following := later(as_of, rhythm)) <= due_on:
        as_of = following
    return as_of
