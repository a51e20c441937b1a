"""What the one search finds in this room: only rows that the person may see."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from kiun.goals.queries import (
    visible_challenges,
    visible_goals,
    visible_indicators,
    visible_plans,
    visible_policies,
)
from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor


def find_plans(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_plans(actor).filter(contains_all(words, "name", "edition", "summary"))[:limit]
    return [SearchHit(str(row), "goals:plan_detail", row.pk, row.summary) for row in rows]


def find_goals(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_goals(actor).filter(contains_all(words, "text", "code")).select_related("policy", "department")
    return [
        SearchHit(row.text, "goals:goal_detail", row.pk, _place(row.policy, row.department)) for row in rows[:limit]
    ]


def find_indicators(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_indicators(actor).filter(contains_all(words, "name", "code", "origin"))
    rows = rows.select_related("goal", "department")[:limit]
    return [SearchHit(row.name, "goals:indicator_detail", row.pk, _place(row.department, row.goal)) for row in rows]


def find_policies(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_policies(actor).filter(contains_all(words, "name", "code")).select_related("plan")[:limit]
    return [SearchHit(row.name, "goals:policy_detail", row.pk, str(row.plan)) for row in rows]


def find_challenges(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_challenges(actor).filter(contains_all(words, "text", "background")).select_related("plan")[:limit]
    return [SearchHit(row.text, "goals:challenge_detail", row.pk, str(row.plan)) for row in rows]


def _place(*rows: object) -> str:
    return " · ".join(str(row) for row in rows if row)


def sources() -> Iterable[SearchSource]:
    yield SearchSource(id="goals.indicators", label=_("indicators"), find=find_indicators)
    yield SearchSource(id="goals.goals", label=_("goals"), find=find_goals)
    yield SearchSource(id="goals.policies", label=_("policies"), find=find_policies)
    yield SearchSource(id="goals.challenges", label=_("challenges"), find=find_challenges)
    yield SearchSource(id="goals.plans", label=_("plans"), find=find_plans)


def register() -> None:
    for source in sources():
        SEARCH.register(source)
