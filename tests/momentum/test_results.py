"""What a wave says of the town and of every unit, beside the wave before."""

import pytest

from kiun.analysis.survey_stats import Doubt, Verdict
from kiun.momentum.dimensions import Dimension
from kiun.momentum.models import WaveKind
from kiun.momentum.queries.course import course_of, courses
from kiun.momentum.queries.outside import people_who_answered, profiles_outside
from kiun.momentum.queries.published import before, published_waves
from kiun.momentum.queries.results import results_of, uppermost
from kiun.momentum.readings import Reading
from kiun.surveys.models import Audience
from tests.factories import make_department
from tests.momentum.builders import publish, sheets

EVEN = [3] * 8
# Points 3 ± 1 are 25 and 75.
MIDDLE = 50


@pytest.fixture
def tax(town, division):
    return make_department(town, "税務課", division)


@pytest.fixture
def roads(town):
    return make_department(town, "道路課")


def latest():
    waves = published_waves()
    return results_of(waves[-1], before(waves, waves[-1]))


def test_units_stand_in_the_order_of_the_tree_with_their_level(town, division, department, tax, roads):
    publish(town, points={department: sheets(*EVEN), tax: sheets(*EVEN), roads: sheets(*EVEN)})
    found = latest()
    assert [(unit.name, unit.depth, unit.people) for unit in found.units] == [
        ("市民部", 1, 20),
        ("市民課", 2, 10),
        ("税務課", 2, 10),
        ("道路課", 1, 10),
    ]
    assert [unit.name for unit in found.children(found.units[0])] == ["市民課", "税務課"]
    assert [unit.name for unit in found.parents(found.units[1])] == ["市民部"]
    assert [unit.name for unit in uppermost(list(found.units))] == ["市民部", "道路課"]


def test_where_everybody_answered_there_is_no_interval(town, department):
    publish(town, points={department: sheets(*EVEN)})
    assert latest().town.index == Reading(MIDDLE, MIDDLE, MIDDLE, is_exact=True)


def test_an_interval_ends_where_scores_end(town, department):
    publish(town, points={department: sheets(*[4.5] * 8, number=6, spread=0.5)}, invited={department: 100})
    assert latest().town.index.high == 100


def test_what_is_hidden_has_no_number_at_all(town, department, tax):
    publish(town, 2, points={department: sheets(*EVEN), tax: sheets(*EVEN)})
    publish(town, 3, points={department: sheets(*EVEN), tax: sheets(*EVEN)}, hidden=[tax])
    unit = latest().unit(tax.pk)
    assert (unit.is_shown, unit.people, unit.response, unit.index) == (False, 0, None, None)
    assert (unit.profile.dimensions, unit.changes) == ((None,) * 6, (None,) * 7)
    assert (unit.shrunk, unit.weight, unit.bottleneck) == (None, None, None)


def test_a_full_survey_and_a_pulse_are_compared_by_what_both_asked(town, department):
    full = ("W1", "W2", "A1", "A2", "E1", "P1", "V1", "T1", "I1", "S1")
    # W2 and A2 were answered high: nothing of it is a change.
    asked = sheets(3, 5, 3, 5, 3, 3, 3, 3, 3, 3, number=40)
    publish(town, 1, kind=WaveKind.BASELINE, points={department: asked}, items=full)
    publish(town, 2, points={department: sheets(*EVEN, number=40)})
    found = latest()
    assert found.town.change.difference == 0
    course = course_of(published_waves())
    assert [point.index.value for point in course.points] == [MIDDLE, MIDDLE]
    assert course.is_shortened
    waves = published_waves()
    assert results_of(waves[0], None).town.index.value > MIDDLE


