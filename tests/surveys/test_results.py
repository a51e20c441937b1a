"""What a survey says once it is over, and while it runs."""

from decimal import Decimal

import pytest

from kiun.analysis.survey_stats import Standing
from kiun.municipality.models import Role
from kiun.surveys.disclosure import Disclosure
from kiun.surveys.models import (
    UNKNOWN,
    Anonymity,
    Audience,
    ItemKind,
    Publication,
    RoleGroup,
    Sheet,
    Survey,
    Ticket,
    TicketKind,
)
from kiun.surveys.queries.results import WHOLE, Group, Results, cross_table, crossable
from kiun.surveys.services import hand_in
from kiun.surveys.services.mixing import mix
from kiun.surveys.services.publishing import publish_survey, published_before
from tests.factories import make_department
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
from tests.surveys.published import asked, closed, hand_in_all, results_of

COLOURS = [{"key": key, "text": text} for key, text in (("red", "赤"), ("blue", "青"), ("green", "緑"))]
ROWS = [{"key": "r1", "text": "窓口"}, {"key": "r2", "text": "電話"}]


def survey_of(town, **items):
    return make_survey(town, make_questionnaire(town, items=items))


def shares(summary):
    return [(one.label, one.people, one.percent) for one in summary.shares]


@pytest.fixture
def people(town, department):
    return make_people(town, department, 20)


def one(results, group=WHOLE):
    [summary] = results.summaries(group)
    return summary


def test_a_scale_has_shares_with_those_who_do_not_know_and_a_mean_without(town, people):
    survey = survey_of(town, q={"settings": {"low": "不満", "high": "満足"}})
    found = one(results_of(survey, people, [{"q": 4}] * 6 + [{"q": 5}] * 2 + [{"q": UNKNOWN}] * 2 + [{}] * 3))
    assert shares(found) == [
        ("1 不満", 0, 0),
        ("2", 0, 0),
        ("3", 0, 0),
        ("4", 6, Decimal("60.0")),
        ("5 満足", 2, Decimal("20.0")),
    ]
    assert (found.people, found.answered, found.unknown, found.missing) == (13, 8, 2, 3)
    assert found.share_unknown.percent == 20
    assert found.mean.mean == 4.25
    # Of 20 who were asked 8 said a point: what is left to chance is less than among endlessly many.
    assert round(found.mean.high - found.mean.mean, 3) == 0.3


def test_a_choice_counts_whom_it_was_asked(town, people):
    survey = survey_of(town, q={"kind": ItemKind.SINGLE, "choices": COLOURS})
    found = one(results_of(survey, people, [{"q": "red"}] * 6 + [{"q": "green"}] * 2 + [{}] * 2))
    assert shares(found) == [("赤", 6, 75), ("青", 0, 0), ("緑", 2, 25)]
    assert found.mean is None


def test_of_several_answers_each_has_its_share_of_those_who_answered(town, people):
    survey = survey_of(town, q={"kind": ItemKind.MULTIPLE, "choices": COLOURS})
    values = [{"q": ["red", "blue"]}] * 5 + [{"q": ["blue"]}] * 3 + [{"q": UNKNOWN}] * 2
    found = one(results_of(survey, people, values))
    assert shares(found) == [("赤", 5, 50), ("青", 8, 80), ("緑", 0, 0)]
    assert (found.answered, found.unknown) == (8, 2)


def test_an_order_has_first_places_and_mean_ranks(town, people):
    survey = survey_of(town, q={"kind": ItemKind.RANKING, "choices": COLOURS})
    found = one(results_of(survey, people, [{"q": ["red", "blue", "green"]}] * 4 + [{"q": ["blue", "red"]}] * 2))
    assert [(rank.label, rank.first, rank.people, rank.mean) for rank in found.ranks] == [
        ("赤", 4, 6, Decimal("1.33")),
        ("青", 2, 6, Decimal("1.67")),
        ("緑", 0, 4, Decimal(3)),
    ]


