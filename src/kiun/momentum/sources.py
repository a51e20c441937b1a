"""Momentum as a source of values for indicators of the plan."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from math import isnan
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.indicator_sources import IndicatorSource, SourceReading, indicator_sources
from kiun.kernel.fiscal_year import Period
from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.dimensions import Dimension
from kiun.momentum.instrument import STAFF
from kiun.momentum.measured import Measured, measured, on_items
from kiun.momentum.models import WaveAnswers
from kiun.momentum.queries.published import published_between
from kiun.momentum.readings import readings
from kiun.momentum.scores import INDEX
from kiun.municipality.models import Municipality
from kiun.surveys.models import Audience

# What is taken from the answers of a whole town; None where it may not be shown.
Taken = Callable[[Measured], float | None]
# Asked in each wave of the staff, so that full surveys and pulses are one series.
IN_EACH_WAVE = frozenset(asked.key for asked in STAFF if asked.in_pulse)


def _score(column: int, found: Measured) -> float | None:
    reading = readings(found.units, found.reach, TOWN)[column]
    return reading.value if reading else None


def _response(found: Measured) -> float | None:
    response = float(found.response[TOWN])
    return None if isnan(response) else round(response * 100, 1)


def _measure(audience: Audience, take: Taken, _town: Municipality, period: Period) -> SourceReading | None:
    """From the last wave that ended in the period."""
    waves = published_between(period.start, period.end, audience)
    return _reading(waves[-1], take) if waves else None


def _reading(answers: WaveAnswers, take: Taken) -> SourceReading:
    wave, found = answers.wave, measured(answers)
    if wave.audience == Audience.STAFF:
        found = on_items(found, tuple(item for item in found.arrays.items if item in IN_EACH_WAVE))
    value = take(found)
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
    ("index", gettext_lazy("Momentum of the staff: index"), POINTS, Audience.STAFF, partial(_score, INDEX)),
    *(
        (dimension.name.lower(), label, POINTS, Audience.STAFF, partial(_score, place))
        for place, (dimension, label) in enumerate(STAFF_DIMENSIONS.items())
    ),
    ("response", gettext_lazy("Momentum of the staff: response rate"), "%", Audience.STAFF, _response),
    ("residents", gettext_lazy("Momentum of the residents: index"), POINTS, Audience.RESIDENTS, partial(_score, INDEX)),
    ("partners", gettext_lazy("Momentum of the partners: index"), POINTS, Audience.PARTNERS, partial(_score, INDEX)),
)


def register() -> None:
    for key, label, unit, audience, take in SOURCES:
        measure = partial(_measure, audience, take)
        indicator_sources.register(IndicatorSource(id=f"momentum.{key}", label=label, unit=unit, measure=measure))
