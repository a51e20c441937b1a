from datetime import date
from decimal import Decimal

import pytest
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiun.activity.models import AuditEntry
from kiun.activity.queries import version_of
from kiun.goals.models import Direction, Goal, Indicator, Measurement, Series
from kiun.goals.services import (
    Reading,
    change_indicator,
    change_owner,
    check_terms,
    create_indicator,
    end_goal,
    end_indicator,
    record_measurement,
    save_goal,
)
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_membership, make_town


@pytest.fixture
def officer(town):
    return make_actor(town)


@pytest.fixture
def indicator(plan):
    return make_indicator(make_goal(plan), readings={"2025-03-31": 40, "2026-03-31": 44})


def current(indicator):
    return Series.objects.get(indicator=indicator, is_current=True)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"baseline": Decimal(60), "target": Decimal(60)}, "target"),
        ({"baseline": Decimal(0), "target": Decimal(0)}, "target"),
        ({"target": Decimal(10) ** 15}, "target"),
        ({"baseline": Decimal(-10) ** 15}, "baseline"),
        ({"baseline_on": date(2026, 4, 1), "deadline": date(2026, 3, 31)}, "deadline"),
        ({"baseline_on": date(2026, 3, 31), "deadline": date(2026, 3, 31)}, "deadline"),
        ({"baseline": Decimal(60), "target": Decimal(40), "direction": Direction.INCREASE}, "target"),
        ({"baseline": Decimal(40), "target": Decimal(60), "direction": Direction.DECREASE}, "target"),
    ],
)
def test_terms_that_contradict_each_other_are_refused_at_their_field(terms, field):
    with pytest.raises(DomainError) as refused:
        check_terms(Series(**terms))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"target": Decimal(60)},
        {"baseline": Decimal(60), "target": Decimal(40), "direction": Direction.REACH},
        {"baseline": Decimal(0), "target": Decimal("0.0001")},
        {"baseline_on": date(2026, 3, 31), "deadline": date(2026, 4, 1)},
    ],
)
def test_terms_that_fit_together_pass(terms):
    check_terms(Series(**terms))


def test_a_new_indicator_has_one_current_series_and_a_state(officer, plan):
    made = create_indicator(
        actor=officer,
        indicator=Indicator(goal=make_goal(plan), name="待ち時間", owner=officer.membership),
        series=Series(unit="分", direction=Direction.DECREASE, started_on=date(2026, 4, 1)),
    )
    assert (current(made).number, made.state.why) == (1, "no_target")
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["created", "created"]


def test_new_terms_need_a_reason(officer, indicator):
    with pytest.raises(DomainError) as refused:
        change_indicator(actor=officer, indicator=indicator, series_fields={"target": Decimal(70)})
    assert refused.value.field == "reason"
    assert current(indicator).target == 60


def test_a_new_target_keeps_the_series(officer, indicator):
    change_indicator(
        actor=officer, indicator=indicator, series_fields={"target": Decimal(70)}, reason="中間見直しのため"
    )
    assert (current(indicator).number, current(indicator).target) == (1, 70)
    entry = AuditEntry.objects.get()
    assert (entry.object_type, entry.before, entry.after, entry.reason) == (
        "goals.series", {"target": "60"}, {"target": "70"}, "中間見直しのため"
    )  # fmt: skip


def test_a_new_definition_begins_a_new_series_and_keeps_the_old_readings_apart(officer, indicator):
    change_indicator(
        actor=officer, indicator=indicator, series_fields={"definition": "電話を除く"}, reason="数え方を変えた"
    )
    following = current(indicator)
    assert (following.number, following.definition, following.target, following.reason) == (
        2, "電話を除く", Decimal(60), "数え方を変えた"
    )  # fmt: skip
    assert (following.measurements.count(), Measurement.objects.count()) == (0, 2)
    indicator.state.refresh_from_db()
    assert (indicator.state.value, indicator.state.readings) == (None, 0)


def test_a_name_changes_without_a_reason(officer, indicator):
    indicator.name = "オンライン申請率"
    change_indicator(actor=officer, indicator=indicator, series_fields={})
    assert AuditEntry.objects.get().after == {"name": "オンライン申請率"}


def test_nothing_changed_leaves_no_trace(officer, indicator):
    change_indicator(actor=officer, indicator=indicator, series_fields={"target": Decimal(60)})
    assert AuditEntry.objects.count() == 0


def test_two_people_who_edit_one_contract_do_not_overwrite_each_other(officer, indicator):
    seen = version_of(indicator)
    terms = {"target": Decimal(70)}
    change_indicator(actor=officer, indicator=indicator, series_fields=terms, reason="見直し", seen=seen)
    with pytest.raises(ConflictError):
        change_indicator(
            actor=officer, indicator=indicator, series_fields={"target": Decimal(80)}, reason="別", seen=seen
        )
    assert current(indicator).target == 70


