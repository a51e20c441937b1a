"""Calendars that a program reads without signing in."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from kiun.initiatives.models import CalendarFeed, Milestone, TaskStatus
from kiun.municipality.models import Membership, Role
from tests.factories import (
    TODAY,
    make_department,
    make_goal,
    make_initiative,
    make_plan,
    make_task,
    make_town,
)
from tests.initiatives.pages import sign_in, url


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def me(client, town, department):
    return sign_in(client, town, Role.MEMBER, department)


def address(client, town, **chosen):
    return urlsplit(client.post(url(town, "feed_list"), chosen).context["address"]).path


def read(client, path):
    client.logout()
    return client.get(path)


def entries(answer):
    calendar = Calendar.from_ical(answer.content)
    return {(part.name, str(part["summary"])) for part in calendar.walk() if part.name in {"VTODO", "VEVENT"}}


def test_a_program_reads_the_tasks_of_one_person(client, town, initiative, me):
    make_task(initiative, "私の作業", responsible=me, due_on=date(2026, 12, 11), percent=40, status=TaskStatus.DOING)
    make_task(initiative, "済んだ作業", responsible=me, status=TaskStatus.DONE, percent=100, finished_on=TODAY)
    make_task(initiative, "同僚の作業")
    Milestone(initiative=initiative, name="運用開始", due_on=date(2027, 1, 15)).save()
    answer = read(client, address(client, town))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert entries(answer) == {
        ("VTODO", "私の作業"), ("VEVENT", "期限：私の作業"), ("VTODO", "済んだ作業"), ("VEVENT", "節目：運用開始"),
    }  # fmt: skip
    todo = next(part for part in Calendar.from_ical(answer.content).walk("VTODO") if part["summary"] == "私の作業")
    assert (todo["status"], todo["percent-complete"], todo["due"].dt) == ("IN-PROCESS", 40, date(2026, 12, 11))


def test_a_department_is_read_as_far_as_the_person_sees_it(client, town, goal, initiative, me):
    tax = make_department(town, "税務課")
    make_task(initiative, "税務課が手伝う作業", department=tax)
    make_task(make_initiative(goal, "税務課の取組", department=tax), "見えない作業")
    assert entries(read(client, address(client, town, department=tax.pk))) == {
        ("VTODO", "税務課が手伝う作業"), ("VEVENT", "期限：税務課が手伝う作業"),
    }  # fmt: skip


def test_the_secret_is_kept_nowhere(client, town, me):
    path = address(client, town)
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(CalendarFeed.objects.values_list().get())
    assert secret not in client.get(url(town, "feed_list")).content.decode()


def test_a_renewed_address_replaces_the_old_one(client, town, me):
    old = address(client, town)
    new = urlsplit(client.post(url(town, "feed_renew", CalendarFeed.objects.get().pk)).context["address"]).path
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_an_ended_calendar_is_gone(client, town, me):
    path = address(client, town)
    client.post(url(town, "feed_end", CalendarFeed.objects.get().pk))
    assert client.get(path).status_code == 404


def test_nobody_renews_or_ends_the_calendar_of_somebody_else(client, town, department, me):
    address(client, town)
    key = CalendarFeed.objects.get().pk
    sign_in(client, town, Role.ADMIN, department)
    assert client.post(url(town, "feed_renew", key)).status_code == 404
    assert client.post(url(town, "feed_end", key)).status_code == 404


def test_the_calendar_ends_with_the_post(client, town, me):
    path = address(client, town)
    Membership.objects.filter(pk=me.pk).update(valid_to=date(2026, 10, 31))
    assert read(client, path).status_code == 410


def test_the_calendar_ends_with_the_account(client, town, me):
    path = address(client, town)
    me.user.is_active = False
    me.user.save()
    assert read(client, path).status_code == 410


def test_the_address_of_one_town_opens_nothing_in_another(client, town, me):
    path = address(client, town)
    other = make_town("minato", "みなと市")
    make_initiative(make_goal(make_plan(other)))
    assert read(client, path.replace(f"/t/{town.slug}/", f"/t/{other.slug}/")).status_code == 404


def test_guessing_is_stopped(client, town):
    answers = [client.get(url(town, "feed", f"wrong{number}")).status_code for number in range(32)]
    assert (answers[0], answers[-1]) == (404, 429)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.RESIDENT])
def test_only_staff_make_calendars(client, town, role):
    sign_in(client, town, role)
    assert client.post(url(town, "feed_list")).status_code == 404


def test_rights_are_those_of_today(client, town, initiative, me):
    make_task(initiative, "市民課の作業")
    path = address(client, town, department=initiative.department_id)
    assert entries(read(client, path)) != set()
    Membership.objects.filter(pk=me.pk).update(department=make_department(town, "税務課"))
    assert entries(read(client, path)) == set()
