"""Carrying a plan out: all of it or nothing, in a fixed number of statements for any number of rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department, Membership, Municipality, User
from kiun.municipality.ownables import ownables
from kiun.municipality.services.departments import tree
from kiun.municipality.services.departments.places import renumber_departments
from kiun.municipality.services.people import next_usernames
from kiun.municipality.services.posts import check_an_admin_stays
from kiun.municipality.services.staff_import.plan import ImportPlan, PersonLine, PostFate, PostLine

BATCH = 500
POST_FIELDS = ["role", "title", "staff_number", "valid_from", "valid_to"]


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What was done, for the page, the job and the command line."""

    new: int
    moved: int
    changed: int
    unchanged: int
    ended: int
    accounts: int
    departments_new: int
    departments_changed: int
    carried: int  # people who moved and took along what they own
    post_ids: tuple[int, ...] = ()


@dataclass
class _Run:
    actor: Actor
    plan: ImportPlan
    reason: str
    departments: list[Department] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def department(self, slot: int | None) -> Department | None:
        return None if slot is None else self.departments[slot]


@contextmanager
def import_alone(town: Municipality) -> Iterator[None]:
    """Two imports at once would both find the same people new or missing: the second waits for the first, and must
    make its plan in here.
    """
    with transaction.atomic():
        Municipality.objects.select_for_update().get(pk=town.pk)
        yield


def apply_staff_import(
    *,
    actor: Actor,
    plan: ImportPlan,
    reason: str = "",
    on_done: Callable[[ImportResult], None] | None = None,
) -> ImportResult:
    """`on_done` is called in the same transaction: a job that ends there ends exactly when the import counts."""
    require(actor, "municipality.administer")
    if plan.problems:
        raise DomainError(_("The list still contains errors. Correct them and upload the file again."))
    run = _Run(actor, plan, reason or _("import of the staff list"))
    with import_alone(actor.municipality):
        _write_departments(run)
        _write_accounts(run)
        result = _write_posts(run)
        check_an_admin_stays(actor)
        record(actor, *run.changes)
        if on_done:
            on_done(result)
    return result


def _write_departments(run: _Run) -> None:
    slots = run.plan.departments
    execution = tree.Execution(run.actor, run.plan.options.on, run.reason)
    made: dict[int, Department] = {number: slot.existing for number, slot in enumerate(slots) if slot.existing}

    def made_for(number: int) -> Department:
        slot = slots[number]
        if number not in made:
            parent = None if slot.parent is None else made_for(slot.parent)
            made[number] = tree.create(execution, name=slot.name, code=slot.code, parent=parent, order=slot.order)
        return made[number]

    for number, slot in enumerate(slots):
        made_for(number)
        if slot.existing and slot.diffs:
            _change_department(execution, slot.existing, slot.name, slot.code, slot.order)
    for slot in slots:
        if slot.existing and slot.diffs:
            parent = None if slot.parent is None else made[slot.parent]
            department = Department.objects.select_related("parent").get(pk=slot.existing.pk)
            if department.parent != parent:
                if parent:
                    parent.refresh_from_db(fields=["path"])
                tree.move(execution, department, parent)
    if any(slot.existing is None or slot.diffs for slot in slots):
        renumber_departments()
    run.departments = [made[number] for number in range(len(slots))]
    run.changes += execution.changes


def _change_department(run: tree.Execution, department: Department, name: str, code: str, order: int) -> None:
    if (name, code) != (department.name, department.code):
        tree.rename(run, department, name=name, code=code)
    if order != department.order:
        before = snapshot(department, only=["order"])
        department.order = order
        department.save(update_fields=["order"])
        run.note(department, Verb.CHANGED, before)


def _write_accounts(run: _Run) -> None:
    lines = run.plan.people
    nameless = [line for line in lines if line.user is None and not (line.username or line.email)]
    names = iter(next_usernames(run.actor.municipality.slug, len(nameless)))
    new = [_new_user(line, line.username or line.email or next(names)) for line in lines if line.user is None]
    User.objects.bulk_create(new, batch_size=BATCH)
    changed = [_changed_user(run, line, line.user) for line in lines if line.user and line.diffs]
    User.objects.bulk_update(changed, ["name", "kana", "email", "username"], batch_size=BATCH)
    made = iter(new)
    run.users = [line.user or next(made) for line in lines]


