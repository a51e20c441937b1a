"""What partners see of the town's work."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kiun.activity.services import Message, notify
from kiun.initiatives.models import Initiative, SharedInitiative
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership, Role

SHARED = "initiatives.shared"


@transaction.atomic
def share_initiative(*, actor: Actor, initiative: Initiative, partner: Membership) -> SharedInitiative:
    """Only with a post of a partner: colleagues see by their department, residents by what is public."""
    require(actor, "initiatives.share_initiative", initiative)
    if partner.role != Role.PARTNER or not partner.is_current(actor.on):
        raise DomainError(
            _("%(name)s is no partner in office. Choose somebody with the role “partner”.") % {"name": partner},
            field="partner",
        )
    shared, is_new = SharedInitiative.objects.get_or_create(
        initiative=initiative, partner=partner, defaults={"municipality": actor.municipality}
    )
    if is_new:
        record(actor, change_of(shared, Verb.CREATED))
        notify(town=actor.municipality, messages=[_told(actor, shared)])
    return shared


def _told(actor: Actor, shared: SharedInitiative) -> Message:
    keys = {"town": actor.municipality.slug, "pk": shared.initiative_id}
    with override(shared.partner.user.language):
        return Message(
            recipient=shared.partner,
            kind=SHARED,
            subject=gettext("“%(initiative)s” was shared with you") % {"initiative": shared.initiative},
            body=gettext("%(person)s lets you see how far it is, and you can comment on it.") % {"person": actor.label},
            path=reverse("initiatives:shared_detail", kwargs=keys),
            occasion=f"shared:{shared.pk}",
        )


@transaction.atomic
def end_sharing(*, actor: Actor, shared: SharedInitiative) -> None:
    require(actor, "initiatives.share_initiative", shared.initiative)
    before, pk = snapshot(shared), shared.pk
    shared.delete()
    record(actor, change_of(shared, Verb.DELETED, before, pk=pk))
