"""An item as its form and the record show it: texts, one answer a line, instead of JSON."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count, zip_longest
from typing import Any

from kiun.surveys.models import Item, ItemKind

# What a kind of answer needs besides the words of the question.
PARTS: Mapping[str, tuple[str, ...]] = {
    ItemKind.SCALE: ("points", "low", "high", "low_en", "high_en"),
    ItemKind.SINGLE: ("choices", "choices_en"),
    ItemKind.MULTIPLE: ("choices", "choices_en", "most"),
    ItemKind.RANKING: ("choices", "choices_en", "most"),
    ItemKind.NUMBER: ("least", "most", "decimals", "unit"),
    ItemKind.DAY: (),
    ItemKind.SHORT_TEXT: ("most",),
    ItemKind.LONG_TEXT: ("most",),
    ItemKind.MATRIX: ("rows", "rows_en", "choices", "choices_en"),
}
OF_ALL = ("text", "text_en", "help", "help_en", "is_required", "offers_unknown")
LISTS = {"choices": "c", "rows": "r"}
IN_ENGLISH = tuple(f"{name}_en" for name in LISTS)
# Between an earlier item and the answer to it that makes the next one asked.
GIVES = "="


def facts_of(item: Item) -> dict[str, Any]:
    own = {name: getattr(item, name) for name in OF_ALL}
    parts = {name: _part(item, name) for name in PARTS[item.kind]}
    return {**own, **parts, "only_if": conditions_of(item.only_if)}


def _part(item: Item, name: str) -> Any:
    if name in LISTS:
        return [line["text"] for line in getattr(item, name)]
    if name in IN_ENGLISH:
        return _without_empty_end([line.get("text_en", "") for line in getattr(item, name.removesuffix("_en"))])
    if name == "points":
        return item.points
    return item.settings.get(name, "")


def _without_empty_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def conditions_of(only_if: Mapping[str, Any]) -> list[str]:
    return [f"{only_if['item']}{GIVES}{choice}" for choice in only_if["choices"]] if only_if else []


def condition_in(conditions: Sequence[str]) -> dict[str, Any]:
    """All of them name the same item."""
    if not conditions:
        return {}
    return {
        "item": conditions[0].partition(GIVES)[0],
        "choices": [condition.partition(GIVES)[2] for condition in conditions],
    }


def put_facts(item: Item, facts: Mapping[str, Any], *, used: Collection[str] = ()) -> None:
    """`used`: keys of lines that other versions of the item have, which mean something else."""
    for name in OF_ALL:
        setattr(item, name, facts.get(name, getattr(item, name)))
    if item.is_text:
        item.offers_unknown = False
    item.only_if = condition_in(facts.get("only_if", []))
    names = PARTS[item.kind]
    for name, letter in LISTS.items():
        if name in names:
            lines = list(zip_longest(facts[name], facts.get(f"{name}_en", [])[: len(facts[name])], fillvalue=""))
            setattr(item, name, keyed(lines, getattr(item, name), letter=letter, used=used))
    plain = (name for name in names if name not in {*LISTS, *IN_ENGLISH})
    item.settings = {name: facts[name] for name in plain if facts.get(name) not in (None, "")}


def keyed(
    lines: Sequence[tuple[str, str]], before: Sequence[Mapping[str, str]], *, letter: str, used: Iterable[str] = ()
) -> list[dict[str, str]]:
    """Lines keep the keys that they had, so that answers stay what they were: a line with the same words keeps its
    own, one that was reworded in its place the one of that place. No key comes back for something else.
    """
    known = {line["text"]: line["key"] for line in before}
    kept = {text: known[text] for text, _english in lines if text in known}
    is_reworded = len(lines) == len(before)
    taken = {*used, *(line["key"] for line in before)}
    fresh = (key for number in count(1) if (key := f"{letter}{number}") not in taken)
    keys = [
        kept.get(text)
        or (before[place]["key"] if is_reworded and before[place]["key"] not in kept.values() else next(fresh))
        for place, (text, _english) in enumerate(lines)
    ]
    return [
        {"key": key, "text": text, **({"text_en": english} if english else {})}
        for key, (text, english) in zip(keys, lines, strict=True)
    ]
