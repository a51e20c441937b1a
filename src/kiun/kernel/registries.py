"""Contributions from upper rooms to lower ones: dashboard cards, navigation, indicator sources, search."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Contribution(Protocol):
    @property
    def id(self) -> str: ...


C = TypeVar("C", bound=Contribution)


class Registry(Generic[C]):
    """Holds contributions by id in the order of registration; a test may build its own and inject it."""

    def __init__(self) -> None:
        self._by_id: dict[str, C] = {}

    def register(self, contribution: C) -> C:
        if contribution.id in self._by_id:
            msg = f"{contribution.id!r} is registered twice"
            raise ValueError(msg)
        self._by_id[contribution.id] = contribution
        return contribution

    def __iter__(self) -> Iterator[C]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, contribution_id: object) -> bool:
        return contribution_id in self._by_id

    def __getitem__(self, contribution_id: str) -> C:
        return self._by_id[contribution_id]

    def get(self, contribution_id: str) -> C | None:
        return self._by_id.get(contribution_id)
