"""Facts that lower rooms announce and upper rooms hear, delivered when the transaction has been committed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Subclasses are named in the past tense and carry identifiers, not rows: the receiver reads fresh data."""

    municipality_id: int


E = TypeVar("E", bound=Event)
_receivers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def receiver(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    def subscribe(function: Callable[[E], None]) -> Callable[[E], None]:
        _receivers[event_type].append(function)
        return function

    return subscribe


def announce(event: Event) -> None:
    """Deliver `event` after commit. Receivers that must not be lost write to an outbox in the same transaction instead."""
    for function in _receivers[type(event)]:
        transaction.on_commit(lambda function=function: function(event))  # type: ignore[misc]
