"""Fetching values from sources: once, never against a person's word, and one source's failure is its own."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django_scopes import scope

from kiun.activity.models import AuditEntry, Notice
from kiun.goals.cadence import period_of, periods_over
from kiun.goals.indicator_sources import IndicatorSource, SourceReading
from kiun.goals.models import Cadence, Collection, Goal, Indicator, Measurement, PushedSource
from kiun.goals.services import Reading, record_measurement, remove_measurement
from kiun.goals.services.collecting import collect
from kiun.goals.services.sources import PushedValue, choose_source, end_program, push_readings, set_up_program
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.fiscal_year import Period
from kiun.kernel.registries import Registry
from kiun.municipality.models import ApiToken, Membership, Municipality, Role
from tests.factories import (
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_system_actor,
    make_town,
)

TODAY = date(2026, 11, 23)


class Counter:
    """A source of some other room: each month's value is its number, and it remembers what it was asked."""

    def __init__(self, source_id: str = "procedures.online", **fields: Any) -> None:
        self.asked: list[str] = []
        self.values: dict[str, Decimal | None] = {f"2026-{month:02d}": Decimal(month) for month in range(1, 13)}
        self.source = IndicatorSource(id=source_id, label="オンライン申請の割合", measure=self.measure, **fields)

    def measure(self, town: Municipality, period: Period) -> SourceReading | None:
        self.asked.append(period.key)
        if period.key not in self.values:
            return None
        return SourceReading(value=self.values[period.key], as_of=period.end, provenance={"rows": 10})


@pytest.fixture
def town(db: None) -> Iterator[Municipality]:
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def owner(town: Municipality) -> Membership:
    return make_membership(town, Role.MEMBER, make_department(town))


@pytest.fixture
def goal(town: Municipality) -> Goal:
    return make_goal(make_plan(town))


def fed(goal: Goal, owner: Membership, source: str = "procedures.online", **fields: Any) -> Indicator:
    terms = {"started_on": date(2026, 7, 1)}
    return make_indicator(goal, owner=owner, source=source, terms=terms, **{"cadence": "monthly", **fields})


def registry_of(*counters: Counter) -> Registry[IndicatorSource]:
    registry: Registry[IndicatorSource] = Registry()
    for counter in counters:
        registry.register(counter.source)
    return registry


def run(town: Municipality, *counters: Counter, on: date = TODAY) -> int:
    return collect(actor=make_system_actor(town, on), registry=registry_of(*counters))


def values(indicator: Indicator) -> dict[str, Decimal | None]:
    rows = Measurement.objects.filter(series__indicator=indicator).order_by("on")
    return {row.on.isoformat(): row.value for row in rows}


