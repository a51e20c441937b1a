"""Grades, decisions and what came of them: always shape, word and colour."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from kiun.initiatives.models import Grade, Revision, Verdict
from kiun.initiatives.queries.reviews.decisions import DecisionState
from kiun.initiatives.queries.reviews.readiness import ItemState
from kiun.initiatives.review_wording import say_decided_by
from kiun.ui.statuses import Mark, draw_chip

register = template.Library()

GRADES: Mapping[str, Mark] = {
    Grade.AHEAD: Mark(Grade.AHEAD.label, "up", "ok"),
    Grade.AS_PLANNED: Mark(Grade.AS_PLANNED.label, "disc", "ok"),
    Grade.LATE: Mark(Grade.LATE.label, "down", "late"),
    Grade.UNKNOWN: Mark(Grade.UNKNOWN.label, "dash", "unknown"),
}
# Stopping is a decision, not something that went wrong: no red.
VERDICTS: Mapping[str, Mark] = {
    Verdict.CONTINUE: Mark(Verdict.CONTINUE.label, "disc", "ok"),
    Verdict.CHANGE: Mark(Verdict.CHANGE.label, "half", "even"),
    Verdict.STOP: Mark(Verdict.STOP.label, "dash", "unknown"),
}
STATES: Mapping[str, Mark] = {
    DecisionState.LATE: Mark(DecisionState.LATE.label, "down", "late"),
    DecisionState.DROPPED: Mark(DecisionState.DROPPED.label, "down", "late"),
    DecisionState.NOT_BEGUN: Mark(DecisionState.NOT_BEGUN.label, "waiting", "stale"),
    DecisionState.UNDER_WAY: Mark(DecisionState.UNDER_WAY.label, "half", "even"),
    DecisionState.CARRIED_OUT: Mark(DecisionState.CARRIED_OUT.label, "disc", "ok"),
}
ITEMS: Mapping[str, Mark] = {
    ItemState.OPEN: Mark(ItemState.OPEN.label, "waiting", "stale"),
    ItemState.INCOMPLETE: Mark(ItemState.INCOMPLETE.label, "half", "even"),
    ItemState.DECIDED: Mark(ItemState.DECIDED.label, "disc", "ok"),
    ItemState.PUT_OFF: Mark(ItemState.PUT_OFF.label, "dash", "unknown"),
}


@register.simple_tag
def grade_chip(grade: str) -> SafeString | str:
    return draw_chip(GRADES[grade]) if grade else ""


@register.simple_tag
def verdict_chip(verdict: str) -> SafeString | str:
    return draw_chip(VERDICTS[verdict]) if verdict else ""


@register.simple_tag
def decision_chip(state: str) -> SafeString:
    return draw_chip(STATES[state])


@register.filter
def decided_by(revision: Revision) -> str:
    return say_decided_by(revision)


@register.simple_tag
def item_chip(state: str) -> SafeString:
    return draw_chip(ITEMS[state])
