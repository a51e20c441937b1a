from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from kiun.goals.api.doors import READ, WRITE, PageQuery, being_changed, page_of, referred, with_fields
from kiun.goals.api.goals import Ending
from kiun.goals.api.people import Post
from kiun.goals.models import Cadence, Direction, Indicator, IndicatorState, Series
from kiun.goals.models import Status as Standing
from kiun.goals.queries import visible_goals, visible_indicators, with_status
from kiun.goals.services import change_indicator, create_indicator, end_indicator
from kiun.kernel.api_fields import (
    CHANGE_PROBLEMS,
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    ApiSchema,
    Change,
    Day,
    ExactFigure,
    Figure,
    Id,
    Line,
    LongText,
    Named,
    Order,
    Page,
    ShortLine,
    Text,
    without_defaults,
)
from kiun.municipality.actors import Actor
from kiun.municipality.api_access import ApiRequest
from kiun.municipality.queries import visible_departments, visible_posts

router = Router(tags=["indicators"])

Outlook = Literal["high", "even", "low", "unknown"]
OUTLOOKS: dict[str, Outlook] = {Standing.ON_TRACK: "high", Standing.EVEN: "even", Standing.LATE: "low"}
Name = Annotated[Text, Field(min_length=1, max_length=200)]
GraceDays = Annotated[int, Field(ge=0, le=1000)]
CollectedWhen = Annotated[Text, Field(max_length=100)]


class SeriesOut(Schema):
    """One definition. Another unit, direction or definition begins the next one: figures across do not compare."""

    id: int
    indicator_id: int
    number: int
    is_current: bool
    definition: str
    unit: str
    direction: Direction
    is_cumulative: bool
    baseline: ExactFigure | None
    baseline_on: date | None
    target: ExactFigure | None
    deadline: date | None
    started_on: date
    reason: str


class LatestOut(Schema):
    on: date | None
    value: ExactFigure | None
    is_unavailable: Annotated[bool, Field(description="The newest reading says: cannot be judged (評価できない).")]


class IntervalOut(Schema):
    low: float
    high: float


class StateOut(Schema):
    status: Annotated[Standing, Field(description="What pages show; stale as soon as a reading is overdue.")]
    outlook: Annotated[Outlook, Field(description="Chance of reaching the target, as last judged.")]
    why: str
    latest: LatestOut
    readings: int
    probability: float | None
    interval: Annotated[IntervalOut | None, Field(description="80% interval of the value at the deadline.")]
    pace: Annotated[float | None, Field(description="Per year, so far.")]
    required_pace: Annotated[float | None, Field(description="Per year, to reach the target in time.")]
    stale_after: Annotated[date | None, Field(description="Null: no further reading is waited for.")]
    computed_on: date


class IndicatorOut(Schema):
    id: int
    goal_id: int
    code: str
    name: str
    department: Named | None
    owner: Post
    deputy: Post | None
    cadence: Cadence
    grace_days: int
    origin: str
    collected_when: str
    source: str
    is_public: bool
    order: int
    ended_on: date | None
    series: SeriesOut | None
    state: StateOut | None

    @staticmethod
    def resolve_series(indicator: Any) -> Series | None:
        return indicator.current_series[0] if indicator.current_series else None

    @staticmethod
    def resolve_state(indicator: Any) -> StateOut | None:
        state = getattr(indicator, "state", None)
        return _state(state, indicator.status) if state else None


def _state(state: IndicatorState, status: str) -> StateOut:
    interval = None
    if state.low is not None and state.high is not None:
        interval = IntervalOut(low=state.low, high=state.high)
    # The baseline stands in the series; what is called the latest is a value that can be asked for and corrected.
    on, value = (None, None) if state.is_baseline else (state.value_on, state.value)
    return StateOut(
        status=Standing(status),
        outlook=OUTLOOKS.get(state.judgement, "unknown"),
        why=state.why,
        latest=LatestOut(on=on, value=value, is_unavailable=state.is_unavailable),
        interval=interval,
        stale_after=None if state.stale_after == date.max else state.stale_after,
        **{name: getattr(state, name) for name in STATE_FIELDS},
    )


STATE_FIELDS = ("readings", "probability", "pace", "required_pace", "computed_on")


class SeriesTerms(ApiSchema):
    definition: LongText = ""
    unit: ShortLine = ""
    direction: Direction = Direction.INCREASE
    is_cumulative: bool = False
    baseline: Figure | None = None
    baseline_on: Day | None = None
    target: Figure | None = None
    deadline: Day | None = None


class IndicatorIn(ApiSchema):
    goal_id: Id
    code: ShortLine = ""
    name: Name
    department_id: Id | None = None
    owner_id: Annotated[Id, Field(description="A post, not a person.")]
    deputy_id: Id | None = None
    cadence: Cadence = Cadence.YEARLY
    grace_days: GraceDays = 60
    origin: Line = ""
    collected_when: CollectedWhen = ""
    is_public: bool = True
    order: Order = 0
    started_on: Annotated[Day | None, Field(description="First day of the series; today when left out.")] = None
    series: SeriesTerms


