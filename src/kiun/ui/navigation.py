"""Ways in, contributed by the rooms; the layouts draw them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.functional import Promise, cached_property

from kiun.kernel.registries import Registry
from kiun.ui.links import town_url

Place = Literal["main", "more", "person", "search", "notices", "public"]

# As many as a thumb tells apart at the bottom of a phone; the rest stands behind the menu button.
ITEMS_IN_BAR = 4


def everyone(_request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class NavItem:
    id: str
    label: str | Promise
    url_name: str
    order: int
    icon: str = "list"
    place: Place = "main"
    condition: Callable[[Any], bool] = everyone
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True, kw_only=True)
class NavLink:
    """An item as it stands on one page."""

    id: str
    label: str | Promise
    url: str
    icon: str
    is_current: bool


NAVIGATION: Registry[NavItem] = Registry()


class Navigation:
    """The ways in for one request; evaluated where a layout asks, so that a page without them pays nothing."""

    def __init__(self, request: Any, registry: Registry[NavItem] = NAVIGATION) -> None:
        self.request = request
        self.registry = registry

    def _items(self, place: Place) -> list[NavItem]:
        if getattr(self.request, "town", None) is None:
            return []
        items = [item for item in self.registry if item.place == place and item.condition(self.request)]
        return sorted(items, key=lambda item: item.order)

    def _links(self, place: Place) -> list[NavLink]:
        return [
            NavLink(id=item.id, label=item.label, url=url, icon=item.icon, is_current=url == self._current_url)
            for item in self._items(place)
            for url in [self._url(item)]
        ]

    def _url(self, item: NavItem) -> str:
        return town_url(self.request.town, item.url_name)

    @cached_property
    def _current_url(self) -> str:
        """The longest address that leads to this page; one that others lie below stands for itself alone."""
        path = self.request.path
        urls = {self._url(item) for place in ("main", "more", "person", "public") for item in self._items(place)}
        roots = {url for url in urls if any(other != url and other.startswith(url) for other in urls)}
        fitting = [url for url in urls if path == url or (url not in roots and path.startswith(url))]
        return max(fitting, key=len, default="")

    @cached_property
    def main(self) -> list[NavLink]:
        return self._links("main")

    @cached_property
    def more(self) -> list[NavLink]:
        return self._links("more")

    @cached_property
    def person(self) -> list[NavLink]:
        return self._links("person")

    @cached_property
    def public(self) -> list[NavLink]:
        return self._links("public")

    @property
    def home_url(self) -> str:
        return next((link.url for link in self.main), "")

    @property
    def public_url(self) -> str:
        return next((link.url for link in self.public), "")

    @property
    def bar(self) -> list[NavLink]:
        return self.main[:ITEMS_IN_BAR]

    @cached_property
    def search_url(self) -> str:
        return next((self._url(item) for item in self._items("search")), "")

    @cached_property
    def notices(self) -> NavLink | None:
        return next(iter(self._links("notices")), None)

    @cached_property
    def unread(self) -> int:
        return sum(item.count(self.request) for item in self._items("notices") if item.count)
