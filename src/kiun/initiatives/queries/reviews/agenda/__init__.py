"""What this room and the goals bring to a review: see `goals.review_agenda`."""

from django.utils.translation import gettext_lazy

from kiun.goals.review_agenda import AgendaContribution
from kiun.initiatives.queries.reviews.agenda.departments import over_allocated, unanswered
from kiun.initiatives.queries.reviews.agenda.earlier import decisions_not_carried_out, put_off_items
from kiun.initiatives.queries.reviews.agenda.numbers import low_chances, stale_indicators
from kiun.initiatives.queries.reviews.agenda.work import late_tasks, legal_deadlines, obstacles, past_their_end

CONTRIBUTIONS = tuple(
    AgendaContribution(id=key, label=label, find=find)
    for key, label, find in (
        ("initiatives.legal_deadlines", gettext_lazy("deadlines set by law"), legal_deadlines),
        ("initiatives.decisions", gettext_lazy("decisions not carried out"), decisions_not_carried_out),
        ("initiatives.late_tasks", gettext_lazy("overdue tasks"), late_tasks),
        ("initiatives.obstacles", gettext_lazy("obstacles"), obstacles),
        ("initiatives.past_end", gettext_lazy("initiatives past their end"), past_their_end),
        ("initiatives.over_allocations", gettext_lazy("too much planned for people or money"), over_allocated),
        ("initiatives.requests", gettext_lazy("inquiries without an answer"), unanswered),
        ("goals.low_chances", gettext_lazy("low chances"), low_chances),
        ("goals.stale", gettext_lazy("values that are missing"), stale_indicators),
        ("initiatives.put_off", gettext_lazy("put off last time"), put_off_items),
    )
)
