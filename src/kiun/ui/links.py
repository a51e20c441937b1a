from typing import Any

from django.urls import reverse


def town_url(town: Any, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page of this town. Positional values follow the town's in the order of the route."""
    if args:
        return reverse(name, args=(town.slug, *args))
    return reverse(name, kwargs={"town": town.slug, **kwargs})
