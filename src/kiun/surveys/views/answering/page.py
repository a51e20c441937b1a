"""Questions, answers begun, handing in, thanks: the same for everybody, whichever way they came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.municipality.middleware import TownRequest
from kiun.surveys.answering import read_answers
from kiun.surveys.forms.answering import askings_of, language_of, written_in
from kiun.surveys.models import Survey, Ticket, TicketKind
from kiun.surveys.queries.asked import A_DAY, Asked, asked_in, asked_key
from kiun.surveys.services import AlreadyAnsweredError
from kiun.surveys.services.drafts import (
    DraftKey,
    draft_key,
    has_draft,
    new_draft_secret,
    read_draft,
    remove_draft,
    save_draft,
)
from kiun.surveys.services.open_link import RefusedError
from kiun.surveys.services.pairing import new_pair_secret, pair_of
from kiun.surveys.views.answering.browser import LONGEST, Kept, kept_draft, kept_pair, unkept, until_it_closes

View = Callable[..., HttpResponse]
NO_CONTENT, NOT_FOUND, GONE, UNPROCESSABLE, TOO_MANY = 204, 404, 410, 422, 429
HandIn = Callable[[Mapping[str, Any], str], None]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How somebody came to the questions: `hand_in` takes what was answered, and the pair."""

    survey: Survey
    ticket: Ticket | None
    hand_in: HandIn
    is_signed_in: bool = False
    # What remains in a browser that has answered.
    mark: Kept | None = None
    takes_draft: Callable[[], bool] = lambda: True
    # Hidden fields of the form.
    fields: Mapping[str, str] = field(default_factory=dict)
    # What the browser solves before it hands in.
    task: str = ""
    task_bits: int = 0

    @property
    def place(self) -> str:
        """What answers begun belong to besides the browser."""
        return f"ticket {self.ticket.pk}" if self.ticket else "open"

    @property
    def is_for_a_person(self) -> bool:
        return self.ticket is not None and self.ticket.kind == TicketKind.PERSON

    @property
    def keeps_name(self) -> bool:
        return not self.survey.is_anonymous and self.is_for_a_person

    @property
    def offers_pairing(self) -> bool:
        return self.survey.is_anonymous and self.survey.offers_pairing and not self.is_for_a_person


