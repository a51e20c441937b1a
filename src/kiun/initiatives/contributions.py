"""What this room gives to lower ones. Each of its parts registers its own."""

from kiun.activity.attachables import Attachable, attachables
from kiun.initiatives import navigation
from kiun.initiatives.queries import visible_initiatives
from kiun.municipality.actors import Actor, may


def _may_see_files(actor: Actor, pk: int) -> bool:
    """Files stay inside the town hall."""
    return actor.is_town_staff and visible_initiatives(actor).filter(pk=pk).exists()


def _may_add_files(actor: Actor, pk: int) -> bool:
    initiative = visible_initiatives(actor).select_related("department").filter(pk=pk).first()
    return initiative is not None and may(actor, "initiatives.plan_tasks", initiative)


def register() -> None:
    attachables.register(Attachable(id="initiatives.initiative", may_see=_may_see_files, may_add=_may_add_files))
    navigation.register()
