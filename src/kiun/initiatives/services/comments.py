"""Words about an initiative or a task. “@名前” names a person, who is told and from then on sees the work."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import Notice
from kiun.activity.services import Message, mark_read, notify
from kiun.initiatives.models import Comment, Initiative, Mention, Task
from kiun.initiatives.models.tasks import LONGEST_COMMENT
from kiun.initiatives.queries.mentions import mentionable_posts, posts_named_in
from kiun.kernel.changes import Change
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership, Role

COMMENTED = "commented"
MENTIONED = "initiatives.mentioned"
MOST_MENTIONS = 20


@transaction.atomic
def add_comment(
    *, actor: Actor, initiative: Initiative, text: str, task: Task | None = None, to: Sequence[Membership] = ()
) -> Comment:
    """`to` are people chosen beside the text; whoever stands after an @ in it is named too."""
    require(actor, "initiatives.comment", initiative)
    text = text.strip()
    if not text:
        raise DomainError(_("Write a comment first."), field="text")
    if len(text) > LONGEST_COMMENT:
        raise DomainError(_("Write at most 4,000 characters."), field="text")
    named = people_named(actor, initiative, text, to) if actor.is_town_staff else []
    comment = Comment(
        municipality=actor.municipality, initiative=initiative, task=task, author=actor.membership, text=text
    )
    comment.save()
    Mention.objects.bulk_create(
        [Mention(municipality=actor.municipality, comment=comment, post=post) for post in named]
    )
    record(actor, _change(comment, task or initiative))
    _tell(actor, comment, named)
    _settle_own(actor, comment)
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


def people_named(actor: Actor, initiative: Initiative, text: str, to: Sequence[Membership] = ()) -> list[Membership]:
    """Colleagues in office, and partners with whom it is shared. A name that means nobody, or several people, is
    refused: nobody should wait for the answer of somebody who was never told.
    """
    allowed = mentionable_posts(actor, initiative)
    named = posts_named_in(text, allowed)
    if named.unknown:
        raise DomainError(
            _("Nobody here is called “@%(name)s”. Check the name, or take the @ away.") % {"name": named.unknown[0]},
            field="text",
        )
    for posts in named.unclear:
        listed = "、".join(f"@{post.user.name}（{post.department or post.title}）" for post in posts[:5])
        raise DomainError(
            _("Several people have this name. Write the department behind it: %(people)s") % {"people": listed},
            field="text",
        )
    chosen = allowed.filter(pk__in=[post.pk for post in to])
    own = {post.pk for post in actor.own}
    found = [post for post in dict.fromkeys([*named.posts, *chosen]) if post.pk not in own]
    if len(found) > MOST_MENTIONS:
        raise DomainError(_("At most %(count)s people can be named at once.") % {"count": MOST_MENTIONS}, field="text")
    return found


def _tell(actor: Actor, comment: Comment, named: Iterable[Membership]) -> None:
    """Those named; and the owner, when a partner writes."""
    told = {post.pk: post for post in named}
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
    keys = {"town": actor.municipality.slug, "pk": comment.task_id or comment.initiative_id}
    if post.role == Role.PARTNER:
        return reverse("initiatives:shared_detail", kwargs={**keys, "pk": comment.initiative_id})
    return reverse("initiatives:task_detail" if comment.task_id else "initiatives:initiative_detail", kwargs=keys)


def _settle_own(actor: Actor, comment: Comment) -> None:
    """Whoever answers has read what they were asked."""
    for post in actor.own:
        asked = Notice.objects.filter(kind=MENTIONED, path=f"{_path(actor, comment, post)}#comments", recipient=post)
        mark_read(actor=actor, notices=asked)
