"""Where values come from. Rooms above register what they can measure; an indicator names one source by its id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kiun.goals.models import Cadence
from kiun.kernel.fiscal_year import Period
from kiun.kernel.registries import Registry
from kiun.municipality.models import Municipality

FILE_SOURCE = "file"
PUSHED = "pushed:"


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """The value of one period; None states that it cannot be judged. `provenance` is JSON and says where it is from."""

    value: Decimal | None
    as_of: date | None = None
    note: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)


Measure = Callable[[Municipality, Period], SourceReading | None]


@dataclass(frozen=True, kw_only=True)
class IndicatorSource:
    """`measure` answers None while there is nothing to say about the period. A source without `measure` brings its
    values by a door of its own (a person, an upload). An empty unit or cadence fits every indicator.
    """

    id: str
    label: Any
    unit: str = ""
    cadence: Cadence | None = None
    measure: Measure | None = None


indicator_sources: Registry[IndicatorSource] = Registry()
