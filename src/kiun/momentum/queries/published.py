"""Waves whose results are out, and the one to come."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.measured import measured
from kiun.momentum.models import Wave, WaveAnswers
from kiun.surveys.models import Audience

# Two years of quarters: what lies further back says little about a change now.
WAVES_LOOKED_BACK = 8


def published_waves(audience: Audience = Audience.STAFF) -> list[WaveAnswers]:
    """The latest ones in their order, without what was answered: `measured` reads that."""
    rows = _published().filter(wave__audience=audience).order_by("-wave__fiscal_year", "-wave__quarter")
    return list(rows[:WAVES_LOOKED_BACK])[::-1]


def has_results() -> bool:
    return WaveAnswers.objects.exists()


def _published() -> QuerySet[WaveAnswers]:
    return WaveAnswers.objects.select_related("wave__survey").defer("arrays", "tree")


def published_between(first: date, last: date, audience: Audience) -> list[WaveAnswers]:
    """By the day on which their surveys ended."""
    rows = _published().filter(wave__audience=audience)
    return list(rows.filter(wave__survey__closes_on__range=(first, last)).order_by("wave__survey__closes_on"))


def latest_shown(waves: Sequence[WaveAnswers]) -> WaveAnswers | None:
    """The last of `waves` of which something may be shown; if that is none, the last one."""
    return next((row for row in reversed(waves) if measured(row).shown[TOWN]), waves[-1] if waves else None)


def before(waves: Sequence[WaveAnswers], chosen: WaveAnswers) -> WaveAnswers | None:
    """The wave before `chosen`, out of `waves` in their order."""
    place = [row.pk for row in waves].index(chosen.pk)
    return waves[place - 1] if place else None


def next_wave(on: date) -> Wave | None:
    """Of the staff: the one to come."""
    rows = Wave.objects.filter(survey=None, audience=Audience.STAFF, closes_on__gte=on)
    return rows.order_by("opens_on").first()
