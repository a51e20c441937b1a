"""What an access key may be allowed to do. Rooms with a door for programs register their rights."""

from dataclasses import dataclass
from typing import Any

from kiun.kernel.registries import Registry


@dataclass(frozen=True, kw_only=True)
class AccessScope:
    """`id` such as "goals:read" is what the API checks; `label` is what the person reads who grants it."""

    id: str
    label: Any


access_scopes: Registry[AccessScope] = Registry()
