from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, fingerprint, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.department_holders import Relocation
from kiun.municipality.models import WRITING_ROLES, Department, Membership, Role, User
from kiun.municipality.queries.holdings import binding_holdings
from kiun.municipality.queries.people import posts_on


@dataclass(frozen=True, kw_only=True)
class PostDetails:
    department: Department | None
    role: str
    title: str = ""
    staff_number: str = ""
    valid_from: date
    valid_to: date | None = None


@transaction.atomic
def add_post(*, actor: Actor, person: User, details: PostDetails, reason: str = "") -> Membership:
    require(actor, "municipality.administer")
    post = Membership(municipality=actor.municipality, user=person)
    _fill(post, details)
    post.save()
    record(actor, change_of(post, Verb.CREATED, reason=reason))
    return post


@transaction.atomic
def change_post(
    *, actor: Actor, post: Membership, details: PostDetails, seen: str = "", reason: str = ""
) -> Membership:
    """Correct a post, unless it is no longer the one with the fingerprint `seen` ("": no form was filled in).

    A move to another department is an end and a new post, so that history remains.
    """
    require(actor, "municipality.administer")
    there = Membership.objects.select_for_update(of=("self",)).select_related("user", "department").get(pk=post.pk)
    if seen and seen != fingerprint(there):
        raise ConflictError(
            _("Somebody else has changed this post since you opened it. Nothing was overwritten; open it again.")
        )
    before = snapshot(there)
    _fill(post, details)
    if post.valid_to:
        check_nothing_is_lost(post)
    if post.role != there.role:
        _check_owner_may_write(post)
    post.save()
    check_an_admin_stays(actor)
    if post.valid_to:
        check_an_admin_stays(actor, post.valid_to + timedelta(days=1))
    record(actor, change_of(post, Verb.CHANGED, before, reason))
    return post


def _fill(post: Membership, details: PostDetails) -> None:
    if details.valid_to and details.valid_to < details.valid_from:
        raise DomainError(_("The post ends before it begins."), field="valid_to")
    if details.department and details.department.valid_to:
        raise DomainError(
            _("“%(name)s” is already closed. Choose another department.") % {"name": details.department},
            field="department",
        )
    post.department = details.department
    post.role = details.role
    post.title = details.title
    post.staff_number = details.staff_number
    post.valid_from = details.valid_from
    post.valid_to = details.valid_to


@transaction.atomic
def end_post(*, actor: Actor, post: Membership, on: date, reason: str = "") -> Membership:
    """`on` is the last day. A post that owns something binding stays until that is handed over."""
    require(actor, "municipality.administer")
    return finish(actor=actor, post=post, on=on, reason=reason)


def finish(*, actor: Actor, post: Membership, on: date, reason: str) -> Membership:
    if on < post.valid_from:
        raise DomainError(_("The post ends before it begins."), field="on")
    check_nothing_is_lost(post)
    before = snapshot(post, only=["valid_to"])
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    check_an_admin_stays(actor, on + timedelta(days=1))
    record(actor, change_of(post, Verb.CHANGED, before, reason))
    return post


def check_nothing_is_lost(post: Membership) -> None:
    sentence = _("%(name)s still owns %(number)s things. Hand them over first; then the post can end.")
    _refuse_while_it_owns(post, sentence, field="on")


def _check_owner_may_write(post: Membership) -> None:
    if post.role not in WRITING_ROLES:
        sentence = _("%(name)s still owns %(number)s things. Hand them over first; then the role can be changed.")
        _refuse_while_it_owns(post, sentence, field="role")


def _refuse_while_it_owns(post: Membership, sentence: str, *, field: str) -> None:
    if number := binding_holdings([post.pk]).get(post.pk, 0):
        raise DomainError(sentence % {"name": post, "number": number}, field=field, details={"hand_over": post.pk})


def check_an_admin_stays(actor: Actor, on: date | None = None) -> None:
    day = max(on or actor.on, actor.on)
    if not Membership.objects.filter(posts_on(day), role=Role.ADMIN, user__is_active=True).exists():
        raise DomainError(
            _("Somebody of the DX office must remain: otherwise nobody can look after Kiun. Name a successor first."),
            field="role",
        )


@transaction.atomic
def relocate_posts(rows: Collection[Membership], relocation: Relocation) -> None:
    """Posts follow their department through a 組織改編: the post goes on, and what it owns with it."""
    changes = []
    for post in rows:
        before = snapshot(post, only=["department"])
        post.department = relocation.to
        changes.append(change_of(post, Verb.CHANGED, before, relocation.reason))
    Membership.objects.bulk_update(rows, ["department"], batch_size=500)
    record(relocation.actor, *changes)
