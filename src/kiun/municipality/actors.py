"""Who is acting, in which town, with which posts: the first argument of every permission and every service."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

import rules
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from kiun.kernel.changes import Change, ChangesRecorded, Verb
from kiun.kernel.errors import NotAllowedError
from kiun.kernel.events import announce
from kiun.municipality.models import STAFF_ROLES, WRITING_ROLES, Membership, Municipality, Role, User


@dataclass(frozen=True, kw_only=True)
class Actor:
    """`own` are the person's posts of the day, `deputised` those of the people they stand in for.

    `key` is the name of the access key when a program acts for the person: the record then names the program.
    """

    municipality: Municipality
    user: User | None
    own: tuple[Membership, ...] = ()
    deputised: tuple[Membership, ...] = ()
    on: date
    via: str = "web"
    address: str = ""
    key: str = ""

    @cached_property
    def memberships(self) -> tuple[Membership, ...]:
        return tuple(chain(self.own, self.deputised))

    @cached_property
    def membership_ids(self) -> frozenset[int]:
        return frozenset(membership.pk for membership in self.memberships)

    @cached_property
    def owning_ids(self) -> frozenset[int]:
        """The posts that give rights over what they own: not those of readers, partners and residents."""
        return frozenset(membership.pk for membership in self.memberships if membership.role in WRITING_ROLES)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships)

    @property
    def membership(self) -> Membership | None:
        """The post that is written beside what the person does."""
        return self.own[0] if self.own else None

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    @property
    def sees_all(self) -> bool:
        return self.is_admin or Role.EXECUTIVE in self.roles

    @property
    def is_town_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF_ROLES)

    @cached_property
    def headed_paths(self) -> tuple[str, ...]:
        """Path prefixes of the departments this person heads, with all below them."""
        return tuple(m.department.path for m in self.memberships if m.role == Role.HEAD and m.department)

    @property
    def label(self) -> str:
        if self.key:
            return self.key
        return str(self.user) if self.user else str(_("Kiun (automatic)"))


def actor_of(user: User, town: Municipality, *, on: date | None = None, via: str = "web", address: str = "") -> Actor:
    day = on or timezone.localdate()
    current = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    lent = (
        Q(deputies__deputy__user=user, deputies__deputy__role__in=WRITING_ROLES)
        & Q(deputies__valid_from__lte=day, deputies__deputy__valid_from__lte=day)
        & (Q(deputies__valid_to__isnull=True) | Q(deputies__valid_to__gte=day))
        & (Q(deputies__deputy__valid_to__isnull=True) | Q(deputies__deputy__valid_to__gte=day))
    )
    with scope(municipality=town):
        posts = list(
            Membership.objects.filter(current & (Q(user=user) | lent))
            .select_related("department", "user")
            .order_by("pk")
            .distinct()
        )
    return Actor(
        municipality=town,
        user=user,
        own=tuple(sorted((p for p in posts if p.user_id == user.pk), key=_by_weight)),
        deputised=tuple(p for p in posts if p.user_id != user.pk),
        on=day,
        via=via,
        address=address,
    )


def _by_weight(post: Membership) -> int:
    return Role.values.index(post.role)


def system_actor(town: Municipality, *, on: date | None = None, via: str = "system") -> Actor:
    """Kiun itself: schedules, imports from the command line, demo data."""
    return Actor(municipality=town, user=None, on=on or timezone.localdate(), via=via)


def may(actor: Actor, permission: str, obj: object = None) -> bool:
    return bool(rules.has_perm(permission, actor, obj))


def require(actor: Actor, permission: str, obj: object = None) -> None:
    """Raise unless allowed. Kiun itself (no user) may do everything: it acts on a decision already taken."""
    if actor.user is not None and not may(actor, permission, obj):
        raise NotAllowedError(_("You do not have the right to do this. Please ask the DX office of your municipality."))


def record(actor: Actor, *changes: Change) -> None:
    """Report changes to the audit log, in the same transaction as the changes themselves. What was saved as it had
    been is no change.
    """
    changes = tuple(change for change in changes if change.verb != Verb.CHANGED or change.before or change.after)
    if changes:
        announce(
            ChangesRecorded(
                municipality_id=actor.municipality.pk,
                changes=changes,
                on=actor.on,
                user_id=actor.user.pk if actor.user else None,
                actor=actor.label,
                via=actor.via,
                address=actor.address,
            )
        )
