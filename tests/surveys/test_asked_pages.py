"""Where people are asked to answer: on the page on which they begin, and nowhere where others look on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kiun.municipality.models import Role
from tests.factories import make_membership
from tests.surveys.builders import answer, make_people, make_survey, opened
from tests.surveys.pages import url


@pytest.fixture
def running(town):
    """Until a day that has not passed: pages go by the calendar."""
    return make_survey(town, closes_on=timezone.localdate() + timedelta(days=5), title="職場のアンケート")


@pytest.fixture
def for_everybody(town):
    last_day = timezone.localdate() + timedelta(days=5)
    return make_survey(town, audience="residents", has_open_link=True, state="open", closes_on=last_day)


def page(client, name, town):
    return client.get(reverse(name, args=(town.slug,)), follow=True)


def test_ones_own_page_asks_until_one_has_answered(client, town, department, running):
    people = make_people(town, department, 12)
    opened(running, people)
    client.force_login(people[0].user)
    asking = page(client, "dashboard:my_page", town)
    assert asking.context["errands"].surveys == [running]
    assert asking.context["errands"].count == 1
    assert url(town, "answer", running.pk) in asking.content.decode()
    answer(running, people[0], W1=1)
    thanking = page(client, "dashboard:my_page", town)
    assert thanking.context["errands"].count == 0
    assert url(town, "answer", running.pk) not in thanking.content.decode()


def test_pages_that_are_looked_at_together_are_the_same_whoever_has_answered(client, town, department, running):
    people = make_people(town, department, 12)
    opened(running, people)
    answer(running, people[0], W1=1)
    seen = {}
    for person in people[:2]:
        client.force_login(person.user)
        pages = (page(client, name, town).content.decode() for name in ("dashboard:home", "public:home"))
        seen[person.pk] = [url(town, "answer", running.pk) in text for text in pages]
    assert list(seen.values()) == [[False, False], [False, False]]


@pytest.mark.parametrize("is_public", [True, False])
def test_residents_are_asked_where_they_come_in(client, town, for_everybody, is_public):
    town.is_public = is_public
    town.save()
    client.force_login(make_membership(town, Role.RESIDENT).user)
    assert url(town, "answer", for_everybody.pk) in page(client, "dashboard:start", town).content.decode()
    client.logout()
    assert url(town, "answer", for_everybody.pk) not in page(client, "public:home", town).content.decode()


def test_partners_are_asked_beside_what_is_shared_with_them(client, town, for_everybody):
    for_everybody.audience = "partners"
    for_everybody.save()
    for role, is_asked in ((Role.PARTNER, True), (Role.MEMBER, False)):
        client.force_login(make_membership(town, role).user)
        text = page(client, "initiatives:shared_list", town).content.decode()
        assert (url(town, "answer", for_everybody.pk) in text) is is_asked
