from datetime import date
from decimal import Decimal

import pytest

from kiun.goals.models import ForecastRecord, Indicator, IndicatorState, Measurement, Status
from kiun.goals.queries import indicator_rows, status_counts, status_of, visible_indicators, with_status
from kiun.goals.services import judge
from kiun.goals.services.judging import states_on
from kiun.goals.wording import missing_day
from tests.factories import TODAY, make_actor, make_goal, make_indicator

RISING = {"2023-03-31": 28, "2024-03-31": 35, "2025-03-31": 43, "2026-03-31": 51}


def state_of(indicator):
    return IndicatorState.objects.get(indicator=indicator)


def test_a_steady_rise_that_fits_is_on_track(plan):
    state = state_of(make_indicator(make_goal(plan), readings=RISING))
    assert (state.judgement, state.why, state.readings) == (Status.ON_TRACK, "forecast", 4)
    assert (state.value, state.value_on, state.previous_value) == (Decimal(51), date(2026, 3, 31), Decimal(43))
    assert state.recent[-1] == ["2026-03-31", 51.0]


def test_a_fall_away_from_the_target_is_late(plan):
    falling = dict(zip(RISING, (40, 38, 35, 33), strict=True))
    assert state_of(make_indicator(make_goal(plan), readings=falling)).judgement == Status.LATE


