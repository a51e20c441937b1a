"""Questionnaires in versions: what stays comparable, what is locked, what is taken from the library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from kiun.surveys.answering import problem_of
from kiun.surveys.item_facts import facts_of, keyed, put_facts
from kiun.surveys.models import Item, ItemKind, Questionnaire, Section
from kiun.surveys.queries.questionnaires import (
    Fate,
    differences,
    library_items,
    parts_of,
    questionnaire_list,
    ready_items,
    versions_of,
)
from kiun.surveys.ready_made import COUNTER, READY_SETS
from kiun.surveys.services.items import (
    duplicate_item,
    move_item,
    move_section,
    remove_item,
    remove_section,
    save_item,
    save_section,
    take_item,
)
from kiun.surveys.services.questionnaires import (
    copy_questionnaire,
    create_questionnaire,
    delete_questionnaire,
    make_new_version,
    take_ready_set,
)
from tests.factories import TODAY, make_membership
from tests.surveys.builders import YES_NO, make_questionnaire, make_survey


@pytest.fixture
def actor(town, department):
    return actor_of(make_membership(town, Role.ADMIN, department).user, town, on=TODAY)


@pytest.fixture
def questionnaire(town):
    return make_questionnaire(
        town,
        items={
            "W1": {},
            "used": {"kind": ItemKind.SINGLE, "choices": YES_NO},
            "why": {"kind": ItemKind.LONG_TEXT, "only_if": {"item": "used", "choices": ["no"]}},
        },
    )


def lock(questionnaire):
    Questionnaire.objects.filter(pk=questionnaire.pk).update(is_locked=True)
    questionnaire.refresh_from_db()


def keys(questionnaire):
    return [item.key for item in questionnaire.items.all()]


def item(questionnaire, key):
    return questionnaire.items.get(key=key)


def facts(row, **changes):
    return {**facts_of(row), **changes}


def test_a_new_version_keeps_the_keys_of_what_it_asks(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    assert (version.family, version.number, version.is_locked) == (questionnaire.family, 2, False)
    assert keys(version) == ["W1", "used", "why"]
    assert item(version, "why").only_if == {"item": "used", "choices": ["no"]}
    assert [one.number for one in versions_of(questionnaire)] == [2, 1]


def test_there_is_one_draft_of_a_questionnaire_at_a_time(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    assert make_new_version(actor=actor, questionnaire=questionnaire) == version
    assert Questionnaire.objects.count() == 2


def test_a_copy_is_another_questionnaire(actor, questionnaire):
    copy = copy_questionnaire(actor=actor, questionnaire=questionnaire)
    assert copy.family != questionnaire.family
    assert (copy.number, copy.name) == (1, "DX機運調査（写し）")
    assert keys(copy) == ["W1", "used", "why"]


def test_a_locked_version_stays_as_it_is(actor, questionnaire):
    lock(questionnaire)
    row = item(questionnaire, "W1")
    for change in (
        lambda: save_item(actor=actor, item=row, facts=facts(row, text="別の文")),
        lambda: move_item(actor=actor, item=row, up=False),
        lambda: duplicate_item(actor=actor, item=row),
        lambda: remove_item(actor=actor, item=row),
        lambda: take_item(actor=actor, questionnaire=questionnaire, item=COUNTER.items[0]),
        lambda: save_section(actor=actor, section=row.section),
        lambda: delete_questionnaire(actor=actor, questionnaire=questionnaire),
    ):
        with pytest.raises(DomainError):
            change()
    assert [(one.key, one.text) for one in questionnaire.items.all()] == [
        ("W1", "設問W1"),
        ("used", "設問used"),
        ("why", "設問why"),
    ]


def test_differences_name_what_is_the_same_reworded_changed_new_and_gone(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    scale, single = item(version, "W1"), item(version, "used")
    save_item(actor=actor, item=scale, facts=facts(scale, text="あなたの職場では"))
    save_item(actor=actor, item=single, facts=facts(single, choices=["はい", "いいえ", "ときどき"]))
    remove_item(actor=actor, item=item(version, "why"))
    take_item(actor=actor, questionnaire=version, item=COUNTER.items[1])
    found = differences(list(questionnaire.items.all()), list(version.items.all()))
    assert [(one.item.key, one.fate) for one in found] == [
        ("W1", Fate.REWORDED),
        ("used", Fate.CHANGED),
        ("csat", Fate.NEW),
        ("why", Fate.GONE),
    ]


def test_an_unchanged_version_differs_in_nothing(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    found = differences(list(questionnaire.items.all()), list(version.items.all()))
    assert {one.fate for one in found} == {Fate.SAME}


def test_a_scale_with_more_steps_is_answered_differently(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    scale = item(version, "W1")
    save_item(actor=actor, item=scale, facts=facts(scale, points=7))
    [first, *_others] = differences(list(questionnaire.items.all()), list(version.items.all()))
    assert first.fate == Fate.CHANGED


def test_a_key_that_was_asked_once_comes_back_for_no_other_question(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    new = Item(questionnaire=version, section=version.sections.get(), kind=ItemKind.SCALE)
    made = save_item(actor=actor, item=new, facts=facts(new, text="新しい設問"))
    assert made.key == "q1"
    remove_item(actor=actor, item=made)
    lock(version)
    third = make_new_version(actor=actor, questionnaire=version)
    remove_item(actor=actor, item=item(third, "why"))
    again = Item(questionnaire=third, section=third.sections.get(), kind=ItemKind.LONG_TEXT)
    assert save_item(actor=actor, item=again, facts=facts(again, text="もう一つ")).key == "q1"
    # "why" was asked in earlier versions, so what is taken under its name gets another one.
    ready = next(one for one in READY_SETS[2].items if one.key == "why_not")
    assert take_item(actor=actor, questionnaire=third, item=ready).key == "why_not"
    source = make_questionnaire(version.municipality, items={"why": {}})
    assert take_item(actor=actor, questionnaire=third, item=item(source, "why")).key == "q2"


def test_a_removed_answer_gives_its_key_to_no_other_answer(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    single = item(version, "used")
    save_item(actor=actor, item=single, facts=facts(single, choices=["はい", "いいえ", "たまに"]))
    single.refresh_from_db()
    assert [line["key"] for line in single.choices] == ["yes", "no", "c1"]
    lock(version)
    third = make_new_version(actor=actor, questionnaire=version)
    single = item(third, "used")
    save_item(actor=actor, item=single, facts=facts(single, choices=["はい", "いいえ"]))
    save_item(actor=actor, item=single, facts=facts(item(third, "used"), choices=["はい", "いいえ", "毎日"]))
    assert [line["key"] for line in item(third, "used").choices] == ["yes", "no", "c2"]


LINES = st.lists(st.text("あいう", min_size=1, max_size=3), min_size=1, max_size=6, unique=True)


@given(before=LINES, after=LINES)
def test_lines_with_the_same_words_keep_their_keys_and_no_key_is_given_twice(before, after):
    old = keyed([(text, "") for text in before], [], letter="c")
    new = keyed([(text, "") for text in after], old, letter="c")
    known = {line["text"]: line["key"] for line in old}
    assert [line["text"] for line in new] == after
    assert len({line["key"] for line in new}) == len(after)
    assert all(line["key"] == known[line["text"]] for line in new if line["text"] in known)


def test_a_line_reworded_in_its_place_keeps_its_key():
    assert keyed([("はい", ""), ("いいえ、まだです", "not yet")], YES_NO, letter="c") == [
        {"key": "yes", "text": "はい"},
        {"key": "no", "text": "いいえ、まだです", "text_en": "not yet"},
    ]


@pytest.mark.parametrize("ready", [one for ready in READY_SETS for one in ready.items], ids=lambda one: one.key)
def test_what_the_form_shows_of_an_item_is_the_whole_item(ready):
    row = Item(**ready.fields())
    again = Item(kind=row.kind, choices=row.choices, rows=row.rows)
    put_facts(again, facts_of(row))
    names = ("text", "text_en", "help", "help_en", "is_required", "offers_unknown", "choices", "rows", "only_if")
    assert {name: getattr(again, name) for name in names} == {name: getattr(row, name) for name in names}
    assert again.settings == ({"points": 5} if row.kind == ItemKind.SCALE else {}) | row.settings


@pytest.mark.parametrize("ready", READY_SETS, ids=lambda one: one.slug)
def test_a_ready_set_can_be_asked_as_it_is(actor, ready):
    questionnaire = take_ready_set(actor=actor, ready=ready)
    items = list(questionnaire.items.all())
    assert [one.key for one in items] == [one.key for one in ready.items]
    assert [problem_of(one, items[:place]) for place, one in enumerate(items)] == [""] * len(items)
    assert "未検証" in questionnaire.origin
    assert all(one.text_en for one in items)


def test_moving_goes_from_one_section_into_the_next(actor, questionnaire):
    second = Section(municipality=questionnaire.municipality, questionnaire=questionnaire, title="その他")
    save_section(actor=actor, section=second)
    move_item(actor=actor, item=item(questionnaire, "why"), up=False)
    assert [one.section.title for one in questionnaire.items.all()] == [
        "あなたの職場について",
        "あなたの職場について",
        "その他",
    ]
    move_item(actor=actor, item=item(questionnaire, "why"), up=True)
    move_item(actor=actor, item=item(questionnaire, "why"), up=True)
    assert keys(questionnaire) == ["W1", "why", "used"]
    move_section(actor=actor, section=second, up=True)
    assert [section.title for section in questionnaire.sections.all()] == ["その他", "あなたの職場について"]


def test_a_question_that_depends_on_a_later_one_is_named(actor, questionnaire):
    move_item(actor=actor, item=item(questionnaire, "why"), up=True)
    [part] = parts_of(questionnaire)
    assert [bool(line.problem) for line in part.lines] == [False, True, False]


def test_a_duplicate_stands_right_behind(actor, questionnaire):
    copy = duplicate_item(actor=actor, item=item(questionnaire, "W1"))
    assert keys(questionnaire) == ["W1", copy.key, "used", "why"]
    assert (copy.text, copy.key) == ("設問W1", "q1")


def test_a_section_goes_with_its_questions_but_the_last_one_stays(actor, questionnaire):
    first = questionnaire.sections.get()
    second = Section(municipality=questionnaire.municipality, questionnaire=questionnaire, title="その他")
    save_section(actor=actor, section=second)
    remove_section(actor=actor, section=first)
    assert keys(questionnaire) == []
    with pytest.raises(DomainError):
        remove_section(actor=actor, section=second)


def test_two_who_write_the_same_question_do_not_overwrite_each_other(actor, questionnaire):
    row = item(questionnaire, "W1")
    save_item(actor=actor, item=row, facts=facts(row, text="先に書いた文"))
    with pytest.raises(ConflictError):
        save_item(actor=actor, item=row, facts=facts(row, text="後から書いた文"), seen=0)
    assert item(questionnaire, "W1").text == "先に書いた文"


def test_what_cannot_be_asked_is_refused_at_its_field(actor, questionnaire):
    single = item(questionnaire, "used")
    with pytest.raises(DomainError) as twice:
        save_item(actor=actor, item=single, facts=facts(single, choices=["はい", "はい"]))
    assert twice.value.field == "choices"
    number = Item(questionnaire=questionnaire, section=single.section, kind=ItemKind.NUMBER)
    with pytest.raises(DomainError) as upside_down:
        save_item(actor=actor, item=number, facts=facts(number, text="何分", least="10", most="9.5"))
    assert upside_down.value.field == "most"


def test_a_draft_that_a_survey_asks_is_not_deleted(town, actor, questionnaire):
    survey = make_survey(town, questionnaire)
    with pytest.raises(DomainError):
        delete_questionnaire(actor=actor, questionnaire=questionnaire)
    survey.delete()
    delete_questionnaire(actor=actor, questionnaire=questionnaire)
    assert not Questionnaire.objects.exists()


def test_the_list_shows_the_newest_version_with_its_size_and_all_uses(town, actor, questionnaire):
    make_survey(town, questionnaire)
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    make_survey(town, version)
    other = create_questionnaire(actor=actor, questionnaire=Questionnaire(name="窓口の満足度"))
    found = [(row.pk, row.size, row.uses) for row in questionnaire_list(actor)]
    assert found == [(other.pk, 0, 0), (version.pk, 3, 2)]
    assert [row.pk for row in questionnaire_list(actor, "ＤＸ 機運")] == [version.pk]


def test_the_library_finds_the_newest_words_and_what_comes_with_kiun(actor, questionnaire):
    lock(questionnaire)
    version = make_new_version(actor=actor, questionnaire=questionnaire)
    assert [row.questionnaire_id for row in library_items(actor, "設問W1")] == [version.pk]
    assert [(ready.slug, one.key) for ready, one in ready_items("何分")] == [("counter", "minutes")]
    assert list(ready_items("どこにもない言葉")) == []


def test_what_is_taken_from_the_library_depends_on_nothing(actor, questionnaire):
    target = create_questionnaire(actor=actor, questionnaire=Questionnaire(name="新しい質問票"))
    taken = take_item(actor=actor, questionnaire=target, item=item(questionnaire, "why"))
    assert (taken.key, taken.only_if, taken.text) == ("why", {}, "設問why")
