"""A fiscal year's waves: planned with one button, changed, opened."""

from datetime import date

import pytest
from django.urls import reverse

from kiun.activity.models import Notice
from kiun.momentum.models import Intervention, Wave
from kiun.municipality.models import Role
from kiun.surveys.models import Survey, Ticket
from tests.factories import make_department, make_membership
from tests.momentum.builders import make_wave
from tests.surveys.builders import make_people


@pytest.fixture
def officer(client, town):
    post = make_membership(town, Role.ADMIN, make_department(town, "DX推進課"))
    client.force_login(post.user)
    return post


def at(town, name, *args):
    return reverse(f"momentum:{name}", args=(town.slug, *args))


def test_a_year_is_planned_with_one_button(client, town, department, officer):
    make_people(town, department, 12)
    response = client.post(at(town, "wave_plan") + f"?year={date.today().year + 1}", follow=True)  # noqa: DTZ011
    assert "回の調査を予定しました。" in response.content.decode()
    planned = Wave.objects.count()
    assert planned > 0
    again = client.post(at(town, "wave_plan") + f"?year={date.today().year + 1}", follow=True)  # noqa: DTZ011
    assert "全て予定済みです。" in again.content.decode()
    assert Wave.objects.count() == planned


def test_days_and_share_of_a_planned_wave_change(client, town, officer):
    wave = make_wave(town, 4, opens_on=date(2027, 2, 8), closes_on=date(2027, 2, 21))
    data = {"opens_on": "2027-02-15", "closes_on": "2027-02-26", "sample_percent": "40", "seen": 0}
    assert client.post(at(town, "wave_edit", wave.pk), data).status_code == 302
    wave.refresh_from_db()
    assert (wave.opens_on, wave.closes_on, wave.sample_percent) == (date(2027, 2, 15), date(2027, 2, 26), 40)


def test_a_last_day_before_the_first_is_said_and_nothing_is_saved(client, town, officer):
    wave = make_wave(town, 4, opens_on=date(2027, 2, 8), closes_on=date(2027, 2, 21))
    data = {"opens_on": "2027-02-15", "closes_on": "2027-02-01", "sample_percent": "100", "seen": 0}
    response = client.post(at(town, "wave_edit", wave.pk), data)
    assert response.status_code == 422
    assert "最終日が開始日より前になっています。" in response.content.decode()
    wave.refresh_from_db()
    assert wave.closes_on == date(2027, 2, 21)


def test_an_opened_wave_tells_whoever_is_asked(client, town, department, officer):
    people = make_people(town, department, 12)
    wave = make_wave(town, 4, opens_on=date(2020, 1, 1), closes_on=date(2999, 1, 1))
    response = client.post(at(town, "wave_open", wave.pk))
    survey = Survey.objects.get()
    assert response.headers["Location"].endswith(f"/surveys/{survey.pk}/")
    assert Ticket.objects.filter(survey=survey).count() == 13
    assert Notice.objects.filter(recipient__in=people).count() == 12
    assert "13人のうち0人（0%）が回答しました。" in client.get(at(town, "wave_list") + "?year=2026").content.decode()
    assert client.get(at(town, "wave_edit", wave.pk)).status_code == 404


def test_with_too_few_people_no_wave_can_be_opened(client, town, department, officer):
    wave = make_wave(town, 4, opens_on=date(2020, 1, 1), closes_on=date(2999, 1, 1))
    text = client.get(at(town, "wave_list") + "?year=2026").content.decode()
    assert at(town, "wave_open", wave.pk) not in text
    assert "サインインできる職員が10人以上になると、調査を始められます。" in text
    assert client.post(at(town, "wave_open", wave.pk)).status_code == 400
    assert Survey.objects.count() == 0


def test_a_planned_wave_is_taken_out(client, town, officer):
    wave = make_wave(town, 4)
    client.post(at(town, "wave_remove", wave.pk))
    assert Wave.objects.count() == 0


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.HEAD, Role.MEMBER])
def test_others_see_the_waves_and_change_none(client, town, department, role):
    wave = make_wave(town, 4)
    client.force_login(make_membership(town, role, department).user)
    text = client.get(at(town, "wave_list") + "?year=2026").content.decode()
    assert "第4四半期" in text
    assert at(town, "wave_remove", wave.pk) not in text
    for name in ("wave_open", "wave_remove"):
        assert client.post(at(town, name, wave.pk)).status_code == 403
    assert client.get(at(town, "wave_edit", wave.pk)).status_code == 403
    assert Wave.objects.count() == 1


def test_a_wave_that_judges_an_intervention_stays(client, town, department, officer):
    wave = make_wave(town, 4)
    Intervention(
        municipality=town,
        title="やめる仕事を決める",
        remedy="stop-work",
        dimension="T",
        owner=officer,
        starts_on=wave.opens_on,
        expected_effect=5,
        evaluated_with=wave,
    ).save()
    response = client.post(at(town, "wave_remove", wave.pk))
    assert response.status_code == 400
    assert "「やめる仕事を決める」の効果をこの回で確かめるため、外せません。" in response.content.decode()
    assert Wave.objects.count() == 1