def test_periods_that_are_over_are_filled(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    assert run(town, Counter()) == 4
    assert values(indicator) == {"2026-07-31": 7, "2026-08-31": 8, "2026-09-30": 9, "2026-10-31": 10}
    reading = Measurement.objects.get(on="2026-10-31")
    assert (reading.source, reading.entered_by) == ("procedures.online", None)
    assert reading.provenance == {
        "source": "オンライン申請の割合", "period": "2026-10", "as_of": "2026-10-31", "rows": 10,
    }  # fmt: skip


def test_the_state_follows(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    run(town, Counter())
    indicator.refresh_from_db()
    assert (indicator.state.readings, indicator.state.value) == (4, 10)


def test_nothing_is_doubled(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    counter = Counter()
    run(town, counter)
    entries = AuditEntry.objects.count()
    counter.asked.clear()
    assert run(town, counter) == 0
    assert len(values(indicator)) == 4
    assert AuditEntry.objects.count() == entries
    # Only the newest period is asked for again: late figures come in.
    assert counter.asked == ["2026-10"]


def test_a_late_figure_replaces_the_newest_value(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    counter = Counter()
    run(town, counter)
    counter.values["2026-10"] = Decimal(11)
    assert run(town, counter) == 1
    assert values(indicator)["2026-10-31"] == 11


def test_gaps_are_asked_for_again(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    counter = Counter()
    del counter.values["2026-08"]
    assert run(town, counter) == 3
    counter.values["2026-08"] = Decimal(88)
    assert run(town, counter) == 1
    assert values(indicator)["2026-08-31"] == 88


def test_the_correction_of_a_person_stands(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    counter = Counter()
    run(town, counter)
    series = indicator.series.get()
    admin = make_actor(town)
    record_measurement(
        actor=admin, reading=Reading(series=series, on=date(2026, 10, 31), value=Decimal(99)), reason="確認した"
    )
    # Another day of the same period speaks about it, too.
    record_measurement(actor=admin, reading=Reading(series=series, on=date(2026, 8, 15), value=Decimal(77)))
    counter.values |= {"2026-10": Decimal(12), "2026-08": Decimal(13)}
    assert run(town, counter) == 0
    assert (values(indicator)["2026-10-31"], values(indicator)["2026-08-31"]) == (99, 8)


def test_a_value_that_a_person_removed_stays_away(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    run(town, Counter())
    measurement = Measurement.objects.select_related("series__indicator").get(on="2026-10-31")
    remove_measurement(actor=make_actor(town), measurement=measurement, reason="誤り")
    assert run(town, Counter()) == 0
    assert list(values(indicator)) == ["2026-07-31", "2026-08-31", "2026-09-30"]


def test_a_source_that_cannot_judge_says_so(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner)
    counter = Counter()
    counter.values["2026-10"] = None
    run(town, counter)
    assert values(indicator)["2026-10-31"] is None


class Broken(Counter):
    def measure(self, town: Municipality, period: Period) -> SourceReading | None:
        if period.key == "2026-10":
            raise RuntimeError("connection lost")
        return super().measure(town, period)


def test_one_failure_leaves_the_others_alone(town: Municipality, goal: Goal, owner: Membership) -> None:
    broken, sound = fed(goal, owner, "alerts.response"), fed(goal, owner)
    assert run(town, Broken("alerts.response"), Counter()) == 4
    # Nothing of a source that failed halfway.
    assert (values(broken), len(values(sound))) == ({}, 4)
    state = Collection.objects.get(indicator=broken)
    assert (state.failing_since, state.collected_at) == (TODAY, None)
    assert "RuntimeError" in state.problem
    assert Collection.objects.get(indicator=sound).problem == ""


def test_the_owner_is_told_once_until_it_works_again(town: Municipality, goal: Goal, owner: Membership) -> None:
    indicator = fed(goal, owner, "alerts.response")
    run(town, Broken("alerts.response"))
    run(town, Broken("alerts.response"), on=date(2026, 11, 24))
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (owner, "goals.source_failed")
    assert notice.path == f"/t/{town.slug}/goals/indicators/{indicator.pk}/source/"
    assert Collection.objects.get().failing_since == TODAY
    run(town, Counter("alerts.response"), on=date(2026, 11, 25))
    assert (Collection.objects.get().failing_since, Collection.objects.get().problem) == (None, "")
    run(town, Broken("alerts.response"), on=date(2026, 11, 26))
    assert Notice.objects.count() == 2


def test_a_source_that_nobody_offers_any_more_is_a_failure(town: Municipality, goal: Goal, owner: Membership) -> None:
    fed(goal, owner, "gone.away")
    assert run(town, Counter()) == 0
    assert "gone.away" in Collection.objects.get().problem


@pytest.mark.parametrize("field", ["ended_on", "goal__ended_on"])
def test_what_has_ended_is_left_alone(town: Municipality, goal: Goal, owner: Membership, field: str) -> None:
    indicator = fed(goal, owner)
    row = indicator if field == "ended_on" else goal
    row.ended_on = TODAY
    row.save()
    assert run(town, Counter()) == 0


def test_values_by_hand_are_not_fetched(town: Municipality, goal: Goal, owner: Membership) -> None:
    fed(goal, owner, "manual")
    fed(goal, owner, "file")
    counter = Counter()
    assert (run(town, counter), counter.asked) == (0, [])


def test_another_town_is_left_alone(town: Municipality, goal: Goal, owner: Membership) -> None:
    other = make_town("kasumi", "かすみ町")
    with scope(municipality=other):
        indicator = fed(make_goal(make_plan(other)), make_membership(other))
    run(town, Counter())
    with scope(municipality=other):
        assert values(indicator) == {}


@pytest.mark.parametrize(
    ("cadence", "keys"),
    [
        (Cadence.MONTHLY, ["2026-10", "2026-09"]),
        (Cadence.QUARTERLY, ["FY2026Q2", "FY2026Q1"]),
        (Cadence.HALF_YEARLY, ["FY2026H1", "FY2025H2"]),
        (Cadence.YEARLY, ["FY2025", "FY2024"]),
    ],
)
def test_periods(cadence: Cadence, keys: list[str]) -> None:
    assert [period.key for period in periods_over(date(2020, 4, 1), TODAY, cadence, 2)] == keys
    assert period_of(date(2026, 9, 30), cadence).end >= date(2026, 9, 30)


def test_periods_begin_with_the_series() -> None:
    assert [period.key for period in periods_over(date(2026, 9, 15), TODAY, "monthly", 60)] == ["2026-10", "2026-09"]


class TestChoosing:
    def test_a_chosen_source_is_asked_at_once(self, town: Municipality, goal: Goal, owner: Membership) -> None:
        indicator = fed(goal, owner, "manual")
        choose_source(
            actor=make_actor(town),
            indicator=indicator,
            source="procedures.online",
            registry=registry_of(Counter()),
        )
        assert len(values(indicator)) == 4
        entry = AuditEntry.objects.filter(verb="changed", object_type="goals.indicator").get()
        assert (entry.before, entry.after) == ({"source": "manual"}, {"source": "procedures.online"})

    @pytest.mark.parametrize(
        ("source", "fields", "place"),
        [
            ({}, {"source": "nobody"}, "source"),
            ({"unit": "件"}, {}, "source"),
            ({"cadence": Cadence.YEARLY}, {}, "source"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self,
        town: Municipality,
        goal: Goal,
        owner: Membership,
        source: dict[str, Any],
        fields: dict[str, str],
        place: str,
    ) -> None:
        indicator = fed(goal, owner, "manual")
        registry = registry_of(Counter(**source))
        wanted = fields.get("source", "procedures.online")
        with pytest.raises(DomainError) as error:
            choose_source(actor=make_actor(town), indicator=indicator, source=wanted, registry=registry)
        assert error.value.field == place
        indicator.refresh_from_db()
        assert indicator.source == "manual"

    def test_a_stranger_may_not(self, town: Municipality, goal: Goal, owner: Membership) -> None:
        indicator = fed(goal, owner, "manual")
        with pytest.raises(NotAllowedError):
            choose_source(actor=make_actor(town, Role.MEMBER), indicator=indicator, source="file")


class TestPrograms:
    def test_a_program_gets_a_key_that_only_brings_its_values(self, town: Municipality) -> None:
        actor = make_actor(town)
        program, secret = set_up_program(
            actor=actor, program=PushedSource(slug="counter", label="窓口受付システム", unit="%")
        )
        key = ApiToken.objects.get()
        assert (key.scopes, key.source, key.created_by) == (["source:push"], "counter", actor.membership)
        assert len(secret) > 40
        assert (program.municipality, program.created_by) == (town, actor.membership)

    @pytest.mark.parametrize("slug", ["Counter", "窓口", "-a", "a b", ""])
    def test_a_short_name_stands_in_an_address(self, town: Municipality, slug: str) -> None:
        from django.core.exceptions import ValidationError

        with pytest.raises(ValidationError) as error:
            set_up_program(actor=make_actor(town), program=PushedSource(slug=slug, label="x"))
        assert list(error.value.message_dict) == ["slug"]

    def test_a_short_name_is_given_once(self, town: Municipality) -> None:
        actor = make_actor(town)
        set_up_program(actor=actor, program=PushedSource(slug="counter", label="x"))
        with pytest.raises(DomainError) as error:
            set_up_program(actor=actor, program=PushedSource(slug="counter", label="y"))
        assert error.value.field == "slug"

    def test_only_the_dx_office_connects_programs(self, town: Municipality) -> None:
        with pytest.raises(NotAllowedError):
            set_up_program(actor=make_actor(town, Role.HEAD), program=PushedSource(slug="counter", label="x"))

    def test_a_program_that_is_needed_does_not_end(self, town: Municipality, goal: Goal, owner: Membership) -> None:
        actor = make_actor(town)
        program, _secret = set_up_program(actor=actor, program=PushedSource(slug="counter", label="x"))
        indicator = fed(goal, owner, "pushed:counter")
        with pytest.raises(DomainError) as error:
            end_program(actor=actor, program=program, on=TODAY)
        assert indicator.name in error.value.message
        choose_source(actor=actor, indicator=indicator, source="manual")
        end_program(actor=actor, program=program, on=TODAY)
        assert ApiToken.objects.get().revoked_at is not None

    def test_what_came_before_is_found_when_an_indicator_asks(
        self, town: Municipality, goal: Goal, owner: Membership
    ) -> None:
        actor = make_actor(town)
        program, _secret = set_up_program(actor=actor, program=PushedSource(slug="counter", label="x"))
        brought = [PushedValue(on=date(2026, 8, 31), value=Decimal(5)), PushedValue(on=date(2026, 9, 30), value=None)]
        result = push_readings(actor=actor, program=program, values=brought)
        assert (result.added, result.measurements) == (2, 0)
        indicator = fed(goal, owner, "manual")
        choose_source(actor=actor, indicator=indicator, source="pushed:counter")
        assert values(indicator) == {"2026-08-31": 5, "2026-09-30": None}