def _new_user(line: PersonLine, username: str) -> User:
    return User(
        username=username[:150],
        email=line.email,
        name=line.name,
        kana=line.kana,
        # Unusable: the first sign-in is by a reset mail or a printed code; 20,000 hashes would take an hour.
        password=make_password(None),
    )


def _changed_user(run: _Run, line: PersonLine, user: User) -> User:
    before = snapshot(user, only=["name", "kana", "email", "username"])
    if user.email != line.email:
        # What the old address proved, the new one has not.
        EmailAddress.objects.filter(user=user).delete()
    user.name, user.kana, user.email, user.username = line.name, line.kana, line.email, line.username
    run.changes.append(change_of(user, Verb.IMPORTED, before, run.reason))
    return user


def _write_posts(run: _Run) -> ImportResult:
    lines = run.plan.posts
    new = [line for line in lines if line.fate == PostFate.NEW]
    moved = [line for line in lines if line.fate == PostFate.MOVED]
    changed = [line for line in lines if line.fate == PostFate.CHANGED]
    created = _create(run, [*new, *moved])
    carried = _carry_along(run, moved, created[len(new) :])
    _end(run, [(line.post, line.valid_from) for line in moved if line.post])
    _change(run, changed)
    ending = [(missing.post, run.plan.options.on) for missing in run.plan.missing if missing.ends]
    _end(run, ending)
    counts = run.plan.counts
    return ImportResult(
        new=len(new),
        moved=len(moved),
        changed=len(changed),
        unchanged=counts[PostFate.UNCHANGED],
        ended=len(ending),
        accounts=counts["accounts"],
        departments_new=counts["departments_new"],
        departments_changed=counts["departments_changed"],
        carried=carried,
        post_ids=tuple(post.pk for post in created),
    )


def _create(run: _Run, lines: Sequence[PostLine]) -> list[Membership]:
    posts = []
    for line in lines:
        post = Membership(municipality=run.actor.municipality, user=run.users[line.person])
        _fill(run, post, line)
        posts.append(post)
    Membership.objects.bulk_create(posts, batch_size=BATCH)
    run.changes += [change_of(post, Verb.IMPORTED, reason=run.reason) for post in posts]
    return posts


def _fill(run: _Run, post: Membership, line: PostLine) -> None:
    post.department = run.department(line.department)
    for name in POST_FIELDS:
        setattr(post, name, getattr(line, name))


def _carry_along(run: _Run, moved: Sequence[PostLine], created: Sequence[Membership]) -> int:
    """People who move keep what they own, under the new post, until it is handed over: nothing is without an owner."""
    successor = {line.post.pk: post for line, post in zip(moved, created, strict=True) if line.post}
    carriers: set[int] = set()
    for ownable in ownables:
        by_post: dict[int, list[object]] = {}
        for row in ownable.held_by(list(successor)) if successor else ():
            by_post.setdefault(getattr(row, f"{ownable.field}_id"), []).append(row)
        for key, rows in by_post.items():
            ownable.pass_on(actor=run.actor, rows=rows, to=successor[key], reason=run.reason)
        carriers |= by_post.keys()
    return len(carriers)


def _end(run: _Run, posts: Sequence[tuple[Membership, date]]) -> None:
    """The last day is the one before the day given; a post that began on that day or later never was."""
    for post, day in posts:
        before = snapshot(post, only=["valid_to"])
        post.valid_to = max(day - timedelta(days=1), post.valid_from)
        run.changes.append(change_of(post, Verb.IMPORTED, before, run.reason))
    Membership.objects.bulk_update([post for post, _day in posts], ["valid_to"], batch_size=BATCH)


def _change(run: _Run, lines: Sequence[PostLine]) -> None:
    posts = []
    for line in lines:
        if line.post is None:
            continue
        before = snapshot(line.post)
        _fill(run, line.post, line)
        posts.append(line.post)
        run.changes.append(change_of(line.post, Verb.IMPORTED, before, run.reason))
    Membership.objects.bulk_update(posts, POST_FIELDS, batch_size=BATCH)
