"""Duties of the installation itself: what is used up is thrown away."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from kiun.kernel.schedule import Duty, duties

DAY = timedelta(days=1)


def _forget_sessions(now: datetime) -> str:
    """Address and browser are kept as long as somebody can be signed in there, and no longer."""
    call_command("clearsessions")
    living = Session.objects.filter(expire_date__gt=now).values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()
    return ""


def _forget_counters(now: datetime) -> str:
    """What rate limits have counted: the cache itself removes it only where it is asked for again or grows full."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    over = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [over])  # noqa: S608 - a name of our own
    return ""


def _forget_finished_tasks(_now: datetime) -> str:
    call_command("prune_db_task_results", verbosity=0)
    return ""


duties.register(Duty(id="config.sessions", every=DAY, run=_forget_sessions))
duties.register(Duty(id="config.counters", every=DAY, run=_forget_counters))
duties.register(Duty(id="config.finished_tasks", every=DAY, run=_forget_finished_tasks))
