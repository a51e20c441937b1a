"""The list of questionnaires, the editor, the library and the preview, as an officer uses them."""

import pytest

from kiun.municipality.models import Role
from kiun.surveys.models import Item, ItemKind, Questionnaire
from kiun.surveys.ready_made import COUNTER
from tests.surveys.builders import YES_NO, make_questionnaire
from tests.surveys.pages import sign_in, told, url


@pytest.fixture
def questionnaire(town):
    return make_questionnaire(
        town,
        items={"W1": {}, "used": {"kind": ItemKind.SINGLE, "choices": YES_NO}, "why": {"kind": ItemKind.LONG_TEXT}},
    )


def lock(questionnaire):
    Questionnaire.objects.filter(pk=questionnaire.pk).update(is_locked=True)


def item(questionnaire, key):
    return questionnaire.items.get(key=key)


def test_a_town_without_questionnaires_is_offered_ready_made_ones(client, town):
    sign_in(client, town)
    page = client.get(url(town, "questionnaire_list")).content.decode()
    assert COUNTER.name in page
    answer = client.post(url(town, "ready_set_take", "counter"))
    made = Questionnaire.objects.get()
    assert answer["Location"] == url(town, "questionnaire_detail", made.pk)
    assert [one.key for one in made.items.all()] == [one.key for one in COUNTER.items]


def test_an_unknown_ready_set_is_not_there(client, town):
    sign_in(client, town)
    assert client.post(url(town, "ready_set_take", "nothing")).status_code == 404


def test_a_questionnaire_is_written_from_nothing(client, town):
    sign_in(client, town)
    client.post(url(town, "questionnaire_create"), {"name": "窓口について"})
    made = Questionnaire.objects.get()
    kinds = client.get(url(town, "item_create", made.pk)).content.decode()
    assert "?kind=single" in kinds
    answer = client.post(
        url(town, "item_create", made.pk) + "?kind=single",
        {
            "text": "待ち時間はどうでしたか",
            "choices": "短かった\nふつう\n\n長かった",
            "choices_en": "short\n\nlong",
            "section": made.sections.get().pk,
            "is_required": "on",
        },
    )
    row = Item.objects.get()
    assert answer["Location"] == f"{url(town, 'questionnaire_detail', made.pk)}#item-{row.pk}"
    assert (row.text, row.is_required, row.offers_unknown, row.key) == ("待ち時間はどうでしたか", True, False, "q1")
    assert row.choices == [
        {"key": "c1", "text": "短かった", "text_en": "short"},
        {"key": "c2", "text": "ふつう"},
        {"key": "c3", "text": "長かった", "text_en": "long"},
    ]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("scale", {"points": "7", "low": "低い", "high": "高い"}, {"points": 7, "low": "低い", "high": "高い"}),
        ("number", {"least": "０", "most": "1,200", "unit": "分"}, {"least": "0", "most": "1200", "unit": "分"}),
        ("multiple", {"choices": "一\n二\n三", "most": "2"}, {"most": 2}),
        ("ranking", {"choices": "一\n二\n三", "most": ""}, {}),
        ("day", {}, {}),
        ("short_text", {"most": "50"}, {"most": 50}),
        ("long_text", {"most": ""}, {}),
        ("matrix", {"choices": "はい\nいいえ", "rows": "速さ\n正しさ"}, {}),
    ],
)
def test_each_kind_asks_for_what_it_needs(client, town, questionnaire, kind, given, kept):
    sign_in(client, town)
    address = url(town, "item_create", questionnaire.pk) + f"?kind={kind}"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"text": "新しい設問", "section": questionnaire.sections.get().pk, **given})
    assert answer.status_code == 302
    made = Item.objects.get(text="新しい設問")
    assert (made.kind, made.settings) == (kind, kept)
    assert client.get(url(town, "item_edit", made.pk)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("single", {"choices": "一つだけ"}, "choices"),
        ("single", {"choices": "一\n二", "choices_en": "one\ntwo\nthree"}, "choices_en"),
        ("number", {"least": "たくさん"}, "least"),
        ("scale", {"points": "6"}, "points"),
        ("matrix", {"choices": "はい\nいいえ", "rows": ""}, "rows"),
        ("scale", {"points": "5", "only_if": ["W1=1", "used=yes"]}, "only_if"),
        ("scale", {"points": "5", "only_if": ["W1=9"]}, "only_if"),
    ],
)
def test_what_is_missing_is_said_at_its_field(client, town, questionnaire, kind, given, field):
    sign_in(client, town)
    address = url(town, "item_create", questionnaire.pk) + f"?kind={kind}"
    answer = client.post(address, {"text": "新しい設問", "section": questionnaire.sections.get().pk, **given})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_question_is_asked_only_of_those_who_chose_an_answer(client, town, questionnaire):
    sign_in(client, town)
    row = item(questionnaire, "why")
    page = client.get(url(town, "item_edit", row.pk)).content.decode()
    assert 'value="used=no"' in page
    given = {"text": row.text, "section": row.section_id, "only_if": ["used=no"], "seen": "0"}
    client.post(url(town, "item_edit", row.pk), given)
    assert item(questionnaire, "why").only_if == {"item": "used", "choices": ["no"]}
    assert "2. いいえ" in client.get(url(town, "questionnaire_detail", questionnaire.pk)).content.decode()


