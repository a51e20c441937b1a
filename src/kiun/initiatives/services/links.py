"""Which initiative comes before which."""

from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import Initiative, InitiativeLink
from kiun.initiatives.services.order import circle_through, refuse_circle
from kiun.initiatives.services.phases import check_open, tell_change
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, require


@transaction.atomic
def link_initiatives(*, actor: Actor, link: InitiativeLink, reason: str = "") -> None:
    """`link.after` waits for `link.before`. All links are locked together: two may close a circle only as a pair."""
    after = Initiative.objects.select_for_update().get(pk=link.after_id)
    require(actor, "initiatives.change_initiative", after)
    require(actor, "initiatives.see_initiative", link.before)
    check_open(after)
    if link.before_id == link.after_id:
        raise DomainError(_("An initiative cannot come before itself."), field="before")
    if InitiativeLink.objects.filter(before=link.before_id, after=link.after_id).exists():
        raise DomainError(_("This one comes before already."), field="before")
    link.municipality = actor.municipality
    link.full_clean(exclude=["municipality"])
    link.save()
    refuse_circles_of(after)
    tell_change(actor, after, [change_of(link, Verb.CREATED)], reason)


def refuse_circles_of(initiative: Initiative) -> None:
    followers: dict[int, list[int]] = defaultdict(list)
    for before, after in InitiativeLink.objects.select_for_update().values_list("before_id", "after_id"):
        followers[before].append(after)
    if circle := circle_through(initiative.pk, followers):
        names = dict(Initiative.objects.filter(pk__in=circle).values_list("pk", "name"))
        refuse_circle(names[key] for key in circle)


@transaction.atomic
def unlink_initiatives(*, actor: Actor, link: InitiativeLink, reason: str = "") -> None:
    require(actor, "initiatives.change_initiative", link.after)
    check_open(link.after)
    before, pk = snapshot(link), link.pk
    link.delete()
    tell_change(actor, link.after, [change_of(link, Verb.DELETED, before, pk=pk)], reason)
