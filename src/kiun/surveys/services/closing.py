"""A survey ends: the urn is emptied, and what was written is sealed."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.kernel.schedule import in_turn
from kiun.municipality.actors import Actor, record, require, system_actor
from kiun.surveys.events import SurveyClosed
from kiun.surveys.models import Draft, Survey, SurveyState
from kiun.surveys.services.mixing import mix, seal


@transaction.atomic
def close_survey(*, actor: Actor, survey: Survey) -> Survey:
    require(actor, "surveys.open_survey", survey)
    # Waits for whoever is just handing in; see `hand_in`.
    stored = Survey.objects.select_for_update().get(pk=survey.pk)
    if not stored.is_open:
        raise DomainError(_("Only a survey that runs can be closed."))
    before = snapshot(stored)
    stored.state = SurveyState.CLOSED.value
    # Ended early, today was the last day: whoever reads it later is told what was, not what was planned.
    stored.closes_on = min(stored.closes_on, actor.on)
    stored.save(update_fields=["state", "closes_on"])
    Draft.objects.filter(survey=stored).delete()
    mix(stored)
    if stored.is_anonymous:
        seal(stored)
    record(actor, change_of(stored, Verb.CHANGED, before))
    announce(SurveyClosed(municipality_id=stored.municipality_id, survey_id=stored.pk))
    return stored


def close_due_surveys(today: date) -> int:
    """Part of `kiun tick`."""
    due = Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=today).select_related("municipality")
    return in_turn(due, lambda survey: _close(survey, today))


def _close(survey: Survey, today: date) -> int:
    close_survey(actor=system_actor(survey.municipality, on=today), survey=survey)
    return 1
