"""What stands in a questionnaire that is still being written: sections and items, their order and their words."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.surveys.item_facts import LISTS, facts_of, put_facts
from kiun.surveys.models import Item, Questionnaire, Section
from kiun.surveys.ready_made import ReadyItem
from kiun.surveys.services.questionnaires import PARTS_OF_AN_ITEM, keys_of_family, locked_draft, next_order, ready_rows

MOST_ITEMS = 200


@transaction.atomic
def save_section(*, actor: Actor, section: Section, seen: int | None = None) -> Section:
    questionnaire = locked_draft(actor, section.questionnaire)
    stored = Section.objects.get(pk=section.pk) if section.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    else:
        section.order = next_order(questionnaire.sections)
    before = snapshot(stored) if stored else None
    section.municipality = actor.municipality
    section.full_clean(exclude=["municipality"])
    section.save()
    record(actor, change_of(section, Verb.CHANGED if before else Verb.CREATED, before))
    return section


@transaction.atomic
def move_section(*, actor: Actor, section: Section, up: bool) -> None:
    questionnaire = locked_draft(actor, section.questionnaire)
    rows = list(questionnaire.sections.all())
    at = rows.index(section)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    _number(rows)


@transaction.atomic
def remove_section(*, actor: Actor, section: Section) -> None:
    """With what is asked in it. One section always stays."""
    questionnaire = locked_draft(actor, section.questionnaire)
    if questionnaire.sections.count() == 1:
        raise DomainError(_("This is the only section. Remove the questions in it instead."))
    changes = [_told(item, Verb.DELETED, facts_of(item)) for item in section.items.all()]
    record(actor, *changes, change_of(section, Verb.DELETED, snapshot(section)))
    section.delete()


@transaction.atomic
def save_item(*, actor: Actor, item: Item, facts: Mapping[str, Any], seen: int | None = None) -> Item:
    """`facts` as `item_facts.facts_of` gives them, and the section."""
    questionnaire = locked_draft(actor, item.questionnaire)
    stored = Item.objects.select_related("section").get(pk=item.pk) if item.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    row = stored or item
    before = _facts(stored) if stored else {}
    put_facts(row, facts, used=_used_keys(questionnaire, row))
    if "section" in facts:
        row.section = facts["section"]
    _check(row)
    if stored is None:
        _check_room(questionnaire)
        row.municipality, row.key = actor.municipality, _fresh_key(questionnaire)
        row.order = next_order(row.section.items)
    elif before["section"]["id"] != row.section_id:
        row.order = next_order(row.section.items)
    row.full_clean(exclude=["municipality"])
    row.save()
    record(actor, _told(row, Verb.CHANGED if stored else Verb.CREATED, before))
    return row


def _check_room(questionnaire: Questionnaire) -> None:
    if questionnaire.items.count() >= MOST_ITEMS:
        raise DomainError(_("A questionnaire has at most %(limit)s questions.") % {"limit": MOST_ITEMS})


def _check(item: Item) -> None:
    for name in LISTS:
        texts = [line["text"] for line in getattr(item, name)]
        if len(set(texts)) != len(texts):
            raise DomainError(_("Two lines say the same. Write each once."), field=name)
    least, most = item.settings.get("least"), item.settings.get("most")
    if least and most and float(least) > float(most):
        raise DomainError(_("The smallest value is larger than the largest one."), field="most")


def _used_keys(questionnaire: Questionnaire, item: Item) -> set[str]:
    """Of lines that the item has in other versions."""
    others = Item.objects.filter(questionnaire__family=questionnaire.family, key=item.key).exclude(pk=item.pk)
    return {line["key"] for other in others for name in LISTS for line in getattr(other, name)} if item.key else set()


def _fresh_key(questionnaire: Questionnaire, wanted: str = "") -> str:
    taken = keys_of_family(questionnaire)
    if wanted and wanted not in taken:
        return wanted
    return next(key for number in range(1, len(taken) + 2) if (key := f"q{number}") not in taken)


def _facts(item: Item) -> dict[str, Any]:
    return {**facts_of(item), "section": {"id": item.section_id, "label": str(item.section)}}


def _told(item: Item, verb: Verb, before: Mapping[str, Any]) -> Change:
    """In the words of the form: nobody reads JSON."""
    after = {} if verb == Verb.DELETED else _facts(item)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return Change(
        object_type=Item._meta.label_lower,
        object_id=item.pk,
        label=str(item)[:200],
        verb=verb,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
    )


@transaction.atomic
def move_item(*, actor: Actor, item: Item, up: bool) -> None:
    """One place; from the end of a section into the next one."""
    questionnaire = locked_draft(actor, item.questionnaire)
    sections = list(questionnaire.sections.all())
    rows = list(Item.objects.filter(section=item.section_id).order_by("order", "pk"))
    at = rows.index(item)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        _number(rows)
        return
    place = [section.pk for section in sections].index(item.section_id) + (-1 if up else 1)
    if 0 <= place < len(sections):
        _move_into(rows[at], sections[place], at_end=up)


def _move_into(item: Item, section: Section, *, at_end: bool) -> None:
    others = list(section.items.order_by("order", "pk"))
    item.section = section
    item.save(update_fields=["section"])
    _number([*others, item] if at_end else [item, *others])


def _number(rows: list[Any]) -> None:
    for order, row in enumerate(rows, start=1):
        row.order = order
    type(rows[0]).objects.bulk_update(rows, ["order"])


@transaction.atomic
def duplicate_item(*, actor: Actor, item: Item) -> Item:
    """Right behind the first one. It is another question: what it is answered is compared with nothing."""
    questionnaire = locked_draft(actor, item.questionnaire)
    copy = _copy_into(questionnaire, item.section, item, _fresh_key(questionnaire))
    rows = [row for row in item.section.items.order_by("order", "pk") if row != copy]
    rows.insert(rows.index(item) + 1, copy)
    _number(rows)
    record(actor, _told(copy, Verb.CREATED, {}))
    return copy


def _copy_into(questionnaire: Questionnaire, section: Section, item: Item, key: str) -> Item:
    _check_room(questionnaire)
    copy = Item(municipality=questionnaire.municipality, questionnaire=questionnaire, section=section)
    for name in PARTS_OF_AN_ITEM:
        setattr(copy, name, getattr(item, name))
    copy.key, copy.order = key, next_order(section.items)
    copy.save()
    return copy


@transaction.atomic
def remove_item(*, actor: Actor, item: Item) -> None:
    locked_draft(actor, item.questionnaire)
    change = _told(item, Verb.DELETED, facts_of(item))
    item.delete()
    record(actor, change)


@transaction.atomic
def take_item(*, actor: Actor, questionnaire: Questionnaire, item: Item | ReadyItem) -> Item:
    """From the library to the end. It keeps its short name where that is free; what it depended on stays behind."""
    stored = locked_draft(actor, questionnaire)
    section = stored.sections.last() or Section(municipality=actor.municipality, questionnaire=stored)
    if section.pk is None:
        section.save()
    row = item if isinstance(item, Item) else ready_rows(stored, section, [item])[0]
    taken = _copy_into(stored, section, row, _fresh_key(stored, row.key))
    taken.only_if = {}
    taken.save(update_fields=["only_if"])
    record(actor, _told(taken, Verb.CREATED, {}))
    return taken
