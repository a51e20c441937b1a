"""The outlook of the goals at the end of the lanes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kiun.goals.models import Status
from kiun.goals.queries import visible_goals, visible_indicators, with_status
from kiun.goals.queries.outline import URGENCY
from kiun.goals.wording import OUTLOOKS as SAID
from kiun.municipality.actors import Actor
from kiun.ui.statuses import OUTLOOKS, STATUSES, Mark


@dataclass(frozen=True, kw_only=True)
class GoalOutlook:
    """`status` is that of its most urgent indicator, "" without one; `deadline` the first of theirs."""

    key: int
    code: str
    text: str
    status: str = ""
    deadline: date | None = None

    @property
    def mark(self) -> Mark | None:
        """How likely it is reached; a value that is overdue is called so."""
        if not self.status or self.status == Status.STALE:
            return STATUSES[self.status] if self.status else None
        return OUTLOOKS[SAID.get(Status(self.status), "unknown")]


def goal_outlooks(goals: Collection[int], actor: Actor | None, on: date) -> Mapping[int, GoalOutlook]:
    """Two queries. Only the goals that `actor` may see (None: a visitor without an account)."""
    indicators = visible_indicators(actor).filter(goal__in=goals, series__is_current=True).order_by()
    states: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for goal, status, deadline in with_status(indicators, on).values_list("goal", "status", "series__deadline"):
        states[goal].append((status, deadline))
    rows = visible_goals(actor).filter(pk__in=goals).order_by().values_list("pk", "code", "text")
    return {
        key: GoalOutlook(
            key=key,
            code=code,
            text=text,
            status=min((status for status, _ in states[key]), key=_urgency, default=""),
            deadline=min((deadline for _, deadline in states[key] if deadline), default=None),
        )
        for key, code, text in rows
    }


def _urgency(status: str) -> int:
    return URGENCY.index(Status(status))
