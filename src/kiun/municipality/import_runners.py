"""How a large staff list is taken over in the background. This room has no jobs; a room above registers its way."""

from collections.abc import Callable
from dataclasses import dataclass

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor
from kiun.municipality.models import StaffUpload


@dataclass(frozen=True, kw_only=True)
class ImportRunner:
    """`start` begins the work and answers the address of the page that shows its progress."""

    id: str
    start: Callable[[Actor, StaffUpload], str]


import_runners: Registry[ImportRunner] = Registry()
