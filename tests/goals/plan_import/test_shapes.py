"""Files in the shapes in which towns keep their plans."""

from datetime import date
from decimal import Decimal

import pytest

from kiun.goals.models import Goal, Indicator, Measurement, Series
from kiun.goals.plan_files import Choices
from kiun.municipality.models import Role
from tests.factories import make_department, make_membership, make_user
from tests.goals.plan_import.conftest import bring_in, differences
from tests.goals.plan_import.workbooks import workbook


def outline(plan):
    """Policy → goal → indicators with their terms, in plain values."""
    return [
        (
            goal.policy.name if goal.policy else None,
            goal.text,
            [terms(indicator) for indicator in Indicator.objects.filter(goal=goal)],
        )
        for goal in plan.goals.select_related("policy")
    ]


def terms(indicator):
    series = Series.objects.get(indicator=indicator, is_current=True)
    return (
        indicator.name,
        series.baseline,
        series.baseline_on,
        series.target,
        series.unit,
        series.direction,
        series.deadline,
    )


def readings(name):
    rows = Measurement.objects.filter(series__indicator__name=name).order_by("on")
    return [(row.on, row.value) for row in rows]


@pytest.mark.django_db
def test_title_rows_and_a_merged_header_in_two_rows(actor, town):
    citizens, general = make_department(town, "市民課"), make_department(town, "総務課")
    content = workbook(
        (
            "KPI一覧",
            [
                ["ひなた市デジタル変革推進計画（令和6年度～令和10年度）進捗管理表"],
                [],
                ["No", "施策", "取組", "指標", "単位", "現状値", None, "目標値", None, "実績", None, "担当課", "備考"],
                [None, None, None, None, None, "年度", "値", "年度", "値", "R6", "R7", None, None],
                [
                    1,
                    "行政手続のオンライン化",
                    "オンライン申請の拡充",
                    "オンライン申請率",
                    "％",
                    "R5",
                    28,
                    "R10",
                    60,
                    35.5,
                    "－",
                    "市民課",
                    None,
                ],
                [
                    2,
                    None,
                    None,
                    "オンラインで申請できる手続",
                    "件",
                    "R5",
                    "１２０",
                    "R10",
                    "２００",
                    130,
                    "142件",
                    "市民課",
                    None,
                ],
                [
                    3,
                    "内部事務の見直し",
                    "ペーパーレス",
                    "紙の使用量",
                    "千枚",
                    "R5",
                    900,
                    "令和10年度",
                    "半減",
                    None,
                    870,
                    "総務課",
                    "購入量",
                ],
            ],
        ),
        merges=["A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:I3", "J3:K3", "L3:L4", "M3:M4", "B5:B6"],
    )
    plan = bring_in(actor, content)
    assert (plan.name, plan.first_year, plan.last_year) == ("ひなた市デジタル変革推進計画", 2024, 2028)
    start, end = date(2024, 3, 31), date(2029, 3, 31)
    assert outline(plan) == [
        (
            "行政手続のオンライン化",
            "オンライン申請の拡充",
            [
                ("オンライン申請率", Decimal(28), start, Decimal(60), "%", "increase", end),
                ("オンラインで申請できる手続", Decimal(120), start, Decimal(200), "件", "increase", end),
            ],
        ),
        (
            "内部事務の見直し",
            "ペーパーレス",
            [("紙の使用量", Decimal(900), start, Decimal(450), "千枚", "decrease", end)],
        ),
    ]
    assert readings("オンライン申請率") == [(date(2025, 3, 31), Decimal("35.5")), (date(2026, 3, 31), None)]
    assert readings("オンラインで申請できる手続") == [(date(2025, 3, 31), 130), (date(2026, 3, 31), 142)]
    assert readings("紙の使用量") == [(date(2026, 3, 31), 870)]
    assert [i.department for i in Indicator.objects.order_by("pk")] == [citizens, citizens, general]
    assert [i.code for i in Indicator.objects.order_by("pk")] == ["1", "2", "3"]
    assert Indicator.objects.get(name="紙の使用量").note == "購入量\n目標値：半減"
    assert differences(actor, content, plan).is_empty


