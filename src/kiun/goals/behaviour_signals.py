"""What people do, as far as rooms count it anyway: shown beside what people say of momentum, never mixed into it.

The registry stands here, on a floor below all rooms that have something to count, because these do not know each other.
Aggregates of a unit only: a signal never says who.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiun.kernel.registries import Registry


@dataclass(frozen=True, kw_only=True)
class BehaviourSignal:
    """`count` is given the path of a department ("" for the whole town) and the first and the last day."""

    id: str
    label: Any
    count: Callable[[str, date, date], int]


behaviour_signals: Registry[BehaviourSignal] = Registry()
