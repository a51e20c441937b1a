"""The calculation of what-ifs, and the way in to them."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.activity.job_kinds import JobKind, Progress, job_kinds
from kiun.activity.models import Job
from kiun.initiatives.services.scenarios import JOB_KIND
from kiun.municipality.actors import may
from kiun.ui.navigation import NAVIGATION, NavItem


def _may_plan(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and may(actor, "initiatives.plan_scenarios")


def _run(job: Job, progress: Progress) -> None:
    # Only whoever calculates loads OR-tools, which takes memory and time at the start of a program.
    from kiun.initiatives.services.scenario_runs import run_scenario

    run_scenario(job, progress)


def register() -> None:
    job_kinds.register(JobKind(JOB_KIND, _run))
    NAVIGATION.register(
        NavItem(
            id="initiatives.scenarios",
            label=pgettext_lazy("navigation", "What if"),
            url_name="initiatives:scenario_list",
            order=25,
            icon="plan",
            place="more",
            condition=_may_plan,
        )
    )
