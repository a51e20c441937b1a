"""May answers be added up and averaged."""

import numpy as np
import pytest

from kiun.analysis.survey_stats import cronbach_alpha
from kiun.momentum.instrument import STAFF
from kiun.momentum.measured import measured
from kiun.momentum.models import WaveKind
from kiun.momentum.queries.results import results_of
from kiun.momentum.reliability import reliability_of
from kiun.momentum.reliability_lines import conclusions, reliability_lines, say_between, say_within
from tests.factories import make_department
from tests.momentum.builders import publish, sheets

FULL = tuple(asked.key for asked in STAFF)


def people(number, seed, shift=0.0):
    """Who agrees with one thing agrees with the next, more or less."""
    random = np.random.default_rng(seed)
    person = random.normal(3 + shift, 0.8, size=(number, 1))
    return np.clip(np.rint(person + random.normal(0, 0.7, size=(number, len(FULL)))), 1, 5).astype(int).tolist()


@pytest.fixture
def units(town):
    return [make_department(town, f"第{number}課") for number in range(6)]


def full_wave(town, units, number):
    points = {unit: people(number, seed, shift=seed / 4 - 0.6) for seed, unit in enumerate(units)}
    return publish(town, 1, kind=WaveKind.BASELINE, items=FULL, points=points), points


def test_alpha_and_omega_of_the_whole_town(town, units):
    answers, points = full_wave(town, units, 30)
    found = reliability_of(measured(answers))
    everybody = np.array([sheet for rows in points.values() for sheet in rows])[:, [0, 1, 2]]
    assert found.dimensions[0].alpha == cronbach_alpha(everybody)
    assert (found.dimensions[0].people, found.dimensions[0].items) == (180, 3)
    assert all(one.omega is not None for one in found.dimensions)


def test_omega_waits_for_a_hundred_and_fifty_people(town, units):
    answers, _points = full_wave(town, units, 24)
    found = reliability_of(measured(answers))
    assert [one.omega for one in found.dimensions] == [None] * 6
    assert {line.omega for line in reliability_lines(found)} == {"150人から"}


def test_a_pulse_has_nothing_to_hang_together(town, department):
    found = reliability_of(measured(publish(town, points={department: sheets(*[3] * 8)})))
    assert not found.is_calculable
    assert [one.alpha for one in found.dimensions] == [None] * 6


def test_agreement_is_told_over_all_departments(town, units):
    answers, _points = full_wave(town, units, 30)
    found = reliability_of(measured(answers))
    assert found.between.groups == 6
    assert found.between.low > 0
    assert found.within.units == 6
    assert say_between(found.between).endswith("課によって違いがあるので、課ごとに見る意味があります。")
    assert "6課のうち" in say_within(found.within)


def test_of_few_departments_no_agreement_is_told(town, units):
    answers, _points = full_wave(town, units[:4], 30)
    found = reliability_of(measured(answers))
    assert (found.between, found.within) == (None, None)


def test_a_department_that_is_hidden_counts_in_no_agreement(town, units):
    points = {unit: people(10, seed) for seed, unit in enumerate(units)}
    answers = publish(town, 1, kind=WaveKind.BASELINE, items=FULL, points=points, hidden=units[:1])
    found = reliability_of(measured(answers))
    assert (found.between.groups, found.within.units) == (5, 5)


def test_where_the_town_may_not_be_shown_nothing_is_calculated(town, department):
    points = {department: people(4, 1)}
    answers = publish(town, 1, kind=WaveKind.BASELINE, items=FULL, points=points, hidden=[None, department])
    found = reliability_of(measured(answers))
    assert {one.people for one in found.dimensions} == {0}
    assert {one.alpha for one in found.dimensions} == {None}


def test_where_everybody_answers_the_same_there_is_no_alpha(town, department):
    answers = publish(
        town, 1, kind=WaveKind.BASELINE, items=FULL, points={department: sheets(*[3] * 20, number=200, spread=0)}
    )
    found = reliability_of(measured(answers))
    assert {(one.alpha, one.omega) for one in found.dimensions} == {(None, None)}
    assert {line.omega for line in reliability_lines(found)} == {"計算できません"}


def concluded(answers):
    found = conclusions(reliability_of(measured(answers)), results_of(answers, None).town)
    return [(one.about, one.said) for one in found]


SILENT = (
    "対象者の%d%%です（値を出せるだけの回答がなかった人を含みます）。"
    "その人たちがどう考えていても、対象者全員の値は%d点から%d点の間にあります。"
)
CAREFUL = (
    "気を付けること",
    (
        "設問はKiun独自の文案で、狙いどおりのものを測れているかは、まだ確かめられていません。"
        "他の団体との比較や、人の評価には使わないでください。"
    ),
)


def test_what_follows_from_a_full_survey_that_hangs_together(town, units):
    answers, _points = full_wave(town, units, 30)
    value = results_of(answers, None).town.index.value
    assert concluded(answers) == [
        (
            "役所全体",
            (
                f"全員が回答しているので、機運の値{value}点は、そのまま読んで構いません。"
                "どの観点も設問がまとまっているため、平均で読んで構いません。"
            ),
        ),
        (
            "部署ごと",
            (
                "部署による違いがあるので、部署ごとに見る意味があります。ただし、小さな差は偶然かもしれません。"
                "調べられる6部署のどれも、中の人の答えがそろっているため、平均で読んで構いません。"
            ),
        ),
        CAREFUL,
    ]


def test_what_follows_from_a_short_survey_of_half_a_department(town, department):
    answers = publish(town, points={department: sheets(2, 3, 4, 4, 4, 3, 3, 3)}, invited={department: 21})
    assert concluded(answers) == [
        (
            "役所全体",
            (
                "回答は半数に届いていません。答えなかった人の考えが分からないため、全体の値とは受け取らないでください。"
                "この回は観点ごとに1問だけなので、観点どうしの差は目安とし、年に1回の基準調査で確かめてください。"
            ),
        ),
        (
            "回答しなかった人",
            SILENT % (52, 27, 81),
        ),
        ("部署ごと", "値を示せる部署が少なく、頼れる値かどうかは確かめられません。"),
        CAREFUL,
    ]


def test_what_follows_where_departments_do_not_differ(town, units):
    """Sixty of 72 people, half at 25 and half at 75: 50 ± 2.001 · 25.2 / √60 · √(1 − 60/72)."""
    points = {unit: sheets(*[3] * 8) for unit in units}
    answers = publish(town, points=points, invited=dict.fromkeys(units, 12))
    assert concluded(answers)[:3] == [
        (
            "役所全体",
            (
                "機運の値は、47.3–52.7点の間とみて構いません。"
                "この回は観点ごとに1問だけなので、観点どうしの差は目安とし、年に1回の基準調査で確かめてください。"
            ),
        ),
        (
            "回答しなかった人",
            SILENT % (17, 41, 59),
        ),
        ("部署ごと", "部署による違いは、偶然と見分けられません。高い低いと並べないでください。"),
    ]


def test_a_dimension_whose_questions_do_not_hang_together_is_named(town, department):
    """The three questions of fit are answered by chance."""
    random = np.random.default_rng(5)
    rows = [list(row) for row in people(200, 1)]
    for row in rows:
        row[3:6] = random.integers(1, 6, 3).tolist()
    answers = publish(town, 1, kind=WaveKind.BASELINE, items=FULL, points={department: rows})
    assert concluded(answers)[0][1].endswith(
        "「適切さ」は設問がまとまっていないため、平均ではなく、設問ごとに読んでください。"
    )
