from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from kiun.kernel.schedule import duties
from tests.factories import make_user


@pytest.mark.django_db
def test_address_and_browser_of_a_session_are_forgotten_with_it() -> None:
    staying, signed_out, expired = Client(), Client(), Client()
    for client in (staying, signed_out, expired):
        client.post("/accounts/login/", {"login": make_user().username, "password": "correct horse battery"})
    Session.objects.filter(session_key=signed_out.session.session_key).delete()
    Session.objects.filter(session_key=expired.session.session_key).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    assert UserSession.objects.count() == 3
    duties["config.sessions"].run(timezone.now())
    assert [row.session_key for row in UserSession.objects.all()] == [staying.session.session_key]


@pytest.mark.django_db
def test_what_rate_limits_counted_is_gone_when_its_time_is_over() -> None:
    for name, seconds in (("counted", 60), ("counting", 7200), ("always", None)):
        cache.set(name, 1, seconds)
    duties["config.counters"].run(timezone.now() + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM kiun_cache ORDER BY 1")
        assert cursor.fetchall() == [(":1:always",), (":1:counting",)]
