from kiun.kernel.events import receiver
from kiun.surveys.events import SurveyClosed
from kiun.surveys.models import Survey
from kiun.surveys.services.messages import settle_survey


@receiver(SurveyClosed, in_transaction=True)
def settle_invitations(event: SurveyClosed) -> None:
    settle_survey(Survey.objects.select_related("municipality").get(pk=event.survey_id))
