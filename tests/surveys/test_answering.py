"""What a form holds becomes answers, or a sentence: never an exception, never something that cannot be."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.surveys.answering import is_asked, name_of, problem_of, read_answers
from kiun.surveys.models import UNKNOWN, Item, ItemKind

CHOICES = [{"key": key, "text": f"選択肢{key}"} for key in ("a", "b", "c", "d")]
ROWS = [{"key": key, "text": f"行{key}"} for key in ("r1", "r2", "r3")]


def item(kind, key="x", **fields):
    return Item(kind=kind, key=key, text=f"設問{key}", **fields)


def read(one, *texts, **rows):
    raw = {name_of(one): list(texts), **{name_of(one, row): list(given) for row, given in rows.items()}}
    answered = read_answers([one], raw)
    assert not (answered.values and answered.errors)
    return answered.values.get(one.key), answered.errors.get(one.key)


def refused(one, *texts, **rows):
    value, error = read(one, *texts, **rows)
    assert value is None
    assert error
    return error


SCALE = item(ItemKind.SCALE)
SINGLE = item(ItemKind.SINGLE, choices=CHOICES)
MULTIPLE = item(ItemKind.MULTIPLE, choices=CHOICES, settings={"most": 2})
RANKING = item(ItemKind.RANKING, choices=CHOICES, settings={"most": 3})
NUMBER = item(ItemKind.NUMBER, settings={"least": "0", "most": "100", "decimals": 1})
DAY = item(ItemKind.DAY)
SHORT = item(ItemKind.SHORT_TEXT)
LONG = item(ItemKind.LONG_TEXT)
MATRIX = item(ItemKind.MATRIX, choices=CHOICES, rows=ROWS)
EVERY = (SCALE, SINGLE, MULTIPLE, RANKING, NUMBER, DAY, SHORT, LONG, MATRIX)


@pytest.mark.parametrize(
    ("one", "texts", "value"),
    [
        (SCALE, ["5"], 5),
        (SCALE, ["５"], 5),
        (SINGLE, ["b"], "b"),
        (MULTIPLE, ["d", "a"], ["a", "d"]),
        (RANKING, ["d", "", "a"], ["d", "a"]),
        (NUMBER, ["１２.５"], "12.5"),
        (item(ItemKind.NUMBER), ["1,240"], "1240"),
        (DAY, ["2026-11-23"], "2026-11-23"),
        (SHORT, ["  窓口  "], "窓口"),
        (LONG, ["一行目\r\n二行目"], "一行目\n二行目"),
    ],
)
def test_what_is_written_is_read(one, texts, value):
    assert read(one, *texts) == (value, None)


@pytest.mark.parametrize("one", [SCALE, SINGLE, MULTIPLE, RANKING, NUMBER, DAY])
def test_i_do_not_know_is_an_answer_whatever_else_stands_there(one):
    assert read(one, "1", UNKNOWN) == (UNKNOWN, None)


def test_where_it_is_not_offered_it_is_none():
    assert refused(item(ItemKind.SCALE, offers_unknown=False), UNKNOWN)


def test_texts_may_hold_a_question_mark():
    assert read(SHORT, "?") == ("?", None)


@pytest.mark.parametrize("text", ["0", "6", "-1", "1.0", "9" * 500, "a", "٣", "1\x00"])
def test_a_point_off_the_scale_is_refused(text):
    refused(SCALE, text)


def test_a_scale_of_seven_has_seven_points():
    seven = item(ItemKind.SCALE, settings={"points": 7})
    assert read(seven, "7") == (7, None)
    refused(seven, "8")


def test_forged_choices_are_refused():
    refused(SINGLE, "z")
    refused(SINGLE, "a", "b")
    refused(MULTIPLE, "a", "z")
    refused(MULTIPLE, "a", "a")
    refused(MULTIPLE, "a", "b", "c")
    refused(RANKING, "a", "a")
    refused(RANKING, "a", "b", "c", "d")
    refused(MATRIX, r1=["z"])


@pytest.mark.parametrize("text", ["-1", "100.1", "12.55", "1e3", "nan", "٣", "1" * 500, "12-3"])
def test_a_number_outside_of_what_is_asked_is_refused(text):
    refused(NUMBER, text)


def test_the_sentence_names_the_bounds():
    assert refused(NUMBER, "101") == "0から100までの数を入力してください。"


@pytest.mark.parametrize("text", ["2026-02-30", "昨日", "0000-01-01", "99999-01-01"])
def test_a_day_that_does_not_exist_is_refused(text):
    refused(DAY, text)


def test_a_text_of_a_megabyte_is_refused_and_one_of_the_longest_is_taken():
    refused(LONG, "あ" * 1_000_000)
    refused(LONG, "あ" * 2001)
    assert read(LONG, "あ" * 2000) == ("あ" * 2000, None)
    refused(item(ItemKind.SHORT_TEXT, settings={"most": "20"}), "あ" * 21)


def test_rows_of_a_table_are_answered_one_by_one():
    assert read(MATRIX, r1=["a"], r3=[UNKNOWN]) == ({"r1": "a", "r3": UNKNOWN}, None)
    assert read(MATRIX, r9=["a"]) == (None, None)


def test_a_required_table_wants_each_row():
    required = item(ItemKind.MATRIX, choices=CHOICES, rows=ROWS, is_required=True)
    refused(required, r1=["a"])
    refused(required)
    assert read(required, r1=["a"], r2=["b"], r3=["c"]) == ({"r1": "a", "r2": "b", "r3": "c"}, None)


@pytest.mark.parametrize("one", EVERY)
def test_what_need_not_be_answered_may_be_left_out(one):
    assert read(one) == (None, None)
    assert read(one, "", "   ") == (None, None)


def test_a_text_of_nothing_that_can_be_seen_is_none():
    assert read(SHORT, "\x00") == read(LONG, " \r\n\x00 \r\n") == (None, None)


@pytest.mark.parametrize("kind", ItemKind.values)
def test_what_must_be_answered_is_missed(kind):
    refused(item(kind, choices=CHOICES, rows=ROWS, is_required=True), "  ")


def branching():
    """Only who uses it is asked what for, and only who said "a" is asked for a text about it."""
    uses = item(ItemKind.SINGLE, "uses", choices=CHOICES)
    what_for = item(ItemKind.MULTIPLE, "what", choices=CHOICES, only_if={"item": "uses", "choices": ["a"]})
    why = item(ItemKind.LONG_TEXT, "why", is_required=True, only_if={"item": "what", "choices": ["b", "c"]})
    return [uses, what_for, why]


def test_what_is_not_asked_is_neither_read_nor_missed():
    raw = {"a-uses": ["b"], "a-what": ["b"], "a-why": ["理由"]}
    answered = read_answers(branching(), raw)
    assert (answered.values, answered.errors) == ({"uses": "b"}, {})


def test_the_way_through_the_branches():
    answered = read_answers(branching(), {"a-uses": ["a"], "a-what": ["a", "c"], "a-why": ["理由"]})
    assert answered.values == {"uses": "a", "what": ["a", "c"], "why": "理由"}
    assert list(read_answers(branching(), {"a-uses": ["a"], "a-what": ["c"]}).errors) == ["why"]


def test_a_scale_may_lead_on():
    follow = item(ItemKind.LONG_TEXT, "y", only_if={"item": "x", "choices": ["1", "2"]})
    assert is_asked(follow, {"x": 2})
    assert not is_asked(follow, {"x": 4})
    assert not is_asked(follow, {})


def test_fields_of_nobody_are_nobodys_answers():
    raw = {"a-x": ["3"], "a-admin": ["1"], "stratum": ["7"], "a-x-r1": ["a"], "pair": ["someone"]}
    assert read_answers([SCALE], raw).values == {"x": 3}


def test_what_can_be_asked():
    assert problem_of(SCALE, []) == ""
    assert problem_of(item(ItemKind.SINGLE, choices=CHOICES[:1]), [])
    assert problem_of(item(ItemKind.MATRIX, choices=CHOICES), [])
    earlier, later, _why = branching()
    assert problem_of(later, [earlier]) == ""
    assert problem_of(later, [])
    assert problem_of(item(ItemKind.DAY, only_if={"item": "uses", "choices": ["gone"]}), [earlier])


anything = st.lists(st.text(max_size=30) | st.sampled_from(["a", "b", "?", "1", "5", "2026-11-23", "0.5"]), max_size=6)
raws = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("a-x", "a-x-r1", "a-x-r2", "a-x-r3", "a-uses", "a-what", "a-why"), anything),
)


KEYS = [choice["key"] for choice in CHOICES]
POSSIBLE = {
    ItemKind.SCALE: lambda one, value: value in range(1, 6),
    ItemKind.SINGLE: lambda one, value: value in KEYS,
    ItemKind.MULTIPLE: lambda one, value: len(set(value)) == len(value) <= 2 and set(value) <= set(KEYS),
    ItemKind.RANKING: lambda one, value: len(set(value)) == len(value) <= 3 and set(value) <= set(KEYS),
    ItemKind.NUMBER: lambda one, value: 0 <= Decimal(value) <= 100 and value.isascii(),
    ItemKind.DAY: lambda one, value: date.fromisoformat(value).isoformat() == value,
    ItemKind.SHORT_TEXT: lambda one, value: 0 < len(value) <= 200 and "\x00" not in value,
    ItemKind.LONG_TEXT: lambda one, value: 0 < len(value) <= 2000 and "\x00" not in value,
    ItemKind.MATRIX: lambda one, value: (
        bool(value) and set(value) <= {"r1", "r2", "r3"} and set(value.values()) <= {*KEYS, UNKNOWN}
    ),
}


def is_possible(one, value):
    return (value == UNKNOWN and not one.is_text) or POSSIBLE[one.kind](one, value)


@given(st.sampled_from(EVERY), raws)
def test_whatever_is_sent_only_possible_answers_come_out(one, raw):
    answered = read_answers([one], raw)
    assert len(answered.values) + len(answered.errors) <= 1
    assert all(is_possible(one, value) for value in answered.values.values())


@given(raws)
def test_an_answer_stands_only_where_its_question_was_asked(raw):
    items = branching()
    answered = read_answers(items, raw)
    for one in items:
        if one.key in answered.values or one.key in answered.errors:
            assert is_asked(one, answered.values)
