from datetime import date

from django.utils import timezone

from kiun.activity.queries import history_of
from kiun.initiatives.models import Round

# In the history of a round: somebody pressed the button.
REMINDED = "reminded"


def is_reminded_on(round_: Round, on: date) -> bool:
    newest = history_of(round_).filter(verb=REMINDED).first()
    return newest is not None and timezone.localdate(newest.at) == on
