"""Work that returns by itself. Rooms register duties when the application starts; `kiun tick` runs the due ones.

A duty may be run again after a crash and must leave nothing double: it drains a table whose rows hold the truth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiun.kernel.registries import Registry


@dataclass(frozen=True, kw_only=True)
class Duty:
    """`run` is given the present time and answers in a few words what it did, or "" if there was nothing to do."""

    id: str
    every: timedelta
    run: Callable[[datetime], str]


duties: Registry[Duty] = Registry()
