"""Where a question is told that some left out."""

from importlib import import_module
from io import BytesIO

import numpy as np
import pytest
from django.apps import apps
from django_scopes import scopes_disabled
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.survey_stats import Census, Standing, suppress
from kiun.municipality.models import Role
from kiun.surveys.disclosure import GRADES, ROLES, Disclosure, told_by_grade, told_where
from kiun.surveys.models import UNKNOWN, ItemKind
from tests.analysis.survey_stats.attacker import exposed_people
from tests.factories import make_department
from tests.surveys.builders import make_people, make_questionnaire, make_survey
from tests.surveys.published import asked

MIGRATION = import_module("kiun.surveys.migrations.0003_where_questions_are_told")
COLOURS = [{"key": key, "text": text} for key, text in (("red", "赤"), ("blue", "青"))]
ROWS = [{"key": "r1", "text": "窓口"}, {"key": "r2", "text": "電話"}]
# A town of two divisions; the first has three departments, the second two.
PARENTS = np.array([-1, 0, 0, 1, 1, 1, 2, 2])


def told(*own):
    """By unit, where so many of each answered, all of one role group."""
    units = np.repeat(np.arange(8), own)
    return told_where(PARENTS, units, np.full(len(units), 2))[:, 0].tolist()


def test_what_three_answered_takes_its_smallest_neighbour_along():
    assert told(0, 0, 0, 9, 3, 7, 20, 20) == [True, True, True, True, False, False, True, True]


def test_what_nobody_answered_takes_nobody_along():
    assert told(0, 0, 0, 9, 0, 7, 20, 20) == [True, True, True, True, False, True, True, True]


def test_people_of_the_division_itself_are_a_part_of_it_too():
    assert told(0, 2, 0, 9, 8, 7, 20, 20) == [True, True, True, True, True, False, True, True]


@pytest.mark.parametrize("own", [(0, 0, 0, 1, 1, 1, 1, 0), (0,) * 8])
def test_a_question_that_four_answered_or_nobody_is_told_nowhere(own):
    assert told(*own) == [False] * 8


def test_the_office_less_its_group_would_be_three_of_its_section():
    """Twelve of the office's department answer as a group of their own, three of the eight of its section as staff."""
    units, roles = np.array([1] * 12 + [3] * 3 + [2] * 20), np.array([0] * 12 + [2] * 23)
    found = told_where(PARENTS, units, roles)
    assert found[:4, 0].tolist() == [True, True, True, False]
    assert found[0, 1:].tolist() == [False, False, False]


def test_of_the_whole_town_a_question_is_told_before_it_is_of_anybody_else():
    """Four of the town itself, four of the division itself, eight of its department: otherwise the town were hidden."""
    parents, units = np.array([-1, 0, 1]), np.repeat([0, 1, 2], [4, 4, 8])
    assert told_where(parents, units, np.full(16, 2))[:, 0].tolist() == [True, False, False]


def cells_of(told, grades, units, roles, grade):
    """Who of those who answered stands in each cell that is told: people are places."""
    everybody = range(len(units))
    above = [{unit, *chain(unit)} for unit in units]
    for place, column in zip(*np.nonzero(told), strict=True):
        yield frozenset(who for who in everybody if place in above[who] and column in (0, 1 + roles[who]))
    for one in np.flatnonzero(grades):
        yield frozenset(who for who in everybody if grade[who] == one)


def chain(unit):
    while unit > 0:
        unit = PARENTS[unit]
        yield unit


