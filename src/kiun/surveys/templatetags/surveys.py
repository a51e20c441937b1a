"""The states of surveys and questions as people see them: always shape, word and colour."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from kiun.surveys.models import Item, ItemKind, Survey, SurveyState
from kiun.surveys.queries.questionnaires import Difference, Fate
from kiun.ui.statuses import Mark, draw_chip

register = template.Library()

SURVEY_MARKS = {
    SurveyState.DRAFT: Mark(SurveyState.DRAFT.label, "dash", "unknown"),
    SurveyState.OPEN: Mark(SurveyState.OPEN.label, "half", "even"),
    SurveyState.CLOSED: Mark(SurveyState.CLOSED.label, "disc", "ok"),
}
FATE_MARKS = {
    Fate.SAME: Mark(pgettext_lazy("question between versions", "the same"), "disc", "ok"),
    Fate.REWORDED: Mark(pgettext_lazy("question between versions", "other words"), "half", "even"),
    Fate.CHANGED: Mark(pgettext_lazy("question between versions", "other answers"), "waiting", "stale"),
    Fate.NEW: Mark(pgettext_lazy("question between versions", "new"), "up", "ok"),
    Fate.GONE: Mark(pgettext_lazy("question between versions", "gone"), "dash", "unknown"),
}


@register.filter
def survey_chip(row: Survey) -> SafeString:
    return draw_chip(SURVEY_MARKS[SurveyState(row.state)])


@register.filter
def fate_chip(difference: Difference) -> SafeString:
    return draw_chip(FATE_MARKS[difference.fate])


@register.filter
def demand(item: Item) -> str:
    """What kind of answer is wanted, with what narrows it down."""
    return " · ".join(filter(None, [str(ItemKind(item.kind).label), _narrowed(item)]))


def _narrowed(item: Item) -> str:
    settings = item.settings
    if item.kind == ItemKind.SCALE:
        ends = " – ".join(filter(None, [settings.get("low", ""), settings.get("high", "")]))
        return " ".join(filter(None, [_("%(n)s points") % {"n": item.points}, ends]))
    if item.kind == ItemKind.NUMBER:
        span = "–".join([settings.get("least", ""), settings.get("most", "")]).strip("–")
        return f"{span}{settings.get('unit', '')}"
    if item.kind in (ItemKind.MULTIPLE, ItemKind.RANKING) and settings.get("most"):
        return _("%(n)s at most") % {"n": settings["most"]}
    if item.is_text and settings.get("most"):
        return _("%(n)s letters at most") % {"n": settings["most"]}
    return ""
