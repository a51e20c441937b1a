"""Carries out a comparison in the transaction of its caller: in batches, every row with its record of change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kiun.goals.indicator_sources import FILE_SOURCE
from kiun.goals.models import Challenge, Goal, Indicator, Plan, Policy, Series
from kiun.goals.plan_files import ChallengeEntry
from kiun.goals.services.goals import end_goal
from kiun.goals.services.indicators import BREAKING_FIELDS, begin_series, end_indicator
from kiun.goals.services.judging import judge
from kiun.goals.services.lint import read_again
from kiun.goals.services.measurements import Reading, record_readings
from kiun.goals.services.plan_import.comparing import INDICATOR_FIELDS, SERIES_FIELDS, shortened
from kiun.goals.services.plan_import.differences import (
    FieldChange,
    GoalDifference,
    IndicatorDifference,
    NewDepartment,
    PlanDifference,
    PolicyDifference,
)
from kiun.goals.services.policy_places import renumber_policies
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Department
from kiun.municipality.services import add_department

BATCH = 500


@dataclass(frozen=True)
class Provenance:
    """Where the readings come from; goes beside each of them."""

    file: str
    digest: str

    @property
    def reason(self) -> str:
        return _("Imported from %(file)s") % {"file": self.file}


def apply_difference(
    *, actor: Actor, plan: Plan, difference: PlanDifference, provenance: Provenance
) -> list[Indicator]:
    """The indicators of the difference, in its order."""
    return _Application(actor, plan, difference, provenance).run()


@dataclass
class _Application:
    actor: Actor
    plan: Plan
    difference: PlanDifference
    provenance: Provenance
    changes: list[Change] = field(default_factory=list)
    departments: dict[str, Department] = field(default_factory=dict)
    policies: dict[tuple[str, ...], Policy] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    series: dict[int, Series] = field(default_factory=dict)  # by indicator

    def run(self) -> list[Indicator]:
        self._create_departments()
        self._save_policies()
        self._create_challenges()
        goals = self._save_goals()
        indicators = self._save_indicators(goals)
        self._end_absent()
        record(self.actor, *self.changes)
        self._record_readings(indicators)
        changed_goals = {goals[position].pk for position, goal in enumerate(self.difference.goals) if _touched(goal)}
        read_again(changed_goals, self.actor.on)
        return indicators

    def _create_departments(self) -> None:
        wanted = {
            change.after.name: change.after
            for changes in (
                *(goal.changes for goal in self.difference.goals),
                *(one.changes for one in self.difference.indicators),
            )
            for change in changes
            if isinstance(change.after, NewDepartment)
        }
        for name in wanted:
            add_department(actor=self.actor, name=name, on=self.actor.on, reason=self.provenance.reason)
            self.departments[name] = Department.objects.filter(name=name.strip()).latest("pk")

    # tree

    def _save_policies(self) -> None:
        order = Policy.objects.filter(plan=self.plan).count()
        by_depth: dict[int, list[PolicyDifference]] = defaultdict(list)
        for difference in self.difference.policies:
            by_depth[len(difference.entry.path)].append(difference)
        for depth in sorted(by_depth):
            order = self._save_level(by_depth[depth], order)
        renumber_policies(self.plan)

    def _save_level(self, level: Sequence[PolicyDifference], order: int) -> int:
        new = []
        for difference in level:
            if difference.stored is None:
                order += 1
                self.policies[difference.entry.path] = policy = self._new_policy(difference, order)
                new.append(policy)
            else:
                self.policies[difference.entry.path] = difference.stored
                self._change(difference.stored, difference.changes)
        Policy.objects.bulk_create(new, batch_size=BATCH)
        for policy in new:
            policy.path = f"{policy.parent.path if policy.parent else '/'}{policy.pk}/"
        Policy.objects.bulk_update(new, ["path"], batch_size=BATCH)
        changed = [difference.stored for difference in level if difference.stored and difference.changes]
        Policy.objects.bulk_update(changed, ["name", "code"], batch_size=BATCH)
        self._created(new)
        return order

    def _new_policy(self, difference: PolicyDifference, order: int) -> Policy:
        parent = self.policies[difference.parent.entry.path] if difference.parent else None
        return Policy(
            municipality=self.actor.municipality,
            plan=self.plan,
            parent=parent,
            name=difference.entry.name,
            code=difference.entry.code,
            order=order,
        )

    def _create_challenges(self) -> None:
        new = [
            Challenge(
                municipality=self.actor.municipality,
                plan=self.plan,
                policy=self.policies.get(entry.policy),
                text=shortened(entry.text),
                background=entry.text if shortened(entry.text) != entry.text else "",
            )
            for entry in self.difference.challenges
        ]
        Challenge.objects.bulk_create(new, batch_size=BATCH)
        self._created(new)
        self.challenges = {
            entry.text: challenge for entry, challenge in zip(self.difference.challenges, new, strict=True)
        }

    # goals

    def _save_goals(self) -> list[Goal]:
        """The goals of the comparison, in its order."""
        order = Goal.objects.filter(plan=self.plan).count()
        goals, new, changed = [], [], []
        for position, difference in enumerate(self.difference.goals, start=1):
            if difference.stored is None:
                goal = Goal(municipality=self.actor.municipality, plan=self.plan, order=order + position)
                self._set(goal, difference)
                new.append(goal)
            else:
                goal = difference.stored
                if difference.changes:
                    before = snapshot(goal, only=[change.field for change in difference.changes])
                    self._set(goal, difference)
                    self.changes.append(change_of(goal, Verb.CHANGED, before, self.provenance.reason))
                    changed.append(goal)
            goals.append(goal)
        Goal.objects.bulk_create(new, batch_size=BATCH)
        names = ["text", "code", "note", "policy", "challenge", "department", "owner", "missing", "is_vague"]
        Goal.objects.bulk_update(changed, names, batch_size=BATCH)
        self._created(new)
        return goals

    def _set(self, goal: Goal, difference: GoalDifference) -> None:
        for change in difference.changes:
            if change.field == "policy":
                goal.policy = self.policies[difference.policy.entry.path] if difference.policy else None
            elif change.field == "challenge":
                goal.challenge = self._challenge(difference)
            else:
                setattr(goal, change.field, self._row(change.after))
        goal.missing, goal.is_vague = list(difference.lint.missing), difference.lint.is_vague

    def _challenge(self, difference: GoalDifference) -> Challenge | None:
        challenge = difference.challenge
        return self.challenges[challenge.text] if isinstance(challenge, ChallengeEntry) else challenge

    def _row(self, value: Any) -> Any:
        return self.departments[value.name] if isinstance(value, NewDepartment) else value

    # indicators

    def _save_indicators(self, goals: Sequence[Goal]) -> list[Indicator]:
        pairs = [
            (goal, one)
            for goal, difference in zip(goals, self.difference.goals, strict=True)
            for one in difference.indicators
        ]
        rows = [self._indicator(goal, one, order) for order, (goal, one) in enumerate(pairs, start=1)]
        new = [row for row, (_goal, one) in zip(rows, pairs, strict=True) if one.stored is None]
        Indicator.objects.bulk_create(new, batch_size=BATCH)
        self._created(new)
        changed = [row for row, (_goal, one) in zip(rows, pairs, strict=True) if one.stored and one.changes]
        Indicator.objects.bulk_update(changed, [*INDICATOR_FIELDS, "goal"], batch_size=BATCH)
        self._save_series(rows, [one for _goal, one in pairs])
        return rows

    def _indicator(self, goal: Goal, one: IndicatorDifference, order: int) -> Indicator:
        own = [change for change in one.changes if change.field in (*INDICATOR_FIELDS, "goal")]
        row = one.stored or Indicator(municipality=self.actor.municipality, order=order)
        before = snapshot(row, only=[change.field for change in own]) if one.stored else {}
        if one.stored is None or any(change.field == "goal" for change in own):
            row.goal = goal
        for change in own:
            if change.field != "goal":
                setattr(row, change.field, self._row(change.after))
        if row.owner_id is None:
            raise DomainError(
                _("Nobody could answer for “%(name)s”: this municipality has no DX office yet.") % {"name": row.name}
            )
        if one.stored and own:
            self.changes.append(change_of(row, Verb.CHANGED, before, self.provenance.reason))
        return row

    def _save_series(self, rows: Sequence[Indicator], differences: Sequence[IndicatorDifference]) -> None:
        new, changed = [], []
        for row, one in zip(rows, differences, strict=True):
            terms = {change.field: change.after for change in one.changes if change.field in SERIES_FIELDS}
            if one.series is None:
                new.append(Series(municipality=self.actor.municipality, indicator=row, started_on=self._start, **terms))
            elif not terms:
                self.series[row.pk] = one.series
            elif terms.keys() & set(BREAKING_FIELDS):
                self.changes.append(begin_series(self.actor, one.series, terms, self.provenance.reason))
                self.series[row.pk] = Series.objects.get(indicator=row, is_current=True)
            else:
                changed.append(self._changed_series(one.series, terms))
        Series.objects.bulk_create(new, batch_size=BATCH)
        Series.objects.bulk_update(changed, SERIES_FIELDS, batch_size=BATCH)
        self._created(new)
        self.series |= {series.indicator_id: series for series in (*new, *changed)}

    def _changed_series(self, series: Series, terms: dict[str, Any]) -> Series:
        before = snapshot(series, only=list(terms))
        for name, value in terms.items():
            setattr(series, name, value)
        self.changes.append(change_of(series, Verb.CHANGED, before, self.provenance.reason))
        return series

    @property
    def _start(self) -> date:
        return min(FiscalYear(self.plan.first_year).start, self.actor.on)

    # readings, and what ends

    def _record_readings(self, rows: Sequence[Indicator]) -> None:
        readings, others = [], []
        for row, one in zip(rows, self.difference.indicators, strict=True):
            series = self.series[row.pk]
            series.indicator = row
            if one.readings:
                readings += [self._reading(series, one, change.entry) for change in one.readings]
            elif one.stored is None or one.changes:
                others.append(row)
        if readings:
            record_readings(actor=self.actor, readings=readings, reason=self.provenance.reason)
        if others:
            judge(others, today=self.actor.on)

    def _reading(self, series: Series, one: IndicatorDifference, entry: Any) -> Reading:
        place = {"file": self.provenance.file, "sheet": one.entry.place.sheet, "cell": entry.cell}
        return Reading(
            series=series, on=entry.on, value=entry.value, note=entry.note or None, source=FILE_SOURCE, provenance=place
        )

    def _end_absent(self) -> None:
        for absent in self.difference.ended:
            if isinstance(absent.row, Goal):
                end_goal(actor=self.actor, goal=absent.row, on=self.actor.on, reason=self.provenance.reason)
            else:
                end_indicator(actor=self.actor, indicator=absent.row, on=self.actor.on, reason=self.provenance.reason)

    # record of changes

    def _created(self, rows: Iterable[models.Model]) -> None:
        self.changes += [change_of(row, Verb.CREATED, reason=self.provenance.reason) for row in rows]

    def _change(self, row: models.Model, changes: Sequence[FieldChange]) -> None:
        if changes:
            before = snapshot(row, only=[change.field for change in changes])
            for change in changes:
                setattr(row, change.field, change.after)
            self.changes.append(change_of(row, Verb.CHANGED, before, self.provenance.reason))


def _touched(goal: GoalDifference) -> bool:
    return goal.is_changed or any(one.changes for one in goal.indicators if goal.stored)
