"""What is hidden of a free text before anybody but the one who checks it reads it. Towns and people are fictional."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.surveys.redaction import Known, Redactor, keeps_the_words

KNOWN = Known(
    town="ひなた市",
    names=("緑川 葵", "黒田 恵理", "白井 健太", "東 一郎", "阿部 誠", "和泉桜"),
    numbers=("004512", "A-7731"),
    departments=("市民課", "税務課", "高齢介護課", "DX推進課", "情報システム課"),
)
REDACTOR = Redactor(KNOWN)

HIDDEN = {
    # names of the town's people
    "緑川葵がいつも助けてくれます。": "［氏名］がいつも助けてくれます。",
    "緑川　葵に聞きました": "［氏名］に聞きました",
    "黒田がすぐに対応した": "［氏名］がすぐに対応した",
    "和泉桜さんと和泉桜": "［氏名］さんと［氏名］",
    "担当の白井に電話した": "担当の［氏名］に電話した",
    # honorifics and titles
    "佐藤さんが親切でした。": "［氏名］さんが親切でした。",
    "窓口の鈴木様に感謝します": "窓口の［氏名］様に感謝します",
    "市民課の高橋係長の説明が長い": "市民課の［氏名］係長の説明が長い",
    "市民課佐藤さんの対応": "市民課［氏名］さんの対応",
    "総務部鈴木部長は話を聞かない": "総務部［氏名］部長は話を聞かない",
    "阿部課長と服部課長補佐": "［氏名］課長と［氏名］課長補佐",
    "東さんと林さん": "［氏名］さんと［氏名］さん",
    "スミス氏の研修": "［氏名］氏の研修",
    "、さくらちゃんが": "、［氏名］ちゃんが",
    "伊藤先生方の話": "［氏名］先生方の話",
    "Tanakaさんに聞く": "［氏名］さんに聞く",
    "担当：小林": "担当：［氏名］",
    "氏名は山本 太郎です": "氏名は［氏名］です",
    # numbers
    "電話は0123-45-6789です": "電話は［電話番号］です",
    "携帯０９０−１２３４−５６７８まで": "携帯［電話番号］まで",
    "(0123)45-6789へ": "［電話番号］へ",
    "0312345678に電話": "［電話番号］に電話",
    "内線2345": "内線［電話番号］",
    "hinata.taro@example.lg.jpへ": "［メールアドレス］へ",
    "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ": "［メールアドレス］",
    "https://example.com/a?b=c を見て": "［URL］ を見て",
    "職員番号は１２３４５です": "職員番号は［職員番号］です",
    "004512の者です": "［職員番号］の者です",
    # addresses
    "〒123-4567に住んでいます": "［郵便番号］に住んでいます",
    "123-4567 ひなた市本町3-2-1": "［郵便番号］ ［住所］",
    "ひなた市本町三丁目2番1号の者": "［住所］の者",
    "私は中央１丁目２−３に": "私は［住所］に",
    "栄町12-3のアパート": "［住所］のアパート",
    "青空県ひなた市大字北原字向山1234番地5": "［住所］",
    "桜台1丁目の交差点": "［住所］の交差点",
}
KEPT = [
    "お客様を待たせない窓口にしたい",
    "皆さんの協力に感謝します。みなさんありがとう",
    "仕様書が分かりにくい。要求仕様の確認が必要",
    "職員さんが忙しそう。看護師さんも足りない",
    "市民課長は忙しい。高齢介護課長も、DX推進課長も",
    "副市長の発言。市議会議員の質問",
    "たくさんの書類がある。そこにもたくさんある",
    "同様の意見が多様にある",
    "10-12時は混む。資料3-2を見た。図1-2",
    "5番窓口で30分待った。第1回と令和8年3月31日",
    "おつかれさまです。おかげさまで便利になった",
    "お子さんを連れた保護者さんが困る。スタッフさんは親切",
    "石川県や山口市の事例を見た",
    "申請は150-200件で、費用は1,234,567円",
    "市民課さんと情報システム課さん",
    "各課長と前課長、新任の課長",
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN.items())
def test_what_tells_who_it_is_gets_a_mark(text, shown):
    assert REDACTOR.redact(text) == shown


@pytest.mark.parametrize("text", KEPT)
def test_what_tells_nobody_stays_as_it_was_written(text):
    assert REDACTOR.redact(text) == text


def test_half_width_kana_keep_their_place():
    assert REDACTOR.redact("ｶﾞｲﾄﾞを見た 090-1234-5678 ﾊﾟｿｺﾝ") == "ｶﾞｲﾄﾞを見た ［電話番号］ ﾊﾟｿｺﾝ"


def test_all_of_it_in_one_text():
    text = "市民課の佐藤さん（内線2345）へ。ひなた市本町3-2-1 緑川葵 090-1234-5678"
    assert REDACTOR.redact(text) == ("市民課の［氏名］さん（内線［電話番号］）へ。［住所］ ［氏名］ ［電話番号］")


def test_nothing_is_known_of_a_town_without_people():
    assert Redactor(Known()).redact("佐藤さんと緑川葵、ひなた市本町3-2-1") == "［氏名］さんと緑川葵、ひなた［住所］"


@given(st.text(alphabet="佐藤田中課長さん様市町1２-３ー（@.x ｶﾞ\n課部0９", max_size=60))
def test_whatever_is_written_only_words_go_and_marks_come(text):
    assert keeps_the_words(text, REDACTOR.redact(text))


@pytest.mark.parametrize(
    ("shown", "is_kept"),
    [
        ("佐藤さんは遅い", True),
        ("［氏名］さんは遅い", True),
        ("［氏名］は［その他］", True),
        ("［氏名］", True),
        ("佐藤さんは速い", False),
        ("［氏名］さんは速い", False),
        ("とても［氏名］さんは遅い", False),
        ("［氏名］遅いさんは", False),
        ("", False),
    ],
)
def test_whoever_checks_may_hide_more_or_less_and_change_no_word(shown, is_kept):
    assert keeps_the_words("佐藤さんは遅い", shown) is is_kept
