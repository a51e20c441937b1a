"""What the figures of momentum say, in sentences."""

from dataclasses import replace

import pytest

from kiun.analysis.survey_stats import Verdict
from kiun.momentum.dimensions import Dimension
from kiun.momentum.queries.published import before, published_waves
from kiun.momentum.queries.results import results_of
from kiun.momentum.unit_lines import dimension_lines, mark, obstacle_of
from kiun.momentum.wording import points, say_steps, say_town, say_unit, whole_points
from kiun.ui.statuses import STATUSES
from tests.momentum.builders import publish, sheets

EVEN = [3] * 8


def latest():
    waves = published_waves()
    return results_of(waves[-1], before(waves, waves[-1]))


def test_one_sentence_says_where_what_blocks_and_how_it_moved(town, department):
    publish(town, 2, points={department: sheets(4, 4, 4, 4, 4, 3, 3, 3, number=40)}, invited={department: 60})
    publish(town, 3, points={department: sheets(4, 4, 4, 4, 4, 2, 3, 3, number=40)}, invited={department: 60})
    lead = say_town(latest().town, has_earlier=True)
    assert str(lead) == (
        "職員の機運は67点です（95%の幅62〜71）。「余力」が一番の妨げで、前回より25.0点下がりました。"
        "全体として前回から変わったかどうかは判定不能です。"
    )
    assert lead.wrong == "「余力」が一番の妨げで、前回より25.0点下がりました。"


def test_a_fall_of_the_whole_is_wrong_and_a_rise_is_not(town, department):
    publish(town, 2, points={department: sheets(*[4] * 8, number=40)})
    publish(town, 3, points={department: sheets(*[2] * 8, number=40)})
    assert say_town(latest().town, has_earlier=True).wrong == "全体では、前回より50.0点下がりました。"
    publish(town, 4, points={department: sheets(*[4] * 8, number=40)})
    lead = say_town(latest().town, has_earlier=True)
    assert (lead.wrong, lead.rest.endswith("全体では、前回より50.0点上がりました。")) == ("", True)


def test_two_dimensions_that_cannot_be_told_apart_are_both_named(town, department):
    publish(town, points={department: sheets(*EVEN, number=20)})
    unit = latest().unit(department.pk)
    assert str(say_unit(unit, has_earlier=False)) == (
        "市民課の機運は50点です（全員が回答）。「必要性」と「適切さ」が低く、どちらがより低いかは判定できません。"
        "最初の回のため、変化は次回から示します。"
    )
    assert obstacle_of(unit) == "必要性・適切さ"
    assert say_steps(unit.bottleneck) == (
        "「必要性」に対してできる、小さなことです。「適切さ」も同じくらい低いため、そちらから始めても構いません。"
    )
    lines = dimension_lines(unit, latest().town, has_earlier=False)
    assert [line.dimension for line in lines if line.is_lowest] == [Dimension.NEED, Dimension.FIT]


def test_what_is_clearly_the_lowest_is_the_one_obstacle_all_over_the_page(town, department):
    publish(town, points={department: sheets(4, 4, 4, 4, 4, 2, 3, 3, number=20)})
    unit = latest().unit(department.pk)
    assert str(say_unit(unit, has_earlier=False)) == (
        "市民課の機運は67点です（全員が回答）。「余力」が一番の妨げです。最初の回のため、変化は次回から示します。"
    )
    assert say_steps(unit.bottleneck) == "一番の妨げである「余力」に対してできる、小さなことです。"
    lines = dimension_lines(unit, latest().town, has_earlier=False)
    assert [line.dimension for line in lines if line.is_lowest] == [Dimension.SLACK]


def test_each_dimension_is_explained_in_one_line():
    assert {dimension.label: str(dimension.meaning) for dimension in Dimension} == {
        "必要性": "変える必要があると思うか",
        "適切さ": "進めていることが、実際の困りごとに合っているか",
        "自信": "新しいやり方に対応できると思うか",
        "支援": "助けてくれる人、進めやすくしてくれる人がいるか",
        "利点": "良くなる、役に立つと感じるか",
        "余力": "取り組む時間や力の余裕があるか",
    }


def test_what_is_not_shown_says_no_more(town, department):
    publish(town, points={department: sheets(*EVEN)}, hidden=[department])
    assert str(say_unit(latest().unit(department.pk), has_earlier=False)) == "市民課の機運は示していません。"


@pytest.mark.parametrize(("value", "written"), [(62.5, "63"), (62.4, "62"), (0.0, "0")])
def test_a_half_goes_up(value, written):
    assert whole_points(value) == written


@pytest.mark.parametrize(("value", "written"), [(5, "5.0"), (-3.14, "−3.1"), (-0.01, "0.0")])
def test_points_have_one_decimal(value, written):
    assert points(value) == written


def test_without_a_wave_before_nothing_is_marked():
    assert mark(None, has_earlier=False).status == ""
    assert mark(None, has_earlier=True).word == "判定不能"


def test_unchanged_and_undecidable_are_equally_grey(town, department):
    publish(town, 2, points={department: sheets(*EVEN)})
    publish(town, 3, points={department: sheets(*EVEN)})
    change = latest().town.change
    marks = [
        mark(replace(change, verdict=verdict), has_earlier=True) for verdict in (Verdict.SAME, Verdict.UNDECIDABLE)
    ]
    assert [(one.word, STATUSES[one.status].tone) for one in marks] == [
        ("変わらず", "unknown"),
        ("判定不能", "unknown"),
    ]
