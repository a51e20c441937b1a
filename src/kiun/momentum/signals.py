"""Signals of behaviour beside the index: what other rooms count, in the last 90 days and in those before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kiun.goals.behaviour_signals import BehaviourSignal, behaviour_signals

SPAN = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class SignalCount:
    label: Any
    now: int
    before: int


def signal_counts(path: str, today: date, registry: Iterable[BehaviourSignal] = behaviour_signals) -> list[SignalCount]:
    """Of a unit with all below it; "" is the whole town."""
    return [
        SignalCount(
            label=signal.label,
            now=signal.count(path, today - SPAN + timedelta(days=1), today),
            before=signal.count(path, today - 2 * SPAN + timedelta(days=1), today - SPAN),
        )
        for signal in registry
    ]
