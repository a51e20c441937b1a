"""For duties: the same act in each town of the installation, one town's fault staying its own."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django_scopes import scope

from kiun.kernel.schedule import in_turn
from kiun.municipality.actors import Actor, system_actor
from kiun.municipality.models import Municipality


def in_every_town(act: Callable[[Actor], int], now: datetime) -> int:
    """The sum of what `act` answers."""

    def in_town(town: Municipality) -> int:
        with scope(municipality=town):
            return act(system_actor(town, on=timezone.localdate(now)))

    return in_turn(Municipality.objects.order_by("pk"), in_town)
