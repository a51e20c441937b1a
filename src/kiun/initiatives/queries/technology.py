"""What systems, accounts, devices and network the approved and the proposed work asks for, and from when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kiun.initiatives.models import OPEN_STATUSES, Initiative, InitiativeStatus, TechnologyNeed, Zone
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department


@dataclass(frozen=True, kw_only=True)
class TechnologyRow:
    """Of an initiative that the reader may not see, only who is in charge: so that nothing comes as a surprise to those
    who run the systems.
    """

    need: TechnologyNeed
    in_charge: Department
    initiative: Initiative | None
    is_proposal: bool


@dataclass(frozen=True, kw_only=True)
class ZonePage:
    """One network zone: what it has to take up, by system."""

    zone: str
    systems: tuple[tuple[str, tuple[TechnologyRow, ...]], ...]

    @property
    def label(self) -> str:
        return str(Zone(self.zone).label)

    @property
    def count(self) -> int:
        return sum(len(rows) for _name, rows in self.systems)


def technology_by_zone(actor: Actor) -> list[ZonePage]:
    """All zones in their order, each with its systems by name; what begins first stands first."""
    needs = (
        TechnologyNeed.objects.filter(mode__is_chosen=True, mode__initiative__status__in=OPEN_STATUSES)
        .select_related("mode__initiative__department")
        .order_by("name", "mode__initiative__starts_on", "pk")
    )
    visible = set(visible_initiatives(actor).values_list("pk", flat=True))
    found: dict[str, dict[str, list[TechnologyRow]]] = defaultdict(lambda: defaultdict(list))
    for need in needs:
        found[need.zone][need.name].append(_row(need, visible))
    return [ZonePage(zone=zone, systems=_systems(found[zone])) for zone in Zone.values]


def _systems(found: dict[str, list[TechnologyRow]]) -> tuple[tuple[str, tuple[TechnologyRow, ...]], ...]:
    return tuple((name, tuple(rows)) for name, rows in found.items())


def _row(need: TechnologyNeed, visible: set[int]) -> TechnologyRow:
    initiative = need.mode.initiative
    return TechnologyRow(
        need=need,
        in_charge=initiative.department,
        initiative=initiative if initiative.pk in visible else None,
        is_proposal=initiative.status == InitiativeStatus.PROPOSED,
    )


def count_of(zones: Sequence[ZonePage]) -> int:
    return sum(zone.count for zone in zones)
