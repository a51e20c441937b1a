"""Who can be named in a comment, and whom an @ in a text means."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiun.initiatives.models import Comment, Initiative, Mention, Task
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Membership, Role
from kiun.municipality.queries import posts_on

# Not the @ of an e-mail address.
SIGN = re.compile(r"(?<![A-Za-z0-9._+-])[@＠]")
LONGEST = 60
MOST_ASKED = 12


def mentionable_posts(actor: Actor, initiative: Initiative) -> QuerySet[Membership]:
    """The whole town hall, and the partners with whom the initiative is shared."""
    shared = Q(role=Role.PARTNER, shared_initiatives__initiative=initiative)
    posts = Membership.objects.filter(posts_on(actor.on), Q(role__in=STAFF_ROLES) | shared, user__is_active=True)
    return posts.select_related("user", "department").distinct()


def people_around(actor: Actor, task: Task) -> list[Membership]:
    """Those whom a comment is mostly for: one press names them."""
    keys = [
        task.responsible_id,
        *task.helpers.values_list("helper", flat=True),
        task.initiative.owner_id,
        *task.blockers.filter(resolved_on__isnull=True).values_list("decider", flat=True),
        *task.comments.order_by("-pk").values_list("author", flat=True)[:MOST_ASKED],
    ]
    wanted = [key for key in dict.fromkeys(keys) if key and key not in {post.pk for post in actor.own}]
    found = mentionable_posts(actor, task.initiative).in_bulk(wanted[:MOST_ASKED])
    return [found[key] for key in wanted if key in found]


@dataclass
class Named:
    """`unknown` and `unclear` are what stands after an @ and means nobody, or several people."""

    posts: list[Membership] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unclear: list[list[Membership]] = field(default_factory=list)


def posts_named_in(text: str, posts: QuerySet[Membership]) -> Named:
    """「@白井さん、…」: the longest full name that stands after the sign, or a family name that one person bears."""
    named = Named()
    for sign in SIGN.finditer(text):
        following = _joined(text[sign.end() : sign.end() + LONGEST])
        _sort_in(named, following, posts)
    named.posts = list(dict.fromkeys(named.posts))
    return named


def _sort_in(named: Named, following: str, posts: QuerySet[Membership]) -> None:
    found = _best(following, posts)
    people = {post.user_id: post for post in reversed(found)}
    if len(people) == 1:
        named.posts.append(next(iter(people.values())))
    elif people:
        named.unclear.append(found)
    else:
        named.unknown.append(following[:10])


def _best(following: str, posts: QuerySet[Membership]) -> list[Membership]:
    if not following:
        return []
    candidates = list(posts.filter(user__name__startswith=following[0]))
    full = [post for post in candidates if following.startswith(_joined(post.user.name))]
    if full:
        longest = max(len(_joined(post.user.name)) for post in full)
        return _of_the_place(following, [post for post in full if len(_joined(post.user.name)) == longest])
    return [post for post in candidates if following.startswith(_family_name(post))]


def _of_the_place(following: str, namesakes: list[Membership]) -> list[Membership]:
    """「@岸 直樹（市民課）」 tells namesakes apart."""
    return [post for post in namesakes if following.startswith(_with_place(post))] or namesakes


def _with_place(post: Membership) -> str:
    return f"{_joined(post.user.name)}({_joined(post.department.name)})" if post.department else "("


def _family_name(post: Membership) -> str:
    return unicodedata.normalize("NFKC", post.user.name).split()[0]


def _joined(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def unanswered_mentions(posts: Collection[int]) -> QuerySet[Mention]:
    """Of these posts, none of which has written about the same task, or initiative, since."""
    same_work = Q(initiative=OuterRef("comment__initiative"), pk__gt=OuterRef("comment"))
    later = Comment.objects.filter(same_work, author__in=posts)
    mentions = Mention.objects.filter(post__in=posts).exclude(comment__author__in=posts)
    asked_of_tasks = Q(comment__task__isnull=False) & ~Exists(later.filter(task=OuterRef("comment__task")))
    asked_of_initiatives = Q(comment__task__isnull=True) & ~Exists(later.filter(task__isnull=True))
    found = mentions.filter(asked_of_tasks | asked_of_initiatives)
    return found.select_related("comment__author__user", "comment__task", "comment__initiative").order_by("comment_id")
