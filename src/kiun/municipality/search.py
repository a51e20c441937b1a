"""What the one search finds in this room: people who serve the town, or will, as far as the actor may see them."""

from collections.abc import Sequence

from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor
from kiun.municipality.queries.people import office_of, visible_posts

POSTS_OF_ONE_PERSON = 4


def find_people(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    """Each person once. The name is found with and without the space in it."""
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=actor.on)
    posts = visible_posts(actor).annotate(joined=Replace(F("user__name"), Value(" "), Value("")))
    posts = posts.filter(still, contains_all(words, "user__name", "joined", "user__kana", "staff_number"))
    rows = posts.order_by("user__kana", "user__name", "user_id", "valid_from")[: limit * POSTS_OF_ONE_PERSON]
    hits: dict[int, SearchHit] = {}
    for post in rows:
        hits.setdefault(
            post.user_id, SearchHit(post.user.name, "municipality:person_detail", post.user_id, office_of(post))
        )
    return list(hits.values())[:limit]


def register() -> None:
    SEARCH.register(SearchSource(id="municipality.people", label=_("people"), find=find_people))