def test_a_number_has_its_median_and_quartiles(town, people):
    survey = survey_of(town, q={"kind": ItemKind.NUMBER, "settings": {"unit": "分"}})
    found = one(results_of(survey, people, [{"q": text} for text in ("10", "10", "20", "30", "40", "5.5")]))
    assert (found.quartiles.lower, found.quartiles.median, found.quartiles.upper) == (10, 15, Decimal("27.5"))
    assert [(one.label, one.people) for one in found.shares] == [
        ("5.5分", 1),
        ("10分", 2),
        ("20分", 1),
        ("30分", 1),
        ("40分", 1),
    ]


def test_many_numbers_are_put_into_spans(town, people):
    survey = survey_of(town, q={"kind": ItemKind.NUMBER})
    found = one(results_of(survey, people, [{"q": str(7 * number)} for number in range(20)]))
    assert [(one.label, one.people) for one in found.shares] == [
        ("0–20", 3),
        ("20–40", 3),
        ("40–60", 3),
        ("60–80", 3),
        ("80–100", 3),
        ("100–120", 3),
        ("120–140", 2),
    ]


def test_days_are_counted_by_month_when_they_are_many(town, people):
    survey = survey_of(town, q={"kind": ItemKind.DAY})
    values = [{"q": f"2026-0{number % 3 + 1}-{number + 10}"} for number in range(12)]
    found = one(results_of(survey, people, values))
    assert [(one.label, one.people) for one in found.shares] == [
        ("令和8年1月", 4),
        ("令和8年2月", 4),
        ("令和8年3月", 4),
    ]


def test_a_matrix_has_a_row_for_each_question(town, people):
    survey = survey_of(town, q={"kind": ItemKind.MATRIX, "choices": COLOURS, "rows": ROWS})
    values = [{"q": {"r1": "red", "r2": "blue"}}] * 5 + [{"q": {"r1": UNKNOWN}}] * 3
    found = one(results_of(survey, people, values))
    first, second = found.rows
    assert [(one.label, one.people, one.percent) for one in first.shares] == [
        ("赤", 5, Decimal("62.5")),
        ("青", 0, 0),
        ("緑", 0, 0),
    ]
    assert (first.unknown.people, first.unknown.base, second.unknown.base) == (3, 8, 5)


def test_what_fewer_than_five_answered_is_not_told(town, people):
    survey = survey_of(town, q={}, m={"kind": ItemKind.MATRIX, "choices": COLOURS, "rows": ROWS})
    values = [{"q": 1, "m": {"r1": "red", "r2": "red"}}] * 4 + [{"m": {"r1": "red"}}] * 6
    scale, matrix = results_of(survey, people, values).summaries()
    assert (scale.is_hidden, scale.shares, scale.mean, scale.answered) == (True, (), None, 0)
    assert [row.is_hidden for row in matrix.rows] == [False, True]


def test_an_item_that_everybody_left_out_says_so(town, people):
    survey = survey_of(town, q={}, r={"kind": ItemKind.NUMBER}, s={"kind": ItemKind.DAY})
    for found in results_of(survey, people, [{}] * 6).summaries():
        assert (found.is_hidden, found.answered, found.missing, found.mean, found.quartiles) == (
            False,
            0,
            6,
            None,
            None,
        )


def test_a_survey_that_nobody_answered_and_one_that_three_answered_show_nothing(town, people):
    for values in ([], [{"q": 1}] * 3):
        found = results_of(survey_of(town, q={}), people, values)
        assert (found.may_show(), found.people(), found.summaries()) == (False, 0, [])
        assert crossable(found) == []


def test_a_department_and_a_role_group_can_be_read_and_a_small_one_cannot(town, division, department, people):
    other = make_department(town, "税務課", division)
    small = make_department(town, "会計課", division)
    everybody = [*people, *make_people(town, other, 10), *make_people(town, small, 6)]
    values = [{"q": 5}] * 20 + [{"q": 2}] * 10 + [{"q": 3}] * 3
    found = results_of(survey_of(town, q={}), everybody, values)
    assert one(found, Group(department.pk)).mean.mean == 5
    assert found.may_show(Group(small.pk)) is False
    assert found.summaries(Group(small.pk)) == []
    assert found.summary(found.items[0], Group(small.pk)).is_hidden
    # Otherwise the three were the rest of the division.
    assert (found.may_show(Group(division.pk)), found.may_show(Group(other.pk))) == (True, False)
    assert [(place.name, place.depth) for place in found.places] == [
        ("市民部", 0),
        ("市民課", 1),
        ("税務課", 1),
        ("会計課", 1),
    ]