def test_a_new_reading_does_not_disturb_whoever_edits_the_contract(officer, indicator):
    seen = version_of(indicator)
    record_measurement(
        actor=officer, reading=Reading(series=current(indicator), on=date(2026, 9, 30), value=Decimal(46))
    )
    change_indicator(
        actor=officer, indicator=indicator, series_fields={"target": Decimal(70)}, reason="見直し", seen=seen
    )
    assert current(indicator).target == 70


def test_owner_and_deputy_are_two_people(officer, indicator, town):
    colleague = make_membership(town)
    with pytest.raises(DomainError) as refused:
        change_owner(actor=officer, indicator=indicator, owner=colleague, deputy=colleague, reason="異動")
    assert refused.value.field == "deputy"
    change_owner(actor=officer, indicator=indicator, owner=colleague, deputy=None, reason="異動")
    indicator.refresh_from_db()
    assert (indicator.owner, AuditEntry.objects.get().reason) == (colleague, "異動")


def test_an_end_needs_a_reason(officer, indicator):
    with pytest.raises(DomainError):
        end_indicator(actor=officer, indicator=indicator, on=date(2026, 11, 23), reason="")
    end_indicator(actor=officer, indicator=indicator, on=date(2026, 11, 23), reason="制度の終了")
    assert Indicator.objects.get().ended_on == date(2026, 11, 23)


def test_without_its_indicator_a_goal_may_be_vague_again(officer, plan):
    goal = make_goal(plan, "デジタルの力で暮らしを便利にする")
    terms = {"baseline": Decimal(20), "target": Decimal(60)}
    indicator = make_indicator(goal, readings={"2026-03-31": 44}, terms=terms)
    save_goal(actor=officer, goal=goal)
    assert (Goal.objects.get().is_vague, Goal.objects.get().missing) == (False, [])
    end_indicator(actor=officer, indicator=indicator, on=date(2026, 11, 23), reason="制度の終了")
    lacking = ["indicator", "baseline", "target", "deadline"]
    assert (Goal.objects.get().is_vague, Goal.objects.get().missing) == (True, lacking)


def test_nothing_ends_on_a_day_that_lies_ahead(officer, indicator):
    goal = indicator.goal
    for call in (
        lambda on: end_indicator(actor=officer, indicator=indicator, on=on, reason="制度の終了"),
        lambda on: end_goal(actor=officer, goal=goal, on=on, reason="制度の終了"),
    ):
        with pytest.raises(DomainError) as refused:
            call(date(2026, 11, 24))
        assert (refused.value.field, refused.value.message) == (
            "on", "終了日が先の日付です。終了はすぐに反映されますので、今日までの日を選んでください。"
        )  # fmt: skip
    assert (Goal.objects.get().ended_on, Indicator.objects.get().ended_on) == (None, None)


def test_who_may_change_the_contract(town, indicator):
    department = make_department(town)
    Indicator.objects.update(department=department)
    for role, allowed in [(Role.ADMIN, True), (Role.HEAD, True), (Role.EXECUTIVE, False), (Role.VIEWER, False)]:
        actor = make_actor(town, role, department)
        fresh = Indicator.objects.get()
        if allowed:
            change_indicator(actor=actor, indicator=fresh, series_fields={})
        else:
            with pytest.raises(NotAllowedError):
                change_indicator(actor=actor, indicator=fresh, series_fields={})


steps = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "unit": st.sampled_from(["%", "件"]),
            "definition": st.sampled_from(["", "電話を除く", "電話を含む"]),
            "is_cumulative": st.booleans(),
            "target": st.sampled_from([Decimal(60), Decimal(70)]),
        },
    ),
    max_size=6,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=steps)
def test_exactly_one_series_is_current_and_the_history_holds_every_change(db, changes):
    from django.db import transaction

    with transaction.atomic():
        town = make_town(slug="asahi")
        with scope(municipality=town):
            officer = make_actor(town)
            from tests.factories import make_plan

            indicator = make_indicator(make_goal(make_plan(town)))
            expected = {
                name: getattr(current(indicator), name) for name in ("unit", "definition", "is_cumulative", "target")
            }
            for fields in changes:
                change_indicator(actor=officer, indicator=indicator, series_fields=fields, reason="見直し")
                expected |= fields
                assert Series.objects.filter(indicator=indicator, is_current=True).count() == 1
                assert {name: getattr(current(indicator), name) for name in expected} == expected
            numbers = list(Series.objects.filter(indicator=indicator).values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
            assert current(indicator).number == len(numbers)
            replayed = {"unit": "%", "definition": "", "is_cumulative": False, "target": "60"}
            for entry in AuditEntry.objects.filter(object_type="goals.series").order_by("pk"):
                replayed |= {name: value for name, value in entry.after.items() if name in replayed}
            assert replayed == {**expected, "target": format(expected["target"].normalize(), "f")}
        transaction.set_rollback(True)
