"""Reviews and their agendas as pages show them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from kiun.goals.review_agenda import Severity
from kiun.initiatives.models import AgendaItem, Initiative, Review, Verdict
from kiun.initiatives.queries.reviews.decisions import listed, only_stuck, with_state
from kiun.initiatives.queries.reviews.readiness import ItemState, Readiness, readiness_of
from kiun.initiatives.queries.reviews.visible import visible_decisions, visible_items
from kiun.municipality.actors import Actor

SHOWN = 5


def reviews_with_counts(actor: Actor) -> QuerySet[Any]:
    """All reviews of the town, the newest first, with how many items the reader sees of each."""
    seen = Q(items__in=visible_items(actor).values("pk"))
    decided = seen & Q(items__decision__decided_on__isnull=False)
    return Review.objects.annotate(
        seen_items=Count("items", filter=seen, distinct=True),
        decided_items=Count("items", filter=decided, distinct=True),
    )


def listed_items(actor: Actor) -> QuerySet[AgendaItem]:
    rows = visible_items(actor).select_related(
        "review",
        "department",
        "initiative",
        "indicator",
        "statement__author__user",
        "decision__person__user",
        "decision__person__department",
        "decision__initiative",
        "decision__task",
    )
    return rows.prefetch_related("findings")


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What one reader sees of a review; items that are put off stand apart."""

    review: Review
    rows: Sequence[Readiness]

    @property
    def put_off(self) -> list[Readiness]:
        return [row for row in self.rows if row.state == ItemState.PUT_OFF]

    @property
    def grave(self) -> int:
        return sum(row.item.severity == Severity.HIGH for row in self.on_the_table)

    @property
    def on_the_table(self) -> list[Readiness]:
        """What is urgent or was added by hand, then the rest; each in the order of the agenda."""
        return [*self.main, *self.minor]

    @property
    def main(self) -> list[Readiness]:
        return [row for row in self.rows if row.state != ItemState.PUT_OFF and not _is_minor(row.item)]

    @property
    def minor(self) -> list[Readiness]:
        return [row for row in self.rows if row.state != ItemState.PUT_OFF and _is_minor(row.item)]

    @property
    def main_count(self) -> int:
        return len(self.main)

    @property
    def shows_minor(self) -> bool:
        """Once the meeting has begun, each of them is to be decided on; so are they when nothing else is there."""
        return not self.review.is_preparing or not self.main

    @property
    def stated(self) -> int:
        return sum(hasattr(row.item, "statement") for row in self.on_the_table)

    @property
    def decided(self) -> int:
        return sum(row.state == ItemState.DECIDED for row in self.on_the_table)

    @property
    def open(self) -> list[Readiness]:
        return [row for row in self.on_the_table if row.state == ItemState.OPEN]

    @property
    def open_main(self) -> int:
        return sum(row.state == ItemState.OPEN for row in self.main)

    @property
    def incomplete(self) -> list[Readiness]:
        return [row for row in self.on_the_table if row.state == ItemState.INCOMPLETE]

    def with_verdict(self, verdict: str) -> list[Readiness]:
        return [row for row in self.on_the_table if row.decision and row.decision.verdict == verdict]

    @property
    def verdicts(self) -> list[tuple[str, str, int]]:
        """Each verdict with its word and how often it was given."""
        counts = Counter(row.decision.verdict for row in self.on_the_table if row.decision)
        return [(verdict.value, str(verdict.label), counts[verdict.value]) for verdict in Verdict]

    def place_of(self, item: AgendaItem) -> int:
        """Counted from 1; 0 for one that is put off."""
        keys = [row.item.pk for row in self.on_the_table]
        return keys.index(item.pk) + 1 if item.pk in keys else 0

    def next_to(self, item: AgendaItem, step: int) -> AgendaItem | None:
        rows, here = self.on_the_table, self.place_of(item) - 1
        there = here + step
        return rows[there].item if here >= 0 and 0 <= there < len(rows) else None


def _is_minor(item: AgendaItem) -> bool:
    return item.severity == Severity.LOW and bool(item.subject_type)


def agenda_of(review: Review, actor: Actor) -> Agenda:
    return Agenda(review=review, rows=readiness_of(listed_items(actor).filter(review=review), actor.on))


def minor_items(review: Review) -> list[AgendaItem]:
    """From the data alone, not urgent, and without a word of the department."""
    items = review.items.exclude(subject_type="").filter(severity=Severity.LOW, put_off_reason="")
    return list(items.filter(statement__isnull=True))


def earlier_decisions(item: AgendaItem, actor: Actor) -> list[Any]:
    """What was decided about the same thing in the reviews before, the newest first."""
    about = Q(item__subject_type=item.subject_type, item__subject_id=item.subject_id)
    if not item.subject_id or not item.subject_type:
        about = Q(item__initiative=item.initiative_id) if item.initiative_id else Q(pk__in=[])
    decided = with_state(visible_decisions(actor).filter(about).exclude(item=item), actor.on)
    return list(listed(decided).order_by("-decided_on")[:SHOWN])


def stuck_by_review(actor: Actor) -> dict[int, int]:
    """How many decisions of each review do not move."""
    stuck = only_stuck(with_state(visible_decisions(actor), actor.on), actor.on)
    return dict(stuck.order_by().values_list("item__review").annotate(Count("pk")))


def sits_at_the_table(actor: Actor, review: Review) -> bool:
    """Reads what the meeting says of itself as a whole; others read what concerns them."""
    return actor.sees_all or review.participants.filter(post__in=actor.membership_ids).exists()


def is_expected_to_state(actor: Actor, review: Review) -> bool:
    """Whether items of departments that the reader heads still wait for their words."""
    if not actor.headed_paths or not review.is_preparing:
        return False
    waiting = visible_items(actor).filter(review=review, statement__isnull=True, put_off_reason="")
    return waiting.exists()


def decisions_of_initiative(actor: Actor, initiative: Initiative) -> list[Any]:
    """For the page of an initiative, the newest first."""
    about = Q(initiative=initiative) | Q(item__initiative=initiative)
    return list(listed(with_state(visible_decisions(actor).filter(about), actor.on))[:SHOWN])
