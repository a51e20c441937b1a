"""Questionnaires in their versions, what differs between them, and the library of all that was ever asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kiun.kernel.search import contains_all, words_of
from kiun.municipality.actors import Actor
from kiun.surveys.answering import problem_of
from kiun.surveys.models import Item, Questionnaire, Section, Survey
from kiun.surveys.queries.visible import visible_questionnaires, visible_surveys
from kiun.surveys.ready_made import READY_SETS, ReadyItem, ReadySet


def newest_versions(actor: Actor) -> QuerySet[Questionnaire]:
    later = Questionnaire.objects.filter(family=OuterRef("family"), number__gt=OuterRef("number"))
    return visible_questionnaires(actor).filter(~Exists(later))


def questionnaire_list(actor: Actor, words: str = "") -> QuerySet[Questionnaire]:
    """With `size` in questions, and `uses` by surveys of whatever version."""
    items = Item.objects.filter(questionnaire=OuterRef("pk")).order_by().values("questionnaire")
    uses = Survey.objects.filter(questionnaire__family=OuterRef("family")).order_by().values("questionnaire__family")
    rows = newest_versions(actor).annotate(
        size=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
        uses=Coalesce(Subquery(uses.annotate(n=Count("pk")).values("n")), 0),
    )
    return rows.filter(contains_all(words_of(words), "name", "note")).order_by("-pk")


def versions_of(questionnaire: Questionnaire) -> list[Questionnaire]:
    return list(Questionnaire.objects.filter(family=questionnaire.family).order_by("-number"))


def uses_of(questionnaire: Questionnaire, actor: Actor) -> QuerySet[Survey]:
    """Surveys of all its versions that this person may see."""
    return visible_surveys(actor).filter(questionnaire__family=questionnaire.family).order_by("-closes_on", "-pk")


@dataclass(frozen=True, kw_only=True)
class Line:
    """An item with its number on the page, and what keeps it from being asked."""

    item: Item
    number: int
    problem: str
    condition: str


@dataclass(frozen=True, kw_only=True)
class Part:
    section: Section
    lines: tuple[Line, ...]


def parts_of(questionnaire: Questionnaire) -> tuple[Part, ...]:
    items = list(questionnaire.items.select_related("section"))
    lines = [_line(items, place) for place in range(len(items))]
    return tuple(
        Part(section=section, lines=tuple(line for line in lines if line.item.section_id == section.pk))
        for section in questionnaire.sections.all()
    )


def _line(items: Sequence[Item], place: int) -> Line:
    item, earlier = items[place], items[:place]
    return Line(item=item, number=place + 1, problem=problem_of(item, earlier), condition=_condition(item, earlier))


def _condition(item: Item, earlier: Sequence[Item]) -> str:
    """問2「はい」「ときどき」: of whom it is asked."""
    for place, before in enumerate(earlier, start=1):
        if item.only_if and before.key == item.only_if["item"]:
            wanted = [text for key, text in answers_to(before) if key in item.only_if["choices"]]
            return f"{place}. {'・'.join(wanted)}"
    return ""


def answers_to(item: Item) -> list[tuple[str, str]]:
    """Those that a later item can depend on, with their words."""
    if item.choices:
        return [(choice["key"], choice["text"]) for choice in item.choices]
    return [(str(point), str(point)) for point in range(1, item.points + 1)]


class Fate(StrEnum):
    SAME = "same"
    REWORDED = "reworded"
    # Its answers, or those who are asked, are others: earlier figures cannot stand beside the new ones.
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Difference:
    item: Item
    before: Item | None
    fate: Fate


def differences(earlier: Sequence[Item], later: Sequence[Item]) -> list[Difference]:
    """In the order of the later version; what is gone comes last."""
    old = {item.key: item for item in earlier}
    kept = {item.key for item in later}
    found = [Difference(item=item, before=old.get(item.key), fate=_fate(old.get(item.key), item)) for item in later]
    gone = [Difference(item=item, before=item, fate=Fate.GONE) for item in earlier if item.key not in kept]
    return [*found, *gone]


def _fate(before: Item | None, item: Item) -> Fate:
    if before is None:
        return Fate.NEW
    if _answered_with(before) != _answered_with(item):
        return Fate.CHANGED
    return Fate.SAME if _words(before) == _words(item) else Fate.REWORDED


def _answered_with(item: Item) -> tuple[object, ...]:
    scale = item.points if item.kind == "scale" else 0
    return item.kind, scale, item.settings.get("unit", ""), item.choice_keys, item.row_keys, item.only_if


def _words(item: Item) -> tuple[object, ...]:
    ends = [item.settings.get(name, "") for name in ("low", "high", "low_en", "high_en")]
    lines = [(line["text"], line.get("text_en", "")) for line in [*item.choices, *item.rows]]
    return item.text, item.text_en, item.help, item.help_en, ends, lines


def library_items(actor: Actor, words: str) -> QuerySet[Item]:
    """Of the newest version of each questionnaire of the town."""
    rows = Item.objects.filter(questionnaire__in=newest_versions(actor).values("pk"))
    rows = rows.filter(contains_all(words_of(words), "text", "text_en", "help"))
    return rows.select_related("questionnaire").order_by("-questionnaire", "section__order", "section", "order", "pk")


def ready_items(words: str) -> list[tuple[ReadySet, ReadyItem]]:
    wanted = [word.casefold() for word in words_of(words)]
    return [
        (ready, item)
        for ready in READY_SETS
        for item in ready.items
        if all(word in f"{item.text} {item.text_en} {item.help} {ready.name}".casefold() for word in wanted)
    ]
