"""Free texts: reading those that were checked, and checking them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import UNPROCESSABLE, go_to
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.keys import key_in
from kiun.municipality.middleware import TownRequest
from kiun.surveys.models import FreeText, Review, Survey
from kiun.surveys.queries.results import Results
from kiun.surveys.queries.texts import TextPlace, count_texts, known_of, text_items, text_places, texts_at
from kiun.surveys.redaction import Redactor
from kiun.surveys.results_wording import say_texts
from kiun.surveys.services.texts import Decision, review_texts, take_back
from kiun.surveys.views.doors import own_survey
from kiun.surveys.views.results import page_of, results_of

ON_PAGE = 50
TO_CHECK_ON_PAGE = 20
CHECK = "surveys:texts_check"


def texts(request: TownRequest, pk: int) -> HttpResponse:
    found = results_of(request, pk)
    places = text_places(found.survey)
    names = {place.key: place for place in places.values()}
    chosen = key_in(request.GET.get("department"))
    rows = texts_at(found.survey, places, chosen if chosen in names else None)
    items = text_items(found.survey)
    item = next((one for one in items if one.key == request.GET.get("item")), None)
    shown = rows.filter(review=Review.SHOWN, **({"item": item.key} if item else {}))
    page = Paginator(shown, ON_PAGE).get_page(request.GET.get("page"))
    counts = count_texts(rows)
    context = {
        **page_of(request, found, "texts"),
        "lead": say_texts(found.survey, counts, asks_any=bool(items)),
        "counts": counts,
        "page": page,
        "lines": _lines(page, places, {one.key: one.said_text for one in items}),
        "items": [("", _("all")), *((one.key, one.said_text) for one in items)],
        "item": item,
        "places": _place_options(names),
        "place": chosen if chosen in names else "",
        "narrowed": sum((item is not None, chosen in names)),
    }
    return render(request, "surveys/texts.html", context)


def _lines(page: Page[FreeText], places: dict[int, TextPlace], questions: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "text": row,
            "place": places[row.department_id or 0].name,
            "question": questions.get(row.item, ""),
        }
        for row in page.object_list
    ]


def _place_options(names: dict[int, TextPlace]) -> list[tuple[Any, str]]:
    named = [(place.key, place.name or _("without a department")) for place in names.values()]
    return [("", _("all")), *named] if len(named) > 1 else []


@never_cache
def texts_check(request: TownRequest, pk: int) -> HttpResponse:
    """Originals are on this page and on no other."""
    survey = own_survey(request, pk, "surveys.open_survey")
    if not survey.is_closed:
        raise Http404
    if request.method == "POST":
        return _decide(request, survey)
    return _check_page(request, survey)


def _decide(request: TownRequest, survey: Survey) -> HttpResponse:
    decisions = [_decision(request, key) for key in request.POST.getlist("text") if _is_key(key)]
    try:
        done = review_texts(actor=request.actor, survey=survey, decisions=decisions)
    except NotAllowedError:
        raise
    except DomainError as error:
        return _check_page(request, survey, error)
    words = ngettext("%(count)s text has been decided.", "%(count)s texts have been decided.", done)
    messages.success(request, words % {"count": done})
    return go_to(request, CHECK, survey.pk)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _decision(request: TownRequest, key: str) -> Decision:
    state = request.POST.get(f"review-{key}", "")
    review = Review(state) if state in Review.values else Review.WAITING
    return Decision(text=UUID(key), review=review, shown=request.POST.get(f"shown-{key}", ""))


def _check_page(request: TownRequest, survey: Survey, error: DomainError | None = None) -> HttpResponse:
    places = text_places(survey)
    rows = texts_at(survey, places)
    questions = {one.key: one.said_text for one in text_items(survey)}
    waiting = list(rows.filter(review=Review.WAITING)[:TO_CHECK_ON_PAGE])
    redactor = Redactor(known_of(survey.municipality)) if waiting else None
    withheld = Paginator(rows.filter(review=Review.WITHHELD), ON_PAGE).get_page(request.GET.get("page"))
    context = {
        **page_of(request, Results(survey), "texts"),
        "counts": count_texts(rows),
        "lines": [_to_check(request, row, redactor, places, questions, error) for row in waiting if redactor],
        "withheld": _lines(withheld, places, questions),
        "page": withheld,
        "error": error,
    }
    return render(request, "surveys/texts_check.html", context, status=UNPROCESSABLE if error else 200)


def _to_check(
    request: TownRequest,
    row: FreeText,
    redactor: Redactor,
    places: dict[int, TextPlace],
    questions: dict[str, str],
    error: DomainError | None,
) -> dict[str, Any]:
    proposed = redactor.redact(row.text)
    return {
        "text": row,
        "shown": request.POST.get(f"shown-{row.pk}", proposed),
        "review": request.POST.get(f"review-{row.pk}", Review.SHOWN),
        "is_marked": proposed != row.text,
        "place": places[row.department_id or 0].name,
        "question": questions.get(row.item, ""),
        "error": error.message if error and error.field == str(row.pk) else "",
        "rows": min(max(len(proposed) // 40 + proposed.count("\n") + 1, 2), 12),
    }


@require_POST
def texts_take_back(request: TownRequest, pk: int) -> HttpResponse:
    """`text` names which one."""
    survey = own_survey(request, pk, "surveys.open_survey")
    key = request.POST.get("text", "")
    row = texts_at(survey, text_places(survey)).filter(pk=key).first() if _is_key(key) else None
    if row is None:
        messages.error(request, _("This text is not there any more."))
    else:
        take_back(actor=request.actor, survey=survey, text=row)
        messages.success(request, _("Done."))
    return go_to(request, "surveys:texts" if request.POST.get("from") == "texts" else CHECK, pk)
