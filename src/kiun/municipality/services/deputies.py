from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import WRITING_ROLES, Deputyship, Membership, Role


@transaction.atomic
def appoint_deputy(
    *,
    actor: Actor,
    principal: Membership,
    deputy: Membership,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> Deputyship:
    require(actor, "municipality.appoint_deputy", principal)
    _check(actor, principal, deputy, valid_from, valid_to)
    deputyship = Deputyship(
        municipality=actor.municipality, principal=principal, deputy=deputy, valid_from=valid_from, valid_to=valid_to
    )
    deputyship.save()
    record(actor, change_of(deputyship, Verb.CREATED, reason=reason))
    return deputyship


def _check(actor: Actor, principal: Membership, deputy: Membership, valid_from: date, valid_to: date | None) -> None:
    if principal.user_id == deputy.user_id:
        raise DomainError(_("Choose another person as stand-in."), field="deputy")
    if deputy.role == Role.VIEWER:
        raise DomainError(
            _("Somebody who only reads cannot stand in. Give this person another role first."), field="deputy"
        )
    if deputy.role not in WRITING_ROLES or not deputy.is_current(max(valid_from, actor.on)):
        raise DomainError(_("Choose somebody who is in office at that time."), field="deputy")
    if valid_to and valid_to < valid_from:
        raise DomainError(_("The last day lies before the first. Please check both dates."), field="valid_to")


@transaction.atomic
def end_deputyship(*, actor: Actor, deputyship: Deputyship, on: date, reason: str = "") -> None:
    """`on` is the last day; one that had not begun by then is taken back."""
    require(actor, "municipality.appoint_deputy", deputyship.principal)
    before = snapshot(deputyship)
    if deputyship.valid_from > on:
        change = change_of(deputyship, Verb.DELETED, before, reason)
        deputyship.delete()
    else:
        deputyship.valid_to = on
        deputyship.save(update_fields=["valid_to"])
        change = change_of(deputyship, Verb.CHANGED, before, reason)
    record(actor, change)
