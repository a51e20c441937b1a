"""What earlier reviews left: decisions that do not move, and items that were put off."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kiun.goals.review_agenda import Finding, Severity
from kiun.initiatives.models import (
    AgendaItem,
    Review,
    ReviewDecision,
    ReviewState,
    Verdict,
)
from kiun.initiatives.queries.reviews.agenda.findings import about_item
from kiun.initiatives.queries.reviews.decisions import only_stuck, with_state
from kiun.municipality.actors import Actor
from kiun.ui.figures import figure
from kiun.ui.links import town_url


def decisions_not_carried_out(actor: Actor) -> Iterator[Finding]:
    decided = ReviewDecision.objects.filter(decided_on__isnull=False)
    stuck = only_stuck(with_state(decided, actor.on), actor.on)
    for decision in stuck.select_related("item__review", "person__user"):
        since = decision.due_on if decision.due_on and decision.due_on < actor.on else decision.decided_on
        days = (actor.on - since).days
        yield about_item(
            actor,
            decision.item,
            sentence=_(
                "The decision “%(what)s” (%(review)s, %(verdict)s) has not been carried out. In charge: %(person)s."
            )
            % {
                "what": decision,
                "review": decision.item.review.period,
                "verdict": Verdict(decision.verdict).label,
                "person": decision.person or "—",
            },
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("past its day") if since == decision.due_on else _("since the decision"),
            severity=Severity.HIGH,
            path=town_url(actor.municipality, "initiatives:decision_detail", decision.pk),
        )


def put_off_items(actor: Actor) -> Iterator[Finding]:
    """What the latest closed review did not come to; an initiative that has ended since asks nothing any more."""
    latest = Review.objects.filter(state=ReviewState.CLOSED).first()
    items = AgendaItem.objects.filter(review=latest).exclude(put_off_reason="") if latest else AgendaItem.objects.none()
    for item in items.select_related("review", "initiative"):
        if item.initiative and not item.initiative.is_open:
            continue
        yield about_item(
            actor,
            item,
            sentence=_("Put off in the last review (%(review)s): %(reason)s")
            % {"review": item.review.period, "reason": item.put_off_reason},
            severity=Severity.LOW if item.subject_type else Severity.MIDDLE,
            path=town_url(actor.municipality, "initiatives:item_detail", item.pk),
        )
