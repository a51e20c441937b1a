"""What a goal still lacks: what its words leave open and none of its indicators says either."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kiun.analysis.goal_text import Part, read_goal
from kiun.goals.models import Goal, Series
from kiun.municipality.actors import Actor

# Without one of these nobody could later say whether the goal was reached.
DECISIVE = frozenset({Part.INDICATOR, Part.TARGET, Part.DEADLINE})


@dataclass(frozen=True)
class Lint:
    missing: tuple[str, ...]
    is_vague: bool


def lint_goal(text: str, terms: Iterable[Mapping[str, Any]], today: date) -> Lint:
    """`terms`: baseline, target and deadline of each indicator; the indicator that says most fills the gaps."""
    left_open = [{part for part in Part if part != Part.INDICATOR and one.get(part.value) is None} for one in terms]
    if set() in left_open:
        return Lint((), is_vague=False)
    in_text = _missing_in(text, today)
    gaps = [tuple(part for part in in_text if part in open_parts) for open_parts in left_open]
    missing = min(gaps, key=len, default=in_text)
    return Lint(tuple(part.value for part in missing), bool(DECISIVE & set(missing)))


@lru_cache(maxsize=4096)
def _missing_in(text: str, today: date) -> tuple[Part, ...]:
    """A preview and its corrections read the same goals again and again."""
    return read_goal(text, today=today).missing


def terms_of(series: Series) -> dict[str, Any]:
    return {"baseline": series.baseline, "target": series.target, "deadline": series.deadline}


def read_into(goal: Goal, today: date) -> None:
    """Keep what is missing beside the goal, so that vague goals can be counted."""
    lint = lint_goal(goal.text, _stored_terms(goal), today)
    goal.missing, goal.is_vague = list(lint.missing), lint.is_vague


def _stored_terms(goal: Goal) -> list[dict[str, Any]]:
    if goal.pk is None:
        return []
    current = Series.objects.filter(indicator__goal=goal, is_current=True, indicator__ended_on__isnull=True)
    return [terms_of(series) for series in current]


def read_again(goal_ids: Collection[int], today: date) -> int:
    """After their indicators changed: what the goals lack may have changed as well. Tells for how many it has."""
    goals = list(Goal.objects.filter(pk__in=goal_ids))
    terms: dict[int, list[dict[str, Any]]] = defaultdict(list)
    current = Series.objects.filter(indicator__goal__in=goals, is_current=True, indicator__ended_on__isnull=True)
    for series in current.select_related("indicator"):
        terms[series.indicator.goal_id].append(terms_of(series))
    changed = []
    for goal in goals:
        lint = lint_goal(goal.text, terms[goal.pk], today)
        if (goal.missing, goal.is_vague) != (list(lint.missing), lint.is_vague):
            goal.missing, goal.is_vague = list(lint.missing), lint.is_vague
            changed.append(goal)
    Goal.objects.bulk_update(changed, ["missing", "is_vague"], batch_size=500)
    return len(changed)


def read_all_again(actor: Actor) -> int:
    """What is kept beside the goals follows the rules of this version, however old the goals are."""
    return read_again(list(Goal.objects.filter(ended_on__isnull=True).values_list("pk", flat=True)), actor.on)
