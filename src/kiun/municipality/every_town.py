"""For duties: the same act in each town of the installation, one town's fault staying its own."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django_scopes import scope

from kiun.municipality.actors import Actor, system_actor
from kiun.municipality.models import Municipality

logger = logging.getLogger(__name__)


def in_every_town(act: Callable[[Actor], int], now: datetime) -> int:
    """The sum of what `act` answers. Faults are raised together, after every town has had its turn."""
    total, faults = 0, []
    for town in Municipality.objects.order_by("pk"):
        try:
            with scope(municipality=town):
                total += act(system_actor(town, on=timezone.localdate(now)))
        except Exception as fault:  # whatever is wrong in one town, the others must not wait for it
            logger.exception("A duty failed in %s", town)
            faults.append(fault)
    if faults:
        raise ExceptionGroup("not done in every town", faults)
    return total
