from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_scopes import scopes_disabled

from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Department, Membership, Municipality, Role, User
from kiun.municipality.rules import COLLEAGUE_ROLES, is_admin

SORTS = {
    "name": ("user__kana", "user__name"),
    "department": ("department__path", "user__kana"),
    "role": ("role", "user__kana"),
    "staff_number": ("staff_number",),
    "valid_from": ("valid_from",),
    "valid_to": ("valid_to",),
}
SOON = timedelta(days=60)


def visible_posts(actor: Actor | None) -> QuerySet[Membership]:
    """Twin of the rule `municipality.see_post`."""
    posts = Membership.objects.select_related("user", "department")
    if actor is None or actor.user is None:
        return posts.none()
    if actor.is_admin:
        return posts
    own = Q(user=actor.user)
    return posts.filter(own | Q(role__in=COLLEAGUE_ROLES) if actor.is_town_staff else own)


def posts_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


@dataclass(frozen=True, kw_only=True)
class PostFilter:
    words: str = ""
    department: Department | None = None
    role: str = ""
    state: str = "current"
    sort: str = "department"


def filter_posts(posts: QuerySet[Membership], wanted: PostFilter, on: date) -> QuerySet[Membership]:
    for word in wanted.words.split():
        posts = posts.filter(
            Q(user__name__icontains=word)
            | Q(user__kana__icontains=word)
            | Q(staff_number__icontains=word)
            | Q(title__icontains=word)
            | Q(department__name__icontains=word)
        )
    if wanted.department:
        posts = posts.filter(department__path__startswith=wanted.department.path)
    if wanted.role:
        posts = posts.filter(role=wanted.role)
    return _in_order(_in_state(posts, wanted.state, on), wanted.sort)


def _in_state(posts: QuerySet[Membership], state: str, on: date) -> QuerySet[Membership]:
    if state == "current":
        return posts.filter(posts_on(on))
    if state == "ended":
        return posts.filter(valid_to__lt=on)
    if state == "coming":
        return posts.filter(valid_from__gt=on)
    return posts


def _in_order(posts: QuerySet[Membership], sort: str) -> QuerySet[Membership]:
    fields = SORTS.get(sort.removeprefix("-"), SORTS["department"])
    sign = "-" if sort.startswith("-") else ""
    return posts.order_by(*(f"{sign}{field}" for field in fields), "pk")


def successors_for(actor: Actor, on: date) -> QuerySet[Membership]:
    """Posts that may take over: current staff; for a head, those of the own departments."""
    posts = Membership.objects.filter(posts_on(on), role__in=STAFF_ROLES, user__is_active=True).exclude(
        role=Role.VIEWER
    )
    if actor.user is not None and not is_admin(actor):
        within = Q(pk__in=[])
        for path in actor.headed_paths:
            within |= Q(department__path__startswith=path)
        posts = posts.filter(within)
    return posts.select_related("user", "department")


def is_shared_with_another_town(user: User) -> bool:
    """Whether the person also has a post elsewhere: then no single town decides about the account."""
    with scopes_disabled():
        towns = set(Membership.objects.filter(user=user).values_list("municipality_id", flat=True).order_by())
    return len(towns) > 1


def accounts_of_one_town(town: Municipality) -> QuerySet[User]:
    """Accounts whose posts are all in `town`."""
    with scopes_disabled():
        posts = Membership.objects.filter(user=OuterRef("pk")).order_by()
        return User.objects.filter(Exists(posts.filter(municipality=town)), ~Exists(posts.exclude(municipality=town)))
