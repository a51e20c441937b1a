"""Everything before the meeting: its day and people, its agenda, and what the departments say to it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import AgendaItem, DepartmentStatement, Review, ReviewParticipant
from kiun.initiatives.queries.reviews.page import minor_items
from kiun.initiatives.services.reviews.gathering import gather, keep_figures
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

PARTICIPANTS = "participants"


@transaction.atomic
def save_review(*, actor: Actor, review: Review, participants: Sequence[Membership], seen: int | None = None) -> Review:
    """Plan a review, or change its day and its people; a new one gets its agenda at once. Who decides is invited; the
    minutes name people in the order of `participants`.
    """
    require(actor, "initiatives.hold_reviews")
    stored = locked(review) if review.pk else None
    if stored:
        refuse_closed(stored)
        ensure_unchanged(stored, seen)
    _refuse_second_of_quarter(review)
    before = {**snapshot(stored), PARTICIPANTS: _names(stored)} if stored else {}
    review.municipality = actor.municipality
    review.full_clean(exclude=["municipality"])
    review.save()
    _invite(review, list(dict.fromkeys([*participants, review.decider])))
    record(actor, _change(review, before))
    if stored is None:
        gather(actor=actor, review=review)
    return review


def _refuse_second_of_quarter(review: Review) -> None:
    others = Review.objects.filter(year=review.year, quarter=review.quarter).exclude(pk=review.pk)
    if others.exists():
        raise DomainError(_("There is already a review of this quarter. Open it instead."), field="quarter_key")


def _names(review: Review) -> str:
    return "、".join(str(row.post) for row in review.participants.select_related("post__user"))


def _change(review: Review, before: dict[str, object]) -> Change:
    after = {**snapshot(review), PARTICIPANTS: _names(review)}
    names = [name for name in after if before.get(name) != after[name]]
    return Change(
        object_type=review._meta.label_lower,
        object_id=review.pk,
        label=str(review),
        verb=Verb.CHANGED if before else Verb.CREATED,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names},
    )


def _invite(review: Review, posts: Sequence[Membership]) -> None:
    review.participants.exclude(post__in=posts).delete()
    known = set(review.participants.values_list("post", flat=True))
    ReviewParticipant.objects.bulk_create(
        [
            ReviewParticipant(municipality=review.municipality, review=review, post=post)
            for post in posts
            if post.pk not in known
        ]
    )


def locked(review: Review) -> Review:
    return Review.objects.select_for_update().get(pk=review.pk)


def refuse_closed(review: Review) -> None:
    if review.is_closed:
        raise DomainError(_("This review is closed: its minutes stay as they are."))


def locked_item(item: AgendaItem) -> tuple[AgendaItem, Review]:
    """The review is locked first, as everywhere: two people who work on one agenda cannot block each other."""
    review = Review.objects.select_for_update().get(pk=item.review_id)
    refuse_closed(review)
    return AgendaItem.objects.select_for_update().get(pk=item.pk), review


@transaction.atomic
def discard_review(*, actor: Actor, review: Review) -> None:
    """One that was planned by mistake."""
    require(actor, "initiatives.hold_reviews")
    stored = locked(review)
    if not stored.is_preparing:
        raise DomainError(_("This review has begun and can no longer be discarded."))
    before, pk = snapshot(stored), stored.pk
    stored.delete()
    record(actor, change_of(stored, Verb.DELETED, before, pk=pk))


@transaction.atomic
def save_item(*, actor: Actor, item: AgendaItem, seen: int | None = None) -> AgendaItem:
    """An item that somebody adds by hand, also while the meeting is held."""
    require(actor, "initiatives.hold_reviews")
    review = locked(item.review)
    refuse_closed(review)
    stored = AgendaItem.objects.select_for_update().get(pk=item.pk) if item.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    else:
        item.municipality, item.added_by = actor.municipality, actor.membership
        item.order = (review.items.aggregate(last=Max("order"))["last"] or 0) + 1
    before = snapshot(stored) if stored else None
    if item.department is None and item.initiative:
        item.department = item.initiative.department
    item.full_clean(exclude=["municipality"])
    item.save()
    if review.is_running:
        keep_figures(actor=actor, items=[item])
    record(actor, change_of(item, Verb.CHANGED if stored else Verb.CREATED, before))
    return item


@transaction.atomic
def remove_item(*, actor: Actor, item: AgendaItem) -> None:
    require(actor, "initiatives.hold_reviews")
    stored, _review = locked_item(item)
    if stored.subject_type:
        raise DomainError(_("This item comes from the data and would come back. Put it off, with the reason."))
    if stored.minutes or hasattr(stored, "decision") or hasattr(stored, "statement"):
        raise DomainError(_("Somebody has written about this item. Put it off instead: what was written stays."))
    before, pk = snapshot(stored), stored.pk
    stored.delete()
    record(actor, change_of(stored, Verb.DELETED, before, pk=pk))


@transaction.atomic
def move_item(*, actor: Actor, item: AgendaItem, step: int) -> None:
    """So many places up (negative) or down among the items that are not put off."""
    require(actor, "initiatives.hold_reviews")
    stored, review = locked_item(item)
    before = snapshot(stored, only=["order"])
    items = list(review.items.filter(put_off_reason="").exclude(pk=stored.pk))
    here = review.items.filter(put_off_reason="", order__lt=stored.order).count()
    items.insert(min(max(here + step, 0), len(items)), stored)
    for order, row in enumerate(items, start=1):
        row.order = order
    AgendaItem.objects.bulk_update(items, ["order"])
    Review.objects.filter(pk=review.pk).update(is_arranged=True)
    record(actor, change_of(stored, Verb.CHANGED, before))


@transaction.atomic
def put_off(*, actor: Actor, item: AgendaItem, reason: str) -> None:
    """Not this time: it comes back in the next review."""
    require(actor, "initiatives.hold_reviews")
    stored, _review = locked_item(item)
    if not reason.strip():
        raise DomainError(_("Please write why it is put off."), field="put_off_reason")
    _set(actor, stored, "put_off_reason", reason.strip())


@transaction.atomic
def put_off_minor(*, actor: Actor, review: Review, reason: str) -> int:
    """All that is not urgent and that nobody has written about, so that the meeting has time for the rest."""
    require(actor, "initiatives.hold_reviews")
    stored = locked(review)
    if not stored.is_preparing:
        raise DomainError(_("This review has begun already."))
    if not reason.strip():
        raise DomainError(_("Please write why it is put off."), field="put_off_reason")
    minor = minor_items(stored)
    for item in minor:
        _set(actor, item, "put_off_reason", reason.strip())
    return len(minor)


@transaction.atomic
def take_up(*, actor: Actor, item: AgendaItem) -> None:
    require(actor, "initiatives.hold_reviews")
    stored, _review = locked_item(item)
    _set(actor, stored, "put_off_reason", "")


def _set(actor: Actor, item: AgendaItem, name: str, value: object) -> None:
    before = snapshot(item, only=[name])
    setattr(item, name, value)
    item.full_clean(exclude=["municipality"])
    item.save(update_fields=[name])
    record(actor, change_of(item, Verb.CHANGED, before))


@transaction.atomic
def write_statement(*, actor: Actor, item: AgendaItem, text: str, seen: int | None = None) -> None:
    """所管課の説明. An empty text takes it away."""
    require(actor, "initiatives.state_on_item", item)
    stored, _review = locked_item(item)
    statement = DepartmentStatement.objects.filter(item=stored).first()
    if statement:
        ensure_unchanged(statement, seen)
    if not text.strip():
        if statement:
            last, pk = snapshot(statement), statement.pk
            statement.delete()
            record(actor, change_of(statement, Verb.DELETED, last, pk=pk))
        return
    before = snapshot(statement) if statement else None
    statement = statement or DepartmentStatement(municipality=actor.municipality, item=stored)
    statement.text, statement.author = text.strip(), actor.membership
    statement.full_clean(exclude=["municipality"])
    statement.save()
    record(actor, change_of(statement, Verb.CHANGED if before else Verb.CREATED, before))
