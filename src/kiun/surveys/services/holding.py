"""What belongs to a post or a department goes on to another one when people move or departments change."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import transaction

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.municipality.actors import Actor, record
from kiun.municipality.department_holders import Relocation
from kiun.municipality.models import Membership
from kiun.surveys.models import Questionnaire, Survey

Row = TypeVar("Row", Questionnaire, Survey)


@transaction.atomic
def hand_over(*, actor: Actor, rows: Sequence[Row], to: Membership, reason: str) -> None:
    changes = []
    for row in rows:
        before = snapshot(row, only=["owner"])
        row.owner = to
        row.save(update_fields=["owner"])
        changes.append(change_of(row, Verb.CHANGED, before, reason))
    record(actor, *changes)


@transaction.atomic
def move(rows: Any, relocation: Relocation) -> None:
    changes = []
    for row in rows:
        before = snapshot(row, only=["department"])
        row.department = relocation.to
        row.save(update_fields=["department"])
        changes.append(change_of(row, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)
