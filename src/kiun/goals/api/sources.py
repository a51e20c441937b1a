from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from kiun.goals.api.doors import PUSH, READ, PageQuery, page_of
from kiun.goals.indicator_sources import FILE_SOURCE
from kiun.goals.models import Cadence, PushedReading, PushedSource
from kiun.goals.models.indicators import MANUAL_SOURCE
from kiun.goals.queries.sources import SourceRow, source_rows
from kiun.goals.services.sources import MOST_AT_ONCE, PushedValue, push_readings
from kiun.kernel.api_fields import READ_PROBLEMS, WRITE_PROBLEMS, ApiSchema, Day, ExactFigure, Figure, LongText, Page
from kiun.kernel.errors import NotAllowedError
from kiun.municipality.api_access import ApiRequest

router = Router(tags=["sources"])

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Kind = Literal["manual", "file", "program", "room"]
KINDS: dict[str, Kind] = {MANUAL_SOURCE: "manual", FILE_SOURCE: "file"}


class SourceOut(Schema):
    id: Annotated[str, Field(description="What `source` of an indicator says.")]
    slug: Annotated[str | None, Field(description="For the address of its readings, when a program brings them.")]
    kind: Kind
    label: str
    unit: str
    cadence: Cadence | None
    indicators: Annotated[int, Field(description="How many indicators take their values from here.")]
    last_reading_on: date | None


class SourceList(Schema):
    items: list[SourceOut]


class PushedOut(Schema):
    on: date
    value: ExactFigure | None
    note: str
    pushed_at: datetime


class PushedIn(ApiSchema):
    on: Day
    value: Annotated[Figure | None, Field(description="Null states that it cannot be judged (評価できない).")]
    note: LongText = ""


class PushIn(ApiSchema):
    readings: Annotated[list[PushedIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class PushOut(Schema):
    added: int
    changed: int
    unchanged: int
    measurements: Annotated[int, Field(description="Values of indicators that were filled by this.")]


@router.get(
    "/sources", auth=READ, response={200: SourceList, **READ_PROBLEMS}, summary="Where values of indicators come from"
)
def list_sources(request: ApiRequest) -> dict[str, list[SourceOut]]:
    return {"items": [_out(row) for row in source_rows(request.actor)]}


@router.get(
    "/sources/{slug}/readings",
    auth=READ,
    response={200: Page[PushedOut], **READ_PROBLEMS},
    summary="What a program has brought",
)
def list_pushed(request: ApiRequest, slug: Slug, wanted: Query[PageQuery]) -> dict[str, Any]:
    program = get_object_or_404(PushedSource, slug=slug)
    return page_of(request, PushedReading.objects.filter(source=program), wanted)


@router.post(
    "/sources/{slug}/readings",
    auth=PUSH,
    response={200: PushOut, **WRITE_PROBLEMS},
    summary="Bring values, by day; the same again changes nothing",
)
def push(request: ApiRequest, slug: Slug, body: PushIn) -> PushOut:
    """All of them are taken or none. A value that a person has corrected or removed stays as the person left it."""
    key = request.access_key
    if key.source and key.source != slug:
        raise NotAllowedError(_("This key only brings values of the source “%(source)s”.") % {"source": key.source})
    program = get_object_or_404(PushedSource, slug=slug)
    values = [PushedValue(on=reading.on, value=reading.value, note=reading.note) for reading in body.readings]
    result = push_readings(actor=request.actor, program=program, values=values, key=key)
    return PushOut.from_orm(result)


def _out(row: SourceRow) -> SourceOut:
    kind: Kind = "program" if row.program else KINDS.get(row.source.id, "room")
    return SourceOut(
        id=row.source.id,
        slug=row.program.slug if row.program else None,
        kind=kind,
        label=str(row.source.label),
        unit=row.source.unit,
        cadence=row.source.cadence,
        indicators=row.indicators,
        last_reading_on=row.last_pushed,
    )
