"""What a review needs without anybody asking: it is proposed before its quarter ends, and its people are called."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiun.activity.services import Message, notify
from kiun.goals.models import Plan, PlanStatus
from kiun.initiatives.models import AgendaItem, Review, ReviewParticipant, ReviewState
from kiun.initiatives.services.reviews.gathering import gather
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.fiscal_year import Period, Quarter, quarter_of
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries import posts_on
from kiun.ui.dates import long_date
from kiun.ui.figures import figure
from kiun.ui.links import town_url

PROPOSED, INVITED = "initiatives.review_proposed", "initiatives.review_invited"
BEFORE_THE_END = timedelta(days=14)
BEFORE_THE_DAY = timedelta(days=7)
ITEMS_NAMED = 5


def call_reviews(actor: Actor) -> int:
    """Part of the schedule; `actor` is Kiun itself. The number of people told."""
    return propose_review(actor) + sum(_call(actor, review) for review in _in_preparation())


def _in_preparation() -> list[Review]:
    return list(Review.objects.filter(state=ReviewState.PREPARING))


def propose_review(actor: Actor) -> int:
    quarter = quarter_of(actor.on)
    if actor.on < quarter.end - BEFORE_THE_END or _is_planned(quarter) or not _has_work():
        return 0
    office = Membership.objects.filter(posts_on(actor.on), role=Role.ADMIN).select_related("user")
    return notify(town=actor.municipality, messages=[_proposal(actor, post, quarter) for post in office])


def _is_planned(quarter: Quarter) -> bool:
    return Review.objects.filter(year=quarter.fiscal_year.year, quarter=quarter.number).exists()


def _has_work() -> bool:
    """A town that has no plan yet has nothing to review."""
    return Plan.objects.filter(status=PlanStatus.CURRENT).exists()


def _proposal(actor: Actor, post: Membership, quarter: Quarter) -> Message:
    key = Period.of_quarter(quarter).key
    with override(post.user.language):
        return Message(
            recipient=post,
            kind=PROPOSED,
            subject=_("Plan the review of %(quarter)s") % {"quarter": quarter},
            body=_("The quarter ends on %(day)s. Choose a day and the people; the agenda makes itself.")
            % {"day": long_date(quarter.end)},
            path=f"{town_url(actor.municipality, 'initiatives:review_create')}?quarter={key}",
            occasion=f"review_proposed:{key}",
        )


@transaction.atomic
def _call(actor: Actor, review: Review) -> int:
    """Every day in preparation the agenda is brought up to date; a week ahead the people are invited with it."""
    gather(actor=actor, review=review)
    if review.invited_on or not actor.on <= review.held_on <= actor.on + BEFORE_THE_DAY:
        return 0
    items = list(review.items.filter(put_off_reason="").select_related("department"))
    posts = review.participants.select_related("post__user", "post__department")
    told = notify(town=actor.municipality, messages=[_invitation(actor, review, row, items) for row in posts])
    before = snapshot(review)
    review.invited_on = actor.on
    review.save(update_fields=["invited_on"])
    record(actor, change_of(review, Verb.CHANGED, before))
    return told


def _invitation(actor: Actor, review: Review, row: ReviewParticipant, items: list[AgendaItem]) -> Message:
    post = row.post
    own = items if post.role in (Role.ADMIN, Role.EXECUTIVE) else [item for item in items if _is_of(post, item)]
    with override(post.user.language):
        lines = [
            _("%(day)s, %(place)s") % {"day": long_date(review.held_on), "place": review.place or "—"},
            ngettext("%(number)s item concerns you:", "%(number)s items concern you:", len(own))
            % {"number": figure(len(own))}
            if own
            else _("No item concerns your department."),
            *[f"・{item.title}" for item in own[:ITEMS_NAMED]],
        ]
        if len(own) > ITEMS_NAMED:
            lines.append(_("and %(number)s more") % {"number": figure(len(own) - ITEMS_NAMED)})
        if own and post.role == Role.HEAD:
            lines.append(_("Please write beforehand, in a few words, how your department sees it."))
        return Message(
            recipient=post,
            kind=INVITED,
            subject=_("Invitation: %(review)s") % {"review": review},
            body="\n".join(lines),
            path=town_url(actor.municipality, "initiatives:review_detail", review.pk),
            occasion=f"review_invited:{review.pk}",
        )


def _is_of(post: Membership, item: AgendaItem) -> bool:
    return bool(post.department and item.department and item.department.path.startswith(post.department.path))
