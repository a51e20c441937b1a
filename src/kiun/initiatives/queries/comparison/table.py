"""新旧対照表: the plan of two days side by side."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiun.goals.models import Plan
from kiun.initiatives.models import RevisionItem
from kiun.initiatives.queries.comparison.pieces import Piece, compare_texts
from kiun.initiatives.queries.comparison.states import Entry, Key, entries_after, states_of
from kiun.initiatives.queries.comparison.tree import Node, Nodes, in_tree_order, nodes_of
from kiun.initiatives.queries.comparison.words import Names, name_of_field, name_of_kind, names_in, say, title_of
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.ui.dates import long_date

NEW, REMOVED, CHANGED, SAME = "new", "removed", "changed", "same"
# Goes without saying of what is new or gone.
IMPLIED = ("status", "policy", "parent")


@dataclass(frozen=True, kw_only=True)
class ComparedField:
    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def old_text(self) -> str:
        return "".join(piece.text for piece in self.old)

    @property
    def new_text(self) -> str:
        return "".join(piece.text for piece in self.new)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """`revision` is the number of the entry in the ledger, if it stands there."""

    on: date
    text: str
    revision: int | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """`state` is "new", "removed", "changed", or "same" for what only says where the others belong."""

    object_type: str
    object_id: int
    kind: str
    title: str
    depth: int
    state: str
    fields: tuple[ComparedField, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    old_label: str
    new_label: str
    rows: tuple[ComparedRow, ...]

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)

    @property
    def added(self) -> int:
        return self.count(NEW)

    @property
    def removed(self) -> int:
        return self.count(REMOVED)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)


def comparison(*, old_day: date, new_day: date, actor: Actor, plan: Plan) -> Comparison:
    """The plan at the end of two days, in the order of its tree; of the initiatives those that the reader may see."""
    entries = entries_after(old_day)
    old, new = states_of([old_day, new_day], entries)
    may_see = sight_of(actor)
    between = [entry for entry in entries if entry.on <= new_day]
    sides = tuple(nodes_of(state, plan.pk, may_see=may_see) for state in (old, new))
    labels = (long_date(old_day), long_date(new_day))
    return compare_nodes(sides[0], sides[1], names_in(old, new), Reasons(between), labels=labels)


def sight_of(actor: Actor) -> Callable[[int], bool]:
    """Whether the reader may see an initiative; one that was deleted is for those who see all."""
    if actor.sees_all or actor.user is None:
        return bool
    return set(visible_initiatives(actor).values_list("pk", flat=True)).__contains__


def compare_nodes(old: Nodes, new: Nodes, names: Names, reasons: "Reasons", *, labels: tuple[str, str]) -> Comparison:
    rows = [_row(key, depth, old.get(key), new.get(key), names, reasons) for key, depth in in_tree_order(old, new)]
    return Comparison(old_label=labels[0], new_label=labels[1], rows=tuple(_with_places(rows)))


def _row(key: Key, depth: int, old: Node | None, new: Node | None, names: Names, reasons: "Reasons") -> ComparedRow:
    node = new or old
    assert node is not None
    fields = tuple(_fields(old, new, names))
    state = REMOVED if new is None else NEW if old is None else CHANGED if fields else SAME
    return ComparedRow(
        object_type=key[0],
        object_id=key[1],
        kind=name_of_kind(key[0]),
        title=title_of(node, names),
        depth=depth,
        state=state,
        fields=fields,
        reasons=() if state == SAME else reasons.of(*_keys_of(old, new)),
    )


def _keys_of(old: Node | None, new: Node | None) -> list[Key]:
    """The row, and what was told together with it on either side."""
    keys = [key for node in (old, new) if node for key in (node.key, node.terms_key) if key]
    return list(dict.fromkeys(keys))


def _fields(old: Node | None, new: Node | None, names: Names) -> Iterable[ComparedField]:
    before, after = old.told if old else {}, new.told if new else {}
    for kind, name in {**before, **after}:
        left, right = before.get((kind, name)), after.get((kind, name))
        if same(left, right) or (name in IMPLIED and not (old and new)):
            continue
        old_text = say(kind, name, left, old, names) if old else ""
        new_text = say(kind, name, right, new, names) if new else ""
        # Of what is new or gone, empty fields would only fill the table.
        if (old and new) or old_text or new_text:
            pieces = compare_texts(old_text, new_text)
            yield ComparedField(label=name_of_field(kind, name), old=pieces[0], new=pieces[1])


def same(left: Any, right: Any) -> bool:
    """A row that is referred to may have been renamed: only its key counts. Nothing equals an empty text or list."""
    if isinstance(left, dict) and isinstance(right, dict):
        return bool(left["id"] == right["id"])
    if isinstance(left, str | list) or isinstance(right, str | list):
        return bool((left or None) == (right or None))
    return bool(left == right)


def _with_places(rows: Sequence[ComparedRow]) -> list[ComparedRow]:
    """Without rows that neither changed nor lead to one that did."""
    kept: list[ComparedRow] = []
    deepest = 0
    for row in reversed(rows):
        if row.state != SAME or row.depth < deepest:
            kept.append(row)
            deepest = row.depth
    return kept[::-1]


class Reasons:
    """Why rows changed: what was written with each change, and the number it has in the ledger."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        numbers = _numbers_of(entries)
        self._by_key: dict[Key, list[Reason]] = defaultdict(list)
        for entry in entries:
            text = entry.reason.strip()
            reason = Reason(on=entry.on, text=text, revision=numbers.get((entry.key, text)))
            if text and reason not in self._by_key[entry.key]:
                self._by_key[entry.key].append(reason)

    def of(self, *keys: Key) -> tuple[Reason, ...]:
        found = dict.fromkeys(reason for key in keys for reason in self._by_key.get(key, ()))
        return tuple(sorted(found, key=lambda reason: reason.on))


def _numbers_of(entries: Sequence[Entry]) -> dict[tuple[Key, str], int]:
    if not entries:
        return {}
    items = RevisionItem.objects.filter(revision__on__gte=entries[0].on).order_by("pk")
    rows = items.values_list("object_type", "object_id", "revision__reason", "revision__number")
    return {((kind, pk), reason): number for kind, pk, reason, number in rows}
