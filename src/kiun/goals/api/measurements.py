from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field, HttpUrl

from kiun.goals.api.doors import MEASURE, READ, PageQuery, page_of
from kiun.goals.models import Measurement, Series
from kiun.goals.queries import recordable_indicators, visible_indicators
from kiun.goals.services import Reading, record_measurement, remove_measurement
from kiun.kernel.api_fields import (
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    ApiSchema,
    Day,
    ExactFigure,
    Figure,
    Id,
    LongText,
    Page,
    Reason,
    Text,
)
from kiun.municipality.actors import Actor
from kiun.municipality.api_access import ApiRequest

router = Router(tags=["measurements"])


class MeasurementOut(Schema):
    id: int
    indicator_id: Annotated[int, Field(alias="series.indicator_id")]
    series_id: int
    on: date
    value: ExactFigure | None
    is_unavailable: Annotated[bool, Field(description="Cannot be judged (評価できない); then there is no value.")]
    note: str
    evidence_url: str
    source: Annotated[str, Field(description='"manual", or the source that it was taken from.')]
    provenance: Annotated[dict[str, Any], Field(description="Where it is from: file and cells, key, period.")]
    entered_at: datetime


STAYS = "Left out where there is a value of that day: stays as it is."


class MeasurementIn(ApiSchema):
    on: Day
    value: Annotated[Figure | None, Field(description="Null states that it cannot be judged (評価できない).")]
    note: Annotated[LongText, Field(description=STAYS)] = ""
    evidence_url: Annotated[HttpUrl | None, Field(max_length=500, description=STAYS)] = None
    reason: Reason

    def texts(self) -> dict[str, str]:
        """Those that were sent: what is left out stays."""
        return {
            name: str(text or "") for name, text in self if name in {"note", "evidence_url"} & self.model_fields_set
        }


class MeasurementQuery(PageQuery):
    indicator_id: Id | None = None
    series_id: Id | None = None
    since: Day | None = None
    until: Day | None = None
    source: Annotated[Text | None, Field(default=None, max_length=60)]


@router.get(
    "/measurements",
    auth=READ,
    response={200: Page[MeasurementOut], **READ_PROBLEMS},
    summary="Values of all series, earlier definitions among them",
)
def list_measurements(request: ApiRequest, wanted: Query[MeasurementQuery]) -> dict[str, Any]:
    chosen = {
        "series__indicator": wanted.indicator_id,
        "series": wanted.series_id,
        "on__gte": wanted.since,
        "on__lte": wanted.until,
        "source": wanted.source,
    }
    rows = _measurements(request.actor).filter(**{name: value for name, value in chosen.items() if value is not None})
    return page_of(request, rows, wanted)


@router.get("/measurements/{id}", auth=READ, response={200: MeasurementOut, **READ_PROBLEMS}, summary="One value")
def read_measurement(request: ApiRequest, id: Id) -> Measurement:  # noqa: A002 - the name in the address
    return get_object_or_404(_measurements(request.actor), pk=id)


@router.post(
    "/indicators/{id}/measurements",
    auth=MEASURE,
    response={200: MeasurementOut, 201: MeasurementOut, **WRITE_PROBLEMS},
    summary="Enter a value (201), or correct the one of that day with a reason (200)",
)
def enter_measurement(request: ApiRequest, id: Id, body: MeasurementIn) -> Status[Measurement]:  # noqa: A002
    indicator = get_object_or_404(recordable_indicators(request.actor), pk=id)
    series = get_object_or_404(Series.objects.select_related("indicator"), indicator=indicator, is_current=True)
    is_there = Measurement.objects.filter(series=series, on=body.on).exists()
    reading = Reading(
        series=series,
        on=body.on,
        value=body.value,
        **body.texts(),
        provenance={"key": request.access_key.name},
    )
    entered = record_measurement(actor=request.actor, reading=reading, reason=body.reason)
    return Status(200 if is_there else 201, entered)


@router.delete(
    "/measurements/{id}",
    auth=MEASURE,
    response={204: None, **WRITE_PROBLEMS},
    summary="Remove a value, with a reason",
)
def delete_measurement(
    request: ApiRequest,
    id: Id,  # noqa: A002
    reason: Annotated[Text, Field(min_length=1, max_length=1000)],
) -> Status[None]:
    rows = Measurement.objects.filter(series__indicator__in=recordable_indicators(request.actor))
    measurement = get_object_or_404(rows.select_related("series__indicator__department"), pk=id)
    remove_measurement(actor=request.actor, measurement=measurement, reason=reason)
    return Status(204, None)


def _measurements(actor: Actor) -> QuerySet[Measurement]:
    return Measurement.objects.filter(series__indicator__in=visible_indicators(actor)).select_related("series")
