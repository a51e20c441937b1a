"""What one report is about, and for whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet

from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Indicator
from kiun.goals.queries import IndicatorRow, indicator_rows, status_of
from kiun.goals.services.judging import states_on
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries import public_initiatives
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.ui.links import town_url


@dataclass(frozen=True)
class ReportScope:
    """`first` to `last`, both included. Without `is_internal` it holds nothing that residents may not see."""

    actor: Actor
    first: date
    last: date
    is_internal: bool = False

    @property
    def day_before(self) -> date:
        return self.first - timedelta(days=1)

    @property
    def reader(self) -> Actor | None:
        return self.actor if self.is_internal else None

    @cached_property
    def goals(self) -> QuerySet[Goal]:
        return current_goals(self.reader).order_by(by_place("policy"), "order", "pk")

    @cached_property
    def initiatives(self) -> list[Initiative]:
        """What was approved, in the order of the plan, unless it ended before the period."""
        rows = Initiative.objects.all() if self.is_internal else public_initiatives()
        rows = rows.exclude(status=InitiativeStatus.PROPOSED).exclude(ended_on__lt=self.first)
        rows = rows.filter(starts_on__lte=self.last, plan__in=self.goals.values("plan"))
        return list(rows.select_related("department", "policy").order_by(by_place("policy"), "order", "pk"))

    @cached_property
    def rows(self) -> list[IndicatorRow]:
        """The indicators as they stood on the last day."""
        return self._rows_on(self.last)

    @cached_property
    def earlier(self) -> dict[int, IndicatorRow]:
        """By their keys, as they stood before the period began."""
        return {row.indicator.pk: row for row in self._rows_on(self.day_before)}

    @cached_property
    def _indicators(self) -> QuerySet[Indicator]:
        return current_indicators(self.reader).order_by(
            by_place("goal__policy"), "goal__order", "goal__pk", "order", "pk"
        )

    def _rows_on(self, day: date) -> list[IndicatorRow]:
        states = states_on(self._indicators, day)
        rows = indicator_rows(self._indicators.select_related("goal__policy"), day)
        return [
            IndicatorRow(
                indicator=row.indicator,
                terms=row.terms,
                state=(state := states.get(row.indicator.pk)),
                status=status_of(state, day),
            )
            for row in rows
        ]

    def url_of(self, row: Indicator | Goal | Initiative) -> str:
        """Where the number comes from: for residents the public page."""
        if isinstance(row, Initiative):
            name = "initiatives:initiative_detail" if self.is_internal else "public:home"
        elif isinstance(row, Goal):
            name = "goals:goal_detail" if self.is_internal else "public:home"
        else:
            name = "goals:indicator_detail" if self.is_internal else "public:indicator"
        arguments = () if name == "public:home" else (row.pk,)
        return settings.PUBLIC_URL + town_url(self.actor.municipality, name, *arguments)
