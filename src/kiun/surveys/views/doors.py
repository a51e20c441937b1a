"""What the doors of the room share."""

from django.shortcuts import get_object_or_404

from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.surveys.models import Item, Questionnaire, Section, Survey
from kiun.surveys.queries.visible import visible_questionnaires, visible_surveys


def seen_questionnaire(request: TownRequest, pk: int) -> Questionnaire:
    found: Questionnaire = get_object_or_404(visible_questionnaires(request.actor), pk=pk)
    return found


def own_questionnaire(request: TownRequest, pk: int) -> Questionnaire:
    """One that this person may change."""
    found = seen_questionnaire(request, pk)
    require(request.actor, "surveys.change_questionnaire", found)
    return found


def own_section(request: TownRequest, pk: int) -> Section:
    rows = Section.objects.filter(questionnaire__in=visible_questionnaires(request.actor))
    found: Section = get_object_or_404(rows.select_related("questionnaire__department"), pk=pk)
    require(request.actor, "surveys.change_questionnaire", found.questionnaire)
    return found


def own_item(request: TownRequest, pk: int) -> Item:
    rows = Item.objects.filter(questionnaire__in=visible_questionnaires(request.actor))
    found: Item = get_object_or_404(rows.select_related("questionnaire__department", "section"), pk=pk)
    require(request.actor, "surveys.change_questionnaire", found.questionnaire)
    return found


def seen_survey(request: TownRequest, pk: int) -> Survey:
    rows = visible_surveys(request.actor).select_related("municipality")
    found: Survey = get_object_or_404(rows, pk=pk)
    return found


def own_survey(request: TownRequest, pk: int, permission: str = "surveys.change_survey") -> Survey:
    found = seen_survey(request, pk)
    require(request.actor, permission, found)
    return found
