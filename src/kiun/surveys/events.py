from dataclasses import dataclass

from kiun.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SurveyClosed(Event):
    """Its answers can be read from now on."""

    survey_id: int
