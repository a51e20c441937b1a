"""Why there is no plan: rules of the project that cannot all be kept, as few of them as can be found.

Method: deletion of ever smaller parts (Zeller and Hildebrandt 2002, Simplifying and Isolating Failure-Inducing Input),
which ends as the deletion filter of Chinneck and Dravnieks 1991: what can go while the rest still contradicts itself,
goes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from kiun.analysis.planning.evolution import Evolution
from kiun.analysis.planning.exact import any_plan
from kiun.analysis.planning.list_scheduling import LATE_DAY, ListScheduler
from kiun.analysis.planning.network import network_of
from kiun.analysis.planning.terms import Activity, Link, LinkKind, Project
from kiun.analysis.planning.watch import Watch

_TRIES = 60
_WORK = 2.0


class RuleKind(StrEnum):
    AFTER_END = "after_end"
    AFTER_START = "after_start"
    EARLIEST = "earliest"
    DEADLINE = "deadline"
    FIXED_START = "fixed_start"
    NEED = "need"


_WORDS = {
    RuleKind.AFTER_END: "{1} starts at least {number} days after the end of {0}.",
    RuleKind.AFTER_START: "{1} starts at least {number} days after the start of {0}.",
    RuleKind.EARLIEST: "{0} does not start before day {number}.",
    RuleKind.DEADLINE: "{0} is finished by day {number}.",
    RuleKind.FIXED_START: "{0} starts on day {number}.",
    RuleKind.NEED: "{0} needs {number} of {1}.",
}


@dataclass(frozen=True)
class Rule:
    """`ids`: the activity; of a link what comes before and what after; of a NEED the activity and the resource.

    `number`: a day; of a link its lag; of a NEED the units.
    """

    kind: RuleKind
    ids: tuple[str, ...]
    number: int

    def __str__(self) -> str:
        return _WORDS[self.kind].format(*self.ids, number=self.number)


@dataclass(frozen=True)
class Conflict:
    """`rules` cannot all be kept with the capacities there are. `smallest`: without any one of them the others can."""

    rules: tuple[Rule, ...]
    smallest: bool

    def __str__(self) -> str:
        return " ".join(["These cannot all be kept:", *(str(rule) for rule in self.rules)])


def conflict_in(project: Project, watch: Watch, seed: int) -> Conflict:
    """`project` has no plan. Not the smallest when a question stays open or the time of `watch` ends."""
    rules = list(_rules(project))
    without_needs = [rule for rule in rules if rule.kind is not RuleKind.NEED]
    if _contradict(project, without_needs, watch, seed):
        rules = without_needs
    size, smallest = len(rules), True
    while size > 1:
        size = (size + 1) // 2
        position = 0
        while position < len(rules) and not watch.look():
            rest = rules[:position] + rules[position + size :]
            verdict = _contradict(project, rest, watch, seed)
            if verdict:
                rules = rest
            else:
                position += size
                smallest = smallest and (size > 1 or verdict is not None)
    return Conflict(tuple(rules), smallest and not watch.over)


def _rules(project: Project) -> Iterator[Rule]:
    """What belongs to one activity lies together, so that it can go together."""
    links: dict[str, list[Link]] = {}
    for link in project.links:
        links.setdefault(link.after, []).append(link)
    for activity in project.activities:
        yield from (_link_rule(link) for link in links.get(activity.id, []))
        yield from _window_rules(activity)
        if activity.duration:
            for resource, units in activity.demands.items():
                if units:
                    yield Rule(RuleKind.NEED, (activity.id, resource), units)


def _link_rule(link: Link) -> Rule:
    kind = RuleKind.AFTER_END if link.kind is LinkKind.FINISH_START else RuleKind.AFTER_START
    return Rule(kind, (link.before, link.after), link.lag)


def _window_rules(activity: Activity) -> Iterator[Rule]:
    if activity.earliest:
        yield Rule(RuleKind.EARLIEST, (activity.id,), activity.earliest)
    if activity.deadline is not None:
        yield Rule(RuleKind.DEADLINE, (activity.id,), activity.deadline)
    if activity.fixed_start is not None:
        yield Rule(RuleKind.FIXED_START, (activity.id,), activity.fixed_start)


def _restricted(project: Project, rules: Sequence[Rule]) -> Project:
    """Only the activities that a rule names, with nothing to keep but `rules`."""
    named = {each for rule in rules for each in (rule.ids[:1] if rule.kind is RuleKind.NEED else rule.ids)}
    kept = {(rule.kind, rule.ids[0]) for rule in rules}
    needs = {rule.ids for rule in rules if rule.kind is RuleKind.NEED}
    links = {rule for rule in rules if rule.kind in {RuleKind.AFTER_END, RuleKind.AFTER_START}}
    return Project(
        tuple(
            replace(
                each,
                demands={r: n for r, n in each.demands.items() if (each.id, r) in needs},
                earliest=each.earliest if (RuleKind.EARLIEST, each.id) in kept else 0,
                deadline=each.deadline if (RuleKind.DEADLINE, each.id) in kept else None,
                fixed_start=each.fixed_start if (RuleKind.FIXED_START, each.id) in kept else None,
            )
            for each in project.activities
            if each.id in named
        ),
        tuple(link for link in project.links if _link_rule(link) in links),
        project.resources,
    )


def _contradict(project: Project, rules: Sequence[Rule], watch: Watch, seed: int) -> bool | None:
    """None when neither a plan nor a proof was found."""
    network = network_of(_restricted(project, rules))
    if not network.size:
        return False
    if any(last < first for first, last in zip(network.heads, network.latest, strict=True)):
        return True
    evolution = Evolution(ListScheduler(network), Random(seed))  # noqa: S311 (nothing secret)
    evolution.run(_TRIES, lambda cost: cost < LATE_DAY)
    if evolution.best.cost < LATE_DAY:
        return False
    answer = any_plan(network, watch, work=_WORK, seed=seed)
    return answer.starts is None if answer.closed else None
