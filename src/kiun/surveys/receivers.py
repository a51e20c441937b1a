from kiun.kernel.events import receiver
from kiun.surveys.events import SurveyClosed
from kiun.surveys.models import Survey
from kiun.surveys.services.messages import settle_survey
from kiun.surveys.services.publishing import publish_later


@receiver(SurveyClosed, in_transaction=True)
def settle_invitations(event: SurveyClosed) -> None:
    settle_survey(Survey.objects.select_related("municipality").get(pk=event.survey_id))


@receiver(SurveyClosed, in_transaction=True)
def decide_what_may_be_shown(event: SurveyClosed) -> None:
    publish_later(Survey.objects.select_related("municipality").get(pk=event.survey_id))
