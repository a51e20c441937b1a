"""「ありません」 or 「あなたが見られるものはありません」: an empty page says which is true, never how many."""

from typing import Any

from django.db.models import QuerySet

from kiun.municipality.actors import Actor


def is_hidden(actor: Actor, *, seen: int, among: QuerySet[Any]) -> bool:
    """Whether the reader sees none of `among`, though there are some."""
    return not seen and not actor.sees_all and among.exists()
