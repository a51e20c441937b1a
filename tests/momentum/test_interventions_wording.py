"""What an intervention says before it is registered and after it was judged."""

from datetime import date
from decimal import Decimal

import pytest

from kiun.momentum.evaluation import Evaluation
from kiun.momentum.interventions_wording import chart_of, figures_of, say_outcome_to_come
from kiun.momentum.models import Intervention, Verdict, Wave
from kiun.momentum.queries.foresight import Foresight


@pytest.mark.parametrize(
    ("treated", "others", "can_be_judged", "can_be_found_useless", "enough"),
    [
        (0, 0, False, False, (2, 5)),
        (1, 2, False, False, (2, 5)),
        (3, 3, False, False, (3, 4)),
        (3, 4, True, False, (3, 4)),
        (5, 5, True, True, (5, 5)),
    ],
)
def test_what_can_come_of_it_at_best(treated, others, can_be_judged, can_be_found_useless, enough):
    found = Foresight(treated=treated, others=others)
    assert (found.can_be_judged, found.can_be_found_useless) == (can_be_judged, can_be_found_useless)
    assert found.enough == Foresight(treated=enough[0], others=enough[1])


def test_one_department_takes_nineteen_others():
    """1/20 is the smallest p then."""
    assert Foresight(treated=1, others=2).enough_others == 19
    assert say_outcome_to_come(Intervention(), Foresight(treated=1, others=2))[1:] == [
        "行う部署が2、比べる部署が5あれば、判定できるようになります。",
        "行う部署が1のままなら、比べる部署が19必要です。",
        "くじで決めた順に1部署ずつ広げると、順番を待つ部署と比べることもできます。",
    ]


def test_nothing_is_said_where_it_can_be_judged_both_ways():
    assert say_outcome_to_come(Intervention(), Foresight(treated=5, others=8)) == []


def test_where_it_can_only_be_found_to_work_that_is_said():
    assert say_outcome_to_come(Intervention(), Foresight(treated=3, others=8)) == [
        (
            "行う部署か比べる部署が5部署に満たないため、「効いた」とは判定できても「効かなかった」とは判定できません。"
            "大きな効果が出なければ「判定不能」になります。"
        )
    ]


def test_where_it_spreads_step_by_step_other_things_help():
    assert say_outcome_to_come(Intervention(step_months=2), Foresight(treated=2, others=0)) == [
        "判定する調査の時点で、値を示せる比べる部署がありません。登録はできますが、結果は「判定不能」になります。",
        "部署を増やすか、順番を待つ部署がもっと残っている時期の調査で判定すると、判定できるようになります。",
    ]


def judged(effect, gaps):
    return Evaluation(verdict=Verdict.WORKED, effect=effect, start=2, waves=(1, 2, 3, 4), gaps=gaps)


def test_what_was_expected_and_what_came_are_explained():
    figures = figures_of(Decimal("8.0"), judged(16.16, (0, 0.4, 13, 13.6)))
    assert [(one.term, one.value, one.meaning) for one in figures] == [
        ("見込む効果", "+8点", "登録したときに見込んだ、比べた部署を上回る伸びです。"),
        ("推定した効果", "+16.2点", "部署ごとに開始前と開始後を比べ、比べた部署の変化を差し引いた伸びです。"),
    ]


def waves():
    return [Wave(pk=number, closes_on=date(2026, 3 * number, 20)) for number in range(1, 5)]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (13.1, "開始後から開始前を引いた値が、推定した効果です。"),
        (
            16.16,
            (
                "図の点は、その回に値を示せる部署だけの平均です。"
                "示せる部署が回によって違うため、引き算した値は、推定した効果と一致しません。"
            ),
        ),
    ],
)
def test_the_picture_says_how_its_gaps_go_with_the_effect(effect, said):
    chart = chart_of(judged(effect, (0, 0.4, 13, 13.6)), waves())
    assert chart.sentence == f"差の平均は、開始前が+0.2点、開始後が+13.3点です。{said}"
    assert [(str(line.name), [value for _day, value in line.points]) for line in chart.series] == [
        ("開始前", [0, 0.4]),
        ("開始後", [13, 13.6]),
    ]
