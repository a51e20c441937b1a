"""How the items of a wave were worded."""

from django.utils.translation import get_language

from kiun.momentum.models import Wave
from kiun.surveys.models import Item, ItemKind
from kiun.surveys.models.questionnaires import said_in


def wordings_of(wave: Wave) -> dict[str, str]:
    """By key, in the language of the page."""
    if wave.survey is None:
        return {}
    rows = Item.objects.filter(questionnaire=wave.survey.questionnaire_id, kind=ItemKind.SCALE)
    language = get_language()
    return {key: said_in(language, text, english) for key, text, english in rows.values_list("key", "text", "text_en")}
