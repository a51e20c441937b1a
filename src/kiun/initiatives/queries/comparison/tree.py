"""The plan of one state as a tree of what was in force, without what was only proposed, has ended or was stopped."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kiun.initiatives.models import InitiativeStatus
from kiun.initiatives.queries.comparison.kinds import (
    GOAL,
    INDICATOR,
    INITIATIVE,
    KINDS,
    MILESTONE,
    MODE,
    PHASE,
    PLAN,
    POLICY,
    SERIES,
)
from kiun.initiatives.queries.comparison.states import Fields, Key, State

IN_THE_PLAN = (InitiativeStatus.APPROVED, InitiativeStatus.DONE)
# What stands below one row, in this order.
RANKS = (INDICATOR, GOAL, PHASE, MILESTONE, INITIATIVE, POLICY)
TERMS = {INDICATOR: SERIES, INITIATIVE: MODE}


@dataclass(frozen=True)
class Node:
    """`terms` are told together with the row: the series of an indicator, the chosen mode of an initiative. Which of
    several it is may differ from day to day.
    """

    key: Key
    parent: Key | None
    place: tuple[object, ...]
    fields: Fields
    terms: Fields = field(default_factory=dict)
    terms_key: Key | None = None

    @property
    def told(self) -> dict[tuple[str, str], object]:
        """By kind and name of the field."""
        kind = self.key[0]
        own = {(kind, name): self.fields.get(name) for name in KINDS[kind].told}
        if (besides := TERMS.get(kind)) is None:
            return own
        return own | {(besides, name): self.terms.get(name) for name in KINDS[besides].told}


Nodes = dict[Key, Node]


def nodes_of(state: State, plan: int, *, may_see: Callable[[int], bool]) -> Nodes:
    """`may_see` answers for initiatives. Empty while there is no such plan."""
    return _Reading(state, plan, may_see).nodes()


class _Reading:
    def __init__(self, state: State, plan: int, may_see: Callable[[int], bool]) -> None:
        self.plan = (PLAN, plan)
        self.may_see = may_see
        self.state = state
        self.by_kind: Mapping[str, dict[Key, Fields]] = defaultdict(dict)
        for key, fields in state.items():
            self.by_kind[key[0]][key] = fields
        self.found: Nodes = {}

    def nodes(self) -> Nodes:
        if self.plan not in self.state:
            return {}
        self._add(self.plan, None)
        self._add_policies()
        for kind, parent in (
            (GOAL, "policy"),
            (INDICATOR, "goal"),
            (INITIATIVE, "policy"),
            (PHASE, "initiative"),
            (MILESTONE, "initiative"),
        ):
            self._add_below(kind, parent)
        return self.found

    def _is_of_plan(self, row: Fields) -> bool:
        return _reference(row, "plan") == self.plan[1]

    def _is_in_force(self, key: Key, row: Fields) -> bool:
        if key[0] in (GOAL, INITIATIVE) and not self._is_of_plan(row):
            return False
        if key[0] == INITIATIVE:
            return row.get("status") in IN_THE_PLAN and self.may_see(key[1])
        return not row.get("ended_on")

    def _add(self, key: Key, parent: Key | None) -> None:
        row = self.state[key]
        terms = self.terms.get(key)
        self.found[key] = Node(
            key=key,
            parent=parent,
            place=(RANKS.index(key[0]) if key[0] in RANKS else -1, _order_of(row), key[1]),
            fields=row,
            terms=self.state[terms] if terms else {},
            terms_key=terms,
        )

    def _add_policies(self) -> None:
        """A branch whose parent is not there hangs on the plan itself."""
        rows = {key: row for key, row in self.by_kind[POLICY].items() if self._is_of_plan(row)}
        for key, row in rows.items():
            parent = (POLICY, _reference(row, "parent") or 0)
            self._add(key, parent if parent in rows else self.plan)

    def _add_below(self, kind: str, parent_name: str) -> None:
        above = {"policy": POLICY, "goal": GOAL, "initiative": INITIATIVE}[parent_name]
        for key, row in self.by_kind[kind].items():
            if not self._is_in_force(key, row):
                continue
            parent = (above, _reference(row, parent_name) or 0)
            if parent in self.found:
                self._add(key, parent)
            elif above == POLICY:
                self._add(key, self.plan)

    @cached_property
    def terms(self) -> dict[Key, Key]:
        """Of an indicator's series the newest of that day; of an initiative's modes the chosen one."""
        numbered = sorted(self.by_kind[SERIES])
        series = {(INDICATOR, _reference(self.state[key], "indicator") or 0): key for key in numbered}
        chosen = {
            (INITIATIVE, _reference(row, "initiative") or 0): key
            for key, row in self.by_kind[MODE].items()
            if row.get("is_chosen")
        }
        return series | chosen


def _reference(row: Fields, name: str) -> int | None:
    value = row.get(name)
    return value["id"] if isinstance(value, dict) else None


def _order_of(row: Fields) -> tuple[object, ...]:
    """Dated parts by their days, everything else by the order of its list."""
    day = row.get("starts_on") or row.get("due_on") or ""
    return (row["order"], "") if "order" in row else (0, str(day))


def in_tree_order(old: Nodes, new: Nodes) -> Iterator[tuple[Key, int]]:
    """Every row of either side with its depth, where the newer side has it."""
    children: dict[Key | None, list[Key]] = defaultdict(list)
    for key in {**old, **new}:
        children[_parent_of(key, old, new)].append(key)
    for listed in children.values():
        listed.sort(key=lambda key: (new.get(key) or old[key]).place)
    waiting = [(key, 0) for key in reversed(children[None])]
    while waiting:
        key, depth = waiting.pop()
        yield key, depth
        waiting += [(child, depth + 1) for child in reversed(children[key])]


def _parent_of(key: Key, old: Nodes, new: Nodes) -> Key | None:
    return (new.get(key) or old[key]).parent
