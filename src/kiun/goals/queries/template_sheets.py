"""An empty workbook for a town without one: the same columns that are recognised, with an example."""

from collections.abc import Sequence
from datetime import date

from kiun.goals.plan_files.terms import CADENCE_WORDS, DIRECTION_WORDS
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.tabular import OutputColumn, OutputSheet


def template_sheets(today: date) -> list[OutputSheet]:
    return [
        OutputSheet("計画", _columns(today), [], title="（計画の名称）（令和○年度～令和○年度）"),
        OutputSheet("記入例", _columns(today), _example(today), title="ひなた市デジタル変革推進計画の記入例"),
        OutputSheet("説明", [OutputColumn("書き方", width=100)], [[text] for text in _EXPLANATIONS]),
    ]


def _columns(today: date) -> list[OutputColumn]:
    year = fiscal_year_of(today)
    return [
        OutputColumn("基本方針", width=20),
        OutputColumn("施策", width=24),
        OutputColumn("課題", width=30),
        OutputColumn("目標", width=45, note="いつまでに、何を、どこからどこまで変えるかを一文で書きます。"),
        OutputColumn("指標", width=30),
        OutputColumn("単位", width=8),
        OutputColumn("方向", width=8, choices=tuple(DIRECTION_WORDS.values())),
        OutputColumn("基準値", width=10),
        OutputColumn("基準値の時点", width=14),
        OutputColumn("目標値", width=10),
        OutputColumn("期限", width=14),
        OutputColumn(year.previous().label, group="実績", width=12, note="値がないときは「－」と書きます。"),
        OutputColumn(year.label, group="実績", width=12),
        OutputColumn("担当課", width=14),
        OutputColumn("担当者", width=14),
        OutputColumn("出典", width=20),
        OutputColumn("把握時期", width=16),
        OutputColumn("把握頻度", width=10, choices=tuple(CADENCE_WORDS.values())),
        OutputColumn("備考", width=20),
    ]


def _example(today: date) -> Sequence[Sequence[str | int | float | None]]:
    year = fiscal_year_of(today)
    start, end = year.previous().previous().label, year.next().next().label
    goal = f"オンライン申請の割合を、{start}の28%から{end}末までに60%に高める"
    return [
        [
            "市民に近い役所",
            "行政手続のオンライン化",
            "窓口に来なければできない手続が多い",
            goal,
            "オンライン申請の割合",
            "%",
            "増加",
            28,
            start,
            60,
            end,
            35.5,
            None,
            "市民課",
            "緑川 葵",
            "電子申請システムの統計",
            "翌年度4月",
            "毎年度",
            None,
        ],
        [
            None,
            None,
            None,
            None,
            "オンラインで申請できる手続の数",
            "件",
            "増加",
            120,
            start,
            200,
            end,
            142,
            None,
            "市民課",
            None,
            "手続の一覧表",
            "毎年度3月",
            "毎年度",
            None,
        ],
        [
            None,
            "待たない窓口",
            "月末と月初に待ち時間が長い",
            f"窓口の待ち時間を、{start}の32分から{end}末までに15分に短くする",
            "窓口の平均待ち時間",
            "分",
            "減少",
            32,
            start,
            15,
            end,
            "－",
            None,
            "市民課",
            None,
            "発券機の記録",
            "毎月",
            "毎月",
            "前の年度は機器の更新のため測定できず",
        ],
    ]


_EXPLANATIONS = (
    "「計画」シートに、1行に1つの指標を書きます。指標がまだない目標は、指標の欄を空けておきます。",
    "上の行と同じ方針・施策・目標は、空欄のままでかまいません。",
    "列は増やしても減らしても、順番を変えてもかまいません。町で使っている言葉（KPI、基準値、所管課など）でも読み取ります。",
    "年度は、令和8年度・R8・2026のどれでも読み取ります。実績の年度の列は、必要なだけ右に足せます。",
    "値がないときは「－」（評価できない）、まだ入力していないときは空欄にします。",
    "「記入例」と「説明」のシートは取り込まれません。",
)
