"""Momentum as a source of values for indicators of the plan."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.indicator_sources import IndicatorSource, SourceReading, indicator_sources
from kiun.kernel.fiscal_year import Period
from kiun.momentum.dimensions import Dimension
from kiun.momentum.models import WaveAnswers
from kiun.momentum.queries.published import published_between
from kiun.momentum.queries.results import UnitResult, results_of
from kiun.municipality.models import Municipality
from kiun.surveys.models import Audience

# What is taken from the results of a whole town; None where it may not be shown.
Taken = Callable[[UnitResult], float | None]


def _index(town: UnitResult) -> float | None:
    return town.index.value if town.index else None


def _dimension(place: int, town: UnitResult) -> float | None:
    reading = town.profile.dimensions[place]
    return reading.value if reading else None


def _response(town: UnitResult) -> float | None:
    return None if town.response is None else round(town.response * 100, 1)


def _measure(audience: Audience, take: Taken, _town: Municipality, period: Period) -> SourceReading | None:
    """From the last wave that ended in the period."""
    waves = published_between(period.start, period.end, audience)
    return _reading(waves[-1], take) if waves else None


def _reading(answers: WaveAnswers, take: Taken) -> SourceReading:
    wave = answers.wave
    value = take(results_of(answers, None).town)
    return SourceReading(
        value=None if value is None else Decimal(str(value)),
        as_of=wave.last_day,
        note="" if value is not None else _("There are too few answers to show a figure."),
        provenance={"wave": wave.pk, "fiscal_year": wave.fiscal_year, "quarter": wave.quarter},
    )


STAFF_DIMENSIONS = {
    Dimension.NEED: gettext_lazy("Momentum of the staff: need"),
    Dimension.FIT: gettext_lazy("Momentum of the staff: fit"),
    Dimension.CONFIDENCE: gettext_lazy("Momentum of the staff: confidence"),
    Dimension.SUPPORT: gettext_lazy("Momentum of the staff: support"),
    Dimension.BENEFIT: gettext_lazy("Momentum of the staff: benefit"),
    Dimension.SLACK: gettext_lazy("Momentum of the staff: room to act"),
}
# As plans write it.
POINTS = "点"
SOURCES: tuple[tuple[str, Any, str, Audience, Taken], ...] = (
    ("index", gettext_lazy("Momentum of the staff: index"), POINTS, Audience.STAFF, _index),
    *(
        (dimension.name.lower(), label, POINTS, Audience.STAFF, partial(_dimension, place))
        for place, (dimension, label) in enumerate(STAFF_DIMENSIONS.items())
    ),
    ("response", gettext_lazy("Momentum of the staff: response rate"), "%", Audience.STAFF, _response),
    ("residents", gettext_lazy("Momentum of the residents: index"), POINTS, Audience.RESIDENTS, _index),
    ("partners", gettext_lazy("Momentum of the partners: index"), POINTS, Audience.PARTNERS, _index),
)


def register() -> None:
    for key, label, unit, audience, take in SOURCES:
        measure = partial(_measure, audience, take)
        indicator_sources.register(IndicatorSource(id=f"momentum.{key}", label=label, unit=unit, measure=measure))
