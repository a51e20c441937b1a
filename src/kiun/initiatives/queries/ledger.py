"""計画の変更の台帳: entries as far as a reader may see what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kiun.activity.history import field_changes, kind_name
from kiun.activity.models import AuditEntry
from kiun.initiatives.models import (
    Milestone,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Phase,
    Revision,
    RevisionItem,
    TechnologyNeed,
)
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.search import contains_all, words_of
from kiun.municipality.actors import Actor
from kiun.ui.history import FieldChange

INITIATIVE = "initiatives.initiative"
PARTS: tuple[tuple[Any, str], ...] = (
    (Phase, "initiative"),
    (Milestone, "initiative"),
    (Mode, "initiative"),
    (PeopleNeed, "mode__initiative"),
    (MoneyNeed, "mode__initiative"),
    (TechnologyNeed, "mode__initiative"),
)


@dataclass(frozen=True)
class LedgerFilter:
    words: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_set(self) -> bool:
        return self != LedgerFilter()

    def narrow(self, revisions: QuerySet[Revision]) -> QuerySet[Revision]:
        for word in words_of(self.words):
            named = RevisionItem.objects.filter(contains_all([word], "label"))
            revisions = revisions.filter(contains_all([word], "reason") | Q(pk__in=named.values("revision")))
        if self.source:
            revisions = revisions.filter(source=self.source)
        if self.since:
            revisions = revisions.filter(on__gte=self.since)
        return revisions.filter(on__lte=self.until) if self.until else revisions


def visible_revision_items(actor: Actor) -> QuerySet[RevisionItem]:
    items = RevisionItem.objects.all()
    if actor.sees_all or actor.user is None:
        return items
    own = list(visible_initiatives(actor).values_list("pk", flat=True))
    seen = Q(object_type=INITIATIVE, object_id__in=own) | Q(object_type__startswith="goals.")
    # A part that was removed is known by what stood in it.
    seen |= Q(before__initiative__id__in=own)
    for model, way in PARTS:
        rows = model.objects.filter(**{f"{way}__in": own}).values("pk")
        seen |= Q(object_type=model._meta.label_lower, object_id__in=rows)
    return items.filter(seen)


def visible_revisions(actor: Actor) -> QuerySet[Revision]:
    revisions = Revision.objects.all()
    if actor.sees_all or actor.user is None:
        return revisions
    return revisions.filter(Exists(visible_revision_items(actor).filter(revision=OuterRef("pk"))))


def listed_revisions(actor: Actor) -> QuerySet[Revision]:
    items = Prefetch("items", visible_revision_items(actor), to_attr="shown_items")
    people = visible_revisions(actor).select_related("approver__user", "made_by__user", "undoes")
    return people.prefetch_related(items, "undone_by")


@dataclass(frozen=True, kw_only=True)
class LedgerItem:
    """One row of the plan before and after, in words."""

    item: RevisionItem
    kind: str
    changes: tuple[FieldChange, ...]

    @property
    def is_new(self) -> bool:
        return not self.item.before

    @property
    def is_gone(self) -> bool:
        return not self.item.after


def in_words(items: Iterable[RevisionItem]) -> list[LedgerItem]:
    return [LedgerItem(item=item, kind=kind_name(item.object_type), changes=_changes(item)) for item in items]


def _changes(item: RevisionItem) -> tuple[FieldChange, ...]:
    """As the record of changes tells them."""
    return field_changes(AuditEntry(object_type=item.object_type, before=item.before, after=item.after))
