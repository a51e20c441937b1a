from dataclasses import dataclass

from kiun.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MeasurementsRecorded(Event):
    indicator_ids: tuple[int, ...]
