from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from ninja import Router, Schema
from pydantic import Field

from kiun.kernel.api_fields import READ_PROBLEMS, ExactFigure, Id
from kiun.momentum.access import READ
from kiun.momentum.dimensions import Dimension
from kiun.momentum.models import WaveAnswers, WaveKind
from kiun.momentum.queries.published import before, published_waves
from kiun.momentum.queries.results import Profile, UnitResult, WaveResults, results_of
from kiun.momentum.readings import PLACES, Reading
from kiun.municipality.actors import require
from kiun.municipality.api_access import AccessKey, ApiRequest
from kiun.surveys.models import Audience

router = Router(tags=["momentum"])

SHARE_PLACES = 3
NOT_SHOWN = "Null where too few answered or where it could be worked out from other figures."


class ReadingOut(Schema):
    """A score from 0 to 100; the ends of its 95% interval are null where everybody answered."""

    value: ExactFigure
    low: ExactFigure | None
    high: ExactFigure | None


class ChangeOut(Schema):
    difference: ExactFigure
    verdict: Annotated[str, Field(description="rose, fell, same or undecidable (判定不能).")]
    doubt: Annotated[str | None, Field(description="Why it is undecidable.")]


class UnitOut(Schema):
    department: Annotated[int | None, Field(description="Null for the whole town hall.")]
    name: str
    depth: int
    is_shown: bool
    answers: Annotated[int | None, Field(description=NOT_SHOWN)]
    response: Annotated[ExactFigure | None, Field(description="Share of those invited, 0–1.")]
    index: Annotated[ReadingOut | None, Field(description=NOT_SHOWN)]
    dimensions: Annotated[dict[str, ReadingOut | None], Field(description="need, fit, confidence, support, …")]
    shrunk: ExactFigure | None
    weight: ExactFigure | None
    change: Annotated[ChangeOut | None, Field(description="Of the index since the wave before.")]
    lowest: Annotated[str | None, Field(description="The dimension that scores lowest.")]
    is_lowest_clear: bool | None


class WaveOut(Schema):
    id: int
    fiscal_year: int
    quarter: int
    audience: Audience
    kind: WaveKind
    closed_on: date
    town: UnitOut


class WaveList(Schema):
    items: list[WaveOut]


class UnitList(Schema):
    items: list[UnitOut]


@router.get(
    "/momentum/waves",
    auth=AccessKey(READ),
    response={200: WaveList, **READ_PROBLEMS},
    summary="Momentum of the whole town over the waves, of staff, residents and partners",
)
def list_waves(request: ApiRequest) -> dict[str, Any]:
    require(request.actor, "momentum.see")
    found = [_wave(waves, row) for audience in Audience for waves in [published_waves(audience)] for row in waves]
    return {"items": found}


@router.get(
    "/momentum/waves/{wave}/units",
    auth=AccessKey(READ),
    response={200: UnitList, **READ_PROBLEMS},
    summary="What a wave of the staff says of each department that the key's person may see",
)
def list_units(request: ApiRequest, wave: Id) -> dict[str, Any]:
    require(request.actor, "momentum.see")
    waves = published_waves()
    chosen = next((row for row in waves if row.wave_id == wave), None)
    if chosen is None:
        raise Http404
    return {"items": [_unit(unit) for unit in _visible(request, results_of(chosen, before(waves, chosen)))]}


def _visible(request: ApiRequest, results: WaveResults) -> list[UnitResult]:
    if request.actor.sees_all:
        return list(results.units)
    return results.below(request.actor.headed_paths) if request.actor.headed_paths else []


def _wave(waves: list[WaveAnswers], row: WaveAnswers) -> dict[str, Any]:
    wave = row.wave
    return {
        "id": wave.pk,
        "fiscal_year": wave.fiscal_year,
        "quarter": wave.quarter,
        "audience": wave.audience,
        "kind": wave.kind,
        "closed_on": wave.last_day,
        "town": _unit(results_of(row, before(waves, row)).town),
    }


def _unit(unit: UnitResult) -> dict[str, Any]:
    change = unit.change
    return {
        "department": unit.key or None,
        "name": unit.name,
        "depth": unit.depth,
        "is_shown": unit.is_shown,
        "answers": unit.people if unit.is_shown else None,
        "response": _exact(unit.response, SHARE_PLACES),
        "index": _reading(unit.index),
        "dimensions": _dimensions(unit.profile),
        "shrunk": _exact(unit.shrunk),
        "weight": _exact(unit.weight, SHARE_PLACES),
        "change": change
        and {"difference": _exact(change.difference), "verdict": change.verdict, "doubt": change.doubt},
        "lowest": Dimension(unit.bottleneck.lowest).name.lower() if unit.bottleneck else None,
        "is_lowest_clear": unit.bottleneck.is_clear if unit.bottleneck else None,
    }


def _dimensions(profile: Profile) -> dict[str, Any]:
    return {dimension.name.lower(): _reading(reading) for dimension, reading in profile.pairs}


def _reading(reading: Reading | None) -> dict[str, Decimal | None] | None:
    if reading is None:
        return None
    low, high = (None, None) if reading.is_exact else (reading.low, reading.high)
    return {"value": _exact(reading.value), "low": _exact(low), "high": _exact(high)}


def _exact(value: float | None, places: int = PLACES) -> Decimal | None:
    """As the pages have it: no more places than they show."""
    return None if value is None else round(Decimal(value), places)
