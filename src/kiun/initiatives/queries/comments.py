from django.db.models import Q, QuerySet

from kiun.initiatives.models import Comment, Initiative
from kiun.municipality.actors import Actor


def comments_on(initiative: Initiative, actor: Actor) -> QuerySet[Comment]:
    """Colleagues read all; a partner their own words and the answers that name them: neither what the town hall
    writes among itself nor what another company writes.
    """
    comments = Comment.objects.filter(initiative=initiative).select_related(
        "author__user", "author__department", "task"
    )
    if actor.is_town_staff:
        return comments
    own = actor.membership_ids
    return comments.filter(Q(author__in=own) | Q(mentions__post__in=own)).distinct()
