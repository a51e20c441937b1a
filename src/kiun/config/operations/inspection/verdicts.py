from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings


class Level(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """`subject` is the same in every language, for programs; `finding` and `remedy` are sentences for people."""

    subject: str
    level: Level
    finding: str
    remedy: str = ""


def fine(subject: str, finding: str) -> Verdict:
    return Verdict(subject, Level.FINE, finding)


def warning(subject: str, finding: str, remedy: str) -> Verdict:
    return Verdict(subject, Level.WARNING, finding, remedy)


def refused(subject: str, finding: str, remedy: str) -> Verdict:
    return Verdict(subject, Level.REFUSED, finding, remedy)


def unsafe(subject: str, finding: str, remedy: str) -> Verdict:
    """Refused where real people work; worth knowing while somebody tries Kiun out."""
    return (refused if settings.PRODUCTION else warning)(subject, finding, remedy)
