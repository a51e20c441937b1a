import string
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django_scopes import scopes_disabled

from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, WRITING_ROLES, Department, Membership, Municipality, Role, User
from kiun.municipality.rules import COLLEAGUE_ROLES, is_admin

SORTS = {
    "name": ("user__kana", "user__name"),
    "department": ("department__place", "user__kana"),
    "role": ("role", "user__kana"),
    "staff_number": ("staff_number",),
    "valid_from": ("valid_from",),
    "valid_to": ("valid_to",),
}
SOON = timedelta(days=60)
LONGEST_OFFER = 20


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


def may_own_on(day: date) -> Q:
    """Posts in office that may enter data: the only ones that something is given to."""
    return posts_on(day) & Q(role__in=WRITING_ROLES, user__is_active=True)


def offered_posts(actor: Actor, department: Department | None, *kept: int | None) -> QuerySet[Membership]:
    """Posts that may own, of the department and below, of the DX office and one's own, and those chosen already."""
    near = Q(role=Role.ADMIN) | Q(pk__in=actor.membership_ids)
    if department:
        near |= Q(department__path__startswith=department.path)
    staff = Membership.objects.filter(role__in=STAFF_ROLES)
    chosen = [pk for pk in kept if pk]
    return staff.filter(may_own_on(actor.on) & near | Q(pk__in=chosen)).select_related("user", "department")


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
    is_descending = sort.startswith("-")
    order = [F(f).desc(nulls_last=True) if is_descending else F(f).asc(nulls_last=True) for f in fields]
    return posts.order_by(*order, "pk")


def successors_for(actor: Actor, on: date) -> QuerySet[Membership]:
    """Posts that may take over: current staff; for a head, those of the own departments."""
    posts = Membership.objects.filter(may_own_on(on))
    if actor.user is not None and not is_admin(actor):
        within = Q(pk__in=[])
        for path in actor.headed_paths:
            within |= Q(department__path__startswith=path)
        posts = posts.filter(within)
    return posts.select_related("user", "department")


def _towns_of(posts: Q) -> set[int]:
    with scopes_disabled():
        return set(Membership.objects.filter(posts).values_list("municipality_id", flat=True).order_by())


def is_shared_with_another_town(user: User) -> bool:
    """Whether the person also has a post elsewhere: then no single town decides about the account."""
    return len(_towns_of(Q(user=user))) > 1


def serves_only_others(user: User, town: Municipality) -> bool:
    """Whether all posts that the account has ever had are in other towns."""
    towns = _towns_of(Q(user=user))
    return bool(towns) and town.pk not in towns


def towns_served(user: User, on: date) -> QuerySet[Municipality]:
    """Towns in which the person has a post on the day."""
    return Municipality.objects.filter(pk__in=_towns_of(Q(user=user) & posts_on(on))).order_by("pk")


def accounts_of_one_town(town: Municipality) -> QuerySet[User]:
    """Accounts whose posts are all in `town`."""
    with scopes_disabled():
        posts = Membership.objects.filter(user=OuterRef("pk")).order_by()
        return User.objects.filter(Exists(posts.filter(municipality=town)), ~Exists(posts.exclude(municipality=town)))


# A name, a department and a staff number at their longest; what is longer means nobody and is not looked at.
LONGEST_LABEL = 200
NUMBER_LETTERS = string.ascii_letters + string.digits + "-"


def post_label(post: Membership) -> str:
    """As a person is chosen: 岸 直樹（市民課）1002."""
    department = f"（{post.department.name}）" if post.department else ""
    return f"{post.user.name}{department}{post.staff_number}"


def name_and_office(post: Membership) -> str:
    """As a person is named before something is done: 黒田 恵理（市民課 課長）."""
    office = office_of(post)
    return f"{post.user.name}（{office}）" if office else post.user.name


def office_of(post: Membership) -> str:
    return " ".join(part for part in (post.department.name if post.department else "", post.title) if part)


def posts_like(posts: QuerySet[Membership], text: str, *, exact: bool = True) -> list[Membership]:
    """Posts that a typed label, name or staff number means; with `exact` off, those that begin like it."""
    if len(text) > LONGEST_LABEL:
        return []
    words = unicodedata.normalize("NFKC", text.replace("\x00", " ")).strip()
    numbered = list(posts.filter(staff_number__iexact=words)[:LONGEST_OFFER]) if words else []
    if numbered:
        return numbered
    name, department, number = _label_parts(words)
    if not name:
        return []
    first = name.split()[0]
    found = posts.filter(Q(user__name__icontains=first) | Q(user__kana__icontains=first))
    if department:
        found = found.filter(department__name__icontains=department)
    if number:
        found = found.filter(staff_number__icontains=number)
    rows = list(found.order_by("user__kana", "pk")[:LONGEST_OFFER])
    same = [post for post in rows if _joined(post.user.name) == _joined(name)]
    return same if same and exact else rows


def _label_parts(words: str) -> tuple[str, str, str]:
    """Name, department and staff number; without a department, letters without a digit still belong to the name."""
    name, bracket, rest = words.partition("(")
    if bracket:
        department, _bracket, number = rest.partition(")")
        return name.strip(), department.strip(), number.strip()
    name = words.rstrip(NUMBER_LETTERS)
    number = words[len(name) :]
    return (name.strip(), "", number) if any(map(str.isdigit, number)) else (words, "", "")


def _joined(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def without_first_sign_in(posts: QuerySet[Membership], town: Municipality, on: date) -> QuerySet[Membership]:
    """Posts of people of this town alone who have never set a password."""
    return posts.filter(
        posts_on(on),
        role__in=STAFF_ROLES,
        user__is_active=True,
        user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
        user__in=accounts_of_one_town(town),
    ).order_by(by_place("department"), "user__kana", "pk")
