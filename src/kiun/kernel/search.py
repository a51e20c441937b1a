"""One search over all that a person may see: each room says what it holds, restricted by its own `visible_*` query."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from kiun.kernel.registries import Registry

LONGEST_QUERY = 100


@dataclass(frozen=True)
class SearchHit:
    label: str
    url_name: str
    pk: int
    snippet: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """`find(actor, words, limit)` returns the best hits first, out of what the actor may see."""

    id: str
    label: Any
    find: Callable[[Any, Sequence[str], int], Sequence[SearchHit]]


SEARCH: Registry[SearchSource] = Registry()


def words_of(query: str) -> list[str]:
    """Words of a query, full-width and half-width alike; two characters of Japanese are a word like any other."""
    # NUL: PostgreSQL takes it in no text, not even in a comparison.
    return unicodedata.normalize("NFKC", query.replace("\x00", " "))[:LONGEST_QUERY].split()


def contains_all(words: Sequence[str], *fields: str) -> Q:
    """Rows that hold every word in at least one of `fields`, in either width of letters."""
    return reduce(and_, (reduce(or_, (_contains(word, field) for field in fields)) for word in words), Q())


def _contains(word: str, field: str) -> Q:
    wide = word.translate(_TO_FULL_WIDTH)
    lookup = f"{field}__icontains"
    return Q(**{lookup: word}) if wide == word else Q(**{lookup: word}) | Q(**{lookup: wide})


_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
