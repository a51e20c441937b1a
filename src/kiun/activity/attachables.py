"""Which rows carry files, and who may see and add them: each room answers for its own."""

from collections.abc import Callable
from dataclasses import dataclass

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Attachable:
    """`id` is the model's label ("goals.indicator"); both callables are given the actor and the row's key."""

    id: str
    may_see: Callable[[Actor, int], bool]
    may_add: Callable[[Actor, int], bool]


attachables: Registry[Attachable] = Registry()
