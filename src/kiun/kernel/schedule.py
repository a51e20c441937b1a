"""Work that returns by itself. Rooms register duties when the application starts; `kiun tick` runs the due ones.

A duty may be run again after a crash and must leave nothing double: it drains a table whose rows hold the truth.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models

from kiun.kernel.registries import Registry

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """`run` is given the present time and answers in a few words what it did, or "" if there was nothing to do."""

    id: str
    every: timedelta
    run: Callable[[datetime], str]


duties: Registry[Duty] = Registry()


def in_turn(rows: Iterable[Row], act: Callable[[Row], int]) -> int:
    """The sum of what `act` answers. Faults are raised together, after every row has had its turn."""
    total, faults = 0, []
    for row in rows:
        try:
            total += act(row)
        except Exception as fault:  # whatever is wrong with one, the others must not wait for it
            logger.exception("A duty failed at %s %s (%s)", row._meta.label, row.pk, row)
            faults.append(fault)
    if faults:
        raise ExceptionGroup("not done everywhere", faults)
    return total