def test_a_fall_is_told_and_what_chance_does_is_not(town, department, tax):
    publish(town, 2, points={department: sheets(*[4] * 8, number=30), tax: sheets(*EVEN, number=6)})
    lower = [[3] * 8 if person % 2 else [2] * 8 for person in range(6)]
    publish(town, 3, points={department: sheets(*[2] * 8, number=30), tax: lower})
    found = latest()
    assert found.unit(department.pk).change.verdict == Verdict.FELL
    assert found.unit(department.pk).change.difference == -50
    assert (found.unit(tax.pk).change.verdict, found.unit(tax.pk).change.doubt) == (
        Verdict.UNDECIDABLE,
        Doubt.WITHIN_CHANCE,
    )


def test_below_half_of_the_answers_no_change_is_told(town, department):
    publish(town, 2, points={department: sheets(*[4] * 8)})
    publish(town, 3, points={department: sheets(*[2] * 8)}, invited={department: 21})
    assert latest().town.change.doubt == Doubt.LOW_RESPONSE


def test_a_unit_is_drawn_towards_the_others_of_its_level(town, division):
    units = [make_department(town, f"第{number}課", division) for number in range(5)]
    points = {unit: sheets(*[mean] * 8, number=12) for unit, mean in zip(units, (2, 3, 3, 3, 4), strict=True)}
    publish(town, points=points)
    found = latest()
    low, high = found.unit(units[0].pk), found.unit(units[4].pk)
    assert low.index.value < low.shrunk < MIDDLE < high.shrunk < high.index.value
    assert 0 < low.weight < 1
    assert found.unit(division.pk).shrunk is None  # one unit alone on its level


def test_the_lowest_dimension_is_the_obstacle(town, department):
    publish(town, points={department: sheets(4, 4, 4, 4, 4, 2, 3, 3, number=20)})
    assert latest().town.bottleneck.lowest == Dimension.SLACK


def test_grades_come_from_counts_and_have_no_interval(town, department):
    publish(town, points={department: sheets(*EVEN)}, grades={"section": [0, 0, 0, 6, 6]})
    section = next(one for one in latest().grades if one.key == "section")
    assert (section.people, section.profile.index) == (12, Reading(87.5, 87.5, 87.5, is_exact=True))
    assert [one.is_shown for one in latest().grades] == [False, True, False, False]


def test_intention_and_trust_stand_beside_the_index(town, department):
    publish(town, points={department: sheets(3, 3, 3, 3, 3, 3, 4, 2)})
    found = latest()
    assert (found.intention.value, found.trust.value, found.town.index.value) == (75, 25, 50)


def test_inside_and_outside_are_never_mixed(town, department):
    publish(town, points={department: sheets(*[4] * 8)})
    outside = ("W1", "A1", "E1", "P1", "V1", "T1")
    publish(town, 2, audience=Audience.RESIDENTS, points={None: sheets(*[2] * 6)}, items=outside)
    sides = profiles_outside()
    assert [(side.audience, side.result.index.value) for side in sides] == [("staff", 75), ("residents", 25)]
    assert people_who_answered() == {Audience.STAFF: 10, Audience.RESIDENTS: 10}
    assert [(course.audience, len(course.points)) for course in courses()] == [("staff", 1), ("residents", 1)]


def test_only_the_last_two_years_are_looked_at(town, department):
    for year in (2024, 2025, 2026):
        for quarter in (1, 2, 3, 4):
            publish(town, quarter, year=year, points={department: sheets(*EVEN)})
    waves = published_waves()
    assert [(row.wave.fiscal_year, row.wave.quarter) for row in waves] == [
        (year, quarter) for year in (2025, 2026) for quarter in (1, 2, 3, 4)
    ]


def test_a_department_that_came_later_has_no_past(town, department):
    publish(town, 2, points={department: sheets(*EVEN)})
    new = make_department(town, "デジタル課")
    publish(town, 3, points={department: sheets(*EVEN), new: sheets(*EVEN)})
    assert latest().unit(new.pk).change is None
    assert [point.index for point in course_of(published_waves(), key=new.pk).points] == [
        None,
        Reading(MIDDLE, MIDDLE, MIDDLE, is_exact=True),
    ]
