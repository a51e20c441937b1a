"""Where the DX office, the management and the staff see the same thing differently."""

import pytest

from kiun.momentum.gap_lines import lines_of_items, lines_of_sides, say_missing_sides
from kiun.momentum.gap_map import gap_map
from kiun.momentum.measured import measured
from kiun.momentum.queries.outside import profiles_outside
from kiun.momentum.wording import say_gap
from kiun.surveys.models import Audience
from tests.momentum.builders import publish, sheets

EVEN = [3] * 8


@pytest.fixture
def answers(town, department):
    """The office sees support far above the staff; on all else they agree."""
    office, heads, staff = (
        sheets(3, 3, 3, 4, 3, 3, 3, 3, number=12),
        sheets(*EVEN),
        sheets(3, 3, 3, 2, 3, 3, 3, 3, number=40),
    )
    roles = ["dx"] * 12 + ["manager"] * 10 + ["staff"] * 40
    return publish(town, points={department: office + heads + staff}, roles={department: roles})


def test_the_widest_gap_is_found_with_who_sees_it_higher(answers):
    found = gap_map(measured(answers))
    widest = found.widest
    assert (widest.key, widest.gap.higher, widest.gap.lower, widest.gap.size) == ("P1", "dx", "staff", 50)
    assert widest.gap.is_certain
    assert [score.value for score in widest.scores] == [75, 50, 25]
    assert not any(item.gap.is_certain for item in found.items if item.key != "P1")


def test_it_is_said_in_one_sentence(answers):
    assert str(say_gap(gap_map(measured(answers)), "所属長は後押ししている")) == (
        "「所属長は後押ししている」では、DX推進課の答えが職員より50点高くなっています。偶然を超える差です。"
    )


def test_the_widest_gaps_stand_first(answers):
    lines = lines_of_items(gap_map(measured(answers)), {"P1": "後押し"})
    assert (lines[0].text, lines[0].low, lines[0].high) == ("後押し", "25.0", "75.0")
    assert lines[0].note == "「DX推進課」が「職員」より50.0点高い"
    assert lines[1].note == "「DX推進課」が「管理職」より0.0点高い（偶然かもしれません）"


def test_a_group_that_may_not_be_shown_is_in_no_gap(town, department):
    points = sheets(*[5] * 8, number=6, spread=0) + sheets(*EVEN) + sheets(*EVEN)
    roles = ["dx"] * 6 + ["manager"] * 10 + ["staff"] * 10
    answers = publish(town, points={department: points}, roles={department: roles}, shown_roles=("manager", "staff"))
    found = gap_map(measured(answers))
    assert {item.scores[0] for item in found.items} == {None}
    assert {(item.gap.higher, item.gap.lower) for item in found.items} == {("manager", "staff")}


def test_with_one_group_there_is_nothing_to_compare(town, department):
    answers = publish(town, points={department: sheets(*EVEN)}, shown_roles=("staff",))
    found = gap_map(measured(answers))
    assert (found.is_shown, found.widest) == (False, None)
    assert str(say_gap(found, "")) == "役割ごとの答えは、この回では比べられません。"


def test_inside_and_outside_stand_side_by_side(town, department):
    publish(town, points={department: sheets(*EVEN)})
    outside = ("W1", "A1", "E1", "P1", "V1", "T1")
    publish(town, 2, audience=Audience.RESIDENTS, points={None: sheets(4, 3, 3, 3, 3, 3)}, items=outside)
    lines = lines_of_sides(profiles_outside())
    assert [line.text for line in lines] == ["必要性", "適切さ", "自信", "支援", "利点", "余力", "機運"]
    assert [score.value for score in lines[0].scores] == [50, 75]
    assert [str(line.meaning) for line in lines][-2:] == ["取り組む時間や力の余裕があるか", ""]
    assert say_missing_sides(profiles_outside()) == ""


def test_who_was_not_asked_and_who_is_hidden_are_told_apart(town, department):
    publish(town, points={department: sheets(*EVEN)})
    assert say_missing_sides(profiles_outside()) == (
        "住民と企業の結果は、まだありません。調査の時期は、年間の予定にあります。"
    )
    outside = ("W1", "A1", "E1", "P1", "V1", "T1")
    publish(
        town, 2, audience=Audience.RESIDENTS, points={None: sheets(*[3] * 6, number=4)}, items=outside, hidden=[None]
    )
    assert say_missing_sides(profiles_outside()) == (
        "住民の結果は、回答が少ないため、またはほかの少ない回答を守るため、示していません。"
    )
