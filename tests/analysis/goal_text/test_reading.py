from datetime import date
from decimal import Decimal

import pytest

from kiun.analysis.goal_text import Direction, GoalReading, Part, answer, read_goal

TODAY = date(2026, 11, 23)


def goal(text: str) -> GoalReading:
    return read_goal(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "target", "unit", "deadline"),
    [
        ("本計画の22の取組を着実に進める", None, "", None),
        ("待機児童数を令和9年度までに半減する", "半減", "", date(2028, 3, 31)),
        ("待機児童ゼロを令和9年度までに達成する", "ゼロ", "", date(2028, 3, 31)),
        ("令和9年度までに全ての申請手続をオンライン化する", "全て", "", date(2028, 3, 31)),
        ("収支の均衡を令和9年度までに実現する", "均衡", "", date(2028, 3, 31)),
        ("登録者数を2030年までに倍増させる", "倍増", "", date(2030, 12, 31)),
        ("処理時間を30%短縮した", None, "", None),
        ("研修の受講者を22~26年度に累計5,000人とする", Decimal(5000), "人", date(2027, 3, 31)),
        ("利用率 28年度 40% 29年度 45% 31年度 60%(27年度実績 35%)", Decimal(60), "%", date(2020, 3, 31)),
        ("来場者数を230万人に増やす", Decimal(2_300_000), "人", None),
        ("売上高を1億2,300万円に増やす", Decimal(123_000_000), "円", None),
        ("実施件数:75件(累計)", Decimal(75), "件", None),
        ("利用率を２０～３０％に高める", Decimal(30), "%", None),
        ("登録者数を１，２００人に増やす", Decimal(1200), "人", None),
        ("魅力度ランキングで上位10位以内に入る", Decimal(10), "位以内", None),
    ],
)
def test_traps(text: str, target: Decimal | str | None, unit: str, deadline: date | None) -> None:
    reading = goal(text)
    assert (reading.target, reading.unit, reading.deadline) == (target, unit, deadline)


@pytest.mark.parametrize(
    ("phrase", "deadline"),
    [
        ("令和7年度末までに", date(2026, 3, 31)),
        ("令和7(2025)年度までに", date(2026, 3, 31)),
        ("2025(令和7)年度までに", date(2026, 3, 31)),
        ("R9年度までに", date(2028, 3, 31)),
        ("R9.3月末までに", date(2027, 3, 31)),
        ("'28年度までに", date(2029, 3, 31)),
        ("FY2028までに", date(2029, 3, 31)),
        ("令和元年度までに", date(2020, 3, 31)),
        ("2027年までに", date(2027, 12, 31)),
        ("2027年9月までに", date(2027, 9, 30)),
        ("2027年9月15日までに", date(2027, 9, 15)),
        ("2027/9/15までに", date(2027, 9, 15)),
        ("8年度までに", date(2027, 3, 31)),
        ("29年度までに", date(2030, 3, 31)),
        ("今年度末までに", date(2027, 3, 31)),
        ("年度内に", date(2027, 3, 31)),
        ("来年度中に", date(2028, 3, 31)),
        ("再来年度末までに", date(2029, 3, 31)),
        ("来年末までに", date(2027, 12, 31)),
        ("3月末までに", date(2027, 3, 31)),
        ("3年間で", date(2030, 3, 31)),
        ("5年以内に", date(2032, 3, 31)),
        ("6か月以内に", date(2027, 5, 31)),
        ("半年以内に", date(2027, 5, 31)),
        ("令和8年度から5年間で", date(2031, 3, 31)),
        ("令和8年度から令和12年度までの5年間で", date(2031, 3, 31)),
        ("2026年度上半期までに", date(2026, 9, 30)),
        ("2020年代に", date(2029, 12, 31)),
    ],
)
def test_deadlines(phrase: str, deadline: date) -> None:
    assert goal(f"{phrase}窓口の利用者数を500人に増やす").deadline == deadline


@pytest.mark.parametrize(
    "text",
    [
        "令和4年3月に策定した計画に基づき推進する",
        "第3次計画を進める",
        "24時間365日の対応",
        "1人1台端末の活用",
        "5Gの活用",
        "Society 5.0の実現",
        "1日当たりの負担を減らす",
    ],
)
def test_numbers_that_measure_nothing(text: str) -> None:
    assert goal(text).missing == (Part.INDICATOR, Part.BASELINE, Part.TARGET, Part.DEADLINE)


def test_full_goal_is_rewritten_in_one_sentence() -> None:
    reading = goal("令和7年度に1,240件だったオンラインでの市民相談の件数を、令和9年度末までに1,612件に増やす。")
    assert reading.missing == ()
    assert not reading.is_vague
    assert reading.rewrite == (
        "オンラインでの市民相談の件数を、令和7年度の1,240件から令和9年度末までに1,612件へ増やす。"
    )
    assert reading.as_dict() == {
        "text": reading.text,
        "has_indicator": True,
        "has_baseline": True,
        "has_target": True,
        "has_deadline": True,
        "indicator": "オンラインでの市民相談の件数",
        "baseline": 1240,
        "target": 1612,
        "unit": "件",
        "direction": "increase",
        "deadline": "2028-03-31",
        "missing": [],
        "questions": [],
        "rewrite": reading.rewrite,
    }


