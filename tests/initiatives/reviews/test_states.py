"""What the plan was on a day, read from the record of changes, is what it truly was on that day."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiun.goals.models import Direction, Goal, Indicator, Policy, Series
from kiun.goals.services import (
    add_policy,
    change_indicator,
    change_policy,
    create_indicator,
    end_goal,
    end_indicator,
    remove_policy,
    save_goal,
)
from kiun.initiatives.models import Initiative, InitiativeStatus, Milestone, Mode, Phase
from kiun.initiatives.queries.comparison.states import entries_after, rows_now, states_of
from kiun.initiatives.queries.comparison.tree import nodes_of
from kiun.initiatives.services import (
    approve_initiative,
    end_initiative,
    enter_revision,
    reopen_initiative,
    save_initiative,
)
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import record, system_actor
from kiun.municipality.models import Role
from tests.factories import make_department, make_membership

FIRST = date(2025, 4, 1)
DAYS = 8


class Officers:
    """Change the plan in every way there is, at random, as the services of both rooms do."""

    def __init__(self, town, plan, seed):
        self.town, self.plan = town, plan
        self.rng = Random(seed)
        self.departments = [make_department(town, name) for name in ("市民課", "税務課")]
        self.owner = make_membership(town, Role.MEMBER, self.departments[0])
        self.count = 0

    def work(self, on):
        self.actor = system_actor(self.town, on=on, via="demo")
        for _ in range(self.rng.randrange(5)):
            act = self.rng.choice([act for act in dir(self) if act.startswith("do_")])
            try:
                with transaction.atomic():
                    getattr(self, act)()
            except DomainError:
                pass

    def any(self, rows):
        rows = list(rows.order_by("pk"))
        return self.rng.choice(rows) if rows else None

    def word(self, what):
        self.count += 1
        return f"{what}{self.count}"

    def do_add_policy(self):
        parent = self.rng.choice([None, self.any(Policy.objects)])
        add_policy(actor=self.actor, policy=Policy(plan=self.plan, parent=parent, name=self.word("施策")))

    def do_change_policy(self):
        if policy := self.any(Policy.objects):
            policy.name, policy.parent = self.word("施策"), self.any(Policy.objects)
            change_policy(actor=self.actor, policy=policy, reason="見直し")

    def do_remove_policy(self):
        if policy := self.any(Policy.objects):
            remove_policy(actor=self.actor, policy=policy)

    def do_save_goal(self):
        goal = self.rng.choice([self.any(Goal.objects), None]) or Goal(plan=self.plan, code=self.word(""))
        goal.text, goal.policy = self.word("目標"), self.rng.choice([self.any(Policy.objects), None])
        goal.department = self.rng.choice(self.departments)
        save_goal(actor=self.actor, goal=goal)

    def do_end_goal(self):
        if goal := self.any(Goal.objects.filter(ended_on=None)):
            end_goal(actor=self.actor, goal=goal, on=self.actor.on, reason="統合")

    def do_create_indicator(self):
        if goal := self.any(Goal.objects):
            indicator = Indicator(goal=goal, name=self.word("指標"), owner=self.owner)
            series = Series(unit="件", target=self.rng.randrange(1000), started_on=self.actor.on)
            create_indicator(actor=self.actor, indicator=indicator, series=series)

    def do_change_terms(self):
        if indicator := self.any(Indicator.objects):
            terms = [
                {"target": Decimal(self.rng.randrange(2000)), "milestones": [["2027-03-31", "12.5"]]},
                {"unit": self.word("単位")},
                {"direction": Direction.DECREASE, "deadline": date(2029, 3, 31)},
            ]
            indicator.name = self.word("指標")
            change_indicator(
                actor=self.actor, indicator=indicator, series_fields=self.rng.choice(terms), reason="実績に合わせる"
            )

    def do_end_indicator(self):
        if indicator := self.any(Indicator.objects.filter(ended_on=None)):
            end_indicator(actor=self.actor, indicator=indicator, on=self.actor.on, reason="統合")

    def do_save_initiative(self):
        goals = list(Goal.objects.all())
        if goals:
            row = self.rng.choice([self.any(Initiative.objects), None]) or Initiative(plan=self.plan, owner=self.owner)
            row.name, row.department = self.word("取組"), self.rng.choice(self.departments)
            row.starts_on = FIRST
            row.ends_on = FIRST + timedelta(days=self.rng.randrange(900))
            served = self.rng.sample(goals, k=self.rng.randint(1, len(goals)))
            save_initiative(actor=self.actor, initiative=row, goals=served, reason="補正予算")

    def do_decide_on_initiative(self):
        if row := self.any(Initiative.objects):
            if row.status == InitiativeStatus.PROPOSED:
                approve_initiative(actor=self.actor, initiative=row, reason="採択")
            elif row.is_open:
                status = self.rng.choice([InitiativeStatus.STOPPED, InitiativeStatus.DONE])
                end_initiative(actor=self.actor, initiative=row, status=status, on=self.actor.on, reason="終わり")
            else:
                reopen_initiative(actor=self.actor, initiative=row, reason="再開")

    def do_change_parts(self):
        if row := self.any(Initiative.objects):
            span = {"starts_on": FIRST, "ends_on": FIRST + timedelta(days=self.rng.randrange(100))}
            part = self.rng.choice(
                [
                    Phase(initiative=row, goal=self.word("段階"), **span),
                    Milestone(initiative=row, name=self.word("節目"), due_on=span["ends_on"]),
                    Mode(initiative=row, kind="service", note=self.word("進め方")),
                    self.any(Phase.objects),
                    self.any(Milestone.objects),
                ]
            )
            self._save_part(part, span)

    def _save_part(self, part, span):
        if part is None or (isinstance(part, Mode) and part.initiative.modes.exists()):
            return
        before = snapshot(part) if part.pk else None
        if before and isinstance(part, Phase):
            part.ends_on = span["ends_on"]
        part.save()
        change = change_of(part, Verb.CHANGED if before else Verb.CREATED, before, "計画の変更")
        enter_revision(actor=self.actor, changes=[change], reason="計画の変更")

    def do_remove_phase(self):
        if phase := self.any(Phase.objects):
            before, pk = snapshot(phase), phase.pk
            phase.delete()
            record(self.actor, change_of(phase, Verb.DELETED, before, pk=pk))

    def do_delete_initiative(self):
        """Its parts go with it, and nobody records them one by one."""
        if row := self.any(Initiative.objects):
            before, pk = snapshot(row), row.pk
            row.delete()
            record(self.actor, change_of(row, Verb.DELETED, before, pk=pk))


def told(state, plan):
    """The plan of a state without the names that a record keeps beside a key."""
    nodes = nodes_of(state, plan.pk, may_see=lambda key: True)
    return {
        key: (node.parent, {name: _bare(value) for name, value in node.told.items()}) for key, node in nodes.items()
    }


def _bare(value):
    if isinstance(value, dict):
        return value["id"]
    return value or None if isinstance(value, str | list) else value


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_the_plan_of_every_day_is_what_it_was_on_that_day(town, plan, seed):
    with transaction.atomic():
        officers, truth, rows = Officers(town, plan, seed), {}, 0
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            officers.work(day)
            truth[day] = told(rows_now(), plan)
            rows += len(truth[day])
        days = sorted(truth)
        for first in days:
            later = [day for day in days if day >= first]
            states = states_of(later, entries_after(first))
            for day, state in zip(later, states, strict=True):
                assert told(state, plan) == truth[day]
        assert rows >= DAYS
        transaction.set_rollback(True)
