"""What momentum gives to the plan, the review and the loop, and takes from rooms that count what people do."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import RequestFactory

from kiun.goals.behaviour_signals import BehaviourSignal
from kiun.goals.indicator_sources import indicator_sources
from kiun.goals.review_agenda import Severity
from kiun.kernel.fiscal_year import FiscalYear, Period
from kiun.momentum.agenda import clearly_below, fallen, hardly_answered
from kiun.momentum.loop import count_answers
from kiun.momentum.models import WaveKind
from kiun.momentum.signals import signal_counts
from kiun.municipality.actors import system_actor
from kiun.surveys.models import Audience
from kiun.ui.loop import LoopSubject
from tests.factories import TODAY, make_department
from tests.momentum.builders import PULSE, publish, sheets

EVEN = [3] * 8
OUTSIDE = ("W1", "A1", "E1", "P1", "V1", "T1")


def measure(key, town, period):
    source = next(one for one in indicator_sources if one.id == f"momentum.{key}")
    return source.measure(town, period)


def test_the_index_of_a_period_is_that_of_its_last_wave(town, department):
    publish(town, 1, points={department: sheets(*[2] * 8)})
    publish(town, 2, points={department: sheets(*[4] * 8)})
    year = Period.of_fiscal_year(FiscalYear(2026))
    found = measure("index", town, year)
    assert (found.value, found.as_of) == (Decimal("75.0"), date(2026, 9, 30))
    assert found.provenance["quarter"] == 2
    first = Period.of_quarter(FiscalYear(2026).quarter(1))
    assert measure("index", town, first).value == Decimal("25.0")


def test_full_surveys_and_pulses_are_one_series(town, department):
    """The full survey asks two more questions of need, which nobody agrees with: a pulse could not tell."""
    full = ("W1", "W2", "W3", *PULSE[1:])
    publish(town, 1, kind=WaveKind.BASELINE, items=full, points={department: sheets(4, 2, 2, *[4] * 7)})
    publish(town, 2, points={department: sheets(*[4] * 8)})
    for quarter in (1, 2):
        period = Period.of_quarter(FiscalYear(2026).quarter(quarter))
        assert [measure(key, town, period).value for key in ("need", "index")] == [Decimal("75.0")] * 2


def test_each_dimension_and_the_response_rate_are_sources(town, department):
    publish(town, 1, points={department: sheets(4, 3, 3, 3, 3, 2, 3, 3)}, invited={department: 40})
    year = Period.of_fiscal_year(FiscalYear(2026))
    assert measure("need", town, year).value == Decimal("75.0")
    assert measure("slack", town, year).value == Decimal("25.0")
    assert measure("response", town, year).value == Decimal("25.0")


def test_residents_are_a_source_of_their_own(town, department):
    publish(town, 2, audience=Audience.RESIDENTS, points={None: sheets(*[4] * 6)}, items=OUTSIDE)
    year = Period.of_fiscal_year(FiscalYear(2026))
    assert measure("residents", town, year).value == Decimal("75.0")
    assert measure("index", town, year) is None


def test_a_wave_with_too_few_answers_states_that_there_is_no_value(town, department):
    publish(town, 1, points={department: sheets(*EVEN, number=4)}, hidden=[None, department])
    found = measure("index", town, Period.of_fiscal_year(FiscalYear(2026)))
    assert (found.value, found.note) == (None, "回答が少ないため、数値を示せません。")


@pytest.fixture
def kiun(town):
    return system_actor(town, on=TODAY)


def test_a_review_hears_where_momentum_has_fallen(town, department, kiun):
    roads = make_department(town, "道路課")
    publish(town, 2, points={department: sheets(*[4] * 8, number=30), roads: sheets(*EVEN, number=30)})
    publish(town, 3, points={department: sheets(3, 3, 3, 3, 3, 2, 3, 3, number=30), roads: sheets(*EVEN, number=30)})
    found = [one for one in fallen(kiun) if one.subject_id == department.pk]
    assert [(one.title, one.severity, one.department_id) for one in found] == [
        ("市民課について", Severity.HIGH, department.pk)
    ]
    assert found[0].sentence == "機運が29.2点下がりました。一番低いのは「余力」です。"
    assert found[0].path == f"/t/{town.slug}/momentum/units/{department.pk}/"
    assert roads.pk not in {one.subject_id for one in fallen(kiun)}


def test_a_review_hears_nothing_of_what_is_hidden(town, department, kiun):
    publish(town, 2, points={department: sheets(*[4] * 8, number=30)})
    publish(town, 3, points={department: sheets(*[2] * 8, number=30)}, hidden=[department, department.parent])
    assert list(fallen(kiun)) == []
    assert list(clearly_below(kiun)) == []
    assert list(hardly_answered(kiun)) == []


def test_a_review_hears_who_lies_clearly_below_and_who_hardly_answers(town, division, department, kiun):
    roads = make_department(town, "道路課")
    points = {department: sheets(*[4] * 8, number=40), roads: sheets(*[2] * 8, number=20)}
    publish(town, 3, points=points, invited={roads: 50})
    assert [one.subject_id for one in clearly_below(kiun)] == [roads.pk]
    assert [(one.subject_id, one.figure) for one in hardly_answered(kiun)] == [(roads.pk, "40%")]


def test_without_a_wave_a_review_hears_nothing(town, kiun):
    assert [*fallen(kiun), *clearly_below(kiun), *hardly_answered(kiun)] == []


def test_the_loop_counts_who_took_part(town, department):
    publish(town, 3, points={department: sheets(*EVEN)})
    publish(town, 2, audience=Audience.RESIDENTS, points={None: sheets(*[4] * 6, number=30)}, items=OUTSIDE)
    request = RequestFactory().get("/")
    figure = count_answers(LoopSubject(kind="town", town=town, request=request))
    assert (figure.number, figure.note, figure.url) == (40, "職員 10・住民 30", f"/t/{town.slug}/momentum/")
    assert count_answers(LoopSubject(kind="public", town=town)).url == f"/p/{town.slug}/momentum/"
    assert count_answers(LoopSubject(kind="department", town=town, row=department)) is None


def test_the_loop_says_nothing_before_the_first_wave(town):
    assert count_answers(LoopSubject(kind="town", town=town)) is None


def test_signals_are_counted_beside_each_other_in_two_spans_of_ninety_days(town):
    asked = []

    def count(path, first, last):
        asked.append((path, first, last))
        return (last - first).days + 1

    counts = signal_counts("/3/", TODAY, [BehaviourSignal(id="stories.read", label="読まれた話", count=count)])
    assert [(one.label, one.now, one.before) for one in counts] == [("読まれた話", 90, 90)]
    assert asked == [("/3/", date(2026, 8, 26), TODAY), ("/3/", date(2026, 5, 28), date(2026, 8, 25))]
