"""Whoever owns an initiative is told when somebody else changes what the plan says of it."""

from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify
from kiun.initiatives.models import Initiative, InitiativeStatus, Revision
from kiun.kernel.changes import Change
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership
from kiun.ui.dates import long_date

PLAN_CHANGED = "initiatives.plan_changed"
MOST_NAMED = 20


def tell_owners(actor: Actor, revision: Revision, changes: Iterable[Change]) -> None:
    """One notice for each owner, however many initiatives it is about."""
    keys = [change.object_id for change in changes if change.object_type == Initiative._meta.label_lower]
    own = {post.pk for post in actor.own}
    owned: dict[Membership, list[Initiative]] = defaultdict(list)
    for row in Initiative.objects.filter(pk__in=keys).exclude(owner__in=own).select_related("owner__user"):
        owned[row.owner].append(row)
    messages = [_changed(actor, revision, post, rows) for post, rows in owned.items() if post.is_current(actor.on)]
    notify(town=actor.municipality, messages=messages)


def _changed(actor: Actor, revision: Revision, post: Membership, rows: list[Initiative]) -> Message:
    with override(post.user.language):
        lines = [_say(row) for row in rows[:MOST_NAMED]]
        lines += [_("Reason: %(reason)s") % {"reason": revision.reason}]
        lines += [_("Changed by: %(person)s") % {"person": actor.label}]
        subject = _("The plan has changed: your initiatives in change no. %(number)s") % {"number": revision.number}
    return Message(
        recipient=post,
        kind=PLAN_CHANGED,
        subject=subject,
        body="\n".join(lines),
        path=reverse("initiatives:revision_detail", kwargs={"town": actor.municipality.slug, "pk": revision.pk}),
        occasion=f"plan_changed:{revision.pk}",
    )


def _say(row: Initiative) -> str:
    return _("“%(name)s”: %(state)s, %(first)s to %(last)s") % {
        "name": row.name,
        "state": InitiativeStatus(row.status).label,
        "first": long_date(row.starts_on),
        "last": long_date(row.ends_on),
    }