def leaves_no_trace(view: View) -> View:
    @wraps(view)
    def answer(request: TownRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = unkept(view(request, *args, **kwargs))
        return response

    return answer


def ask(request: TownRequest, way: Way) -> HttpResponse:
    """The page of somebody who has not answered yet."""
    if request.method != "POST":
        key = _own_draft(request, way)
        return _show(request, way, written=read_draft(key) if key else {})
    asked = asked_in(way.survey.questionnaire)
    written = written_in(asked, dict(request.POST.lists()))
    if "discard" in request.POST:
        return _begin_anew(request, way)
    if "draft" in request.POST or "later" in request.POST:
        return _keep(request, way, written)
    return _hand_in(request, way, asked, written)


def thank(request: TownRequest, survey: Survey, *, is_signed_in: bool = False) -> HttpResponse:
    page = {"survey": survey, "languages": _languages(survey), "is_signed_in": is_signed_in}
    return render(request, "surveys/thanks.html", page)


def say_unknown(request: TownRequest) -> HttpResponse:
    """The same for what never was and for what is another town's."""
    return render(request, "surveys/answer_unknown.html", status=NOT_FOUND)


def say_closed(request: TownRequest, survey: Survey) -> HttpResponse:
    page = {"survey": survey, "languages": _languages(survey)}
    return render(request, "surveys/answer_closed.html", page, status=GONE)


def _languages(survey: Survey) -> dict[str, str]:
    """Of the words of the survey, where they differ from that of the page."""
    english = {"title": survey.title_en, "intro": survey.intro_en, "thanks": survey.thanks_en}
    return {name: language_of(text) for name, text in english.items()}


def _hand_in(request: TownRequest, way: Way, asked: Asked, written: Mapping[str, Sequence[str]]) -> HttpResponse:
    answered = read_answers(asked.items, written)
    if answered.errors:
        return _show(request, way, written=written, errors=answered.errors, status=UNPROCESSABLE)
    if not answered.values:
        nothing = _("You have not answered any question yet. “I do not know” is an answer too.")
        return _show(request, way, written=written, refusal=nothing, status=UNPROCESSABLE)
    secret = _pair_secret(request, way)
    try:
        way.hand_in(answered.values, pair_of(secret, way.survey) if secret else "")
    except AlreadyAnsweredError:
        return _to_thanks(request, way)
    except RefusedError as error:
        return _show(request, way, written=written, refusal=error.message, status=TOO_MANY)
    except DomainError:
        return say_closed(request, way.survey)
    response = _to_thanks(request, way)
    _keep_pair(request, response, way, secret)
    return response


def _to_thanks(request: TownRequest, way: Way) -> HttpResponse:
    """The address itself thanks from now on: reload, the button back and a second tab find the same."""
    response = redirect(request.path)
    _forget_draft(request, response, way)
    if way.mark:
        way.mark.write(response, "yes", until_it_closes(way.survey))
    return response


def _pair_secret(request: TownRequest, way: Way) -> str:
    if not way.offers_pairing or "pairing" not in request.POST:
        return ""
    return kept_pair(way.survey).read(request) or new_pair_secret()


def _keep_pair(request: TownRequest, response: HttpResponse, way: Way, secret: str) -> None:
    kept = kept_pair(way.survey)
    if secret:
        kept.write(response, secret, LONGEST)
    elif way.offers_pairing and kept.read(request):
        kept.forget(response)


def _own_draft(request: TownRequest, way: Way) -> DraftKey | None:
    secret = kept_draft(way.survey, request.path).read(request)
    return draft_key(secret, way.survey, way.place) if secret else None


def _keep(request: TownRequest, way: Way, written: Mapping[str, Sequence[str]]) -> HttpResponse:
    """Answers begun: sent by the page from time to time, or by the button of somebody who goes on later."""
    kept = kept_draft(way.survey, request.path)
    secret = kept.read(request) or new_draft_secret()
    key = draft_key(secret, way.survey, way.place)
    if not has_draft(key) and not way.takes_draft():
        return _refuse_draft(request, way, written)
    save_draft(survey=way.survey, key=key, written=written)
    if "draft" in request.POST:
        response = HttpResponse(status=NO_CONTENT)
    else:
        response = render(request, "surveys/answer_later.html", {"survey": way.survey})
    kept.write(response, secret, until_it_closes(way.survey))
    return response


def _refuse_draft(request: TownRequest, way: Way, written: Mapping[str, Sequence[str]]) -> HttpResponse:
    if "draft" in request.POST:
        return HttpResponse(status=TOO_MANY)
    sentence = _("Your answers cannot be kept right now. Please hand them in today.")
    return _show(request, way, written=written, refusal=sentence, status=TOO_MANY)


def _begin_anew(request: TownRequest, way: Way) -> HttpResponse:
    response = redirect(request.path)
    _forget_draft(request, response, way)
    return response


def _forget_draft(request: TownRequest, response: HttpResponse, way: Way) -> None:
    if key := _own_draft(request, way):
        remove_draft(key)
        kept_draft(way.survey, request.path).forget(response)


def _show(
    request: TownRequest,
    way: Way,
    *,
    written: Mapping[str, Sequence[str]],
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    page = {
        "way": way,
        "survey": way.survey,
        "refusal": refusal,
        "mistakes": list(errors),
        "is_resumed": bool(written) and request.method != "POST",
        "is_paired": way.offers_pairing and bool(kept_pair(way.survey).read(request)),
    }
    page["body"] = _draw(way, page, written, errors)
    return render(request, "surveys/answer.html", page, status=status)


def _draw(
    way: Way, page: Mapping[str, Any], written: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> SafeString:
    """All that stands in the form. As long as nothing is written into it, it is the same for all who come this way."""
    is_blank = way.survey.questionnaire.is_locked and not written and not errors and not page["refusal"]
    pages, key = caches["pages"], _blank_key(way, is_paired=page["is_paired"])
    drawn: SafeString | None = pages.get(key) if is_blank else None
    if drawn is None:
        asked = asked_in(way.survey.questionnaire)
        more = {
            "asked": asked,
            "sections": askings_of(asked, written, errors),
            "mistakes": [item for item in asked.items if item.key in errors],
            "languages": _languages(way.survey),
        }
        drawn = render_to_string("surveys/answer_body.html", {**page, **more})
        if is_blank:
            pages.set(key, drawn, A_DAY)
    return drawn


def _blank_key(way: Way, *, is_paired: bool) -> str:
    survey = way.survey
    words = (survey.said_title, survey.said_intro, survey.closes_on, survey.department, get_language())
    ways = (way.ticket is None, way.is_for_a_person, way.is_signed_in, way.keeps_name, way.offers_pairing, is_paired)
    told = sha256(repr([str(part) for part in (*words, *ways)]).encode()).hexdigest()
    return f"{asked_key(survey.questionnaire)}:{told}"