def test_a_question_that_three_of_a_department_answered_is_not_told_of_its_neighbour_either(town, division, department):
    """The division less the neighbour would be those three; what all answered is told of both."""
    other = make_department(town, "税務課", division)
    everybody = [*make_people(town, department, 12), *make_people(town, other, 14)]
    values = [{"q": 5, "r": 4}] * 3 + [{"r": 4}] * 9 + [{"q": 2, "r": 4}] * 14
    found = results_of(survey_of(town, q={}, r={}), everybody, values)
    groups = [Group(), Group(division.pk), Group(department.pk), Group(other.pk), Group(other.pk, RoleGroup.STAFF)]
    assert [found.summaries(group)[0].is_hidden for group in groups] == [False, False, True, True, True]
    assert [found.summaries(group)[1].mean.mean for group in groups] == [4] * 5


def test_a_matrix_is_told_of_a_part_only_with_all_its_rows(town, division, department):
    other = make_department(town, "税務課", division)
    everybody = [*make_people(town, department, 12), *make_people(town, other, 14)]
    some, both = {"m": {"r1": "red"}}, {"m": {"r1": "red", "r2": "blue"}}
    survey = survey_of(town, m={"kind": ItemKind.MATRIX, "choices": COLOURS, "rows": ROWS})
    found = results_of(survey, everybody, [both] * 3 + [some] * 9 + [both] * 14)
    groups = [Group(), Group(division.pk), Group(department.pk), Group(other.pk)]
    assert [found.summaries(group)[0].is_hidden for group in groups] == [False, False, True, True]


def test_a_role_group_of_a_department_is_told_with_how_many_were_asked(town, department, people):
    heads = make_people(town, department, 10, Role.HEAD)
    found = results_of(survey_of(town, q={}), [*people, *heads], [{"q": 4}] * 20 + [{"q": 2}] * 8)
    group = Group(department.pk, RoleGroup.MANAGER)
    assert (one(found, group).mean.mean, found.people(group), found.invited(group)) == (2, 8, 10)
    assert (found.people(), found.invited()) == (28, 30)


def test_while_it_runs_the_whole_is_shown_without_the_batch_that_was_mixed_last(
    town, people, django_capture_on_commit_callbacks
):
    survey = opened(survey_of(town, q={}), people)
    sizes = []
    for person in people:
        with django_capture_on_commit_callbacks(execute=True):
            hand_in_all(survey, [person], [{"q": 3}])
        running = Results(Survey.objects.get(pk=survey.pk))
        sizes.append((running.people(), len(running.summaries())))
        assert running.may_show(Group(people[0].department_id)) is False
    assert sizes == [(0, 0)] * 19 + [(10, 1)]


def test_what_is_shown_while_it_runs_and_after_never_differs_by_a_few_people(
    town, department, django_capture_on_commit_callbacks
):
    """Of 31 answers the last one comes alone into the urn; 20 were shown before."""
    people = make_people(town, department, 31)
    survey = opened(survey_of(town, q={}), people)
    with django_capture_on_commit_callbacks(execute=True):
        hand_in_all(survey, people[:10], [{"q": 3}] * 10)
    for start in (10, 20):
        with django_capture_on_commit_callbacks(execute=True):
            hand_in_all(survey, people[start : start + 10], [{"q": 3}] * 10)
    running = Results(Survey.objects.get(pk=survey.pk))
    hand_in_all(survey, people[30:], [{"q": 1}])
    assert (running.people(), Results(closed(survey)).people()) == (20, 31)
    assert Sheet.objects.filter(is_fresh=True).count() == 0


def test_a_named_survey_that_runs_is_read_by_those_who_may_read_its_sheets(town, people):
    survey = opened(make_survey(town, make_questionnaire(town, items={"q": {}}), anonymity=Anonymity.NAMED), people)
    hand_in_all(survey, people[:6], [{"q": 3}] * 6)
    stored = Survey.objects.get(pk=survey.pk)
    assert Results(stored).people() == 0
    assert Results(stored, sees_names=True).people() == 6