def test_what_two_people_change_is_put_together_or_shown(client, town, questionnaire):
    sign_in(client, town)
    row = item(questionnaire, "used")
    given = {"text": row.text, "section": row.section_id, "offers_unknown": "on", "choices": "はい\nいいえ"}
    client.post(url(town, "item_edit", row.pk), {**given, "choices": "はい\nいいえ\nときどき", "seen": "0"})
    answer = client.post(url(town, "item_edit", row.pk), {**given, "text": "使いましたか", "seen": "0"})
    assert answer.status_code == 409
    form = answer.context["form"]
    assert (form["text"].value(), form["choices"].value()) == ("使いましたか", "はい\nいいえ\nときどき")
    assert answer.context["conflict"]["contested"] == ()


def test_the_editor_of_a_locked_version_only_shows_it_and_says_why(client, town, questionnaire):
    sign_in(client, town)
    lock(questionnaire)
    page = client.get(url(town, "questionnaire_detail", questionnaire.pk)).content.decode()
    row = item(questionnaire, "W1")
    assert url(town, "item_edit", row.pk) not in page
    assert url(town, "questionnaire_version", questionnaire.pk) in page
    client.post(url(town, "questionnaire_version", questionnaire.pk))
    version = Questionnaire.objects.get(number=2)
    found = client.get(url(town, "questionnaire_differences", version.pk)).context["differences"]
    assert [one.fate for one in found] == ["same"] * 3


def test_a_draft_is_deleted_and_one_that_is_in_use_is_not(client, town, questionnaire):
    sign_in(client, town)
    lock(questionnaire)
    client.post(url(town, "questionnaire_delete", questionnaire.pk))
    assert Questionnaire.objects.count() == 1
    Questionnaire.objects.update(is_locked=False)
    client.post(url(town, "questionnaire_delete", questionnaire.pk))
    assert Questionnaire.objects.count() == 0


def test_items_are_taken_from_the_library_with_one_button(client, town, questionnaire):
    sign_in(client, town)
    target = make_questionnaire(town, "新しい質問票", items={"Z": {}})
    page = client.get(url(town, "library") + f"?into={target.pk}&q=何分")
    assert [one.key for _ready, one in page.context["ready"]] == ["minutes"]
    address = url(town, "library_take", target.pk) + f"?into={target.pk}&q=x"
    answer = client.post(address, {"item": "counter:minutes"})
    assert answer["Location"] == url(town, "library") + f"?into={target.pk}&q=x"
    client.post(address, {"item": str(item(questionnaire, "W1").pk)})
    assert [one.key for one in target.items.all()] == ["Z", "minutes", "W1"]
    for junk in ("counter:nothing", "nothing:minutes", "0", "x", ""):
        assert told(client.post(address, {"item": junk}, follow=True))[-1] == "この設問は、もう設問集にありません。"
    assert target.items.count() == 3


def test_a_locked_questionnaire_takes_nothing(client, town, questionnaire):
    sign_in(client, town)
    lock(questionnaire)
    answer = client.post(url(town, "library_take", questionnaire.pk), {"item": "counter:minutes"}, follow=True)
    assert len(told(answer)) == 1
    assert questionnaire.items.count() == 3


def test_the_preview_is_what_people_answer(client, town, questionnaire):
    sign_in(client, town)
    page = client.get(url(town, "questionnaire_preview", questionnaire.pk)).content.decode()
    assert (page.count('name="a-used"'), page.count('name="a-W1"')) == (3, 6)
    assert "設問W1" in page


def test_a_reader_sees_questionnaires_and_changes_none(client, town, department, questionnaire):
    sign_in(client, town, Role.VIEWER, department)
    page = client.get(url(town, "questionnaire_detail", questionnaire.pk)).content.decode()
    assert url(town, "item_edit", item(questionnaire, "W1").pk) not in page
    for name in ("questionnaire_edit", "item_create", "section_create"):
        assert client.get(url(town, name, questionnaire.pk)).status_code == 403
    for name in ("questionnaire_copy", "questionnaire_version", "questionnaire_delete", "library_take"):
        assert client.post(url(town, name, questionnaire.pk)).status_code in {403, 404}
    assert Questionnaire.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PARTNER, Role.RESIDENT])
def test_partners_and_residents_see_no_staff_page(client, town, questionnaire, role):
    sign_in(client, town, role)
    for name in ("questionnaire_list", "library", "survey_create"):
        assert client.get(url(town, name)).status_code == 404
    assert client.get(url(town, "questionnaire_detail", questionnaire.pk)).status_code == 404
