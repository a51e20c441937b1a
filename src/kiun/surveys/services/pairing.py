"""Ties the sheets of one person over time without knowing whose they are: only the browser has the secret.

Only where nobody knows who answered: tickets of people tell who did so which time, and two times together would tell
too much. Two sheets of one survey with the same pair come from a shared computer: when the survey closes, `mixing.seal`
takes the pair from both.
"""

from hashlib import sha256
from hmac import digest
from secrets import token_urlsafe

from kiun.surveys.models import Survey


def new_pair_secret() -> str:
    return token_urlsafe(32)


def pair_of(secret: str, survey: Survey) -> str:
    """The same in every version of the questionnaire, and of no use in any other."""
    return digest(secret.encode(), survey.questionnaire.family.bytes, sha256).hex()
