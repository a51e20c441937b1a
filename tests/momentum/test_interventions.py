"""Registered before it starts, carried out, evaluated by the wave that was named, published either way."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.momentum.dimensions import Dimension
from kiun.momentum.evaluation import (
    NO_UNITS,
    NO_WAVE_BEFORE,
    REGRESSION,
    TOO_FEW_UNITS,
    WITHIN_CHANCE,
    Evaluation,
    evaluate,
)
from kiun.momentum.models import Intervention, InterventionState, Verdict, WaveKind
from kiun.momentum.queries.results import results_of
from kiun.momentum.remedies import BY_KEY, REMEDIES, Evidence, evidence_of, proposals
from kiun.momentum.services.evaluating import evaluate_with
from kiun.momentum.services.interventions import (
    begin_due_interventions,
    draw_order,
    order_of,
    register_intervention,
    save_intervention,
    why_not_ready,
    withdraw_intervention,
)
from kiun.momentum.services.waves import items_of
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from kiun.municipality.services.departments import merge_departments
from kiun.surveys.models import Audience, Ticket
from kiun.surveys.services import hand_in
from tests.factories import TODAY, make_actor, make_department
from tests.momentum.builders import answer_all, closed_wave, make_wave, opened_wave
from tests.surveys.builders import make_people

SOON = TODAY + timedelta(days=7)
LATER = TODAY + timedelta(days=90)


@pytest.fixture
def dx(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def departments(town):
    return [make_department(town, f"第{number}課") for number in range(6)]


@pytest.fixture
def deciding(town):
    return make_wave(town, 4, opens_on=LATER, closes_on=LATER + timedelta(days=13))


def draft(dx, departments, deciding, **fields):
    values = {
        "title": "やめる仕事を決める",
        "remedy": "stop-work",
        "dimension": Dimension.SLACK,
        "owner": dx.membership,
        "starts_on": SOON,
        "expected_effect": Decimal(10),
        "evaluated_with": deciding,
        **fields,
    }
    intervention = Intervention(municipality=dx.municipality, **values)
    compared = [] if fields.get("step_months") else departments[3:]
    return save_intervention(actor=dx, intervention=intervention, treated=departments[:3], compared=compared)


def test_it_is_bound_to_what_it_says_from_registering_on(dx, departments, deciding):
    registered = register_intervention(actor=dx, intervention=draft(dx, departments, deciding))
    assert (registered.state, registered.registered_on) == (InterventionState.REGISTERED, TODAY)
    registered.expected_effect = Decimal(1)
    with pytest.raises(DomainError):
        save_intervention(actor=dx, intervention=registered, treated=departments[:1], compared=departments[1:])
    assert Intervention.objects.get().expected_effect == 10


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"starts_on": LATER}, "evaluated_with"),
    ],
)
def test_days_by_which_it_could_never_be_registered_are_not_kept_as_a_draft(dx, departments, deciding, fields, field):
    with pytest.raises(DomainError) as raised:
        draft(dx, departments, deciding, **fields)
    assert (raised.value.field, Intervention.objects.count()) == (field, 0)


def test_nothing_is_registered_without_the_wave_that_decides(dx, departments, deciding):
    intervention = draft(dx, departments, deciding, evaluated_with=None)
    with pytest.raises(DomainError) as raised:
        register_intervention(actor=dx, intervention=intervention)
    assert raised.value.field == "evaluated_with"


def test_nothing_is_registered_after_it_began(dx, departments, deciding):
    intervention = draft(dx, departments, deciding)
    assert (why_not_ready(intervention, SOON), why_not_ready(intervention, SOON + timedelta(days=1))) == (
        "",
        "開始日が過ぎています。働きかけは、始める前に登録する必要があります。今日以降の日にしてください。",
    )
    with pytest.raises(DomainError) as raised:
        register_intervention(actor=replace(dx, on=SOON + timedelta(days=1)), intervention=intervention)
    assert raised.value.field == "starts_on"


def test_without_anything_to_compare_with_it_is_not_registered(dx, departments, deciding):
    intervention = draft(dx, departments, deciding)
    save_intervention(actor=dx, intervention=intervention, treated=departments, compared=[])
    with pytest.raises(DomainError) as raised:
        register_intervention(actor=dx, intervention=intervention)
    assert raised.value.field == "compared"


def test_a_wave_that_has_been_opened_decides_nothing_new(town, dx, departments, deciding):
    make_people(town, departments[0], 12)
    intervention = draft(dx, departments, deciding)
    opened_wave(deciding)
    with pytest.raises(DomainError) as raised:
        register_intervention(actor=dx, intervention=intervention)
    assert raised.value.field == "evaluated_with"


def test_units_begin_one_after_another_in_an_order_that_anybody_can_draw_again(dx, departments, deciding):
    intervention = draft(dx, departments, deciding, step_months=2)
    with pytest.raises(DomainError):
        register_intervention(actor=dx, intervention=intervention)
    drawn = draw_order(actor=dx, intervention=intervention)
    units = list(drawn.units.select_related("department"))
    assert [unit.department for unit in units] == order_of(departments[:3], drawn.seed)
    assert [unit.starts_on for unit in units] == [SOON, date(2027, 1, 1), date(2027, 3, 1)]
    # The one whose turn comes after the deciding wave is what the others are compared with.
    assert register_intervention(actor=dx, intervention=drawn).state == InterventionState.REGISTERED


@given(st.integers(0, 2**31 - 1), st.permutations(range(8)))
def test_the_order_follows_from_the_seed_alone(seed, order):
    class Row:
        def __init__(self, pk):
            self.pk = pk

    rows = [Row(number) for number in range(8)]
    assert order_of([rows[place] for place in order], seed) == order_of(rows, seed)


def test_only_the_dx_office_and_heads_make_them(town, departments, deciding, dx):
    member = make_actor(town, Role.MEMBER, departments[0])
    with pytest.raises(NotAllowedError):
        draft(member, departments, deciding)
    head = make_actor(town, Role.HEAD, departments[0])
    assert draft(head, departments, deciding, department=departments[0]).is_draft


def test_on_its_day_it_is_under_way_and_withdrawing_needs_words(town, dx, departments, deciding):
    intervention = register_intervention(actor=dx, intervention=draft(dx, departments, deciding))
    assert begin_due_interventions(system_actor(town, on=TODAY)) == 0
    assert begin_due_interventions(system_actor(town, on=SOON)) == 1
    with pytest.raises(DomainError):
        withdraw_intervention(actor=dx, intervention=intervention, reason=" ")
    withdrawn = withdraw_intervention(actor=dx, intervention=intervention, reason="人事異動のため。")
    assert (withdrawn.state, withdrawn.words) == (InterventionState.WITHDRAWN, "人事異動のため。")


def outcomes(*, gain, units=8, spread=1.0):
    """Two waves before and two after; half of the units gain."""
    rng = np.random.default_rng(3)
    values = 50 + rng.normal(0, spread, (2 * units, 4))
    values[:units, 2:] += gain
    return values, [True] * units + [False] * units


def verdict(values, treated, **fields):
    return evaluate(values, treated, **{"start": 2, "expected": 8, "by_lot": False, "waves": [1, 2, 3, 4], **fields})


def test_a_gain_beyond_chance_worked():
    found = verdict(*outcomes(gain=8))
    assert (found.verdict, found.why, found.pre_waves, found.start) == (Verdict.WORKED, "", 2, 2)
    assert found.low > 0
    assert found.p <= 0.05


def test_no_gain_where_much_was_expected_did_not_work():
    assert verdict(*outcomes(gain=0)).verdict == Verdict.DID_NOT


def test_noise_decides_nothing():
    found = verdict(*outcomes(gain=3, spread=9))
    assert (found.verdict, found.why) == (Verdict.UNDECIDABLE, WITHIN_CHANCE)


def test_three_units_decide_nothing():
    found = verdict(*outcomes(gain=2, units=3))
    assert (found.verdict, found.why) == (Verdict.UNDECIDABLE, TOO_FEW_UNITS)


def test_a_fall_that_comes_back_by_itself_is_no_success_unless_the_lot_chose():
    values, treated = outcomes(gain=0)
    values[:8, 1] -= 12
    values[:8, 2:] += 2
    assert verdict(values, treated).why in (REGRESSION, WITHIN_CHANCE)


@pytest.mark.parametrize(
    ("values", "start", "why"),
    [([[50.0, 60.0], [50.0, 51.0]], 0, NO_WAVE_BEFORE), ([[np.nan, 60.0], [50.0, 51.0]], 1, NO_UNITS)],
)
def test_where_there_is_nothing_to_compare_nothing_is_decided(values, start, why):
    found = verdict(np.array(values), [True, False], start=start, waves=[1, 2])
    assert (found.verdict, found.why, found.waves, found.gaps) == (Verdict.UNDECIDABLE, why, (1, 2), (None, None))
    assert Evaluation.from_json(found.as_json()) == found


def test_what_an_evaluation_says_can_be_kept_and_read():
    found = verdict(*outcomes(gain=8))
    assert Evaluation.from_json(found.as_json()) == found


def test_it_is_evaluated_when_its_wave_is_published(town, dx, departments):
    """A unit each of twelve people over three waves; the first three gain a point of the scale after it began."""
    crews = [make_people(town, department, 12) for department in departments]
    for quarter in (1, 2):
        before = opened_wave(make_wave(town, quarter, opens_on=TODAY - timedelta(days=300 - 90 * quarter)))
        for crew in crews:
            answer_all(before, crew, points=(3,))
        closed_wave(before)
    wave = make_wave(town, 4, opens_on=LATER, closes_on=LATER + timedelta(days=13))
    intervention = register_intervention(actor=dx, intervention=draft(dx, departments, wave))
    wave = opened_wave(wave)
    for place, crew in enumerate(crews):
        answer_all(wave, crew, points=(4,) if place < 3 else (3,))
    closed_wave(wave)
    [evaluated] = evaluate_with(actor=system_actor(town, on=TODAY), wave=wave)
    assert evaluated == intervention
    found = Evaluation.from_json(Intervention.objects.get().evaluation)
    assert (found.effect, found.treated, found.others, found.pre_waves, found.gaps) == (25, 3, 3, 2, (0, 0, 25))
    # One in twenty ways to choose three of six units: not beyond chance with so few, whatever it looks like.
    assert (found.p, found.verdict) == (0.1, Verdict.UNDECIDABLE)
    assert evaluate_with(actor=system_actor(town, on=TODAY), wave=wave) == []


def test_a_full_survey_and_a_pulse_are_compared_by_what_both_asked(town, dx, departments):
    """In the full survey the first three departments are better off in a question that the pulse does not ask."""
    crews = [make_people(town, department, 12) for department in departments]
    full = opened_wave(make_wave(town, 1, kind=WaveKind.BASELINE, opens_on=TODAY - timedelta(days=200)))
    keys = [asked.key for asked in items_of(WaveKind.BASELINE, Audience.STAFF)]
    for place, crew in enumerate(crews):
        for person in crew:
            ticket = Ticket.objects.get(survey=full.survey, membership=person)
            hand_in(survey=full.survey, ticket=ticket, values={**dict.fromkeys(keys, 3), "T2": 5 if place < 3 else 3})
    closed_wave(full)
    wave = make_wave(town, 4, opens_on=LATER, closes_on=LATER + timedelta(days=13))
    register_intervention(actor=dx, intervention=draft(dx, departments, wave))
    wave = opened_wave(wave)
    for crew in crews:
        answer_all(wave, crew, points=(3,))
    closed_wave(wave)
    evaluate_with(actor=system_actor(town, on=TODAY), wave=wave)
    assert Evaluation.from_json(Intervention.objects.get().evaluation).gaps == (0, 0)


def test_where_room_to_act_is_the_barrier_nothing_is_proposed_that_takes_time():
    proposed = [one.remedy for one in proposals(Dimension.SLACK, {})]
    assert [remedy.key for remedy in proposed] == ["stop-work", "protected-hours"]
    assert not any(remedy.takes_time for remedy in proposed)
    assert {remedy.dimension for remedy in REMEDIES} == set(Dimension)


def test_beside_a_lack_of_room_nothing_that_takes_time_is_proposed_against_the_other_obstacle_either():
    alone = [one.remedy for one in proposals(Dimension.CONFIDENCE, {})]
    beside = [one.remedy for one in proposals(Dimension.CONFIDENCE, {}, is_swamped=True)]
    assert any(remedy.takes_time for remedy in alone)
    assert beside == [remedy for remedy in alone if not remedy.takes_time]


def test_verdicts_move_the_grade_of_evidence_and_the_order():
    hands_on = BY_KEY["hands-on"]
    assert evidence_of(hands_on, []) == Evidence.THEORY
    assert evidence_of(hands_on, ["undecidable"]) == Evidence.THEORY
    assert evidence_of(hands_on, ["worked"]) == Evidence.ONCE
    assert evidence_of(hands_on, ["worked", "worked"]) == Evidence.REPEATED
    assert evidence_of(hands_on, ["worked", "did_not", "did_not"]) == Evidence.DOUBTED
    first = proposals(Dimension.CONFIDENCE, {"peer-helper": ["worked"], "hands-on": ["did_not"]})
    assert [one.remedy.key for one in first] == ["peer-helper", "hands-on"]


def test_a_department_that_was_merged_between_the_waves_counts_no_more(town, dx, departments):
    """The first of three that are treated goes into one of those compared; what it said before is kept."""
    crews = [make_people(town, department, 14) for department in departments]
    first = opened_wave(make_wave(town, 3, opens_on=TODAY - timedelta(days=90)))
    for crew in crews:
        answer_all(first, crew[:9], points=(3,))
    before = closed_wave(first)
    wave = make_wave(town, 4, opens_on=LATER, closes_on=LATER + timedelta(days=13))
    register_intervention(actor=dx, intervention=draft(dx, departments, wave))
    gone, into = departments[0], departments[5]
    merge_departments(actor=dx, sources=[gone, into], into=into, on=TODAY)
    wave = opened_wave(wave)
    for crew in crews:
        answer_all(wave, crew[5:], points=(4,))
    after = closed_wave(wave)
    then, now = results_of(before, None), results_of(after, before)
    assert [results.unit(into.pk).index.value for results in (then, now)] == [50, 75]
    assert (then.unit(gone.pk).index.value, now.unit(gone.pk)) == (50, None)
    assert now.unit(into.pk).people > then.unit(into.pk).people
    evaluate_with(actor=system_actor(town, on=TODAY), wave=wave)
    found = Evaluation.from_json(Intervention.objects.get().evaluation)
    assert (found.treated, found.others, found.effect, found.verdict) == (2, 3, 0, Verdict.UNDECIDABLE)
