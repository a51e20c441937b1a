from datetime import date
from decimal import Decimal

from django.urls import reverse

from kiun.activity.models import Notice
from kiun.goals.services import Reading, record_measurement
from kiun.goals.services.reminders import remind
from kiun.municipality.models import Role
from tests.factories import (
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_system_actor,
)

READINGS = {"2025-03-31": 43}  # the value of March 2026 is late from 31 May 2026


def told(town, on):
    remind(actor=make_system_actor(town, on))
    return set(Notice.objects.values_list("recipient", flat=True))


def test_owner_then_deputy_then_head_once_each(town, plan):
    department = make_department(town)
    head = make_membership(town, Role.HEAD, department)
    deputy = make_membership(town)
    goal = make_goal(plan, department=department)
    indicator = make_indicator(goal, readings=READINGS, deputy=deputy, is_public=False)
    assert told(town, date(2026, 5, 30)) == set()
    assert told(town, date(2026, 5, 31)) == {indicator.owner_id}
    assert told(town, date(2026, 6, 6)) == {indicator.owner_id, deputy.pk}
    assert told(town, date(2026, 6, 13)) == {indicator.owner_id, deputy.pk, head.pk}
    assert told(town, date(2026, 7, 1)) == {indicator.owner_id, deputy.pk, head.pk}
    assert Notice.objects.count() == 3


def test_a_reminder_is_settled_for_all_by_the_value_it_asked_for_and_by_no_other(town, plan):
    department = make_department(town)
    make_membership(town, Role.HEAD, department)
    goal = make_goal(plan, department=department)
    asked, other = (make_indicator(goal, readings=READINGS) for _ in range(2))
    on = date(2026, 6, 20)
    told(town, on)
    officer = make_actor(town, on=on)

    def enter(day):
        reading = Reading(series=asked.series.get(), on=day, value=Decimal(50))
        record_measurement(actor=officer, reading=reading, reason="確認")
        return [notice.path for notice in Notice.objects.filter(read_at__isnull=True)]

    path = reverse("goals:measurement_add", args=[town.slug, other.pk])
    assert len(enter(date(2024, 3, 31))) == 4
    assert enter(date(2026, 3, 31)) == [path, path]


def test_a_reader_is_not_asked_to_enter_a_value(town, plan):
    reader, head = make_membership(town, Role.VIEWER), make_membership(town, Role.HEAD, make_department(town))
    make_indicator(make_goal(plan, department=head.department), readings=READINGS, owner=reader)
    assert told(town, date(2026, 6, 13)) == {head.pk}


def test_nobody_is_asked_about_drafts_closed_plans_and_what_has_ended(town, plan):
    for status in ("draft", "closed"):
        make_indicator(make_goal(make_plan(town, name=status, status=status)), readings=READINGS)
    make_indicator(make_goal(plan), readings=READINGS, ended_on=date(2026, 4, 1))
    make_indicator(make_goal(plan, ended_on=date(2026, 4, 1)), readings=READINGS)
    assert told(town, date(2026, 7, 1)) == set()
