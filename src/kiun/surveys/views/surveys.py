"""調査: the list, where one stands, what it says, and its end."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.history import history_entries
from kiun.activity.queries import history_of
from kiun.activity.views.saving import accepts, attempt, edit_row, go_to, show_form
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.surveys.addresses import open_link
from kiun.surveys.forms.surveys import SurveyForm, UntilForm
from kiun.surveys.models import Survey
from kiun.surveys.queries.participation import (
    Participation,
    missing_people,
    participation_of,
    participations,
    rates_by_department,
)
from kiun.surveys.queries.questionnaires import parts_of
from kiun.surveys.queries.visible import surveys_to_answer, visible_questionnaires, visible_surveys
from kiun.surveys.services import close_survey
from kiun.surveys.services.surveys import BEGUN, change_survey, create_survey, delete_survey, extend_survey
from kiun.surveys.views.doors import own_survey, seen_survey
from kiun.surveys.wording import say_lost, say_standing

ON_PAGE = 50
GROUPS_ON_PAGE = 100
HISTORY_SHOWN = 30
TWO_WEEKS = timedelta(days=14)
DETAIL = "surveys:survey_detail"
NOBODY = Participation(invited=0, answered=0, cards=0, cards_used=0, by_address=0)


@open_to_members
def survey_list(request: TownRequest) -> HttpResponse:
    """Partners and residents find what they may answer, and nothing else."""
    actor = request.actor
    page = Paginator(visible_surveys(actor).order_by("-pk"), ON_PAGE).get_page(request.GET.get("page"))
    counts = participations(page.object_list)
    context = {
        "page": page,
        "surveys": [(row, counts.get(row.pk, NOBODY)) for row in page.object_list],
        "mine": list(surveys_to_answer(actor)),
        "may_make": may(actor, "surveys.make_survey"),
        "has_questionnaires": visible_questionnaires(actor).exists(),
    }
    return render(request, "surveys/survey_list.html", context)


def survey_create(request: TownRequest) -> HttpResponse:
    """`questionnaire` names the one that is asked."""
    require(request.actor, "surveys.make_survey")
    chosen = visible_questionnaires(request.actor).filter(pk=key_in(request.GET.get("questionnaire")) or 0).first()
    draft = Survey(questionnaire=chosen, title=chosen.name if chosen else "", closes_on=request.actor.on + TWO_WEEKS)
    form = SurveyForm(request.POST or None, instance=draft, actor=request.actor)
    made: list[Survey] = []

    def save() -> None:
        made.append(create_survey(actor=request.actor, survey=Survey(**form.facts())))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, DETAIL, made[0].pk)
    return show_form(request, "surveys/survey_form.html", form, survey=None)


def survey_edit(request: TownRequest, pk: int) -> HttpResponse:
    survey = own_survey(request, pk)

    def make(row: Survey, data: QueryDict | None) -> SurveyForm:
        return SurveyForm(data, instance=row, actor=request.actor)

    def save(form: SurveyForm) -> None:
        change_survey(actor=request.actor, survey=survey, facts=form.facts(), seen=form.cleaned_data["seen"])

    def done() -> HttpResponse:
        return go_to(request, DETAIL, pk)

    if not survey.is_draft:
        messages.error(request, str(BEGUN))
        return done()
    return edit_row(
        request, survey, make=make, save=save, done=done, template="surveys/survey_form.html", survey=survey
    )


def survey_detail(request: TownRequest, pk: int) -> HttpResponse:
    survey = seen_survey(request, pk)
    return _draft(request, survey) if survey.is_draft else _running(request, survey)


def _rights(request: TownRequest, survey: Survey) -> dict[str, Any]:
    return {
        "survey": survey,
        "may_change": may(request.actor, "surveys.change_survey", survey),
        "may_open": may(request.actor, "surveys.open_survey", survey),
        "history": history_entries(history_of(survey)[:HISTORY_SHOWN]),
    }


def _draft(request: TownRequest, survey: Survey) -> HttpResponse:
    lines = [line for part in parts_of(survey.questionnaire) for line in part.lines]
    context = {
        **_rights(request, survey),
        "size": len(lines),
        "problems": [line for line in lines if line.problem],
        "is_over": survey.closes_on < request.actor.on,
    }
    return render(request, "surveys/survey_draft.html", context)


def _running(request: TownRequest, survey: Survey) -> HttpResponse:
    participation = participation_of(survey)
    rates = rates_by_department(survey)
    rights = _rights(request, survey)
    missing = missing_people(survey)[:GROUPS_ON_PAGE] if rights["may_open"] and not survey.is_closed else ()
    context = {
        **rights,
        "participation": participation,
        "lead": say_standing(survey, participation, request.actor.on),
        "is_first_day": survey.opens_on >= request.actor.on,
        "page": Paginator(rates, GROUPS_ON_PAGE).get_page(request.GET.get("page")),
        "missing": missing,
        "address": open_link(survey) if survey.has_open_link else "",
        "may_make": may(request.actor, "surveys.make_survey"),
        "sends_mail": bool(settings.EMAIL_HOST),
    }
    return render(request, "surveys/survey_detail.html", context)


@require_POST
def survey_delete(request: TownRequest, pk: int) -> HttpResponse:
    delete_survey(actor=request.actor, survey=own_survey(request, pk))
    messages.success(request, _("The draft was deleted."))
    return go_to(request, "surveys:survey_list")


def survey_close(request: TownRequest, pk: int) -> HttpResponse:
    """Asks first: it cannot be opened again, and what too few have answered is shown to nobody."""
    survey = own_survey(request, pk, "surveys.open_survey")
    if request.method == "POST":
        act = partial(close_survey, actor=request.actor, survey=survey)
        return attempt(request, act, _("The survey is closed. Its results can be read now."), DETAIL, pk)
    if not survey.is_open:
        return go_to(request, DETAIL, pk)
    participation = participation_of(survey)
    context = {
        "survey": survey,
        "lead": say_standing(survey, participation, request.actor.on),
        "is_early": survey.closes_on > request.actor.on,
        "lost": say_lost(survey, participation, rates_by_department(survey)),
    }
    return render(request, "surveys/survey_close.html", context)


def survey_extend(request: TownRequest, pk: int) -> HttpResponse:
    survey = own_survey(request, pk, "surveys.open_survey")
    form = UntilForm(request.POST or None)

    def save() -> None:
        extend_survey(actor=request.actor, survey=survey, until=form.cleaned_data["until"])

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("There is more time now."))
        return go_to(request, DETAIL, pk)
    return show_form(request, "surveys/survey_extend.html", form, survey=survey)
