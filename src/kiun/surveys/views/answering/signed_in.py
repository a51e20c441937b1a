"""For people with an account who were invited. Their session opens the door; nothing of it goes with the answers."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.surveys.models import Survey, SurveyState, Ticket
from kiun.surveys.views.answering.by_ticket import answer_with
from kiun.surveys.views.answering.page import leaves_no_trace, say_unknown
from kiun.ui.links import town_url


@open_to_members
@leaves_no_trace
@require_http_methods(["GET", "HEAD", "POST"])
def by_account(request: TownRequest, pk: int) -> HttpResponse:
    """One's own ticket, whatever post one has by now; nobody answers for somebody else."""
    asked = Survey.objects.filter(pk=pk)
    tickets = Ticket.objects.filter(survey__in=asked, membership__user=request.user)
    ticket = tickets.select_related("survey__questionnaire", "survey__department").first()
    if ticket is not None:
        return answer_with(request, ticket, is_signed_in=True)
    survey = asked.filter(has_open_link=True).exclude(state=SurveyState.DRAFT).first()
    if survey is not None:
        return redirect(town_url(request.town, "surveys_public:open", code=survey.code))
    return say_unknown(request)
