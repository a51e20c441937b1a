"""What one report is about, and for whom."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet

from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Indicator
from kiun.goals.queries import IndicatorRow, indicator_rows, status_of
from kiun.goals.services.judging import states_on
from kiun.goals.serving import goals_without_work
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries import planned_initiatives, public_initiatives
from kiun.initiatives.queries.listing import InitiativeRow, initiative_rows
from kiun.initiatives.queries.standing import Standing, StandingCounts, told_to_residents, with_standing
from kiun.initiatives.queries.stops import stop_reasons
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
    def initiatives(self) -> list[InitiativeRow]:
        """What was approved, in the order of the plan, unless it ended before the period; as it stands today."""
        rows = planned_initiatives() if self.is_internal else public_initiatives()
        rows = rows.exclude(ended_on__lt=self.first)
        rows = rows.filter(starts_on__lte=self.last, plan__in=self.goals.values("plan"))
        rows = rows.select_related("department", "policy").order_by(by_place("policy"), "order", "pk")
        found = initiative_rows(with_standing(rows, self.actor.on), self.actor.on)
        return found if self.is_internal else [self._as_told_to_residents(row) for row in found]

    def _as_told_to_residents(self, row: InitiativeRow) -> InitiativeRow:
        """Late, but not by which tasks; nothing of what stands in the way."""
        told = told_to_residents(row.standing, row.initiative.starts_on, self.actor.on)
        return replace(row, standing=told, progress=replace(row.progress, late=0, blocked=0))

    @cached_property
    def standings(self) -> StandingCounts:
        """Of `initiatives`: every number of them in a report comes from here."""
        return StandingCounts(**Counter(row.standing.value for row in self.initiatives))

    @cached_property
    def goals_without_work(self) -> set[int]:
        return goals_without_work({row.indicator.goal_id for row in self.rows}, to_residents=not self.is_internal)

    @cached_property
    def stop_reasons(self) -> dict[int, str]:
        """By initiative; written for the town hall only."""
        stopped = [row.initiative for row in self.initiatives if row.standing == Standing.STOPPED]
        return stop_reasons(stopped) if self.is_internal else {}

    @cached_property
    def rows(self) -> list[IndicatorRow]:
        """The indicators as they stood on the last day."""
        return self._rows_on(self.last)

    @cached_property
    def earlier(self) -> dict[int, IndicatorRow]:
        """By their keys, as they stood before the period began."""
        return {row.indicator.pk: row for row in self._rows_on(self.day_before)}

    def has_value(self, row: IndicatorRow) -> bool:
        """Whether anything is known of the period itself: an older value says nothing about it."""
        return row.value_on is not None and row.value_on >= self.first

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

    def url_of(self, row: Indicator | Initiative) -> str:
        """Where it comes from: for residents a public page, if there is one."""
        path = self._staff_path(row) if self.is_internal else self._public_path(row)
        return settings.PUBLIC_URL + path if path else ""

    def _staff_path(self, row: Indicator | Initiative) -> str:
        name = "initiatives:initiative_detail" if isinstance(row, Initiative) else "goals:indicator_detail"
        return town_url(self.actor.municipality, name, row.pk)

    def _public_path(self, row: Indicator | Initiative) -> str:
        """An initiative stands on the roadmap for residents, unless it was stopped."""
        town = self.actor.municipality
        if not town.is_public:
            return ""
        if isinstance(row, Indicator):
            return town_url(town, "public:indicator", row.pk)
        if row.status == InitiativeStatus.STOPPED:
            return ""
        return f"{town_url(town, 'public:roadmap')}#initiative-{row.pk}"