@pytest.mark.django_db
@pytest.mark.parametrize(("encoding", "digits"), [("cp932", False), ("utf-8-sig", True), ("utf-8", False)])
def test_csv_in_every_encoding_and_with_wide_digits(actor, town, encoding, digits):
    make_department(town, "情報政策課")
    text = (
        "施策,目標,指標,単位,基準値（R5年度）,目標値（R8年度）,担当課\r\n"
        "人材の育成,職員がデジタルを使いこなす,研修の修了者,人,1250,3000,情報政策課\r\n"
        ",,研修の満足度,％,62.5,80,〃\r\n"
    )
    if digits:
        text = text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．,"))
    plan = bring_in(actor, text.encode(encoding), "計画.csv")
    start, end = date(2024, 3, 31), date(2027, 3, 31)
    assert outline(plan) == [
        (
            "人材の育成",
            "職員がデジタルを使いこなす",
            [
                ("研修の修了者", Decimal(1250), start, Decimal(3000), "人", "increase", end),
                ("研修の満足度", Decimal("62.5"), start, Decimal(80), "%", "increase", end),
            ],
        )
    ]
    assert {i.department.name for i in Indicator.objects.all()} == {"情報政策課"}


@pytest.mark.django_db
def test_one_policy_on_each_sheet(actor, town):
    header = ["取組", "KPI", "現状値(R6)", "目標値(R10)", "所管課"]
    content = workbook(
        ("はじめに", [["この計画は、ひなた市のデジタル変革を進めるためのものです。"]]),
        (
            "窓口改革",
            [
                ["基本方針1　書かない窓口"],
                header,
                ["申請書の事前作成", "書かない窓口の利用件数", "0件", "12,000件", "市民課"],
            ],
        ),
        ("防災", [header, ["避難所の見える化", "混雑を公開する避難所", "12か所", "48か所", "危機管理課"]]),
    )
    plan = bring_in(actor, content)
    start, end = date(2025, 3, 31), date(2029, 3, 31)
    assert outline(plan) == [
        (
            "書かない窓口",
            "申請書の事前作成",
            [("書かない窓口の利用件数", Decimal(0), start, Decimal(12000), "件", "increase", end)],
        ),
        (
            "防災",
            "避難所の見える化",
            [("混雑を公開する避難所", Decimal(12), start, Decimal(48), "か所", "increase", end)],
        ),
    ]
    assert sorted(str(i.department) for i in Indicator.objects.all()) == ["危機管理課", "市民課"]


@pytest.mark.django_db
def test_pairs_of_target_and_result_under_each_year(actor, town):
    content = workbook(
        (
            "進捗",
            [
                ["施策", "指標", "単位", "令和6年度", None, "令和7年度", None, "令和8年度", None],
                [None, None, None, "目標", "実績", "目標", "実績", "目標", "実績"],
                ["待たない窓口", "窓口の待ち時間", "分", 15, 16.5, 12, 11, 10, None],
                [None, "予約の割合", "%", 10, 8, 20, "－", 30, 25],
            ],
        ),
        merges=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "H1:I1", "A3:A4"],
    )
    found = differences(actor, content)
    assert [(problem.cell, problem.severity) for problem in found.problems] == [("I4", "warning")]
    plan = bring_in(actor, content)
    end = date(2027, 3, 31)
    assert outline(plan) == [
        (
            "待たない窓口",
            "窓口の待ち時間を令和8年度末までに10分に減らす",
            [("窓口の待ち時間", None, None, Decimal(10), "分", "decrease", end)],
        ),
        (
            "待たない窓口",
            "予約の割合を令和8年度末までに30%に高める",
            [("予約の割合", None, None, Decimal(30), "%", "increase", end)],
        ),
    ]
    assert [series.milestones for series in Series.objects.order_by("pk")] == [
        [["2025-03-31", "15"], ["2026-03-31", "12"]],
        [["2025-03-31", "10"], ["2026-03-31", "20"]],
    ]
    assert readings("窓口の待ち時間") == [(date(2025, 3, 31), Decimal("16.5")), (date(2026, 3, 31), 11)]
    assert readings("予約の割合") == [(date(2025, 3, 31), 8), (date(2026, 3, 31), None)]
    assert differences(actor, content, plan).is_empty


