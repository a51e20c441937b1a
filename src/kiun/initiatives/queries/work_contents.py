"""The work as a workbook holds it, loaded at once: what is shown in each cell, and what its names lead back to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from kiun.goals.models import Goal, PlanStatus
from kiun.goals.plan_files.wording import normal_name
from kiun.goals.queries import visible_goals
from kiun.goals.queries.directory import Directory, directory
from kiun.initiatives.models import Initiative, Phase, ServedGoal, Skill, Task, TaskHelper, TaskLink
from kiun.initiatives.queries.visible import visible_initiatives, visible_tasks
from kiun.initiatives.work_files.columns import INITIATIVE_STATES, PRIORITIES, SHOWN, STATES, TERMS
from kiun.initiatives.work_files.links import WrittenLink
from kiun.kernel.tabular import OutputValue
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership

Cells = Mapping[str, OutputValue]


@dataclass(frozen=True)
class WorkContents:
    """What one person may see. `initiatives` and `tasks` are all of that, whatever of it a file is about."""

    people: Directory
    goals: Sequence[Goal]
    skills: Sequence[Skill]
    initiatives: Sequence[Initiative]
    tasks: Sequence[Task]

    @cached_property
    def initiative_by_key(self) -> Mapping[int, Initiative]:
        return {row.pk: row for row in self.initiatives}

    @cached_property
    def task_by_key(self) -> Mapping[int, Task]:
        return {row.pk: row for row in self.tasks}

    @cached_property
    def initiatives_by_name(self) -> Mapping[str, Sequence[Initiative]]:
        return _grouped(self.initiatives, lambda row: normal_name(row.name))

    @cached_property
    def tasks_by_name(self) -> Mapping[tuple[int, str], Sequence[Task]]:
        return _grouped(self.tasks, lambda row: (row.initiative_id, normal_name(row.name)))

    @cached_property
    def served(self) -> Mapping[int, Sequence[Goal]]:
        goals = {goal.pk: goal for goal in self.goals}
        found: dict[int, list[Goal]] = defaultdict(list)
        for served in ServedGoal.objects.filter(initiative__in=list(self.initiative_by_key)).select_related("goal"):
            found[served.initiative_id].append(goals.get(served.goal_id, served.goal))
        return found

    @cached_property
    def phases(self) -> Mapping[int, Sequence[Phase]]:
        rows = Phase.objects.filter(initiative__in=list(self.initiative_by_key))
        return _grouped(rows, lambda row: row.initiative_id)

    @cached_property
    def links(self) -> Mapping[int, Sequence[TaskLink]]:
        """By the task that waits."""
        return _grouped(TaskLink.objects.filter(after__in=list(self.task_by_key)), lambda row: row.after_id)

    @cached_property
    def helpers(self) -> Mapping[int, Sequence[Membership]]:
        rows = TaskHelper.objects.filter(task__in=list(self.task_by_key)).select_related("helper__user")
        found: dict[int, list[Membership]] = defaultdict(list)
        for row in rows:
            found[row.task_id].append(row.helper)
        return found

    def goal_words(self, goal: Goal) -> str:
        """The number where it is the only one, otherwise the sentence."""
        alike = self._goals_by_code.get(normal_name(goal.code), ()) if goal.code else ()
        return goal.code if len(alike) == 1 else goal.text

    @cached_property
    def _goals_by_code(self) -> Mapping[str, Sequence[Goal]]:
        return _grouped((goal for goal in self.goals if goal.code), lambda goal: normal_name(goal.code))

    def goals_named(self, words: str) -> Sequence[Goal]:
        by_code = self._goals_by_code.get(normal_name(words), ())
        return by_code or [goal for goal in self.goals if normal_name(goal.text) == normal_name(words)]

    def person_words(self, post: Membership) -> str:
        others = [other for other in self.people.posts_named(post.user.name) if other.pk != post.pk]
        return f"{post.user.name}（{post.staff_number}）" if others and post.staff_number else post.user.name

    def department_words(self, department: Department) -> str:
        """The name, or with those above it where several departments have the same."""
        if self.people.department_named(department.name) == department:
            return department.name
        above = (self.people.department(key) for key in department.ancestor_ids)
        return "".join(one.name for one in above if one) or department.name

    def phase_words(self, phase: Phase) -> str:
        return self._phase_words[phase.pk]

    @cached_property
    def _phase_words(self) -> Mapping[int, str]:
        """The name or the term; with its goal where one initiative has several alike."""
        words = {}
        for phases in self.phases.values():
            names = [phase.name or TERMS[phase.term] for phase in phases]
            for phase, name in zip(phases, names, strict=True):
                words[phase.pk] = name if names.count(name) == 1 else f"{name}：{phase.goal}"
        return words

    def link_words(self, link: TaskLink) -> str:
        before, after = self.task_by_key.get(link.before_id), self.task_by_key[link.after_id]
        if before is None:
            return ""
        initiative = "" if before.initiative_id == after.initiative_id else before.initiative.name
        return str(WrittenLink(initiative, before.name, link.kind, link.lag_days))  # type: ignore[arg-type]


def _grouped(rows: Iterable[Any], key: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def work_contents(actor: Actor) -> WorkContents:
    goals = visible_goals(actor).filter(ended_on__isnull=True).exclude(plan__status=PlanStatus.CLOSED)
    return WorkContents(
        people=directory(actor.on),
        goals=list(goals.select_related("plan", "policy")),
        skills=list(Skill.objects.all()),
        initiatives=list(_initiatives(actor)),
        tasks=list(_tasks(actor)),
    )


def _initiatives(actor: Actor) -> QuerySet[Initiative]:
    rows = visible_initiatives(actor).select_related("plan", "policy", "department", "owner__user", "owner__department")
    return rows.order_by("plan__first_year", by_place("policy"), "order", "pk")


def _tasks(actor: Actor) -> QuerySet[Task]:
    rows = visible_tasks(actor).select_related(
        "initiative__department", "phase", "department", "responsible__user", "responsible__department", "skill"
    )
    return rows.order_by("starts_on", "order", "pk")


def initiative_cells(contents: WorkContents, row: Initiative) -> Cells:
    return {
        "code": row.code,
        "name": row.name,
        "goals": "\n".join(contents.goal_words(goal) for goal in contents.served.get(row.pk, ())),
        "department": contents.department_words(row.department),
        "owner": contents.person_words(row.owner),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "priority": PRIORITIES[row.priority],
        "priority_reason": row.priority_reason,
        "legal_deadline": row.legal_deadline,
        "legal_basis": row.legal_basis,
        "alternative_to": row.alternative_to,
        "summary": row.summary,
        "is_public": SHOWN[row.is_public],
        "public_text": row.public_text,
        "status": INITIATIVE_STATES[row.status],
    }


def task_cells(contents: WorkContents, row: Task) -> Cells:
    links = (contents.link_words(link) for link in contents.links.get(row.pk, ()))
    return {
        "initiative": row.initiative.name,
        "phase": contents.phase_words(row.phase) if row.phase else None,
        "name": row.name,
        "responsible": contents.person_words(row.responsible),
        "department": contents.department_words(row.department),
        "helpers": "\n".join(contents.person_words(post) for post in contents.helpers.get(row.pk, ())),
        "skill": row.skill.name if row.skill else None,
        "estimate": row.estimate,
        "starts_on": row.starts_on,
        "due_on": row.due_on,
        "before": "\n".join(words for words in links if words),
        "status": STATES[row.status],
        "percent": row.percent,
        "priority": PRIORITIES[row.priority],
        "note": row.note,
    }
