"""What the one search finds of the work: only what the person may see."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kiun.initiatives.queries import visible_initiatives
from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor


def find_initiatives(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_initiatives(actor).filter(contains_all(words, "name", "code", "summary", "alternative_to"))
    return [
        SearchHit(row.name, "initiatives:initiative_detail", row.pk, f"{row.department} · {row.get_status_display()}")
        for row in rows.select_related("department")[:limit]
    ]


def register() -> None:
    SEARCH.register(SearchSource(id="initiatives.initiatives", label=_("initiatives"), find=find_initiatives))