@pytest.mark.django_db
def test_rows_that_alternate_between_target_and_result(actor, town):
    content = workbook(
        (
            "指標",
            [
                ["指標名", "単位", "区分", "R6", "R7", "R8"],
                ["AI議事録を使う課", "課", "目標", 5, 10, 20],
                [None, None, "実績", 6, 11, None],
            ],
        ),
    )
    plan = bring_in(actor, content)
    assert [one for _policy, _goal, many in outline(plan) for one in many] == [
        ("AI議事録を使う課", None, None, Decimal(20), "課", "increase", date(2027, 3, 31))
    ]
    assert readings("AI議事録を使う課") == [(date(2025, 3, 31), 6), (date(2026, 3, 31), 11)]


@pytest.mark.django_db
def test_goals_in_words_only(actor, town):
    content = workbook(
        (
            "目標",
            [
                ["目標"],
                ["市民に寄り添った行政を進める"],
                ["オンライン申請率を令和5年度の28%から令和10年度末までに60%に高める"],
            ],
        )
    )
    plan = bring_in(actor, content)
    assert [(goal.text, goal.is_vague) for goal in plan.goals.all()] == [
        ("市民に寄り添った行政を進める", True),
        ("オンライン申請率を令和5年度の28%から令和10年度末までに60%に高める", False),
    ]
    assert Indicator.objects.count() == 0


@pytest.mark.django_db
def test_baseline_and_target_in_one_cell(actor, town):
    content = workbook(
        (
            "KPI",
            [
                ["施策", "取組", "KPI"],
                ["手続", "オンライン化", "オンライン申請率 20%（R5）→60%（R10）"],
                ["手続", "窓口", "・待ち時間：30分（R5）→15分（R8）\n・予約率：5％（R5）→40％（R8）"],
            ],
        )
    )
    plan = bring_in(actor, content)
    start, middle, end = date(2024, 3, 31), date(2027, 3, 31), date(2029, 3, 31)
    assert outline(plan) == [
        ("手続", "オンライン化", [("オンライン申請率", Decimal(20), start, Decimal(60), "%", "increase", end)]),
        (
            "手続",
            "窓口",
            [
                ("待ち時間", Decimal(30), start, Decimal(15), "分", "decrease", middle),
                ("予約率", Decimal(5), start, Decimal(40), "%", "increase", middle),
            ],
        ),
    ]
    assert differences(actor, content, plan).is_empty


@pytest.mark.django_db
def test_a_sheet_of_labels_and_values_for_each_project(actor, town):
    make_department(town, "高齢福祉課")

    def case(name, indicator, baseline, target):
        return [
            ["事業調書"],
            [],
            ["事業名", name, None, None],
            ["担当課", "高齢福祉課", None, None],
            ["課題", "スマートフォンに慣れていない高齢者が多い", None, None],
            ["目標", f"{name}で誰も取り残さない", None, None],
            ["成果指標", indicator, "単位", "人"],
            ["基準値（R5）", baseline, "目標値（R9）", target],
            ["実績（R6）", baseline + 10, "実績（R7）", "－"],
            ["備考", "公民館と共催"],
        ]

    content = workbook(
        ("調書1", case("スマホ教室", "教室の受講者", 100, 500)), ("調書2", case("出張相談", "相談に来た人", 40, 200))
    )
    plan = bring_in(actor, content)
    start, end = date(2024, 3, 31), date(2028, 3, 31)
    assert outline(plan) == [
        (
            "スマホ教室",
            "スマホ教室で誰も取り残さない",
            [("教室の受講者", Decimal(100), start, Decimal(500), "人", "increase", end)],
        ),
        (
            "出張相談",
            "出張相談で誰も取り残さない",
            [("相談に来た人", Decimal(40), start, Decimal(200), "人", "increase", end)],
        ),
    ]
    assert readings("教室の受講者") == [(date(2025, 3, 31), 110), (date(2026, 3, 31), None)]
    assert [goal.challenge.text for goal in plan.goals.all()] == ["スマートフォンに慣れていない高齢者が多い"] * 2
    assert differences(actor, content, plan).is_empty


