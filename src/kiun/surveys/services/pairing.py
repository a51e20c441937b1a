"""Ties the sheets of one person over time without knowing whose they are: only the browser has the secret.

When the survey closes, `untying` cuts what comes from a shared computer or would tell who somebody is.
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
