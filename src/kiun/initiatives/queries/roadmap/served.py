from collections.abc import Collection, Mapping

from kiun.initiatives.models import ServedGoal


def goals_served(keys: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Initiative → the keys of its goals, the main one first."""
    found: dict[int, tuple[int, ...]] = {}
    for initiative, goal in ServedGoal.objects.filter(initiative__in=keys).values_list("initiative", "goal"):
        found[initiative] = (*found.get(initiative, ()), goal)
    return found