class TermsChange(ApiSchema):
    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)

    definition: LongText = ""
    unit: ShortLine = ""
    direction: Direction = Direction.INCREASE
    is_cumulative: bool = False
    baseline: Figure | None = None
    baseline_on: Day | None = None
    target: Figure | None = None
    deadline: Day | None = None


class IndicatorChange(Change):
    """New terms in `series` need a `reason`."""

    code: ShortLine = ""
    name: Name = ""
    department_id: Id | None = None
    owner_id: Id = 0
    deputy_id: Id | None = None
    cadence: Cadence = Cadence.YEARLY
    grace_days: GraceDays = 0
    origin: Line = ""
    collected_when: CollectedWhen = ""
    is_public: bool = False
    order: Order = 0
    series: TermsChange = TermsChange()


class IndicatorQuery(PageQuery):
    plan_id: Id | None = None
    goal_id: Id | None = None
    status: Standing | None = None
    source: Annotated[Text | None, Field(default=None, max_length=60)]


REFERENCES = ("department_id", "owner_id", "deputy_id")


@router.get(
    "/indicators", auth=READ, response={200: Page[IndicatorOut], **READ_PROBLEMS}, summary="Indicators and their state"
)
def list_indicators(request: ApiRequest, wanted: Query[IndicatorQuery]) -> dict[str, Any]:
    chosen = {
        "goal__plan": wanted.plan_id,
        "goal": wanted.goal_id,
        "status": wanted.status,
        "source": wanted.source,
    }
    rows = _indicators(request.actor).filter(**{name: value for name, value in chosen.items() if value is not None})
    return page_of(request, rows, wanted)


@router.get("/indicators/{id}", auth=READ, response={200: IndicatorOut, **READ_PROBLEMS}, summary="One indicator")
def read_indicator(request: ApiRequest, id: Id) -> Indicator:  # noqa: A002
    return _one(request.actor, id)


@router.post("/indicators", auth=WRITE, response={201: IndicatorOut, **WRITE_PROBLEMS}, summary="Add an indicator")
def add_indicator(request: ApiRequest, body: IndicatorIn) -> Status[Indicator]:
    actor = request.actor
    indicator = Indicator(goal=referred(visible_goals(actor), body.goal_id, "goal_id"))
    fields = body.dict(exclude={"goal_id", "series", "started_on"})
    _change(indicator, actor, fields)
    series = Series(started_on=body.started_on or actor.on, **body.series.dict())
    created = create_indicator(actor=actor, indicator=indicator, series=series)
    return Status(201, _one(actor, created.pk))


@router.patch(
    "/indicators/{id}", auth=WRITE, response={200: IndicatorOut, **CHANGE_PROBLEMS}, summary="Change an indicator"
)
def patch_indicator(request: ApiRequest, id: Id, body: IndicatorChange) -> Indicator:  # noqa: A002
    fields = body.fields()
    terms = fields.pop("series", {})
    with being_changed(request, visible_indicators(request.actor), id, body) as indicator:
        _change(indicator, request.actor, fields)
        change_indicator(actor=request.actor, indicator=indicator, series_fields=terms, reason=body.reason)
        return _one(request.actor, indicator.pk)


@router.post(
    "/indicators/{id}/end",
    auth=WRITE,
    response={200: IndicatorOut, **CHANGE_PROBLEMS},
    summary="End an indicator, with a reason",
)
def end_indicator_by_id(request: ApiRequest, id: Id, body: Ending) -> Indicator:  # noqa: A002
    with being_changed(request, visible_indicators(request.actor), id, body) as indicator:
        shown = _one(request.actor, indicator.pk)
        end_indicator(actor=request.actor, indicator=indicator, on=body.on, reason=body.reason)
        shown.ended_on = body.on
        return shown


@router.get(
    "/indicators/{id}/series",
    auth=READ,
    response={200: Page[SeriesOut], **READ_PROBLEMS},
    tags=["series"],
    summary="All series of an indicator",
)
def list_series(request: ApiRequest, id: Id, wanted: Query[PageQuery]) -> dict[str, Any]:  # noqa: A002
    indicator = get_object_or_404(visible_indicators(request.actor), pk=id)
    return page_of(request, Series.objects.filter(indicator=indicator), wanted)


def _indicators(actor: Actor) -> QuerySet[Any]:
    return (
        with_status(visible_indicators(actor), actor.on)
        .select_related("department", "owner__user", "deputy__user", "state")
        .prefetch_related(Prefetch("series", Series.objects.filter(is_current=True), to_attr="current_series"))
    )


def _one(actor: Actor, pk: int) -> Indicator:
    found: Indicator = get_object_or_404(_indicators(actor), pk=pk)
    return found


def _change(indicator: Indicator, actor: Actor, fields: dict[str, Any]) -> None:
    rows = {
        "department_id": visible_departments(actor),
        "owner_id": visible_posts(actor),
        "deputy_id": visible_posts(actor),
    }
    for name in REFERENCES:
        if name in fields:
            setattr(indicator, name.removesuffix("_id"), referred(rows[name], fields[name], name))
    with_fields(indicator, {name: value for name, value in fields.items() if name not in REFERENCES})
