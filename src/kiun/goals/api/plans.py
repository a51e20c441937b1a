from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kiun.goals.api.doors import READ, WRITE, PageQuery, being_changed, page_of, referred, with_fields
from kiun.goals.models import Challenge, Plan, PlanStatus, Policy
from kiun.goals.queries import visible_challenges, visible_plans, visible_policies
from kiun.goals.services import add_policy, change_plan, change_policy, create_plan, save_challenge
from kiun.kernel.api_fields import (
    CHANGE_PROBLEMS,
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    ApiSchema,
    Change,
    Id,
    LongText,
    Named,
    Order,
    Page,
    ShortLine,
    Text,
    Year,
)
from kiun.municipality.actors import Actor
from kiun.municipality.api_access import ApiRequest
from kiun.municipality.queries import visible_departments

router = Router()

PlanName = Annotated[Text, Field(min_length=1, max_length=120)]
Edition = Annotated[Text, Field(max_length=40)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
ChallengeText = Annotated[Text, Field(min_length=1, max_length=300)]


class PlanOut(Schema):
    id: int
    name: str
    edition: str
    first_year: Annotated[int, Field(description="Fiscal year: 2026 runs from April 2026 to March 2027.")]
    last_year: int
    predecessor_id: int | None
    status: PlanStatus
    is_public: bool
    summary: str


class PlanIn(ApiSchema):
    name: PlanName
    edition: Edition = ""
    first_year: Year
    last_year: Year
    predecessor_id: Annotated[Id | None, Field(description="It ends once this edition is in force.")] = None
    status: PlanStatus = PlanStatus.CURRENT
    is_public: bool = True
    summary: LongText = ""


class PlanChange(Change):
    name: PlanName = ""
    edition: Edition = ""
    first_year: Year = 0
    last_year: Year = 0
    predecessor_id: Id | None = None
    status: PlanStatus = PlanStatus.CURRENT
    is_public: bool = False
    summary: LongText = ""


@router.get("/plans", auth=READ, response={200: Page[PlanOut], **READ_PROBLEMS}, tags=["plans"], summary="Plans")
def list_plans(request: ApiRequest, wanted: Query[PageQuery]) -> dict[str, Any]:
    return page_of(request, visible_plans(request.actor), wanted)


@router.get("/plans/{id}", auth=READ, response={200: PlanOut, **READ_PROBLEMS}, tags=["plans"], summary="One plan")
def read_plan(request: ApiRequest, id: Id) -> Plan:  # noqa: A002 - the name in the address
    return get_object_or_404(visible_plans(request.actor), pk=id)


@router.post("/plans", auth=WRITE, response={201: PlanOut, **WRITE_PROBLEMS}, tags=["plans"], summary="Add a plan")
def add_plan(request: ApiRequest, body: PlanIn) -> Status[Plan]:
    referred(visible_plans(request.actor), body.predecessor_id, "predecessor_id")
    return Status(201, create_plan(actor=request.actor, plan=Plan(**body.dict())))


@router.patch(
    "/plans/{id}", auth=WRITE, response={200: PlanOut, **CHANGE_PROBLEMS}, tags=["plans"], summary="Change a plan"
)
def patch_plan(request: ApiRequest, id: Id, body: PlanChange) -> Plan:  # noqa: A002
    fields = body.fields()
    with being_changed(request, visible_plans(request.actor), id, body) as plan:
        referred(visible_plans(request.actor), fields.get("predecessor_id"), "predecessor_id")
        return change_plan(actor=request.actor, plan=with_fields(plan, fields), reason=body.reason)


class PolicyOut(Schema):
    id: int
    plan_id: int
    parent_id: int | None
    code: str
    name: str
    order: int
    depth: int


class PolicyIn(ApiSchema):
    plan_id: Id
    parent_id: Id | None = None
    code: ShortLine = ""
    name: Name
    order: Order = 0


class PolicyChange(Change):
    code: ShortLine = ""
    name: Name = ""
    order: Order = 0


class OfPlan(PageQuery):
    plan_id: Id | None = None


@router.get(
    "/policies",
    auth=READ,
    response={200: Page[PolicyOut], **READ_PROBLEMS},
    tags=["policies"],
    summary="Policies (施策)",
)
def list_policies(request: ApiRequest, wanted: Query[OfPlan]) -> dict[str, Any]:
    return page_of(request, _of_plan(visible_policies(request.actor), wanted), wanted)


@router.get(
    "/policies/{id}", auth=READ, response={200: PolicyOut, **READ_PROBLEMS}, tags=["policies"], summary="One policy"
)
def read_policy(request: ApiRequest, id: Id) -> Policy:  # noqa: A002
    return get_object_or_404(visible_policies(request.actor), pk=id)


@router.post(
    "/policies", auth=WRITE, response={201: PolicyOut, **WRITE_PROBLEMS}, tags=["policies"], summary="Add a policy"
)
def create_policy(request: ApiRequest, body: PolicyIn) -> Status[Policy]:
    policy = Policy(
        plan=referred(visible_plans(request.actor), body.plan_id, "plan_id"),
        parent=referred(visible_policies(request.actor).filter(plan=body.plan_id), body.parent_id, "parent_id"),
        **body.dict(include={"code", "name", "order"}),
    )
    return Status(201, add_policy(actor=request.actor, policy=policy))


@router.patch(
    "/policies/{id}",
    auth=WRITE,
    response={200: PolicyOut, **CHANGE_PROBLEMS},
    tags=["policies"],
    summary="Rename or renumber a policy",
)
def patch_policy(request: ApiRequest, id: Id, body: PolicyChange) -> Policy:  # noqa: A002
    fields = body.fields()
    with being_changed(request, visible_policies(request.actor), id, body) as policy:
        return change_policy(actor=request.actor, policy=with_fields(policy, fields), reason=body.reason)


class ChallengeOut(Schema):
    id: int
    plan_id: int
    policy_id: int | None
    text: str
    background: str
    department: Named | None
    created_at: datetime


class ChallengeIn(ApiSchema):
    plan_id: Id
    policy_id: Id | None = None
    text: ChallengeText
    background: LongText = ""
    department_id: Id | None = None


class ChallengeChange(Change):
    policy_id: Id | None = None
    text: ChallengeText = ""
    background: LongText = ""
    department_id: Id | None = None


@router.get(
    "/challenges",
    auth=READ,
    response={200: Page[ChallengeOut], **READ_PROBLEMS},
    tags=["challenges"],
    summary="Challenges (課題)",
)
def list_challenges(request: ApiRequest, wanted: Query[OfPlan]) -> dict[str, Any]:
    return page_of(request, _of_plan(visible_challenges(request.actor).select_related("department"), wanted), wanted)


@router.get(
    "/challenges/{id}",
    auth=READ,
    response={200: ChallengeOut, **READ_PROBLEMS},
    tags=["challenges"],
    summary="One challenge",
)
def read_challenge(request: ApiRequest, id: Id) -> Challenge:  # noqa: A002
    return get_object_or_404(visible_challenges(request.actor).select_related("department"), pk=id)


@router.post(
    "/challenges",
    auth=WRITE,
    response={201: ChallengeOut, **WRITE_PROBLEMS},
    tags=["challenges"],
    summary="Add a challenge",
)
def create_challenge(request: ApiRequest, body: ChallengeIn) -> Status[Challenge]:
    actor = request.actor
    challenge = Challenge(
        plan=referred(visible_plans(actor), body.plan_id, "plan_id"), text=body.text, background=body.background
    )
    _place(challenge, actor, {"policy_id": body.policy_id, "department_id": body.department_id})
    return Status(201, save_challenge(actor=actor, challenge=challenge))


@router.patch(
    "/challenges/{id}",
    auth=WRITE,
    response={200: ChallengeOut, **CHANGE_PROBLEMS},
    tags=["challenges"],
    summary="Change a challenge",
)
def patch_challenge(request: ApiRequest, id: Id, body: ChallengeChange) -> Challenge:  # noqa: A002
    fields = body.fields()
    with being_changed(request, visible_challenges(request.actor), id, body) as challenge:
        _place(challenge, request.actor, fields)
        own = {name: value for name, value in fields.items() if name in {"text", "background"}}
        return save_challenge(actor=request.actor, challenge=with_fields(challenge, own), reason=body.reason)


def _place(challenge: Challenge, actor: Actor, fields: dict[str, Any]) -> None:
    if "policy_id" in fields:
        of_plan = visible_policies(actor).filter(plan=challenge.plan_id)
        challenge.policy = referred(of_plan, fields["policy_id"], "policy_id")
    if "department_id" in fields:
        challenge.department = referred(visible_departments(actor), fields["department_id"], "department_id")


def _of_plan(rows: QuerySet[Any], wanted: OfPlan) -> QuerySet[Any]:
    return rows.filter(plan=wanted.plan_id) if wanted.plan_id is not None else rows
