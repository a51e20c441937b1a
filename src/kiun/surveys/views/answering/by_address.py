"""For everybody who has the address: a poster, the town's newsletter."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from kiun.municipality.middleware import TownRequest, client_address, open_to_everyone
from kiun.surveys.models import Survey
from kiun.surveys.services.open_link import (
    PROOF_BITS,
    hand_in_openly,
    is_form_key,
    new_form_key,
    takes_draft,
    task_of,
)
from kiun.surveys.views.answering.browser import kept_mark
from kiun.surveys.views.answering.page import Way, ask, leaves_no_trace, say_closed, say_unknown, thank


@open_to_everyone
@leaves_no_trace
@require_http_methods(["GET", "HEAD", "POST"])
def by_address(request: TownRequest, code: str) -> HttpResponse:
    surveys = Survey.objects.filter(code=code, has_open_link=True)
    survey = surveys.select_related("questionnaire", "department").first()
    if survey is None or survey.is_draft:
        return say_unknown(request)
    if kept_mark(survey, request.path).read(request):
        return thank(request, survey)
    if not survey.is_open:
        return say_closed(request, survey)
    return ask(request, _way(request, survey))


def _way(request: TownRequest, survey: Survey) -> Way:
    sent = request.POST.get("key", "")
    key = sent if is_form_key(survey, sent) else new_form_key(survey)

    def give(values: Mapping[str, Any], pair: str) -> None:
        hand_in_openly(
            survey=survey,
            key=sent,
            proof=request.POST.get("proof", ""),
            address=client_address(request),
            values=values,
            pair=pair,
        )

    return Way(
        survey=survey,
        ticket=None,
        hand_in=give,
        mark=kept_mark(survey, request.path),
        takes_draft=lambda: takes_draft(survey, client_address(request)),
        fields={"key": key, "proof": ""},
        task=task_of(key),
        task_bits=PROOF_BITS,
    )