@pytest.mark.parametrize(
    ("readings", "terms", "why"),
    [
        ({}, {}, "too_few_points"),
        ({"2025-03-31": 40, "2026-03-31": 44}, {}, "too_few_points"),
        (dict.fromkeys(RISING, 40), {}, "constant_series"),
        (RISING, {"target": None}, "no_target"),
        (RISING, {"deadline": None}, "no_target"),
        ({**RISING, "2026-09-30": None}, {}, "unavailable"),
        (
            dict(zip(RISING, (10, 30, 20, 40), strict=True)),
            {"is_cumulative": True, "unit": "件", "target": Decimal(100)},
            "cumulative_fell",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(plan, readings, terms, why):
    state = state_of(make_indicator(make_goal(plan), readings=readings, terms=terms))
    assert (state.judgement, state.why, state.probability) == (Status.UNKNOWN, why, None)


PAST = {"deadline": date(2026, 3, 31), "target": Decimal(50)}


def test_a_target_that_was_met_at_its_deadline_is_reached_and_never_stale(plan):
    state = state_of(make_indicator(make_goal(plan), readings=RISING, terms=PAST))
    assert (state.judgement, state.why, state.stale_after) == (Status.ON_TRACK, "reached", date.max)


def test_a_target_that_was_not_met_is_missed(plan):
    state = state_of(make_indicator(make_goal(plan), readings=RISING, terms={**PAST, "target": Decimal(60)}))
    assert (state.judgement, state.why) == (Status.LATE, "missed")


def test_nothing_is_missed_before_the_value_of_the_last_period_is_there(plan):
    readings = {day: value for day, value in RISING.items() if day < "2026"}
    terms = {**PAST, "target": Decimal(60)}
    state = state_of(make_indicator(make_goal(plan), readings=readings, terms=terms, today=date(2026, 4, 10)))
    assert (state.judgement, state.why) == (Status.UNKNOWN, "awaiting_final")
    assert state.stale_after == date(2026, 5, 30)


def test_a_value_as_of_the_first_of_april_counts_for_the_year_that_ended(plan):
    readings = {"2023-04-01": 28, "2024-04-01": 35, "2025-04-01": 43, "2026-04-01": 51}
    state = state_of(make_indicator(make_goal(plan), readings=readings, terms=PAST))
    assert (state.judgement, state.why) == (Status.ON_TRACK, "reached")


def test_staleness_begins_when_the_grace_is_over(plan):
    indicator = make_indicator(make_goal(plan), readings={"2025-03-31": 43}, grace_days=60)
    state = state_of(indicator)
    assert state.stale_after == date(2026, 5, 30)
    assert status_of(state, date(2026, 5, 30)) == Status.UNKNOWN
    assert status_of(state, date(2026, 5, 31)) == Status.STALE


def test_a_yearly_figure_of_the_first_of_october_is_asked_for_a_year_later(plan):
    indicator = make_indicator(make_goal(plan), readings={"2025-10-01": 43, "2026-10-01": 44}, grace_days=60)
    state = state_of(indicator)
    assert state.stale_after == date(2027, 11, 30)
    assert status_of(state, date(2027, 11, 30)) == Status.UNKNOWN
    [row] = indicator_rows(visible_indicators(make_actor(plan.municipality)), date(2027, 12, 1))
    assert (row.status, missing_day(row)) == (Status.STALE, date(2027, 10, 1))


BASELINE = {"baseline": Decimal("28.5"), "baseline_on": date(2026, 3, 31), "started_on": date(2026, 11, 1)}


@pytest.mark.parametrize(
    ("readings", "known", "is_baseline", "previous", "stale_after"),
    [
        ({}, (Decimal("28.5"), date(2026, 3, 31)), True, None, date(2027, 5, 30)),
        ({"2025-03-31": 27}, (Decimal("28.5"), date(2026, 3, 31)), True, Decimal(27), date(2027, 5, 30)),
        ({"2026-03-31": 29}, (Decimal(29), date(2026, 3, 31)), False, None, date(2027, 5, 30)),
        ({"2026-10-01": 30}, (Decimal(30), date(2026, 10, 1)), False, None, date(2027, 11, 30)),
        ({"2026-10-01": None}, (Decimal("28.5"), date(2026, 3, 31)), True, None, date(2027, 11, 30)),
    ],
)
def test_the_baseline_is_what_is_known_until_a_value_of_its_day_or_later(
    plan, readings, known, is_baseline, previous, stale_after
):
    indicator = make_indicator(make_goal(plan), readings=readings, terms=BASELINE)
    state = state_of(indicator)
    assert ((state.value, state.value_on), state.is_baseline, state.previous_value) == (known, is_baseline, previous)
    assert (state.readings, state.stale_after) == (len([v for v in readings.values() if v is not None]), stale_after)


def test_without_its_day_a_baseline_says_nothing_about_now(plan):
    state = state_of(make_indicator(make_goal(plan), terms={**BASELINE, "baseline_on": None}))
    assert (state.value, state.value_on, state.is_baseline) == (None, None, False)


def test_an_old_baseline_makes_nothing_late_on_the_day_it_is_imported(plan):
    state = state_of(make_indicator(make_goal(plan), terms={**BASELINE, "baseline_on": date(2023, 3, 31)}))
    assert (state.value_on, state.stale_after) == (date(2023, 3, 31), date(2027, 5, 30))


def test_the_forecast_counts_the_baseline_once(plan):
    goal = make_goal(plan)
    later = {day: value for day, value in RISING.items() if day > "2024"}
    first = {"baseline": Decimal(28), "baseline_on": date(2023, 3, 31)}
    as_reading, as_baseline = make_indicator(goal, readings=RISING), make_indicator(goal, readings=later, terms=first)
    assert state_of(as_baseline).probability == state_of(as_reading).probability
    assert state_of(make_indicator(goal, terms=first)).why == "too_few_points"


def test_the_status_in_the_database_and_in_python_agree(plan):
    goal = make_goal(plan)
    make_indicator(goal, readings=RISING)
    make_indicator(goal, readings={"2024-03-31": 43})
    make_indicator(goal)
    bare = make_indicator(goal, readings=RISING)
    IndicatorState.objects.filter(indicator=bare).delete()
    for today in (TODAY, date(2030, 1, 1), date(2024, 4, 1)):
        rows = with_status(Indicator.objects.select_related("state"), today)
        assert [row.status for row in rows] == [status_of(getattr(row, "state", None), today) for row in rows]
        counted = status_counts(Indicator.objects.all(), today)
        assert {s.value: getattr(counted, s.value) for s in Status} == {
            s.value: [row.status for row in rows].count(s.value) for s in Status
        }
        assert counted.total == 4


def test_a_forecast_is_on_record_once_a_day_and_resolved_when_its_value_is_there(plan):
    terms = {"deadline": date(2027, 3, 31)}
    indicator = make_indicator(make_goal(plan), readings=RISING, terms=terms)
    judge([indicator], today=TODAY)
    assert ForecastRecord.objects.values_list("made_on", "was_reached").get() == (TODAY, None)
    judge([indicator], today=date(2027, 4, 10))
    assert ForecastRecord.objects.get(made_on=TODAY).was_reached is None
    last = _measure(indicator, "2027-03-31", 61)
    judge([indicator], today=date(2027, 5, 10))
    record = ForecastRecord.objects.get(made_on=TODAY)
    assert (record.was_reached, record.resolved_on) == (True, date(2027, 5, 10))
    Measurement.objects.filter(pk=last.pk).update(value=Decimal(59))
    judge([indicator], today=date(2027, 5, 20))
    assert ForecastRecord.objects.get(made_on=TODAY).was_reached is False


def _measure(indicator, on, value):
    measurement = Measurement(series=indicator.series.get(), on=date.fromisoformat(on), value=Decimal(value))
    measurement.municipality = indicator.municipality
    measurement.save()
    return measurement


def test_judging_and_listing_take_the_same_queries_for_one_and_for_thirty(plan, django_assert_num_queries):
    goal = make_goal(plan)
    actor = make_actor(plan.municipality)
    for number in range(30):
        make_indicator(goal, name=f"指標{number}", readings=RISING)
    for amount in (1, 30):
        keys = list(Indicator.objects.values_list("pk", flat=True)[:amount])
        with django_assert_num_queries(2):
            assert len(indicator_rows(visible_indicators(actor).filter(pk__in=keys), TODAY)) == amount
        with django_assert_num_queries(6):
            assert judge(Indicator.objects.filter(pk__in=keys), today=TODAY) == amount


def test_on_an_earlier_day_nothing_is_known_that_came_later(plan):
    terms = {"baseline": Decimal(20), "baseline_on": date(2022, 3, 31)}
    indicator = make_indicator(make_goal(plan), readings=RISING, terms=terms)
    known = {
        day: states_on([indicator], day)[indicator.pk].value
        for day in (date(2022, 3, 30), date(2022, 3, 31), date(2024, 3, 31))
    }
    assert list(known.values()) == [None, Decimal(20), Decimal(35)]
