"""A fiscal year's waves: planned, opened, closed, published."""

from datetime import date, timedelta

import numpy as np
import pytest
from django_scopes import scope

from kiun.activity.models import Job
from kiun.activity.services import run_job
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.fiscal_year import FiscalYear
from kiun.momentum.measured import measured
from kiun.momentum.models import Intervention, InterventionState, Wave, WaveAnswers, WaveKind
from kiun.momentum.queries.outside import latest_of
from kiun.momentum.queries.published import latest_shown, published_waves
from kiun.momentum.scores import INDEX
from kiun.momentum.services.publishing import publish_wave
from kiun.momentum.services.waves import begin_now, items_of, open_due_waves, open_wave, plan_year, remove_wave
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Membership, Role
from kiun.surveys.models import Audience, Ticket
from kiun.surveys.services import close_survey, hand_in, issue_cards
from kiun.surveys.services.pairing import pair_of
from tests.factories import TODAY, make_actor, make_department, make_town
from tests.momentum.builders import answer_all, closed_wave, make_wave, opened_wave
from tests.surveys.builders import make_people


@pytest.fixture
def dx(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


def test_a_year_has_a_full_survey_three_pulses_and_one_wave_for_those_outside(dx):
    waves = plan_year(actor=dx, year=FiscalYear(2027))
    assert [(wave.quarter, wave.audience, wave.kind, wave.opens_on) for wave in waves] == [
        (1, "staff", "baseline", date(2027, 5, 10)),
        (2, "staff", "pulse", date(2027, 8, 9)),
        (2, "residents", "short", date(2027, 8, 9)),
        (3, "staff", "pulse", date(2027, 11, 8)),
        (3, "partners", "short", date(2027, 11, 8)),
        (4, "staff", "pulse", date(2028, 2, 14)),
    ]
    assert plan_year(actor=dx, year=FiscalYear(2027)) == []


def test_what_is_over_is_not_planned(dx):
    """On 23 November the wave of the quarter can still begin today; those before cannot."""
    waves = plan_year(actor=dx, year=FiscalYear(2026))
    assert [(wave.quarter, wave.audience) for wave in waves] == [(4, "staff")]


def test_the_full_survey_has_twenty_scales_and_the_pulse_eight(town, people):
    full = opened_wave(make_wave(town, 1, kind=WaveKind.BASELINE)).survey.questionnaire
    assert (full.items.filter(kind="scale").count(), full.items.count(), full.is_locked) == (20, 22, True)
    pulse = opened_wave(make_wave(town, 2)).survey.questionnaire
    assert list(pulse.items.values_list("key", flat=True)) == ["W1", "A1", "E1", "P1", "V1", "T1", "I1", "S1"]


def test_the_same_questionnaire_is_asked_again(town, people):
    first = opened_wave(make_wave(town, 2))
    closed_wave(first)
    assert opened_wave(make_wave(town, 3)).survey.questionnaire == first.survey.questionnaire


def test_everybody_who_works_there_is_invited_once_or_as_many_as_were_wanted(town, department):
    make_people(town, department, 30)
    everybody = opened_wave(make_wave(town, 2))
    sample = opened_wave(make_wave(town, 3, sample_percent=50))
    assert Ticket.objects.filter(survey=everybody.survey).count() == 30
    assert Ticket.objects.filter(survey=sample.survey).count() == 15


def test_only_the_dx_office_plans_and_opens(town, department, people):
    head = make_actor(town, Role.HEAD, department)
    wave = make_wave(town)
    with pytest.raises(NotAllowedError):
        plan_year(actor=head, year=FiscalYear(2027))
    with pytest.raises(NotAllowedError):
        open_wave(actor=head, wave=wave)
    assert Wave.objects.get().survey is None


def test_a_wave_opens_by_itself_on_its_day_and_an_opened_one_stays(town, dx, people):
    make_wave(town, 3)
    make_wave(town, 4, opens_on=TODAY + timedelta(days=1), closes_on=TODAY + timedelta(days=9))
    assert open_due_waves(town, TODAY) == 1
    opened = Wave.objects.exclude(survey=None).get()
    assert opened.quarter == 3
    with pytest.raises(DomainError):
        remove_wave(actor=dx, wave=opened)


def test_a_wave_that_cannot_open_does_not_keep_the_next_one(town, people):
    make_wave(town, 3, audience=Audience.STAFF)
    make_wave(town, 3, kind=WaveKind.SHORT, audience=Audience.RESIDENTS)
    Membership.objects.exclude(pk__in=[one.pk for one in people[:3]]).update(valid_to=TODAY - timedelta(days=1))
    with pytest.raises(ExceptionGroup, match="not done everywhere"):
        open_due_waves(town, TODAY)
    assert list(Wave.objects.exclude(survey=None).values_list("audience", flat=True)) == [Audience.RESIDENTS]


def test_closing_starts_the_publication(town, people):
    wave = opened_wave(make_wave(town))
    answer_all(wave, people)
    close_survey(actor=system_actor(town, on=TODAY), survey=wave.survey)
    run_job(Job.objects.get(kind="momentum.publish").pk)
    found = measured(WaveAnswers.objects.get(wave=wave))
    place = found.place[people[0].department_id]
    assert found.answered[[0, place]].tolist() == [12, 12]
    assert found.units.mean[place, INDEX] == 62.5
    assert found.response[place] == 1


def test_what_was_published_stays(town, people):
    wave = opened_wave(make_wave(town))
    answer_all(wave, people)
    first = closed_wave(wave)
    assert publish_wave(wave).pk == first.pk
    assert WaveAnswers.objects.count() == 1


def test_a_wave_that_nobody_answered_can_be_read(town, people):
    found = measured(closed_wave(opened_wave(make_wave(town))))
    assert found.answered[0] == 0
    assert np.isnan(found.units.mean).all()


def test_four_answers_of_a_department_are_shown_nowhere(town, department):
    other = make_department(town, "税務課")
    few, many = make_people(town, department, 8), make_people(town, other, 8)
    wave = opened_wave(make_wave(town))
    answer_all(wave, few[:4])
    answer_all(wave, many)
    found = measured(closed_wave(wave))
    assert np.isnan(found.units.mean[found.place[department.pk]]).all()
    # Otherwise the four were the rest of the town without the eight.
    assert not found.shown[found.place[other.pk]] or not found.shown[0]


def test_a_department_keeps_its_place_when_others_come(town, department, people):
    before = measured(closed_wave(opened_wave(make_wave(town, 2))))
    make_department(town, "防災課")
    after = measured(closed_wave(opened_wave(make_wave(town, 3))))
    assert after.arrays.departments[: len(before.arrays.departments)].tolist() == before.arrays.departments.tolist()
    assert len(after.arrays.departments) == len(before.arrays.departments) + 1


def test_residents_answer_by_the_address_and_are_counted_for_the_town(town):
    wave = opened_wave(make_wave(town, kind=WaveKind.SHORT, audience=Audience.RESIDENTS))
    assert wave.survey.has_open_link
    for person in range(6):
        ticket = Ticket(municipality=town, survey=wave.survey, kind="open", digest=f"{person:064}")
        ticket.save()
        hand_in(survey=wave.survey, ticket=ticket, values={"W1": 4, "A1": 4, "E1": 4, "P1": 4, "V1": 4, "T1": 4})
    issue_cards(actor=system_actor(town), survey=wave.survey, count=1)
    found = measured(closed_wave(wave))
    assert (found.answered[0], found.units.mean[0, INDEX]) == (6, 75)
    assert np.isnan(found.response[0])


def test_begun_before_its_day_a_wave_runs_as_long_as_it_was_planned_to(town, dx, people):
    days = {"opens_on": TODAY + timedelta(days=70), "closes_on": TODAY + timedelta(days=83)}
    survey = begin_now(actor=dx, wave=make_wave(town, **days))
    wave = Wave.objects.get(survey=survey)
    assert (survey.opens_on, survey.closes_on) == (TODAY, TODAY + timedelta(days=13))
    assert (wave.opens_on, wave.closes_on) == (survey.opens_on, survey.closes_on)


def test_a_wave_is_not_begun_before_what_it_is_to_judge(town, dx, department, people):
    wave = make_wave(town, opens_on=TODAY + timedelta(days=70), closes_on=TODAY + timedelta(days=83))
    row = Intervention(
        title="朝礼をやめる",
        remedy="stop-work",
        dimension="S",
        owner=people[0],
        starts_on=TODAY + timedelta(days=14),
        expected_effect=5,
        evaluated_with=wave,
        state=InterventionState.REGISTERED,
    )
    row.save()
    with pytest.raises(DomainError, match="朝礼をやめる"):
        begin_now(actor=dx, wave=wave)
    assert Wave.objects.get(pk=wave.pk).is_planned
    Intervention.objects.update(state=InterventionState.WITHDRAWN)
    assert begin_now(actor=dx, wave=wave).is_open
    with pytest.raises(DomainError, match="この回は既に始まっています。"):
        begin_now(actor=dx, wave=wave)


def test_a_wave_of_which_nothing_may_be_shown_does_not_hide_the_one_before(town, people):
    first = opened_wave(make_wave(town, 1))
    answer_all(first, people)
    shown = closed_wave(first)
    closed_wave(opened_wave(make_wave(town, 2)))
    assert latest_shown(published_waves()) == shown
    assert latest_of(Audience.STAFF).wave == first


def residents_answered(town, quarter, points, *, tied):
    """By cards: those of `tied` with the secret of their browser."""
    wave = opened_wave(make_wave(town, quarter, kind=WaveKind.SHORT, audience=Audience.RESIDENTS))
    issue_cards(actor=make_actor(town, Role.ADMIN), survey=wave.survey, count=len(points))
    keys = [asked.key for asked in items_of(WaveKind.SHORT, Audience.RESIDENTS)]
    for number, (ticket, point) in enumerate(zip(Ticket.objects.filter(survey=wave.survey), points, strict=True)):
        pair = pair_of(f"browser {number}", wave.survey) if number in tied else ""
        hand_in(survey=wave.survey, ticket=ticket, values=dict.fromkeys(keys, point), pair=pair)
    return closed_wave(wave)


def test_of_residents_the_change_of_those_is_told_who_let_both_answers_be_tied(town):
    residents_answered(town, 1, [3] * 12 + [1] * 8, tied=range(12))
    residents_answered(town, 2, [4] * 6 + [3] * 6 + [5] * 8, tied=range(12))
    side = latest_of(Audience.RESIDENTS)
    assert (side.same_people.before, side.same_people.after, side.same_people.difference) == (12, 12, 12.5)
    assert side.result.change.difference == 47.5


def test_answers_of_staff_are_not_tied_even_if_a_browser_offers_to(town, people):
    wave = opened_wave(make_wave(town))
    ticket = Ticket.objects.filter(survey=wave.survey).first()
    hand_in(survey=wave.survey, ticket=ticket, values={"W1": 3}, pair=pair_of("browser", wave.survey))
    answer_all(wave, [one for one in people if one.pk != ticket.membership_id])
    assert not measured(closed_wave(wave)).arrays.pairs.any()


def test_two_towns_do_not_share_a_questionnaire(town, people):
    mine = opened_wave(make_wave(town)).survey.questionnaire
    other = make_town("minato", "みなと市")
    with scope(municipality=other):
        make_people(other, make_department(other), 12)
        theirs = opened_wave(make_wave(other)).survey.questionnaire
    assert mine.family != theirs.family
