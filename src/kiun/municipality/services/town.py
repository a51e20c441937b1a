from django.db import transaction

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Municipality


@transaction.atomic
def change_town(*, actor: Actor, town: Municipality, reason: str = "") -> Municipality:
    """Save the edited `town`. Its address, its code and its host stay: those are the installation's."""
    require(actor, "municipality.administer")
    before = snapshot(Municipality.objects.get(pk=actor.municipality.pk))
    town.pk = actor.municipality.pk
    town.full_clean(exclude=["slug", "code", "host"])
    town.save(update_fields=["name", "kana", "kind", "population", "population_on", "is_public", "about"])
    record(actor, change_of(town, Verb.CHANGED, before, reason))
    return town
