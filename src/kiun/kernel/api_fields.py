"""The vocabulary of the API's schemas, the same in every room: texts, keys, days, exact figures, pages, problems."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from kiun.kernel.changes import json_value

LARGEST_KEY = 2**63 - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
FIGURE_PATTERN = r"^-?[0-9]+(\.[0-9]{1,4})?$"


def _plausible(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(_("Write a day between 1900-01-01 and 2199-12-31."))
    return day


def _exact(figure: Decimal) -> str:
    return str(json_value(figure)) if figure else "0"


# NUL: no database text holds it, and no keyboard writes it.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Line = Annotated[Text, Field(max_length=200)]
ShortLine = Annotated[Text, Field(max_length=20)]
LongText = Annotated[Text, Field(max_length=4000)]
Reason = Annotated[
    Text, Field(default="", max_length=1000, description="Why; required where a change has to be justified.")
]
Id = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Order = Annotated[int, Field(ge=0, le=1_000_000)]
Year = Annotated[int, Field(ge=1900, le=2199)]
Day = Annotated[date, AfterValidator(_plausible)]
# In: "45.2" or 45.2.
Figure = Annotated[Decimal, Field(max_digits=19, decimal_places=4, allow_inf_nan=False)]
# Out: always a string, so that no reader rounds it.
ExactFigure = Annotated[
    Decimal,
    PlainSerializer(_exact, return_type=str),
    WithJsonSchema({"type": "string", "pattern": FIGURE_PATTERN, "examples": ["45.2"]}, mode="serialization"),
]


class ApiSchema(Schema):
    """What programs send: a field that is not known is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


def without_defaults(description: dict[str, Any]) -> None:
    for described in description["properties"].values():
        described.pop("default", None)


class Change(ApiSchema):
    """A partial change: fields that are left out stay as they are. The defaults of subclasses are never used."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)

    version: Annotated[
        int | None,
        Field(
            default=None,
            ge=0,
            le=LARGEST_KEY,
            description="`version` of the answer that the change was made from; or send its ETag as If-Match.",
        ),
    ]
    reason: Reason

    def fields(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, exclude={"version", "reason"})


class Named(Schema):
    id: int
    name: str


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """RFC 9457; `detail` is a sentence for people, in Japanese unless Accept-Language asks for English."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[FieldProblem] | None = None


T = TypeVar("T")


class Page(Schema, Generic[T]):
    items: list[T]
    next: Annotated[int | None, Field(description="Give it as `after` to read on; null at the end.")]
    version: Annotated[int, Field(description="State of the town that was read; goes into `version` of a change.")]


READ_PROBLEMS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 422, 429), Problem)
WRITE_PROBLEMS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
CHANGE_PROBLEMS: dict[Any, Any] = {**WRITE_PROBLEMS, 428: Problem}
