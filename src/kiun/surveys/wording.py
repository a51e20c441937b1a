"""Where a survey stands, in sentences."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from kiun.analysis.survey_stats.changes import LEAST_RESPONSE
from kiun.surveys.grouping import LEAST_FOR_TEXTS, LEAST_IN_A_GROUP
from kiun.surveys.models import Survey
from kiun.surveys.models.questionnaires import TEXTS
from kiun.surveys.queries.participation import GroupRate, Participation, answered_by_division
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.figures import figure


def say_standing(survey: Survey, participation: Participation, on: date) -> str:
    """400人に聞いて172人（43%）が回答しました。あと6日です。"""
    if survey.is_draft:
        return _("Nobody has been asked yet.")
    return between_sentences().join([say_answers(participation), _say_time(survey, on)])


def say_answers(participation: Participation) -> str:
    words = {
        "invited": figure(participation.invited),
        "answered": figure(participation.answered),
        "percent": participation.percent,
        "all": figure(participation.all_answers),
        "others": figure(participation.all_answers - participation.answered),
    }
    if not participation.all_answers:
        if participation.invited:
            return (
                ngettext(
                    "%(invited)s person was asked, and nobody has answered yet.",
                    "%(invited)s people were asked, and nobody has answered yet.",
                    participation.invited,
                )
                % words
            )
        return _("Nobody has answered yet.")
    if not participation.invited:
        text = ngettext("%(all)s person has answered.", "%(all)s people have answered.", participation.all_answers)
        return text % words
    text = ngettext(
        "Of %(invited)s person asked, %(answered)s (%(percent)s%%) has answered.",
        "Of %(invited)s people asked, %(answered)s (%(percent)s%%) have answered.",
        participation.invited,
    )
    if participation.all_answers > participation.answered:
        more = ngettext(
            "With cards, %(others)s more has answered.",
            "With cards, %(others)s more have answered.",
            participation.all_answers - participation.answered,
        )
        text = between_sentences().join([text, more])
    return text % words


def _say_time(survey: Survey, on: date) -> str:
    if survey.is_closed:
        return _("It is closed.")
    days = (survey.closes_on - on).days
    if days > 0:
        text = npgettext("survey", "%(days)s day is left.", "%(days)s days are left.", days)
        return text % {"days": figure(days)}
    if days == 0:
        return _("Today is the last day.")
    return _("The last day was %(day)s; it closes by itself within the hour.") % {"day": long_date(survey.closes_on)}


def say_lost(survey: Survey, participation: Participation, rates: Sequence[GroupRate]) -> list[str]:
    """What nobody would read if it were closed now, as too few have answered; nothing where enough have. Whether the
    rest may be shown is decided when it is closed.
    """
    answered = participation.all_answers
    if answered < LEAST_IN_A_GROUP:
        return [_say_all_is_lost(survey, answered)]
    found = []
    if answered < LEAST_FOR_TEXTS and survey.questionnaire.items.filter(kind__in=TEXTS).exists():
        found.append(_("No free text can be read: for that, %(n)s people must have answered.") % {"n": LEAST_FOR_TEXTS})
    if rates and max(answered_by_division(rates).values()) < LEAST_IN_A_GROUP:
        found.append(
            _("Of no department have %(n)s people answered: there are no results by department.")
            % {"n": LEAST_IN_A_GROUP}
        )
    if participation.invited and participation.answered < LEAST_RESPONSE * participation.invited:
        found.append(_("Less than half have answered: whether anything has changed since last time cannot be told."))
    return found


def _say_all_is_lost(survey: Survey, answered: int) -> str:
    if not answered:
        return _("There will be no results.")
    words = (
        _("No results can be shown, and the answers are deleted: for results, %(n)s people must have answered.")
        if survey.is_anonymous
        else _("No results can be shown: for that, %(n)s people must have answered.")
    )
    return words % {"n": LEAST_IN_A_GROUP}
