"""Closing a review: all that was decided takes effect, or nothing does."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify
from kiun.initiatives.models import (
    AgendaItem,
    DecidedBy,
    InitiativeStatus,
    Review,
    ReviewDecision,
    ReviewParticipant,
    ReviewState,
    RevisionSource,
    Task,
)
from kiun.initiatives.queries.reviews.readiness import (
    ItemState,
    Readiness,
    initiative_of,
    lacks_of,
    readiness_of,
    stopped_initiative,
)
from kiun.initiatives.services.initiatives import end_initiative
from kiun.initiatives.services.reviews.gathering import keep_figures
from kiun.initiatives.services.reviews.preparing import locked
from kiun.initiatives.services.revisions import Decided
from kiun.initiatives.services.tasks import save_task
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.links import town_url

KIND = "initiatives.decision"


@transaction.atomic
def close_review(
    *,
    actor: Actor,
    review: Review,
    present: Collection[Membership],
    rest_reason: str = "",
    summary: str = "",
) -> Review:
    """`present` were there; `rest_reason` is why items were not come to: they return in the next review."""
    require(actor, "initiatives.hold_reviews")
    stored = locked(review)
    if not stored.is_running:
        raise DomainError(_("Only a review that is being held can be closed."))
    items = readiness_of(items_with_decisions(stored), actor.on)
    _refuse_lacking(items)
    _put_off_rest(actor, items, rest_reason.strip())
    _note_who_was_there(stored, present)
    # Of a review that began before figures were kept with every item.
    keep_figures(actor=actor, items=stored.items.filter(findings__isnull=True))
    decided = [one.decision for one in items if one.state == ItemState.DECIDED and one.decision]
    for decision in decided:
        _take_effect(actor, stored, decision)
    before = snapshot(stored)
    stored.state, stored.closed_at, stored.current, stored.summary = ReviewState.CLOSED, timezone.now(), None, summary
    stored.save(update_fields=["state", "closed_at", "current", "summary"])
    record(actor, change_of(stored, Verb.CHANGED, before))
    notify(town=actor.municipality, messages=[_message(actor, one) for one in decided if one.person])
    return stored


def items_with_decisions(review: Review) -> Sequence[AgendaItem]:
    return list(review.items.select_related("initiative", "decision__person__user", "decision__initiative"))


def _refuse_lacking(items: Sequence[Readiness]) -> None:
    if lacks := lacks_of(items):
        raise DomainError(between_sentences().join(str(lack) for lack in lacks))


def _note_who_was_there(review: Review, present: Collection[Membership]) -> None:
    """Whoever came without an invitation is put down, too."""
    if not present:
        raise DomainError(_("Choose who was there."), field="attended")
    invited = set(review.participants.values_list("post", flat=True))
    ReviewParticipant.objects.bulk_create(
        [
            ReviewParticipant(municipality=review.municipality, review=review, post=post)
            for post in present
            if post.pk not in invited
        ]
    )
    review.participants.update(attended=False)
    review.participants.filter(post__in=present).update(attended=True)


def decided_in(review: Review) -> Decided:
    """Of a meeting only its decider is named, and only if they were there."""
    was_there = review.participants.filter(post=review.decider_id, attended=True).exists()
    return Decided(how=DecidedBy.MEETING, who=review.decider if was_there else None)


def _put_off_rest(actor: Actor, items: Sequence[Readiness], reason: str) -> None:
    rest = [one.item for one in items if one.state == ItemState.OPEN]
    if rest and not reason:
        raise DomainError(_("Please write why these items were not decided on."), field="rest_reason")
    for item in rest:
        before = snapshot(item, only=["put_off_reason"])
        item.put_off_reason = reason
        item.save(update_fields=["put_off_reason"])
        record(actor, change_of(item, Verb.CHANGED, before))


def _take_effect(actor: Actor, review: Review, decision: ReviewDecision) -> None:
    before = snapshot(decision)
    decision.item.review = review
    decision.decided_on = actor.on
    decision.initiative = initiative_of(decision)
    if decision.initiative:
        # Another item may have stopped it a moment ago.
        decision.initiative.refresh_from_db()
    if stopped_initiative(decision):
        _stop(actor, review, decision)
    if decision.person is None:
        # Nothing more is asked of anybody.
        decision.carried_out_on = actor.on
    elif decision.initiative and decision.initiative.is_open:
        decision.task = _task(actor, decision)
    decision.given_to = _name(decision.person)
    decision.save()
    record(actor, change_of(decision, Verb.CHANGED, before))


def _name(person: Membership | None) -> str:
    return str(person)[:200] if person else ""


def _stop(actor: Actor, review: Review, decision: ReviewDecision) -> None:
    assert decision.initiative is not None
    decision.revision = end_initiative(
        actor=actor,
        initiative=decision.initiative,
        status=InitiativeStatus.STOPPED,
        on=actor.on,
        reason=reason_of(decision),
        source=RevisionSource.REVIEW,
        decided=decided_in(review),
    )
    decision.initiative.refresh_from_db()


def reason_of(decision: ReviewDecision) -> str:
    """As it stands in the ledger."""
    return f"{decision.item.review}：{decision.reason.strip()}"


def _task(actor: Actor, decision: ReviewDecision) -> Task:
    assert decision.initiative is not None
    assert decision.person is not None
    assert decision.due_on is not None
    task = Task(
        initiative=decision.initiative,
        name=decision.what.strip(),
        note=reason_of(decision),
        department=decision.person.department or decision.initiative.department,
        responsible=decision.person,
        starts_on=actor.on,
        due_on=decision.due_on,
    )
    return save_task(actor=actor, task=task)


def _message(actor: Actor, decision: ReviewDecision) -> Message:
    assert decision.person is not None
    assert decision.due_on is not None
    with override(decision.person.user.language):
        return Message(
            recipient=decision.person,
            kind=KIND,
            subject=_("Decided for you to carry out: %(what)s") % {"what": decision.what.strip()},
            body=_("%(review)s decided: %(item)s. Please carry it out by %(day)s.")
            % {"review": decision.item.review, "item": decision.item.title, "day": long_date(decision.due_on)},
            path=town_url(actor.municipality, "initiatives:decision_detail", decision.pk),
            occasion=f"review_decision:{decision.pk}",
        )
