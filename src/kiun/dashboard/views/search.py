from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from kiun.kernel.search import SEARCH, SearchHit, words_of
from kiun.municipality.middleware import TownRequest

HITS_IN_PALETTE = 4
HITS_ON_PAGE = 50


@dataclass(frozen=True)
class HitGroup:
    label: Any
    hits: list[SearchHit]


def search(request: TownRequest) -> HttpResponse:
    """The palette (⌘K) takes the fragment, the field without JavaScript the page."""
    query = request.GET.get("q", "")
    limit = HITS_IN_PALETTE if request.htmx else HITS_ON_PAGE
    words = words_of(query)
    found = (
        [HitGroup(source.label, list(source.find(request.actor, words, limit))) for source in SEARCH] if words else []
    )
    groups = [group for group in found if group.hits]
    template = "dashboard/search.html#found" if request.htmx else "dashboard/search.html"
    return render(request, template, {"query": query, "words": words, "groups": groups})
