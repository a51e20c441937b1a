"""Free texts: from ten answers on, and only after somebody has looked at them."""

from collections import Counter

import pytest

from kiun.activity.models import AuditEntry
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from kiun.surveys.models import FreeText, ItemKind, Review, Survey
from kiun.surveys.queries.texts import WHOLE_TOWN, count_texts, known_of, text_places, texts_at
from kiun.surveys.services.texts import Decision, review_texts, take_back
from tests.factories import make_actor, make_department
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
from tests.surveys.published import asked, closed, hand_in_all

ITEMS = {"q": {}, "why": {"kind": ItemKind.LONG_TEXT}}


@pytest.fixture
def dx(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


def survey_of(town, **fields):
    return make_survey(town, make_questionnaire(town, items=ITEMS), **fields)


def said(*texts):
    return [{"why": text} for text in texts]


def read_at(survey, place=None):
    return sorted(texts_at(survey, text_places(survey), place).values_list("text", flat=True))


def test_texts_of_ten_who_answered_are_read_at_their_department(town, department, people):
    survey = asked(survey_of(town), people, said("便利になった", "遅い", *[f"意見{n}" for n in range(8)]))
    [place] = text_places(survey).values()
    assert (place.key, place.name, place.answered) == (department.pk, "市民課", 10)
    assert len(read_at(survey, department.pk)) == 10


def test_nobody_reads_texts_of_nine_or_of_a_survey_that_runs(town, people):
    survey = asked(survey_of(town), people, said(*[f"意見{n}" for n in range(9)]))
    assert (text_places(survey), read_at(survey)) == ({}, [])
    running = opened(survey_of(town), people)
    hand_in_all(running, people, said(*[f"意見{n}" for n in range(12)]))
    assert text_places(Survey.objects.get(pk=running.pk)) == {}


def test_a_department_of_which_few_answered_is_read_with_those_above(town, division, department, people):
    """Both departments invited twelve; of the second four answered."""
    other = make_people(town, make_department(town, "税務課", division), 12)
    leaders = make_people(town, division, 12)
    values = [*said(*["市民課"] * 12), *said(*["部"] * 10), *said(*["税務課"] * 4)]
    opened(survey := survey_of(town), [*people, *leaders, *other])
    hand_in_all(survey, [*people, *leaders[:10], *other[:4]], values)
    survey = closed(survey)
    assert read_at(survey, department.pk) == ["市民課"] * 12
    assert read_at(survey, division.pk) == sorted(["部"] * 10 + ["税務課"] * 4)
    assert {place.answered for place in text_places(survey).values()} == {12, 14}
    # Whoever has the database finds no text nearer to the four.
    kept = Counter(FreeText.objects.values_list("department__name", flat=True))
    assert kept == {"市民課": 12, "市民部": 14}


def test_a_department_alone_at_the_top_takes_another_with_it(town, people):
    other = make_people(town, make_department(town, "会計課"), 12)
    opened(survey := survey_of(town), [*people, *other])
    hand_in_all(survey, [*people, *other[:3]], [*said(*["市民課"] * 12), *said(*["会計課"] * 3)])
    survey = closed(survey)
    assert {place.key for place in text_places(survey).values()} == {WHOLE_TOWN}
    assert len(read_at(survey)) == 15


def test_what_is_shown_loses_its_original_and_what_is_withheld_keeps_it(town, people, dx):
    survey = asked(survey_of(town), people, said("佐藤さんが親切", "個人的な話", *["他"] * 10))
    kind, private = (FreeText.objects.get(text=text) for text in ("佐藤さんが親切", "個人的な話"))
    decisions = [
        Decision(text=kind.pk, review=Review.SHOWN, shown="［氏名］さんが親切"),
        Decision(text=private.pk, review=Review.WITHHELD),
    ]
    assert review_texts(actor=dx, survey=survey, decisions=decisions) == 2
    kind.refresh_from_db()
    private.refresh_from_db()
    assert (kind.review, kind.shown, kind.text) == (Review.SHOWN, "［氏名］さんが親切", "")
    assert (private.review, private.shown, private.text) == (Review.WITHHELD, "", "個人的な話")
    counts = count_texts(texts_at(survey, text_places(survey)))
    assert (counts.waiting, counts.shown, counts.withheld, counts.all) == (10, 1, 1, 12)


def test_nothing_is_put_into_a_mouth(town, people, dx):
    survey = asked(survey_of(town), people, said("窓口が遅い", *["他"] * 10))
    row = FreeText.objects.get(text="窓口が遅い")
    for words in ("窓口が速い", "", "  "):
        with pytest.raises(DomainError) as refused:
            review_texts(actor=dx, survey=survey, decisions=[Decision(text=row.pk, review=Review.SHOWN, shown=words)])
        assert refused.value.field == str(row.pk)
    assert FreeText.objects.get(pk=row.pk).text == "窓口が遅い"


def test_the_first_decision_counts_and_can_be_taken_back(town, people, dx):
    survey = asked(survey_of(town), people, said("遅い", *["他"] * 10))
    row = FreeText.objects.get(text="遅い")
    withhold = [Decision(text=row.pk, review=Review.WITHHELD)]
    show = [Decision(text=row.pk, review=Review.SHOWN, shown="遅い")]
    assert review_texts(actor=dx, survey=survey, decisions=withhold) == 1
    assert review_texts(actor=dx, survey=survey, decisions=show) == 0
    assert take_back(actor=dx, survey=survey, text=row).review == Review.WAITING
    assert review_texts(actor=dx, survey=survey, decisions=show) == 1
    assert take_back(actor=dx, survey=survey, text=row).review == Review.WITHHELD
    assert take_back(actor=dx, survey=survey, text=row).review == Review.SHOWN


def test_whoever_may_not_open_the_survey_checks_no_text(town, department, people):
    survey = asked(survey_of(town, department=department), people, said(*["意見"] * 12))
    row = FreeText.objects.first()
    for role in (Role.EXECUTIVE, Role.MEMBER):
        with pytest.raises(NotAllowedError):
            review_texts(
                actor=make_actor(town, role, department),
                survey=survey,
                decisions=[Decision(text=row.pk, review=Review.SHOWN, shown="意見")],
            )
    head = make_actor(town, Role.HEAD, department)
    assert review_texts(actor=head, survey=survey, decisions=[Decision(text=row.pk, review=Review.WITHHELD)]) == 1


def test_texts_of_too_few_are_not_kept(town, people):
    asked(survey_of(town), people, said(*["意見"] * 9))
    assert FreeText.objects.count() == 0


def test_the_record_says_how_many_and_no_word_of_them(town, people, dx):
    survey = asked(survey_of(town), people, said(*["秘密の話"] * 12))
    rows = list(FreeText.objects.all())
    shown = [Decision(text=row.pk, review=Review.SHOWN, shown="［その他］話") for row in rows[:2]]
    review_texts(actor=dx, survey=survey, decisions=[*shown, Decision(text=rows[2].pk, review=Review.WITHHELD)])
    entry = AuditEntry.objects.get(verb="texts_checked")
    assert (entry.object_type, entry.object_id, entry.before, entry.after) == ("surveys.survey", survey.pk, {}, {})
    assert "2" in entry.reason
    assert "1" in entry.reason
    assert not AuditEntry.objects.filter(reason__contains="話").exists()


def test_names_and_numbers_of_everybody_who_had_a_post_are_known(town, department):
    make_people(town, department, 1, staff_number="004512")
    known = known_of(town)
    assert (known.town, known.names, known.numbers) == ("ひなた市", ("緑川 葵",), ("004512",))
    assert set(known.departments) == {"市民部", "市民課"}
