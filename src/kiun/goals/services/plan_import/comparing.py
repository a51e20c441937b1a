"""A plan document against a plan: what is new, what changes, what the file no longer has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Challenge, Direction, Goal, Indicator, Series
from kiun.goals.plan_files import (
    NEW_DEPARTMENT,
    NO_DEPARTMENT,
    ChallengeEntry,
    Choices,
    GoalEntry,
    IndicatorEntry,
    Place,
    PlanDocument,
    RowProblem,
    Severity,
)
from kiun.goals.plan_files.wording import normal_name, one_line
from kiun.goals.queries.directory import Directory
from kiun.goals.queries.plan_contents import PlanContents
from kiun.goals.services.indicators import check_terms
from kiun.goals.services.lint import Lint, lint_goal, terms_of
from kiun.goals.services.plan_import.differences import (
    Absent,
    DepartmentQuestion,
    FieldChange,
    GoalDifference,
    IndicatorDifference,
    NewDepartment,
    PlanDifference,
    PolicyDifference,
    ReadingChange,
)
from kiun.goals.services.plan_import.matching import Path, match_goals, match_indicators, match_policies, same_path
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Department, Membership

SERIES_FIELDS = (
    "unit", "direction", "is_cumulative", "definition", "baseline", "baseline_on", "target", "deadline", "milestones"
)  # fmt: skip
INDICATOR_FIELDS = (
    "name", "code", "department", "owner", "deputy", "origin", "collected_when", "cadence", "note"
)  # fmt: skip
LONGEST_CHALLENGE = 300


def compare(
    document: PlanDocument,
    contents: PlanContents,
    people: Directory,
    choices: Choices,
    fallback: Membership | None,
    today: date,
) -> PlanDifference:
    """`fallback` answers for indicators whose file names neither a person nor a department with a head."""
    return _Comparison(document, contents, people, choices, fallback, today).run()


@dataclass
class _Comparison:
    document: PlanDocument
    contents: PlanContents
    people: Directory
    choices: Choices
    fallback: Membership | None
    today: date
    problems: list[RowProblem] = field(default_factory=list)
    _departments: dict[str, Department | NewDepartment | None] = field(default_factory=dict)

    def run(self) -> PlanDifference:
        questions = tuple(self._resolve_departments())
        policies = match_policies(self.document.policies, self.contents)
        challenges = {normal_name(c.text): c for c in self.contents.challenges}
        new_challenges = {normal_name(c.text): c for c in self.document.challenges if _short(c) not in challenges}
        goals = match_goals(self.document.goals, self.contents, policies)
        owned = [
            (goals[position].pk if position in goals else None, indicator)
            for position, goal in enumerate(self.document.goals)
            for indicator in goal.indicators
        ]
        indicators = match_indicators(owned, self.contents)
        differences, place = [], 0
        for position, entry in enumerate(self.document.goals):
            stored = [indicators.get(place + offset) for offset in range(len(entry.indicators))]
            place += len(entry.indicators)
            challenge = self._challenge(entry, challenges, new_challenges)
            differences.append(self._goal(entry, goals.get(position), stored, policies, challenge))
        absent = self._absent({goal.pk for goal in goals.values()}, {row.pk for row in indicators.values()})
        return PlanDifference(
            tuple(policies.values()),
            tuple(new_challenges.values()),
            tuple(differences),
            tuple(absent),
            questions,
            (*self.document.problems, *self.problems),
        )

    # words of the file that mean rows of the town

    def _resolve_departments(self) -> Iterator[DepartmentQuestion]:
        for name, place in self.document.departments.items():
            known = self.people.department_named(name)
            if known and name not in self.choices.departments:
                self._departments[name] = known
                continue
            candidates = tuple(self.people.departments_like(name))
            choice = self.choices.departments.get(name, str(candidates[0].pk) if candidates else NEW_DEPARTMENT)
            self._departments[name] = self._chosen(name, choice)
            yield DepartmentQuestion(name, place, choice, candidates)

    def _chosen(self, name: str, choice: str) -> Department | NewDepartment | None:
        if choice == NEW_DEPARTMENT:
            return NewDepartment(name)
        return None if choice == NO_DEPARTMENT else self.people.department(int(choice))

    def _person(self, text: str, department: Any, stored: int | None, place: Place, name: str) -> Membership | None:
        """Of several people with one name the one who already answers is meant, then the one of the department."""
        posts = self.people.posts_named(text)
        if not posts:
            what = _("“%(name)s” is not among the staff who may enter data.")
            self._warn(place, name, what % {"name": text}, _("Check the name, or write the staff number."))
            return None
        here = [post for post in posts if isinstance(department, Department) and post.department_id == department.pk]
        same = [post for post in posts if post.pk == stored]
        if len(posts) > 1 and not same and len(here) != 1:
            what = _("Several people are called “%(name)s”; one of them is taken.")
            self._warn(place, name, what % {"name": text}, _("Write the staff number to be sure."))
        return (same or here or posts)[0]

    def _warn(self, place: Place, name: str, what: str, how: str) -> None:
        self.problems.append(RowProblem(Severity.WARNING, place.sheet, place.row, place.cell(name), what, how))

    def _challenge(
        self, entry: GoalEntry, stored: Mapping[str, Challenge], new: Mapping[str, ChallengeEntry]
    ) -> Challenge | ChallengeEntry | None:
        key = normal_name(entry.challenge)
        return stored.get(normal_name(shortened(entry.challenge))) or new.get(key) if entry.challenge else None

    # goals

    def _goal(
        self,
        entry: GoalEntry,
        stored: Goal | None,
        indicators: Sequence[Indicator | None],
        policies: Mapping[Path, PolicyDifference],
        challenge: Challenge | ChallengeEntry | None,
    ) -> GoalDifference:
        policy = policies.get(same_path(entry.policy)) if entry.policy else None
        differences = tuple(
            self._indicator(one, row, stored) for one, row in zip(entry.indicators, indicators, strict=True)
        )
        changes = tuple(self._goal_changes(entry, stored, policy, challenge))
        lint = self._lint(entry, stored, differences)
        return GoalDifference(entry, policy, challenge, stored, changes, differences, lint)

    def _lint(self, entry: GoalEntry, stored: Goal | None, indicators: Sequence[IndicatorDifference]) -> Lint:
        """With everything the goal will have: what the file says and what is stored beside it."""
        compared = {one.stored.pk for one in indicators if one.stored}
        others = [
            terms_of(self.contents.series[row.pk])
            for row in self.contents.by_goal.get(stored.pk if stored else 0, ())
            if row.pk not in compared and row.ended_on is None
        ]
        own = [{**(terms_of(one.series) if one.series else {}), **one.entry.stated} for one in indicators]
        text = stored.text if stored and (entry.is_derived or self._has_former_text(entry, stored)) else entry.text
        return lint_goal(text, [*own, *others], self.today)

    def _goal_changes(
        self,
        entry: GoalEntry,
        stored: Goal | None,
        policy: PolicyDifference | None,
        challenge: Challenge | ChallengeEntry | None,
    ) -> Iterator[FieldChange]:
        cell = entry.place.cell
        department = self._departments.get(entry.stated.get("department", ""))
        wanted: dict[str, Any] = {name: entry.stated[name] for name in ("code", "note") if name in entry.stated}
        if stored and self._has_former_text(entry, stored):
            self._warn_of_former_text(entry, stored)
        elif not (entry.is_derived and stored):
            wanted["text"] = entry.text
        if department is not None:
            wanted["department"] = department
        if "owner" in entry.stated:
            holder = stored.owner_id if stored else None
            if owner := self._person(entry.stated["owner"], department, holder, entry.place, "owner"):
                wanted["owner"] = owner
        yield from _field_changes(stored, wanted, cell)
        if entry.policy is not None and _moves(entry, stored, policy, self.contents):
            before = self.contents.policy_paths.get(stored.policy_id or 0, ()) if stored else None
            yield FieldChange("policy", before, entry.policy, cell("policy"))
        told = stored.challenge.text if stored and stored.challenge else None
        if challenge and (told is None or normal_name(told) != normal_name(shortened(entry.challenge))):
            yield FieldChange("challenge", told, entry.challenge, cell("challenge"))

    def _has_former_text(self, entry: GoalEntry, stored: Goal | None) -> bool:
        """The file still has the words that were mended here: they do not come back."""
        text = normal_name(entry.text)
        former = self.contents.former_texts.get(stored.pk, ()) if stored else ()
        return stored is not None and text != normal_name(stored.text) and text in map(normal_name, former)

    def _warn_of_former_text(self, entry: GoalEntry, stored: Goal) -> None:
        what = _("This goal was put into other words here: “%(text)s”. The words of the file are left aside.")
        how = _("Copy them into the file, so that both say the same.")
        self._warn(entry.place, "text", what % {"text": stored.text}, how)

    # indicators

    def _indicator(self, entry: IndicatorEntry, stored: Indicator | None, goal: Goal | None) -> IndicatorDifference:
        series = self.contents.series.get(stored.pk) if stored else None
        wanted = self._wanted_indicator(entry, stored)
        terms = self._wanted_terms(entry, series)
        note = ""
        if stored is None and "owner" not in wanted:
            owner, note = self._owner_instead(wanted.get("department"))
            wanted["owner"] = owner
        self._part_owner_and_deputy(wanted, stored, entry.place)
        new_terms = tuple(_field_changes(series, terms, entry.place.cell))
        if new_terms:
            self._check(entry, series, terms)
        changes = (*_field_changes(stored, wanted, entry.place.cell), *new_terms)
        if stored and stored.goal_id != (goal.pk if goal else None):
            changes = (*changes, FieldChange("goal", stored.goal_id, goal.pk if goal else "new"))
        return IndicatorDifference(entry, stored, series, changes, self._readings(entry, series), note)

    def _wanted_indicator(self, entry: IndicatorEntry, stored: Indicator | None) -> dict[str, Any]:
        names = ("code", "origin", "collected_when", "note")
        wanted: dict[str, Any] = {"name": entry.name} | {n: entry.stated[n] for n in names if n in entry.stated}
        department = self._departments.get(entry.stated.get("department", ""))
        if department is not None:
            wanted["department"] = department
        for name in ("owner", "deputy"):
            if name in entry.stated:
                holder = getattr(stored, f"{name}_id") if stored else None
                if post := self._person(entry.stated[name], department, holder, entry.place, name):
                    wanted[name] = post
        if "cadence" in entry.stated or stored is None:
            wanted["cadence"] = entry.stated.get("cadence", entry.inferred.get("cadence"))
        return wanted

    def _part_owner_and_deputy(self, wanted: dict[str, Any], stored: Indicator | None, place: Place) -> None:
        """One person cannot be both: the indicator then has no deputy."""
        owner, deputy = (wanted.get(name, getattr(stored, name, None)) for name in ("owner", "deputy"))
        if owner is None or owner != deputy:
            return
        if wanted.pop("deputy", None):
            what = _("“%(name)s” is the owner and cannot be the deputy as well.") % {"name": owner}
            self._warn(place, "deputy", what, _("Name another person as deputy, or nobody."))
        if stored:
            wanted["deputy"] = None

    def _wanted_terms(self, entry: IndicatorEntry, series: Series | None) -> dict[str, Any]:
        wanted = {name: entry.stated[name] for name in SERIES_FIELDS if name in entry.stated}
        if series is None:
            wanted.setdefault("direction", entry.inferred["direction"])
            wanted.setdefault("is_cumulative", entry.inferred.get("is_cumulative", False))
        elif "direction" not in wanted and _turns(series, wanted):
            wanted["direction"] = entry.inferred["direction"]
        return wanted

    def _owner_instead(self, department: Any) -> tuple[Membership | None, str]:
        head = self.people.head_of(department if isinstance(department, Department) else None)
        if head:
            return head, _("head of %(department)s") % {"department": head.department}
        return self.fallback, _("the DX office, until somebody else takes it over")

    def _check(self, entry: IndicatorEntry, series: Series | None, wanted: Mapping[str, Any]) -> None:
        """The rules of the terms, reported at the cell that breaks them."""
        merged = {name: getattr(series, name) for name in SERIES_FIELDS} if series else {}
        try:
            check_terms(Series(**{**merged, **wanted}))
        except DomainError as error:
            cell = entry.place.cell(error.field or "") or entry.place.cell("target") or entry.place.cell("name")
            self.problems.append(
                RowProblem(Severity.ERROR, entry.place.sheet, entry.place.row, cell, error.message, "")
            )

    def _readings(self, entry: IndicatorEntry, series: Series | None) -> tuple[ReadingChange, ...]:
        known = self.contents.readings.get(series.pk, {}) if series else {}
        return tuple(
            ReadingChange(reading, known.get(reading.on), reading.on not in known)
            for reading in entry.readings
            if reading.on not in known or known[reading.on] != reading.value
        )

    # what the file no longer has

    def _absent(self, goals: set[int], indicators: set[int]) -> Iterator[Absent]:
        rows: list[Goal | Indicator] = [row for row in self.contents.goals if row.pk not in goals]
        rows += [row for row in self.contents.indicators if row.pk not in indicators]
        for row in rows:
            if row.ended_on is None:
                yield Absent(row, f"{row._meta.model_name}:{row.pk}" in self.choices.ended)


def shortened(challenge: str) -> str:
    """A challenge has room for one sentence or two; the whole text is kept as its background."""
    return challenge if len(challenge) <= LONGEST_CHALLENGE else f"{challenge[: LONGEST_CHALLENGE - 1]}…"


def _short(challenge: ChallengeEntry) -> str:
    return normal_name(shortened(challenge.text))


def _turns(series: Series, wanted: Mapping[str, Any]) -> bool:
    """The new numbers run against the stored direction."""
    baseline, target = wanted.get("baseline", series.baseline), wanted.get("target", series.target)
    if baseline is None or target is None or baseline == target:
        return False
    wrong = Direction.INCREASE if target < baseline else Direction.DECREASE
    return series.direction == wrong


def _field_changes(stored: Any, wanted: Mapping[str, Any], cell: Any) -> Iterator[FieldChange]:
    for name, value in wanted.items():
        before = getattr(stored, name) if stored is not None else None
        if stored is None or not _is_same(before, value):
            yield FieldChange(name, before, value, cell(name))


def _is_same(before: Any, after: Any) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before == after or _lines(before) == _lines(after) or one_line(before) == after
    if isinstance(before, list) and isinstance(after, list):
        return [[day, Decimal(value)] for day, value in before] == [[day, Decimal(value)] for day, value in after]
    return bool(before == after)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _moves(entry: GoalEntry, stored: Goal | None, policy: PolicyDifference | None, contents: PlanContents) -> bool:
    if stored is None:
        return policy is not None
    if policy is None:
        return stored.policy_id is not None
    if policy.stored and policy.stored.pk == stored.policy_id:
        return False
    # Two policies of one name and one place: the goal is where it is said to be.
    return same_path(contents.policy_paths.get(stored.policy_id or 0, ())) != same_path(entry.policy or ())
