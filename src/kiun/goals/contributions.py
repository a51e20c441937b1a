"""What this room gives to lower ones: what a post can own."""

from collections.abc import Collection
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.goals.models import Goal, Indicator
from kiun.goals.services.goals import hand_over_goals
from kiun.goals.services.indicators import hand_over_indicators
from kiun.municipality.ownables import Ownable, ownables


def _owned_goals(posts: Collection[int]) -> QuerySet[Goal]:
    return Goal.objects.filter(owner__in=posts, ended_on__isnull=True)


def _owned_indicators(posts: Collection[int]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(owner__in=posts, ended_on__isnull=True)


def _deputised_indicators(posts: Collection[int]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(deputy__in=posts, ended_on__isnull=True)


def register() -> None:
    ownables.register(
        Ownable(id="goals.goal", label=_("goals"), held_by=_owned_goals, hand_over=hand_over_goals, is_binding=False)
    )
    ownables.register(
        Ownable(
            id="goals.indicator",
            label=_("indicators"),
            held_by=_owned_indicators,
            hand_over=partial(hand_over_indicators, field="owner"),
        )
    )
    ownables.register(
        Ownable(
            id="goals.deputy",
            label=_("indicators as deputy"),
            held_by=_deputised_indicators,
            hand_over=partial(hand_over_indicators, field="deputy"),
            is_binding=False,
        )
    )
