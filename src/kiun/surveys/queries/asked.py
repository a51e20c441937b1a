"""What a questionnaire asks. A locked one does not change any more: each process reads it once and remembers it."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.core.cache import caches

from kiun.surveys.models import Item, ItemKind, Questionnaire, Section

A_DAY = 60 * 60 * 24
# What a person is thought to take for one answer, reading included: an estimate on the slow side.
SECONDS: Mapping[str, int] = {
    ItemKind.SCALE: 6,
    ItemKind.SINGLE: 7,
    ItemKind.MULTIPLE: 12,
    ItemKind.RANKING: 20,
    ItemKind.NUMBER: 12,
    ItemKind.DAY: 12,
    ItemKind.SHORT_TEXT: 15,
    ItemKind.LONG_TEXT: 30,
    ItemKind.MATRIX: 5,  # for each row
}
SECONDS_TO_BEGIN = 10


@dataclass(frozen=True)
class Asked:
    """Items in their order, by section."""

    sections: Sequence[tuple[Section, Sequence[Item]]]

    @cached_property
    def items(self) -> list[Item]:
        return [item for _section, items in self.sections for item in items]

    @property
    def minutes(self) -> int:
        """How long it takes, rounded up to whole minutes."""
        seconds = SECONDS_TO_BEGIN + sum(SECONDS[item.kind] * max(len(item.rows), 1) for item in self.items)
        return -(-seconds // 60)


def asked_in(questionnaire: Questionnaire) -> Asked:
    if not questionnaire.is_locked:
        return _read(questionnaire)
    pages, key = caches["pages"], f"{asked_key(questionnaire)}:items"
    kept: Asked | None = pages.get(key)
    if kept is None:
        kept = _read(questionnaire)
        pages.set(key, kept, A_DAY)
    return kept


def asked_on_paper(questionnaire: Questionnaire) -> Asked:
    """On paper everybody may leave out what they like."""
    return Asked(
        [(section, [_optional(item) for item in items]) for section, items in asked_in(questionnaire).sections]
    )


def _optional(item: Item) -> Item:
    found = copy(item)
    found.is_required = False
    return found


def asked_key(questionnaire: Questionnaire) -> str:
    """Under which everything about this version is remembered."""
    return f"surveys:{questionnaire.municipality_id}:{questionnaire.family}:{questionnaire.number}"


def _read(questionnaire: Questionnaire) -> Asked:
    items = Item.objects.filter(questionnaire=questionnaire).select_related("section")
    return Asked([(section, list(asked)) for section, asked in groupby(items, key=lambda item: item.section)])
