"""A random sample in which each department is present as it is in the whole."""

from collections.abc import Mapping, Sequence
from secrets import SystemRandom
from typing import TypeVar

RANDOM = SystemRandom()
One = TypeVar("One")


def allocate(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each, by the largest remainder: the sum is `wanted` (or all there are), and each is within one of its
    exact share. Deterministic, so that it can be shown before anybody is drawn.
    """
    total = sum(sizes.values())
    wanted = min(wanted, total)
    if not total:
        return dict.fromkeys(sizes, 0)
    given = {key: size * wanted // total for key, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda key: (-(sizes[key] * wanted % total), key))
    for key in by_remainder[: wanted - sum(given.values())]:
        given[key] += 1
    return given


def draw(groups: Mapping[str, Sequence[One]], wanted: int) -> list[One]:
    given = allocate({key: len(members) for key, members in groups.items()}, wanted)
    return [one for key, members in groups.items() for one in RANDOM.sample(list(members), given[key])]
