"""Who makes and reads reports. `queries.reports` holds the twin for lists."""

import rules

from kiun.dashboard.models import CouncilReport
from kiun.municipality.actors import Actor
from kiun.municipality.rules import is_town_staff, sees_all


@rules.predicate
def holds_nothing_internal(_actor: Actor, report: CouncilReport | None) -> bool:
    return report is not None and not report.is_internal


@rules.predicate
def is_published(_actor: Actor, report: CouncilReport | None) -> bool:
    return report is not None and report.published_on is not None


rules.add_perm("dashboard.make_report", sees_all)
rules.add_perm("dashboard.see_report", sees_all | (is_town_staff & holds_nothing_internal) | is_published)
