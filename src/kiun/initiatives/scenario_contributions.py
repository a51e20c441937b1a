"""The calculation of what-ifs, and the way in to them."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.initiatives.services.scenario_runs import run_scenario
from kiun.initiatives.services.scenarios import JOB_KIND
from kiun.municipality.actors import may
from kiun.ui.navigation import NAVIGATION, NavItem


def _may_plan(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and may(actor, "initiatives.plan_scenarios")


def register() -> None:
    job_kinds.register(JobKind(JOB_KIND, run_scenario))
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
