"""What reviews give to lower rooms: the agenda, a way in, a duty, and errands that a 人事異動 hands over."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kiun.goals.review_agenda import review_agenda
from kiun.initiatives.models import ReviewDecision
from kiun.initiatives.navigation import is_staff
from kiun.initiatives.queries.reviews.agenda import CONTRIBUTIONS
from kiun.initiatives.services.reviews import call_reviews, hand_over_decisions
from kiun.kernel.schedule import Duty, duties
from kiun.municipality.every_town import in_every_town
from kiun.municipality.ownables import Ownable, ownables
from kiun.ui.navigation import NAVIGATION, NavItem


def _call(now: datetime) -> str:
    told = in_every_town(call_reviews, now)
    if not told:
        return ""
    return ngettext("%(count)s notice about reviews", "%(count)s notices about reviews", told) % {"count": told}


def _errands_of(posts: Collection[int]) -> QuerySet[ReviewDecision]:
    """What is a task is handed over as one."""
    return ReviewDecision.objects.filter(
        person__in=posts, decided_on__isnull=False, carried_out_on__isnull=True, task__isnull=True
    )


def register() -> None:
    for contribution in CONTRIBUTIONS:
        review_agenda.register(contribution)
    duties.register(Duty(id="initiatives.reviews", every=timedelta(hours=1), run=_call))
    ownables.register(
        Ownable(
            id="initiatives.decision",
            label=_("errands from reviews"),
            held_by=_errands_of,
            hand_over=hand_over_decisions,
            field="person",
        )
    )
    NAVIGATION.register(
        NavItem(
            id="initiatives.reviews",
            label=pgettext_lazy("navigation", "Reviews"),
            url_name="initiatives:review_list",
            order=60,
            icon="history",
            place="more",
            condition=is_staff,
        )
    )
