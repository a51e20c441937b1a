"""Facts that lower rooms announce and upper rooms hear."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Subclasses are named in the past tense and carry identifiers or frozen values, never rows."""

    municipality_id: int


E = TypeVar("E", bound=Event)
_after_commit: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)
_in_transaction: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def receiver(
    event_type: type[E], *, in_transaction: bool = False
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a function. What must never be lost (audit, outbox) is written `in_transaction`, with the cause."""

    def subscribe(function: Callable[[E], None]) -> Callable[[E], None]:
        (_in_transaction if in_transaction else _after_commit)[event_type].append(function)
        return function

    return subscribe


def announce(event: Event) -> None:
    for function in _in_transaction[type(event)]:
        function(event)
    for function in _after_commit[type(event)]:
        transaction.on_commit(partial(function, event))