@pytest.mark.django_db
def test_figures_dated_at_the_day_they_describe(actor, town):
    content = workbook(
        (
            "KPI",
            [
                ["指標", "単位", "把握時期", "R6実績", "R7実績", "目標値", "目標年度"],
                ["マイナンバーカードの保有率", "%", "毎年10月1日現在", 0.785, 81.2, 95, "R10"],
                ["登録者", "人", "翌年度6月頃", 100, 200, 500, "R10"],
            ],
        )
    )
    bring_in(actor, content)
    assert [on for on, _value in readings("マイナンバーカードの保有率")] == [date(2024, 10, 1), date(2025, 10, 1)]
    assert [on for on, _value in readings("登録者")] == [date(2025, 3, 31), date(2026, 3, 31)]


@pytest.mark.django_db
def test_one_person_is_not_taken_for_owner_and_deputy_at_once(actor, town):
    owner, deputy = (make_membership(town, user=make_user(name)) for name in ("黒田 実", "岸 直樹"))

    def sheet(in_charge, instead):
        text = f"施策,目標,指標,単位,目標値,担当者,副担当者\n窓口,待たせない,待ち時間,分,10,{in_charge},{instead}\n"
        return text.encode("utf-8-sig")

    def people():
        row = Indicator.objects.get()
        return row.owner, row.deputy

    both = sheet("岸 直樹", "岸 直樹")
    [problem] = differences(actor, both, name="計画.csv").problems
    assert problem.what == "「岸 直樹」さんは担当なので、副担当にはなれません。"
    plan = bring_in(actor, both, "計画.csv")
    assert people() == (deputy, None)
    bring_in(actor, sheet("黒田 実", "岸 直樹"), "計画.csv", plan)
    assert people() == (owner, deputy)
    bring_in(actor, sheet("岸 直樹", ""), "計画.csv", plan)
    assert people() == (deputy, None)


@pytest.mark.django_db
def test_a_reader_is_not_put_in_charge_by_a_file(actor, town):
    make_membership(town, Role.VIEWER, user=make_user("青山 智子"))
    content = "施策,目標,指標,単位,目標値,担当者\n窓口,待たせない,待ち時間,分,10,青山 智子\n".encode("utf-8-sig")
    [problem] = differences(actor, content, name="計画.csv").problems
    assert problem.what == "「青山 智子」は、入力の権限がある職員に見つかりません。"
    bring_in(actor, content, "計画.csv")
    assert Indicator.objects.get().owner == actor.membership


@pytest.mark.django_db
def test_a_goal_whose_telling_indicator_ends_with_an_import_is_vague_again(actor, town):
    header = "施策,目標,指標,単位,現状値,目標値,期限\n"
    told, untold = "窓口,便利にする,申請率,％,20,60,令和10年度末\n", "窓口,便利にする,満足度,点,,,\n"
    plan = bring_in(actor, (header + told + untold).encode("utf-8-sig"), "計画.csv")
    assert Goal.objects.get().missing == []
    gone = Indicator.objects.get(name="申請率")
    choices = Choices(ended=frozenset({f"indicator:{gone.pk}"}))
    bring_in(actor, (header + untold).encode("utf-8-sig"), "計画.csv", plan, choices)
    assert Indicator.objects.get(name="申請率").ended_on == actor.on
    assert (Goal.objects.get().is_vague, Goal.objects.get().missing) == (True, ["baseline", "target", "deadline"])
