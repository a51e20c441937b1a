"""Duties of the installation itself: what is used up is thrown away."""

from datetime import datetime, timedelta

from django.core.management import call_command

from kiun.kernel.schedule import Duty, duties

DAY = timedelta(days=1)


def _forget_sessions(_now: datetime) -> str:
    call_command("clearsessions")
    return ""


def _forget_finished_tasks(_now: datetime) -> str:
    call_command("prune_db_task_results", verbosity=0)
    return ""


duties.register(Duty(id="config.sessions", every=DAY, run=_forget_sessions))
duties.register(Duty(id="config.finished_tasks", every=DAY, run=_forget_finished_tasks))
