"""質問票: the list, one version with its questions, and what is done to it as a whole."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.surveys.forms.answering import askings_of
from kiun.surveys.forms.questionnaires import QuestionnaireForm
from kiun.surveys.models import Questionnaire
from kiun.surveys.queries.asked import asked_in
from kiun.surveys.queries.questionnaires import differences, parts_of, questionnaire_list, uses_of, versions_of
from kiun.surveys.ready_made import READY_SETS, ready_set
from kiun.surveys.services.questionnaires import (
    change_questionnaire,
    copy_questionnaire,
    create_questionnaire,
    delete_questionnaire,
    make_new_version,
    take_ready_set,
)
from kiun.surveys.views.doors import own_questionnaire, seen_questionnaire

ON_PAGE = 50
USES_SHOWN = 20
DETAIL = "surveys:questionnaire_detail"


def questionnaires(request: TownRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    page = Paginator(questionnaire_list(request.actor, words), ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "words": words,
        "ready_sets": READY_SETS,
        "may_make": may(request.actor, "surveys.make_survey"),
    }
    return render(request, "surveys/questionnaire_list.html", context)


def questionnaire_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "surveys.make_survey")
    form = QuestionnaireForm(request.POST or None)
    made: list[Questionnaire] = []

    def save() -> None:
        made.append(create_questionnaire(actor=request.actor, questionnaire=Questionnaire(**form.facts())))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, DETAIL, made[0].pk)
    return show_form(request, "surveys/questionnaire_form.html", form, questionnaire=None, ready_sets=READY_SETS)


def questionnaire_detail(request: TownRequest, pk: int) -> HttpResponse:
    """The editor of a version that is being written; of one that people were asked with, what stands in it."""
    questionnaire = seen_questionnaire(request, pk)
    parts = parts_of(questionnaire)
    versions = versions_of(questionnaire)
    may_change = may(request.actor, "surveys.change_questionnaire", questionnaire)
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "parts": parts,
        "size": sum(len(part.lines) for part in parts),
        "problems": [line for part in parts for line in part.lines if line.problem],
        "versions": versions,
        "newest": versions[0],
        "earlier": next((one for one in versions if one.number < questionnaire.number), None),
        "surveys": uses_of(questionnaire, request.actor)[:USES_SHOWN],
        "may_change": may_change,
        "may_edit": may_change and not questionnaire.is_locked,
        "may_make": may(request.actor, "surveys.make_survey"),
    }
    return render(request, "surveys/questionnaire_detail.html", context)


def questionnaire_edit(request: TownRequest, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, pk)

    def save(form: QuestionnaireForm) -> None:
        facts, seen = form.facts(), form.cleaned_data["seen"]
        change_questionnaire(actor=request.actor, questionnaire=questionnaire, facts=facts, seen=seen)

    return edit_row(
        request,
        questionnaire,
        make=lambda row, data: QuestionnaireForm(data, instance=row),
        save=save,
        done=lambda: go_to(request, DETAIL, pk),
        template="surveys/questionnaire_form.html",
        questionnaire=questionnaire,
    )


def questionnaire_preview(request: TownRequest, pk: int) -> HttpResponse:
    """As people see it on a phone. Nothing that is chosen here is kept."""
    questionnaire = seen_questionnaire(request, pk)
    asked = asked_in(questionnaire)
    context = {"questionnaire": questionnaire, "asked": asked, "sections": askings_of(asked)}
    return render(request, "surveys/questionnaire_preview.html", context)


def questionnaire_differences(request: TownRequest, pk: int) -> HttpResponse:
    """From the version before; `than` names another one."""
    questionnaire = seen_questionnaire(request, pk)
    others = [one for one in versions_of(questionnaire) if one.pk != pk]
    earlier = next((one for one in others if str(one.number) == request.GET.get("than")), None)
    earlier = earlier or next((one for one in others if one.number < questionnaire.number), None)
    found = differences(list(earlier.items.all()), list(questionnaire.items.all())) if earlier else []
    context = {"questionnaire": questionnaire, "earlier": earlier, "differences": found}
    return render(request, "surveys/questionnaire_differences.html", context)


@require_POST
def questionnaire_copy(request: TownRequest, pk: int) -> HttpResponse:
    copy = copy_questionnaire(actor=request.actor, questionnaire=seen_questionnaire(request, pk))
    messages.success(request, _("This is the copy. Change what is different."))
    return go_to(request, DETAIL, copy.pk)


@require_POST
def questionnaire_version(request: TownRequest, pk: int) -> HttpResponse:
    version = make_new_version(actor=request.actor, questionnaire=own_questionnaire(request, pk))
    words = _("This is version %(number)s. Nobody has been asked with it yet.") % {"number": version.number}
    messages.success(request, words)
    return go_to(request, DETAIL, version.pk)


@require_POST
def questionnaire_delete(request: TownRequest, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, pk)
    try:
        delete_questionnaire(actor=request.actor, questionnaire=questionnaire)
    except NotAllowedError:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return go_to(request, DETAIL, pk)
    messages.success(request, _("The draft was deleted."))
    return go_to(request, "surveys:questionnaire_list")


@require_POST
def ready_set_take(request: TownRequest, kind: str) -> HttpResponse:
    ready = ready_set(kind)
    if ready is None:
        raise Http404
    questionnaire = take_ready_set(actor=request.actor, ready=ready)
    messages.success(request, _("It is yours now. Change the words that do not fit."))
    return go_to(request, DETAIL, questionnaire.pk)
