"""Two editions of a plan side by side: a goal and an indicator name what they grew out of, everything else is known by
its number and name.
"""

from collections.abc import Mapping

from kiun.goals.models import Goal, Indicator, Plan
from kiun.initiatives.queries.comparison.kinds import GOAL, INDICATOR, PLAN
from kiun.initiatives.queries.comparison.states import Key, rows_now
from kiun.initiatives.queries.comparison.table import Comparison, Reasons, compare_nodes, sight_of
from kiun.initiatives.queries.comparison.tree import Node, Nodes, nodes_of
from kiun.initiatives.queries.comparison.words import names_in, title_of
from kiun.municipality.actors import Actor


def editions_compared(*, old: Plan, new: Plan, actor: Actor) -> Comparison:
    """Both as they are today."""
    state = rows_now()
    may_see = sight_of(actor)
    names = names_in(state)
    before, after = (nodes_of(state, plan.pk, may_see=may_see) for plan in (old, new))
    grown = {(PLAN, new.pk): (PLAN, old.pk), **_predecessors(new)}
    known = {_sign(node, before, names): key for key, node in before.items()}
    counterparts: dict[Key, Key] = {}
    for key, node in after.items():
        earlier = grown.get(key) or known.get(_sign(node, after, names))
        if earlier in before and earlier is not None:
            counterparts[key] = earlier
    renamed = {key: _under_old_keys(node, counterparts) for key, node in after.items()}
    later = {node.key: node for node in renamed.values()}
    return compare_nodes(before, later, names, Reasons([]), labels=(str(old), str(new)))


def _predecessors(plan: Plan) -> dict[Key, Key]:
    goals = Goal.objects.filter(plan=plan, predecessor__isnull=False).values_list("pk", "predecessor")
    indicators = Indicator.objects.filter(goal__plan=plan, predecessor__isnull=False).values_list("pk", "predecessor")
    return {
        (kind, pk): (kind, earlier)
        for kind, pairs in ((GOAL, goals), (INDICATOR, indicators))
        for pk, earlier in pairs
        if earlier
    }


def _sign(node: Node, nodes: Nodes, names: object) -> tuple[str, ...]:
    """Kind and titles from the top of the tree down; the plan itself has another name in each edition."""
    way: list[str] = [node.key[0]]
    here: Node | None = node
    while here is not None and here.parent is not None:
        way.append(title_of(here, names))  # type: ignore[arg-type]
        here = nodes.get(here.parent)
    return tuple(way)


def _under_old_keys(node: Node, counterparts: Mapping[Key, Key]) -> Node:
    parent = counterparts.get(node.parent, node.parent) if node.parent else None
    return Node(
        key=counterparts.get(node.key, node.key),
        parent=parent,
        place=node.place,
        fields={name: _referring(name, value, counterparts) for name, value in node.fields.items()},
        terms=node.terms,
        terms_key=node.terms_key,
    )


def _referring(name: str, value: object, counterparts: Mapping[Key, Key]) -> object:
    """A policy that was carried over is the same policy."""
    if name in ("policy", "parent") and isinstance(value, dict):
        earlier = counterparts.get(("goals.policy", value["id"]))
        return {"id": earlier[1]} if earlier else value
    return value
