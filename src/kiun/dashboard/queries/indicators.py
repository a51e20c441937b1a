"""Rows of indicator lists, as every overview shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from kiun.goals.models import Indicator, PlanStatus, Series
from kiun.goals.queries import visible_indicators, with_status
from kiun.municipality.actors import Actor


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    pk: int
    name: str
    department: str
    owner: str
    unit: str
    direction: str
    value: Decimal | None
    value_on: date | None
    target: Decimal | None
    deadline: date | None
    status: str
    why: str
    low: float | None
    high: float | None
    probability: float | None
    stale_after: date | None
    points: list[list[Any]]
    indicator: Indicator


def current_indicators(actor: Actor | None) -> QuerySet[Indicator]:
    """Indicators of the plans in force: what overviews count."""
    return visible_indicators(actor).filter(goal__plan__status=PlanStatus.CURRENT)


def listed(indicators: QuerySet[Indicator], today: date) -> QuerySet[Any]:
    """With everything that a row shows, in a number of queries that does not depend on the rows."""
    current = Prefetch("series", Series.objects.filter(is_current=True), to_attr="current_series")
    return (
        with_status(indicators, today)
        .select_related("state", "department", "owner__user", "goal")
        .prefetch_related(current)
    )


def indicator_rows(indicators: Iterable[Indicator]) -> list[IndicatorRow]:
    return [_row(indicator) for indicator in indicators]


def _row(indicator: Any) -> IndicatorRow:
    series = indicator.current_series[0]
    state = getattr(indicator, "state", None)
    return IndicatorRow(
        pk=indicator.pk,
        name=indicator.name,
        department=indicator.department.name if indicator.department else "",
        owner=indicator.owner.user.name,
        unit=series.unit,
        direction=series.direction,
        value=state.value if state else None,
        value_on=state.value_on if state else None,
        target=series.target,
        deadline=series.deadline,
        status=indicator.status,
        why=state.why if state else "",
        low=state.low if state else None,
        high=state.high if state else None,
        probability=state.probability if state else None,
        stale_after=state.stale_after if state else None,
        points=state.recent if state else [],
        indicator=indicator,
    )
