from collections.abc import Collection

from django.db import transaction

from kiun.goals.models import Challenge, Goal, Indicator
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.municipality.actors import record
from kiun.municipality.department_holders import Relocation


@transaction.atomic
def move_to_department(rows: Collection[Goal | Indicator | Challenge], relocation: Relocation) -> None:
    """A 組織改編 gives rows another department in charge; goals keep their text, indicators their series."""
    changes = []
    for row in rows:
        before = snapshot(row, only=["department"])
        row.department = relocation.to
        row.save(update_fields=["department"])
        changes.append(change_of(row, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)
