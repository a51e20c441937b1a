"""Which row of the file is which row of the plan: by Kiun's own number, by name and number, by name, by number."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from kiun.goals.models import Goal, Indicator, Policy
from kiun.goals.plan_files import GoalEntry, IndicatorEntry, PolicyEntry
from kiun.goals.plan_files.wording import normal_name, one_line
from kiun.goals.queries.plan_contents import PlanContents
from kiun.goals.services.plan_import.differences import FieldChange, PolicyDifference

FORMER_TEXTS = 5

Entry = TypeVar("Entry")
Stored = TypeVar("Stored")
Path = tuple[str, ...]
# What identifies a row in one pass; None: nothing.
KeyOf = Callable[[Entry], Hashable | None]


def match(
    entries: Sequence[Entry],
    stored: Iterable[Stored],
    passes: Sequence[tuple[KeyOf[Entry], KeyOf[Stored]]],
) -> dict[int, Stored]:
    """Position in `entries` → stored row. Surer passes come first; a row is taken once."""
    found: dict[int, Stored] = {}
    remaining = list(stored)
    for key_of_entry, key_of_stored in passes:
        waiting: dict[Hashable, list[Stored]] = defaultdict(list)
        for row in remaining:
            if (key := key_of_stored(row)) is not None:
                waiting[key].append(row)
        for position, entry in enumerate(entries):
            if position not in found and (key := key_of_entry(entry)) is not None and waiting.get(key):
                found[position] = waiting[key].pop(0)
        taken = {id(row) for row in found.values()}
        remaining = [row for row in remaining if id(row) not in taken]
    return found


def same_path(path: Path) -> Path:
    return tuple(map(normal_name, path))


def match_policies(entries: Sequence[PolicyEntry], contents: PlanContents) -> dict[Path, PolicyDifference]:
    """From the top of the tree down: below its parent a policy is known by its key, its name or its number."""
    by_parent: dict[Path, list[PolicyEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.key is None):
        by_parent[same_path(entry.path[:-1])].append(entry)
    tree = _StoredTree(contents)
    found: dict[Path, PolicyDifference] = {}
    for parent_path in sorted(by_parent, key=len):
        parent = found.get(parent_path)
        siblings = by_parent[parent_path]
        for entry, stored in tree.match_below(parent, siblings):
            path = same_path(entry.path)
            if path not in found:
                changes = _policy_changes(entry, stored) if stored else ()
                found[path] = PolicyDifference(entry, parent, stored, changes)
    return found


class _StoredTree:
    def __init__(self, contents: PlanContents) -> None:
        self._paths = {key: same_path(path) for key, path in contents.policy_paths.items()}
        self._by_key = {policy.pk: policy for policy in contents.policies}
        self._children: dict[int | None, list[Policy]] = defaultdict(list)
        for policy in contents.policies:
            self._children[policy.parent_id].append(policy)

    def match_below(
        self, parent: PolicyDifference | None, entries: Sequence[PolicyEntry]
    ) -> list[tuple[PolicyEntry, Policy | None]]:
        keyed = {entry.key: row for entry in entries if (row := self._by_own_number(entry, parent))}
        taken = {row.pk for row in keyed.values()}
        others = [entry for entry in entries if entry.key not in keyed]
        is_new = parent is not None and parent.stored is None
        below = [] if is_new else self._children[parent.stored.pk if parent and parent.stored else None]
        pairs = match(others, [row for row in below if row.pk not in taken], _POLICY_PASSES)
        named = [(entry, pairs.get(position)) for position, entry in enumerate(others)]
        return [*((entry, keyed[entry.key]) for entry in entries if entry.key in keyed), *named]

    def _by_own_number(self, entry: PolicyEntry, parent: PolicyDifference | None) -> Policy | None:
        row = self._by_key.get(entry.key or 0)
        if row is None:
            return None
        above = self._paths.get(row.parent_id or 0, ())
        is_below = row.parent_id == (parent.stored.pk if parent and parent.stored else None)
        return row if is_below or above == same_path(entry.path[:-1]) else None


_POLICY_PASSES: Sequence[tuple[KeyOf[PolicyEntry], KeyOf[Policy]]] = (
    (lambda entry: one_line(entry.name), lambda policy: one_line(policy.name)),
    (lambda entry: normal_name(entry.name), lambda policy: normal_name(policy.name)),
    (lambda entry: entry.code or None, lambda policy: policy.code or None),
)


def _policy_changes(entry: PolicyEntry, stored: Policy) -> tuple[FieldChange, ...]:
    changes = []
    if one_line(stored.name) != entry.name:
        changes.append(FieldChange("name", stored.name, entry.name, entry.place.cell("name")))
    if entry.code and entry.code != stored.code:
        changes.append(FieldChange("code", stored.code, entry.code, entry.place.cell("code")))
    return tuple(changes)


def match_goals(
    entries: Sequence[GoalEntry], contents: PlanContents, policies: Mapping[Path, PolicyDifference]
) -> dict[int, Goal]:
    def policy_of(entry: GoalEntry) -> int | None:
        difference = policies.get(same_path(entry.policy or ()))
        return difference.stored.pk if difference and difference.stored else None

    def names_of(goal: Goal) -> Sequence[str]:
        return [normal_name(indicator.name) for indicator in contents.by_goal.get(goal.pk, ())]

    def former_text(goal: Goal, step: int) -> str | None:
        texts = contents.former_texts.get(goal.pk, ())
        return normal_name(texts[step]) if step < len(texts) else None

    def first_name(entry: GoalEntry) -> str | None:
        return normal_name(entry.indicators[0].name) if entry.indicators else None

    passes: Sequence[tuple[KeyOf[GoalEntry], KeyOf[Goal]]] = (
        (lambda entry: entry.key, lambda goal: goal.pk),
        (
            lambda entry: (code, _text(entry), policy_of(entry)) if (code := entry.stated.get("code")) else None,
            lambda goal: (goal.code, normal_name(goal.text), goal.policy_id) if goal.code else None,
        ),
        (
            lambda entry: None if entry.is_derived else (_text(entry), policy_of(entry)),
            lambda goal: (normal_name(goal.text), goal.policy_id),
        ),
        (lambda entry: None if entry.is_derived else _text(entry), lambda goal: normal_name(goal.text)),
        (lambda entry: entry.stated.get("code") or None, lambda goal: goal.code or None),
        # A goal that was mended here is still known by the words that the file has kept.
        *(
            (lambda entry: None if entry.is_derived else _text(entry), partial(former_text, step=step))
            for step in range(FORMER_TEXTS)
        ),
        # A goal that was put into other words is still known by what it measures.
        (
            lambda entry: (name, policy_of(entry)) if (name := first_name(entry)) else None,
            lambda goal: (names[0], goal.policy_id) if (names := names_of(goal)) else None,
        ),
    )
    return match(entries, contents.goals, passes)


def _text(entry: GoalEntry) -> str:
    return normal_name(entry.text)


def match_indicators(
    entries: Sequence[tuple[int | None, IndicatorEntry]], contents: PlanContents
) -> dict[int, Indicator]:
    """`entries` come with the key of the stored goal they belong to. An indicator may move to another goal only when
    its own number says that it is the same.
    """
    passes: Sequence[tuple[KeyOf[tuple[int | None, IndicatorEntry]], KeyOf[Indicator]]] = (
        (lambda pair: pair[1].key, lambda indicator: indicator.pk),
        (
            lambda pair: (pair[0], code, normal_name(pair[1].name)) if (code := pair[1].stated.get("code")) else None,
            lambda indicator: (indicator.goal_id, indicator.code, normal_name(indicator.name)),
        ),
        (
            lambda pair: (pair[0], normal_name(pair[1].name)) if pair[0] else None,
            lambda indicator: (indicator.goal_id, normal_name(indicator.name)),
        ),
        (
            lambda pair: (code, normal_name(pair[1].name)) if (code := pair[1].stated.get("code")) else None,
            lambda indicator: (indicator.code, normal_name(indicator.name)) if indicator.code else None,
        ),
        (
            lambda pair: (pair[0], code) if (code := pair[1].stated.get("code")) else None,
            lambda indicator: (indicator.goal_id, indicator.code) if indicator.code else None,
        ),
    )
    return match(entries, contents.indicators, passes)