@st.composite
def people(draw):
    size = draw(st.integers(20, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    silent = rng.random(size) < draw(st.sampled_from([0, 0.05, 0.2, 0.5]))
    role = rng.integers(-1, 2, size)
    # A grade goes with a role, more or less.
    grade = np.where(rng.random(size) < 0.7, role, rng.integers(-1, 4, size))
    return rng.integers(0, 8, size), role, grade, silent


@settings(max_examples=60, deadline=None)
@given(people())
def test_no_sum_or_difference_of_departments_role_groups_and_grades_is_about_fewer_than_five(found):
    units, roles, grade, silent = found
    told, grades = decided(*found)
    answered = ~silent
    assert exposed_people(cells_of(told, grades, units[answered], roles[answered], grade[answered]), 5) is None


def decided(units, roles, grade, silent):
    census = Census(PARENTS, units, np.column_stack([roles, grade]), (len(ROLES), len(GRADES)))
    whole = suppress(census, crossings=[(0,), (1,)])
    shown = np.hstack([whole.table().shown, whole.table(0).shown])
    told = shown & told_where(PARENTS, units[~silent], roles[~silent])
    enough = np.bincount(grade[~silent] + 1, minlength=5)[1:] >= 5
    return told, told_by_grade(census, told, whole.table(1).shown[0] & enough, int(silent.sum()))


def directors(silent):
    """Twelve directors, half of them managers and half staff; twenty others of the staff. `silent` of the directors who
    are staff say nothing.
    """
    roles = np.array([1] * 6 + [2] * 26)
    grade = np.array([0] * 12 + [3] * 20)
    return np.full(32, 3), roles, grade, np.isin(np.arange(32), np.arange(6, 6 + silent))


def test_a_grade_less_a_role_group_would_be_one_person():
    units, roles, grade, silent = directors(5)
    told, grades = decided(units, roles, grade, silent)
    assert (told[0, :4].tolist(), grades[0]) == ([True, False, True, True], False)
    answered = ~silent
    both = cells_of(told, np.array([True, False, False, False]), units[answered], roles[answered], grade[answered])
    assert len(exposed_people(both, 5)) < 5


def test_grades_are_told_where_nobody_left_the_question_out():
    told, grades = decided(*directors(0))
    assert (told[0, :4].tolist(), grades.tolist()) == ([True, False, True, True], [True, False, False, True])


def test_what_is_told_by_grade_is_decided_with_the_survey(town, department):
    everybody = [*make_people(town, department, 12), *make_people(town, department, 12, Role.HEAD, title="課長")]
    survey = make_survey(town, make_questionnaire(town, items={"q": {}, "r": {}}))
    row = asked(survey, everybody, [{"q": 5, "r": 4}] * 11 + [{"r": 4}] + [{"q": 2, "r": 3}] * 12).publication
    found = Disclosure.unpacked(row.arrays)
    assert found.questions.tolist() == ["q"]
    assert [found.grades_told_of(item).tolist() for item in ("q", "r")] == [[False, True, False, True]] * 2


def test_a_question_is_told_where_its_group_is_shown_and_it_may_be_told():
    held = np.ones((1, 8, 1 + len(ROLES)), np.bool_)
    held[0, 3, 0] = held[0, 0, 2] = False
    disclosure = Disclosure(
        departments=np.arange(8) * 10,
        parents=PARENTS,
        shown=np.array([Standing.SHOWN] * 7 + [Standing.TOO_FEW]),
        shown_by_role=np.full((8, len(ROLES)), Standing.SHOWN),
        shown_by_grade=np.full(len(GRADES), Standing.SHOWN),
        questions=np.array(["q"], np.str_),
        told=held,
        told_by_grade=np.array([[True, False, True, True]]),
    )
    again = Disclosure.unpacked(disclosure.packed())
    asked = [("q", 30, ""), ("r", 30, ""), ("q", 0, "manager"), ("q", 0, "staff"), ("q", 70, ""), ("r", 70, "")]
    assert [again.tells(*one) for one in asked] == [False, True, False, True, False, False]
    assert again.grades_told_of("q").tolist() == [True, False, True, True]
    assert again.grades_told_of("r").all()
    assert again.told_of("q")[:, 0].tolist() == [True, True, True, False, True, True, True, False]


def test_what_was_published_before_is_decided_at_the_upgrade_as_it_would_be_today(town, department):
    other = make_department(town, "税務課")
    everybody = [*make_people(town, department, 12), *make_people(town, other, 14)]
    matrix = {"kind": ItemKind.MATRIX, "choices": COLOURS, "rows": ROWS}
    survey = make_survey(town, make_questionnaire(town, items={"q": {}, "r": {}, "m": matrix}))
    whole, half = {"r1": "red", "r2": "blue"}, {"r1": "red"}
    values = [{"q": 5, "r": UNKNOWN, "m": whole}] * 8 + [{"r": 4, "m": half}] * 4 + [{"q": 1, "r": 3}] * 14
    row = asked(survey, everybody, values).publication
    decided = Disclosure.unpacked(row.arrays)
    with np.load(BytesIO(row.arrays)) as held:
        earlier = {name: held[name] for name in held.files if name not in {"questions", "told", "told_by_grade"}}
    target = BytesIO()
    np.savez_compressed(target, **earlier)
    row.arrays = target.getvalue()
    row.save()
    with scopes_disabled():
        for _twice in range(2):
            MIGRATION.decide_where_questions_are_told(apps, None)
    row.refresh_from_db()
    found = Disclosure.unpacked(row.arrays)
    assert found.questions.tolist() == ["q", "m", "m/0", "m/1"]
    assert found.questions.tolist() == decided.questions.tolist()
    assert found.told.tolist() == decided.told.tolist()
    assert not found.told_by_grade.any()
    assert found.tells("m", department.pk)
    assert not found.tells("m", other.pk)
