from kiun.surveys.models.answers import Channel, Draft, FreeText, Review, Sheet, SheetName, Tally, UnmixedSheet
from kiun.surveys.models.publications import Publication
from kiun.surveys.models.questionnaires import UNKNOWN, Item, ItemKind, Questionnaire, Section
from kiun.surveys.models.surveys import (
    Anonymity,
    Audience,
    Grade,
    RoleGroup,
    Stratum,
    Survey,
    SurveyState,
    Ticket,
    TicketKind,
)

__all__ = [
    "UNKNOWN",
    "Anonymity",
    "Audience",
    "Channel",
    "Draft",
    "FreeText",
    "Grade",
    "Item",
    "ItemKind",
    "Publication",
    "Questionnaire",
    "Review",
    "RoleGroup",
    "Section",
    "Sheet",
    "SheetName",
    "Stratum",
    "Survey",
    "SurveyState",
    "Tally",
    "Ticket",
    "TicketKind",
    "UnmixedSheet",
]
