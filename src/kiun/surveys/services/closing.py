"""A survey ends: the urn is emptied, and what was written is sealed."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.municipality.actors import Actor, record, require, system_actor
from kiun.surveys.events import SurveyClosed
from kiun.surveys.models import Draft, Survey, SurveyState, UnmixedSheet
from kiun.surveys.services.mixing import mix, seal


@transaction.atomic
def close_survey(*, actor: Actor, survey: Survey) -> Survey:
    require(actor, "surveys.open_survey", survey)
    stored = Survey.objects.select_for_update().get(pk=survey.pk)
    if not stored.is_open:
        raise DomainError(_("Only a survey that runs can be closed."))
    stored.state = SurveyState.CLOSED.value
    stored.save(update_fields=["state"])
    Draft.objects.filter(survey=stored).delete()
    _finish(stored)
    record(actor, change_of(stored, Verb.CHANGED, {"state": SurveyState.OPEN.value}))
    announce(SurveyClosed(municipality_id=stored.municipality_id, survey_id=stored.pk))
    return stored


def _finish(survey: Survey) -> None:
    mix(survey)
    if survey.is_anonymous:
        seal(survey)


def close_due_surveys(today: date) -> int:
    """Part of `kiun tick`: closes what is over, and mixes what was handed in while somebody closed."""
    due = Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=today).select_related("municipality")
    closed = [close_survey(actor=system_actor(survey.municipality, on=today), survey=survey) for survey in due]
    for survey in _with_late_sheets():
        with transaction.atomic():
            _finish(survey)
    return len(closed)


def _with_late_sheets() -> list[Survey]:
    late = UnmixedSheet.objects.filter(survey__state=SurveyState.CLOSED).order_by().values("survey")
    return list(Survey.objects.filter(pk__in=late).select_related("municipality"))
