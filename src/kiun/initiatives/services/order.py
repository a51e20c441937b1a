"""What comes before what. A circle would mean that nothing in it can ever begin."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from kiun.kernel.errors import DomainError


def circle_through(start: int, followers: Mapping[int, Iterable[int]]) -> list[int] | None:
    """Keys from `start` along the arrows back to it, or None: the shortest such way."""
    came_from: dict[int, int] = {}
    front = [start]
    while front:
        following = []
        for here in front:
            for there in followers.get(here, ()):
                if there == start:
                    return _way(came_from, start, here)
                if there not in came_from:
                    came_from[there] = here
                    following.append(there)
        front = following
    return None


def _way(came_from: Mapping[int, int], start: int, end: int) -> list[int]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def refuse_circle(names: Iterable[object]) -> None:
    listed = [str(name) for name in names]
    raise DomainError(
        _("These would wait for each other: %(circle)s. Remove one of the links.")
        % {"circle": " → ".join([*listed, listed[0]])},
        field="before",
    )
