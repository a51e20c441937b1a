from datetime import date

from ninja import Router, Schema

from kiun.kernel.api_fields import READ_PROBLEMS
from kiun.municipality.api_access import AccessKey, ApiRequest
from kiun.municipality.models import Department, Municipality, TownKind
from kiun.municipality.queries import visible_departments

# Everybody who may read what the town does may know who the town is.
READ = AccessKey("goals:read")
router = Router(tags=["town"])


class TownOut(Schema):
    code: str
    slug: str
    name: str
    kind: TownKind
    population: int | None
    population_on: date | None
    is_public: bool


class DepartmentOut(Schema):
    id: int
    code: str
    name: str
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None


class DepartmentList(Schema):
    items: list[DepartmentOut]


@router.get("/town", auth=READ, response={200: TownOut, **READ_PROBLEMS}, summary="The municipality of the key")
def read_town(request: ApiRequest) -> Municipality:
    return request.town


@router.get("/departments", auth=READ, response={200: DepartmentList, **READ_PROBLEMS}, summary="All departments")
def list_departments(request: ApiRequest) -> dict[str, list[Department]]:
    """Also those that have closed: what they owned keeps their name."""
    return {"items": list(visible_departments(request.actor).order_by("place", "pk"))}