def test_a_closed_survey_shows_nothing_before_it_is_decided_what(town, people):
    survey = asked(survey_of(town, q={}), people, [{"q": 3}] * 10)
    Publication.objects.all().delete()
    waiting = Results(survey)
    assert (waiting.is_waiting, waiting.may_show(), waiting.summaries()) == (True, False, [])


def test_what_was_decided_stays(town, department, people):
    survey = asked(survey_of(town, q={}), people, [{"q": 3}] * 10)
    first = Publication.objects.get()
    make_department(town, "防災課", department)
    assert publish_survey(survey).pk == first.pk
    assert Publication.objects.get().tree == first.tree


def test_the_next_time_of_the_same_is_decided_knowing_the_one_before(town, department, people):
    """The same people but one: what both say of the department would tell what the new one said."""
    questionnaire = make_questionnaire(town, items={"q": {}})
    asked(make_survey(town, questionnaire), people[:10], [{"q": 3}] * 10)
    later = asked(make_survey(town, questionnaire), people[:11], [{"q": 3}] * 10 + [{"q": 1}])
    assert [row.survey.title for row in published_before(later)] == ["令和8年度第3回"]
    assert Results(later).may_show(Group(department.pk)) is False
    same_words = asked(survey_of(town, z={"text": "設問 ｑ。"}), people[:10], [{"z": 3}] * 10)
    assert len(published_before(same_words)) == 2
    unrelated = asked(survey_of(town, z={"text": "別の設問"}), people[:11], [{"z": 3}] * 11)
    assert Results(unrelated).may_show(Group(department.pk)) is True


def test_departments_of_two_times_find_each_other_after_a_reform(town, division, department, people):
    questionnaire = make_questionnaire(town, items={"q": {}})
    other = make_people(town, make_department(town, "税務課", division), 10)
    first = asked(make_survey(town, questionnaire), [*people, *other], [{"q": 3}] * 30)
    late = make_people(town, make_department(town, "防災課"), 10)
    second = asked(make_survey(town, questionnaire), [*people, *other, *late], [{"q": 3}] * 40)
    before, after = (Disclosure.unpacked(one.publication.arrays) for one in (first, second))
    assert after.departments[: len(before.departments)].tolist() == before.departments.tolist()
    assert (before.shown == Standing.SHOWN).all()
    assert after.may_show(department.pk)


def test_residents_are_counted_as_one(town):
    questionnaire = make_questionnaire(town, items={"q": {}})
    survey = opened(make_survey(town, questionnaire, audience=Audience.RESIDENTS, has_open_link=True), [])
    for number in range(12):
        ticket = Ticket(municipality=town, survey=survey, kind=TicketKind.OPEN, digest=f"{number:064}")
        ticket.save()
        hand_in(survey=survey, ticket=ticket, values={"q": 4})
    mix(survey)
    found = Results(closed(survey))
    assert (found.people(), found.invited(), found.roles, found.places) == (12, None, (), [])
    assert one(found).mean.mean == 4


def test_a_cross_table_counts_the_same_people(town, people):
    survey = survey_of(town, a={"kind": ItemKind.SINGLE, "choices": COLOURS}, b={})
    values = [{"a": "red", "b": 1}] * 5 + [{"a": "red", "b": 5}] * 5 + [{"a": "blue", "b": 1}] * 5
    found = results_of(survey, people, [*values, *[{"a": "blue", "b": 5}] * 5])
    table = cross_table(found, *crossable(found))
    assert table.columns == ("1", "5")
    assert [(row.label, [(cell.people, cell.percent) for cell in row.cells]) for row in table.rows] == [
        ("赤", [(5, 50), (5, 50)]),
        ("青", [(5, 50), (5, 50)]),
    ]
    assert (table.totals, table.people, table.hides_some) == ((10, 10), 20, False)


def test_cells_of_few_and_what_would_tell_of_them_are_hidden_in_a_cross_table(town, people):
    survey = survey_of(town, a={"kind": ItemKind.SINGLE, "choices": COLOURS}, b={})
    values = [{"a": "red", "b": 1}] * 9 + [{"a": "red", "b": 5}] * 1 + [{"a": "blue", "b": UNKNOWN}] * 9
    table_of = results_of(survey, people, [*values, {"a": "blue"}])
    table = cross_table(table_of, *crossable(table_of))
    assert table.columns == ("1", "5", "分からない", "無回答")
    assert table.hides_all
