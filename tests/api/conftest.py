"""Two towns with the same furniture, a key with all rights in the first, and a client that shows it."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from kiun.goals import access
from kiun.goals.models import Goal, Indicator, Measurement, Plan, Policy, PushedSource, Series
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models import Department, Membership, Municipality, Role
from kiun.municipality.services import create_access_key
from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
    make_town,
)

ALL_RIGHTS = (access.READ, access.WRITE, access.MEASURE, access.PUSH)


@dataclass
class Town:
    town: Municipality
    post: Membership
    department: Department
    plan: Plan
    policy: Policy
    goal: Goal
    indicator: Indicator
    program: PushedSource

    @property
    def actor(self) -> Actor:
        return actor_of(self.post.user, self.town)

    @property
    def series(self) -> Series:
        with scope(municipality=self.town):
            return Series.objects.get(indicator=self.indicator, is_current=True)

    def values(self) -> dict[str, str | None]:
        """ISO day → value of the indicator's current series."""
        with scope(municipality=self.town):
            rows = Measurement.objects.filter(series__indicator=self.indicator, series__is_current=True)
            return {
                row.on.isoformat(): None if row.value is None else format(row.value.normalize(), "f") for row in rows
            }


def furnish(slug: str, name: str) -> Town:
    town = make_town(slug, name)
    department = make_department(town)
    post = make_membership(town, Role.ADMIN)
    plan = make_plan(town)
    policy = make_policy(plan)
    with scope(municipality=town):
        goal = make_goal(plan, policy=policy, department=department)
    readings = {"2024-03-31": 20, "2025-03-31": 28, "2026-03-31": 36}
    indicator = make_indicator(goal, readings=readings, owner=post)
    with scope(municipality=town):
        program = PushedSource(municipality=town, slug="counter", label="窓口受付システム", unit="%")
        program.save()
    return Town(town, post, department, plan, policy, goal, indicator, program)


@pytest.fixture
def home(db: None) -> Town:
    return furnish("hinata", "ひなた市")


@pytest.fixture
def abroad(db: None) -> Town:
    return furnish("kasumi", "かすみ町")


@dataclass
class Caller:
    """Speaks JSON with one key, or without."""

    secret: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            sent.setdefault("Authorization", f"Bearer {self.secret}")
        options = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", headers=sent, **options)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


def issue(town: Town, *scopes: str, **options: Any) -> str:
    with scope(municipality=town.town):
        return create_access_key(actor=town.actor, name="連携プログラム", scopes=scopes or ALL_RIGHTS, **options)[1]


@pytest.fixture
def caller(home: Town) -> Caller:
    return Caller(issue(home))
