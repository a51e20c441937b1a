"""What an intervention can be linked to: whatever the one search finds by name, of what its reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiun.kernel.search import SEARCH, SearchSource, words_of
from kiun.municipality.actors import Actor
from kiun.ui.links import town_url

MOST_OF_A_KIND = 10
# Nobody is linked as that by which something is carried out.
PEOPLE = "municipality.people"


@dataclass(frozen=True, kw_only=True)
class Linkable:
    label: str
    note: str
    path: str


def linkable_things(
    actor: Actor, query: str, registry: Iterable[SearchSource] = SEARCH
) -> list[tuple[Any, list[Linkable]]]:
    """By kind; kinds of which nothing is found are left out. Upper floors hold the work and register last: theirs stand
    first.
    """
    words = words_of(query)
    sources = [source for source in registry if words and source.id != PEOPLE]
    found = [(source.label, _of(source, actor, words)) for source in reversed(sources)]
    return [(label, things) for label, things in found if things]


def _of(source: SearchSource, actor: Actor, words: list[str]) -> list[Linkable]:
    return [
        Linkable(label=hit.label, note=hit.snippet, path=town_url(actor.municipality, hit.url_name, hit.pk))
        for hit in source.find(actor, words, MOST_OF_A_KIND)
    ]
