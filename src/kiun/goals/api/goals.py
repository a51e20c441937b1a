from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kiun.analysis.goal_text import Part, read_goal
from kiun.goals.api.doors import READ, WRITE, being_changed, page_of, referred, with_fields
from kiun.goals.api.people import Post
from kiun.goals.api.plans import OfPlan
from kiun.goals.models import Goal
from kiun.goals.queries import visible_challenges, visible_goals, visible_plans, visible_policies
from kiun.goals.services import end_goal, save_goal
from kiun.kernel.api_fields import (
    CHANGE_PROBLEMS,
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    ApiSchema,
    Change,
    Day,
    Id,
    Named,
    Order,
    Page,
    ShortLine,
    Text,
)
from kiun.municipality.actors import Actor
from kiun.municipality.api_access import ApiRequest
from kiun.municipality.queries import visible_departments, visible_posts

router = Router(tags=["goals"])

GoalText = Annotated[Text, Field(min_length=1, max_length=2000)]


class QuestionOut(Schema):
    part: Part
    text: str


class LintOut(Schema):
    """What a reader misses in the sentence, one question for each missing part, and a sentence with all parts."""

    is_vague: bool
    missing: list[Part]
    questions: list[QuestionOut]
    rewrite: str


class GoalOut(Schema):
    id: int
    plan_id: int
    policy_id: int | None
    challenge_id: int | None
    code: str
    text: str
    department: Named | None
    owner: Post | None
    is_public: bool
    order: int
    ended_on: date | None
    lint: LintOut

    @staticmethod
    def resolve_lint(goal: Goal, context: dict[str, Any]) -> LintOut:
        reading = read_goal(goal.text, today=context["request"].actor.on)
        asked = [question for question in reading.questions if question.part in goal.missing]
        return LintOut(
            is_vague=goal.is_vague,
            missing=goal.missing,
            questions=[QuestionOut(part=Part(question.part), text=question.text) for question in asked],
            rewrite=reading.rewrite,
        )


class GoalIn(ApiSchema):
    plan_id: Id
    policy_id: Id | None = None
    challenge_id: Id | None = None
    code: ShortLine = ""
    text: GoalText
    department_id: Id | None = None
    owner_id: Annotated[Id | None, Field(description="A post, not a person.")] = None
    is_public: bool = True
    order: Order = 0


class GoalChange(Change):
    policy_id: Id | None = None
    challenge_id: Id | None = None
    code: ShortLine = ""
    text: GoalText = ""
    department_id: Id | None = None
    owner_id: Id | None = None
    is_public: bool = False
    order: Order = 0


class Ending(Change):
    on: Day


class GoalQuery(OfPlan):
    policy_id: Id | None = None
    is_vague: bool | None = None


REFERENCES = ("policy_id", "challenge_id", "department_id", "owner_id")


@router.get("/goals", auth=READ, response={200: Page[GoalOut], **READ_PROBLEMS}, summary="Goals with what they lack")
def list_goals(request: ApiRequest, wanted: Query[GoalQuery]) -> dict[str, Any]:
    chosen = {
        "plan": wanted.plan_id,
        "policy": wanted.policy_id,
        "is_vague": wanted.is_vague,
    }
    rows = _goals(request.actor).filter(**{name: value for name, value in chosen.items() if value is not None})
    return page_of(request, rows, wanted)


@router.get("/goals/{id}", auth=READ, response={200: GoalOut, **READ_PROBLEMS}, summary="One goal")
def read_goal_by_id(request: ApiRequest, id: Id) -> Goal:  # noqa: A002
    return get_object_or_404(_goals(request.actor), pk=id)


@router.post("/goals", auth=WRITE, response={201: GoalOut, **WRITE_PROBLEMS}, summary="Add a goal")
def create_goal(request: ApiRequest, body: GoalIn) -> Status[Goal]:
    """A vague goal is saved, too, and counted as vague."""
    plan = referred(visible_plans(request.actor), body.plan_id, "plan_id")
    fields = body.dict(exclude={"plan_id"})
    goal = Goal(plan=plan)
    _change(goal, request.actor, fields)
    return Status(201, save_goal(actor=request.actor, goal=goal))


@router.patch("/goals/{id}", auth=WRITE, response={200: GoalOut, **CHANGE_PROBLEMS}, summary="Change a goal")
def patch_goal(request: ApiRequest, id: Id, body: GoalChange) -> Goal:  # noqa: A002
    fields = body.fields()
    with being_changed(request, visible_goals(request.actor), id, body) as goal:
        _change(goal, request.actor, fields)
        return save_goal(actor=request.actor, goal=goal, reason=body.reason)


@router.post(
    "/goals/{id}/end", auth=WRITE, response={200: GoalOut, **CHANGE_PROBLEMS}, summary="End a goal, with a reason"
)
def end_goal_by_id(request: ApiRequest, id: Id, body: Ending) -> Goal:  # noqa: A002
    with being_changed(request, visible_goals(request.actor), id, body) as goal:
        end_goal(actor=request.actor, goal=goal, on=body.on, reason=body.reason)
        return goal


def _goals(actor: Actor) -> QuerySet[Goal]:
    return visible_goals(actor).select_related("department", "owner__user")


def _change(goal: Goal, actor: Actor, fields: dict[str, Any]) -> None:
    of_plan = {
        "policy_id": visible_policies(actor).filter(plan=goal.plan_id),
        "challenge_id": visible_challenges(actor).filter(plan=goal.plan_id),
        "department_id": visible_departments(actor),
        "owner_id": visible_posts(actor),
    }
    for name in REFERENCES:
        if name in fields:
            setattr(goal, name.removesuffix("_id"), referred(of_plan[name], fields[name], name))
    with_fields(goal, {name: value for name, value in fields.items() if name not in REFERENCES})
