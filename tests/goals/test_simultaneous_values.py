"""Two people enter a value for the same indicator at the same moment."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django_scopes import scope

from kiun.goals.models import IndicatorState, Measurement, Series
from kiun.goals.services import Reading, record_measurement
from kiun.kernel.errors import DomainError
from tests.factories import make_actor, make_goal, make_indicator, make_plan, make_town

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10


def enter(actor, series, on, value, *, entered=None, may_commit=None, refused=None):
    try:
        with scope(municipality=actor.municipality), transaction.atomic():
            record_measurement(actor=actor, reading=Reading(series=series, on=on, value=Decimal(value)))
            if entered:
                entered.set()
                may_commit.wait(PATIENCE)
    except DomainError as error:
        refused.append(error.field)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("second_day", "refused", "newest"), [(date(2026, 9, 30), ["reason"], 46), (date(2026, 10, 31), [], 50)]
)
def test_neither_overwrites_the_other(second_day, refused, newest):
    """The same day: the second has to give a reason, as ever. Another day: what both wrote is judged."""
    if connection.vendor == "sqlite":
        # There the database itself lets one writer in after the other, from the beginning of its transaction.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    town = make_town()
    actor = make_actor(town)
    indicator = make_indicator(make_goal(make_plan(town)), readings={"2026-03-31": 40})
    with scope(municipality=town):
        series = Series.objects.select_related("indicator__goal").get(indicator=indicator)
    entered, may_commit, said = threading.Event(), threading.Event(), []
    first = threading.Thread(
        target=enter,
        args=(actor, series, date(2026, 9, 30), "46"),
        kwargs={"entered": entered, "may_commit": may_commit},
    )
    second = threading.Thread(target=enter, args=(actor, series, second_day, "50"), kwargs={"refused": said})
    first.start()
    assert entered.wait(PATIENCE)
    second.start()
    second.join(1)
    may_commit.set()
    first.join(PATIENCE)
    second.join(PATIENCE)
    with scope(municipality=town):
        assert said == refused
        assert Measurement.objects.get(on=date(2026, 9, 30)).value == 46
        state = IndicatorState.objects.get(indicator=indicator)
        assert (state.value, state.readings) == (newest, Measurement.objects.count())
