"""Words about an initiative or a task. “@名前” names a person, who is told and from then on sees the work."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kiun.activity.services import Message, notify
from kiun.initiatives.models import Comment, Initiative, Mention, Task
from kiun.kernel.changes import Change
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import STAFF_ROLES, Membership, Role
from kiun.municipality.queries.people import posts_on

COMMENTED = "commented"
MENTIONED = "initiatives.mentioned"
LONGEST_COMMENT = 4000
LONGEST_NAME = 80
MOST_MENTIONS = 20
_CALLED = re.compile(r"[@＠]\s*([^\s@＠].{0,80})", re.DOTALL)
_DEPARTMENT = re.compile(r"\s*[（(]([^）)]{1,80})[）)]")


@transaction.atomic
def add_comment(*, actor: Actor, initiative: Initiative, text: str, task: Task | None = None) -> Comment:
    require(actor, "initiatives.comment", initiative)
    text = text.strip()
    if not text:
        raise DomainError(_("Write a comment first."), field="text")
    if len(text) > LONGEST_COMMENT:
        raise DomainError(_("Write at most 4,000 characters."), field="text")
    comment = Comment(
        municipality=actor.municipality, initiative=initiative, task=task, author=actor.membership, text=text
    )
    comment.save()
    named = people_named(actor, initiative, text) if actor.is_town_staff else []
    Mention.objects.bulk_create(
        [Mention(municipality=actor.municipality, comment=comment, post=post) for post in named]
    )
    record(actor, _change(comment, task or initiative))
    _tell(actor, comment, named)
    return comment


def _change(comment: Comment, about: Initiative | Task) -> Change:
    """Told of the thing itself, with a verb of its own: nobody's open form is contradicted by it."""
    return Change(
        object_type=about._meta.label_lower,
        object_id=about.pk,
        label=str(about)[:200],
        verb=COMMENTED,
        after={"comment": comment.text},
    )


def people_named(actor: Actor, initiative: Initiative, text: str) -> list[Membership]:
    """Colleagues in office, and partners with whom it is shared. A name that several have needs its department."""
    found: dict[int, Membership] = {}
    for called in list(_CALLED.finditer(text))[:MOST_MENTIONS]:
        for post in _posts_called(actor, initiative, called.group(1)):
            found[post.pk] = post
    return list(found.values())


def _posts_called(actor: Actor, initiative: Initiative, words: str) -> Sequence[Membership]:
    first = unicodedata.normalize("NFKC", words)[:1]
    candidates = _may_be_named(actor, initiative).filter(user__name__startswith=first)
    lengths = [(_length_of_name(words, post.user.name), post) for post in candidates]
    fitting = [(length, post) for length, post in lengths if length]
    longest = max((length for length, _post in fitting), default=0)
    posts = [post for length, post in fitting if length == longest]
    return _of_department(posts, words[longest:]) if len(posts) > 1 else posts


def _may_be_named(actor: Actor, initiative: Initiative) -> QuerySet[Membership]:
    shared = Q(role=Role.PARTNER, pk__in=initiative.shares.values("partner"))
    posts = Membership.objects.filter(Q(role__in=STAFF_ROLES) | shared, posts_on(actor.on), user__is_active=True)
    return posts.select_related("user", "department")


def _length_of_name(words: str, name: str) -> int:
    """How many characters of `words` spell the name, with or without the space in it; 0 when they do not."""
    place = 0
    for letter in "".join(name.split()):
        while place < len(words) and words[place].isspace():
            place += 1
        if place == len(words) or unicodedata.normalize("NFKC", words[place]) != unicodedata.normalize("NFKC", letter):
            return 0
        place += 1
    return place


def _of_department(posts: list[Membership], after: str) -> list[Membership]:
    named = _DEPARTMENT.match(after)
    fitting = [post for post in posts if named and post.department and post.department.name == named.group(1).strip()]
    if len(fitting) == 1 or len({post.user_id for post in posts}) == 1:
        return fitting or posts
    listed = "、".join(f"@{post.user.name}（{post.department or post.title}）" for post in posts[:5])
    raise DomainError(
        _("Several people have this name. Write the department behind it: %(people)s") % {"people": listed},
        field="text",
    )


def _tell(actor: Actor, comment: Comment, named: Iterable[Membership]) -> None:
    """Those named; and the owner, when a partner writes."""
    own = {post.pk for post in actor.own}
    told = {post.pk: post for post in named if post.pk not in own}
    if not actor.is_town_staff:
        told[comment.initiative.owner_id] = comment.initiative.owner
    notify(town=actor.municipality, messages=[_message(actor, comment, post) for post in told.values()])


def _message(actor: Actor, comment: Comment, post: Membership) -> Message:
    about = comment.task or comment.initiative
    with override(post.user.language):
        subject = gettext("%(person)s wrote to you about “%(what)s”") % {"person": actor.label, "what": about}
    return Message(
        recipient=post,
        kind=MENTIONED,
        subject=subject,
        body=comment.text,
        path=f"{_path(actor, comment, post)}#comments",
        occasion=f"comment:{comment.pk}",
    )


def _path(actor: Actor, comment: Comment, post: Membership) -> str:
    keys = {"town": actor.municipality.slug, "pk": comment.initiative_id}
    page = "shared_detail" if post.role == Role.PARTNER else "initiative_detail"
    return reverse(f"initiatives:{page}", kwargs=keys)
