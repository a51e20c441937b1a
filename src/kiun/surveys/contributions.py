"""What this room does by itself."""

from datetime import datetime, timedelta

from kiun.kernel.schedule import Duty, duties
from kiun.municipality.every_town import in_every_town
from kiun.surveys.services.closing import close_due_surveys


def _close(now: datetime) -> str:
    in_every_town(lambda actor: close_due_surveys(actor.on), now)
    return ""


def register() -> None:
    duties.register(Duty(id="surveys.closing", every=timedelta(hours=1), run=_close))
