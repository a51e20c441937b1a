"""Words about a task, or about an initiative as a whole, and who is named in them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import Notice
from kiun.activity.services import mark_read
from kiun.initiatives.models import Comment, Initiative, Mention, Task
from kiun.initiatives.queries.mentions import mentionable_posts, posts_named_in
from kiun.initiatives.services.task_notices import MENTIONED, path_about, tell_mentioned
from kiun.initiatives.verbs import COMMENTED
from kiun.kernel.changes import change_of
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

MOST_MENTIONS = 20


@transaction.atomic
def write_comment(
    *, actor: Actor, initiative: Initiative, task: Task | None, text: str, to: Sequence[Membership] = ()
) -> Comment:
    """`to` are people chosen beside the text; whoever stands after an @ in it is named too."""
    require(actor, "initiatives.comment", task or initiative)
    if not text.strip():
        raise DomainError(_("Write something first."), field="text")
    posts = _named(actor, initiative, text, to)
    comment = Comment(
        municipality=actor.municipality,
        initiative=initiative,
        task=task,
        author=actor.membership,
        text=text.strip(),
    )
    comment.full_clean(exclude=["municipality"])
    comment.save()
    Mention.objects.bulk_create([Mention(comment=comment, post=post) for post in posts])
    record(actor, change_of(comment, COMMENTED))
    tell_mentioned(actor, comment, posts if actor.is_town_staff else {*posts, initiative.owner})
    _settle_own(actor, comment)
    return comment


def _named(actor: Actor, initiative: Initiative, text: str, to: Sequence[Membership]) -> list[Membership]:
    """A name that means nobody, or two people, is refused: nobody should wait for the answer of somebody who was never
    told.
    """
    allowed = mentionable_posts(actor, initiative)
    named = posts_named_in(text, allowed)
    if named.unknown:
        raise DomainError(
            _("Nobody here is called “@%(name)s”. Check the name, or take the @ away.") % {"name": named.unknown[0]},
            field="text",
        )
    for name, posts in named.unclear.items():
        people = "、".join(f"@{post.user.name}（{post.department}）" for post in posts[:5])
        raise DomainError(
            _("“@%(name)s” may be several people. Write it like this: %(people)s.") % {"name": name, "people": people},
            field="text",
        )
    chosen = allowed.filter(pk__in=[post.pk for post in to])
    own = {post.pk for post in actor.own}
    found = [post for post in dict.fromkeys([*named.posts, *chosen]) if post.pk not in own]
    if len(found) > MOST_MENTIONS:
        raise DomainError(_("At most %(count)s people can be named at once.") % {"count": MOST_MENTIONS}, field="text")
    return found


def _settle_own(actor: Actor, comment: Comment) -> None:
    """Whoever answers has read what they were asked."""
    asked = Notice.objects.filter(kind=MENTIONED, path__startswith=path_about(actor, comment.initiative, comment.task))
    mark_read(actor=actor, notices=asked.filter(recipient__in=[post.pk for post in actor.own]))
