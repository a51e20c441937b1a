"""The meeting itself: what is said and decided is written down field by field, by whoever has the word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import AgendaItem, Review, ReviewDecision, ReviewState
from kiun.initiatives.services.people import check_person
from kiun.initiatives.services.reviews.gathering import gather, keep_figures
from kiun.initiatives.services.reviews.preparing import locked, locked_item
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

FIELDS_OF_ITEM = ("grade", "minutes")
FIELDS_OF_DECISION = ("verdict", "reason", "what", "person", "due_on", "initiative")


@transaction.atomic
def begin_review(*, actor: Actor, review: Review) -> Review:
    """From here on the agenda keeps the figures of this moment. The day that it was planned for stays beside the day on
    which it is held, where they differ.
    """
    require(actor, "initiatives.hold_reviews")
    stored = locked(review)
    if not stored.is_preparing:
        raise DomainError(_("This review has begun already."))
    gather(actor=actor, review=stored)
    if not stored.items.filter(put_off_reason="").exists():
        raise DomainError(_("The agenda is empty. Add an item before you begin."))
    keep_figures(actor=actor, items=stored.items.all())
    before = snapshot(stored)
    if stored.held_on != actor.on:
        stored.planned_on, stored.held_on = stored.held_on, actor.on
    stored.state, stored.begun_at = ReviewState.RUNNING, timezone.now()
    stored.current = stored.items.filter(put_off_reason="").first()
    stored.save(update_fields=["state", "begun_at", "planned_on", "held_on", "current"])
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


@transaction.atomic
def go_to_item(*, actor: Actor, item: AgendaItem) -> None:
    """The meeting is at this item now: the screens of the others follow."""
    require(actor, "initiatives.hold_reviews")
    review = Review.objects.get(pk=item.review_id)
    if review.is_running and review.current_id != item.pk:
        before = snapshot(review, only=["current"])
        review.current = item
        review.save(update_fields=["current"])
        record(actor, change_of(review, Verb.CHANGED, before))


@dataclass(frozen=True, kw_only=True)
class Writing:
    """One field, and what the page showed of it before it was changed."""

    field: str
    value: Any
    known: str


@transaction.atomic
def write_all_down(*, actor: Actor, item: AgendaItem, writings: Sequence[Writing]) -> None:
    """All of a form, or nothing."""
    for one in writings:
        write_down(actor=actor, item=item, field=one.field, value=one.value, known=one.known)


@transaction.atomic
def write_down(*, actor: Actor, item: AgendaItem, field: str, value: Any, known: str) -> None:
    """One field of the item or of its decision. `known` is what the page showed before it was changed: somebody else
    may have changed the same field since.
    """
    require(actor, "initiatives.decide_in_review")
    stored, review = locked_item(item)
    if not review.is_running:
        raise DomainError(_("This review has not begun yet."))
    row: Any = stored if field in FIELDS_OF_ITEM else _decision(actor, stored)
    _refuse_overwriting(getattr(row, field), value, known)
    if isinstance(value, Membership):
        check_person(value, before={row.person_id}, on=actor.on, field=field)
    before = snapshot(row, only=[field]) if row.pk else None
    setattr(row, field, value)
    row.full_clean(exclude=["municipality"])
    row.save()
    record(actor, change_of(row, Verb.CHANGED if before is not None else Verb.CREATED, before))


def _decision(actor: Actor, item: AgendaItem) -> ReviewDecision:
    found = ReviewDecision.objects.filter(item=item).first()
    return found or ReviewDecision(municipality=actor.municipality, item=item)


def _refuse_overwriting(stored: Any, value: Any, known: str) -> None:
    if as_written(stored) not in (known, as_written(value)):
        raise ConflictError(
            _("Somebody else has written “%(text)s” here in the meantime. Nothing has been overwritten.")
            % {"text": str(stored) or "—"},
            details={"stored": as_written(stored)},
        )


def as_written(value: Any) -> str:
    """A value the way a form sends it."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    # A browser sends its line ends as two characters.
    return value.isoformat() if isinstance(value, date) else str(value).replace("\r\n", "\n")
