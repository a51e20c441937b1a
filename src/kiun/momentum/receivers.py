from kiun.kernel.events import receiver
from kiun.momentum.services.waves import publish_later
from kiun.surveys.events import SurveyClosed
from kiun.surveys.models import Survey


@receiver(SurveyClosed, in_transaction=True)
def publish_the_wave(event: SurveyClosed) -> None:
    publish_later(Survey.objects.select_related("municipality").get(pk=event.survey_id))