def test_asks_for_the_baseline_of_the_last_fiscal_year() -> None:
    reading = goal("オンライン申請件数を令和9年度末までに1,612件に増やす。")
    assert [question.text for question in reading.questions] == ["令和7年度のオンライン申請件数は何件でしたか。"]
    assert reading.rewrite == "オンライン申請件数を、令和7年度の◯件から令和9年度末までに1,612件へ増やす。"


def test_asks_one_question_for_each_missing_part() -> None:
    reading = goal("いつでも便利な窓口サービスの実現")
    assert [question.text for question in reading.questions] == [
        "何がどう変われば達成といえますか。数字で測れるものを一つ挙げてください（例：窓口での平均待ち時間、手続1件当たりの来庁回数）。",
        "その数字は、令和7年度はいくつでしたか。",
        "その数字を、いくつにすれば達成といえますか。",
        "いつまでに達成しますか（例：令和11年度末）。",
    ]
    assert reading.suggestions == (
        "窓口での平均待ち時間（分）",
        "手続1件当たりの来庁回数（回）",
        "サービスを利用した市民の満足度（%）",
    )
    assert reading.rewrite == "（例）窓口での平均待ち時間を、令和7年度の◯分から令和◯年度末までに◯分へ短縮する。"


@pytest.mark.parametrize(
    ("text", "baseline", "unit", "target", "rewrite"),
    [
        (
            "オンラインでの相談件数を令和9年度末までに30%増やす",
            1240,
            "件",
            Decimal(1612),
            "オンラインでの相談件数を、現状の1,240件から令和9年度末までに1,612件（+30%）へ増やす。",
        ),
        (
            "紙の使用量を令和9年度末までに3割削減する",
            2000,
            "枚",
            Decimal(1400),
            "紙の使用量を、現状の2,000枚から令和9年度末までに1,400枚（-30%）へ減らす。",
        ),
        (
            "待機児童数を令和9年度末までに半減する",
            18,
            "人",
            Decimal(9),
            "待機児童数を、現状の18人から令和9年度末までに9人（半減）へ減らす。",
        ),
        (
            "申請率を令和9年度末までに10ポイント引き上げる",
            35,
            "%",
            Decimal(45),
            "申請率を、現状の35%から令和9年度末までに45%（+10ポイント）へ高める。",
        ),
        (
            "登録者数を令和9年度末までに2倍にする",
            300,
            "人",
            Decimal(600),
            "登録者数を、現状の300人から令和9年度末までに600人（2倍）へ増やす。",
        ),
    ],
)
def test_answered_baseline_turns_a_change_into_a_value(
    text: str, baseline: int, unit: str, target: Decimal, rewrite: str
) -> None:
    answered = answer(goal(text), baseline=baseline, unit=unit)
    assert (answered.target, answered.unit, answered.missing, answered.rewrite) == (target, unit, (), rewrite)


def test_answers_mend_a_vague_goal() -> None:
    answered = answer(
        goal("便利な窓口の実現"),
        indicator="窓口での平均待ち時間",
        baseline=25,
        target=10,
        unit="分",
        deadline=date(2028, 3, 31),
    )
    assert answered.missing == ()
    assert answered.direction is Direction.DECREASE
    assert answered.rewrite == "窓口での平均待ち時間を、現状の25分から令和9年度末までに10分へ短縮する。"


def test_spans_point_into_the_text_as_typed() -> None:
    text = "ｵﾝﾗｲﾝ申請率：Ｒ５ ２２．５％　→　Ｒ９ ６０％"
    assert {span.part: text[span.start : span.end] for span in goal(text).spans} == {
        Part.INDICATOR: "ｵﾝﾗｲﾝ申請率",
        Part.BASELINE: "２２．５％",
        Part.TARGET: "６０％",
        Part.DEADLINE: "Ｒ９",
    }


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("平均待ち時間を10分とする", Direction.DECREASE),
        ("満足度を80%とする", Direction.INCREASE),
        ("受診率98%以上を維持する", Direction.REACH),
        ("令和9年度までに計画を策定する", Direction.REACH),
        ("業務改革の徹底", Direction.NONE),
    ],
)
def test_directions(text: str, direction: Direction) -> None:
    assert goal(text).direction is direction


def test_a_target_answered_as_a_bare_number_takes_the_unit_that_was_asked_for() -> None:
    reading = read_goal("健診のオンライン予約率を高める", today=date(2026, 11, 23))
    answered = answer(reading, baseline=18, target=60, deadline=date(2029, 3, 31))
    assert answered.unit == "%"
    assert answered.rewrite == "健診のオンライン予約率を、現状の18%から令和10年度末までに60%へ高める。"
