"""Departments: more is planned than there are people or money, or an inquiry is not answered."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.review_agenda import Finding, Severity
from kiun.initiatives.models import (
    Fund,
    Request,
)
from kiun.initiatives.queries.inquiries.visible import unanswered_requests
from kiun.initiatives.queries.over_allocation import OverAllocation, over_allocations
from kiun.initiatives.queries.reviews.agenda.findings import (
    FUND_OF_YEAR,
    LATE,
    NAMED,
    about_department,
)
from kiun.kernel.fiscal_year import FiscalYear
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.ui.figures import figure, yen
from kiun.ui.links import town_url


def over_allocated(actor: Actor) -> Iterator[Finding]:
    """People by department, money by fiscal year and 財源."""
    for found in over_allocations(actor, actor.on):
        causes = _(", ").join(f"「{name}」" for name in found.causes)
        told: dict[str, Any] = {
            "sentence": _say_causes(found, causes) if causes else found.sentence,
            "severity": Severity.MIDDLE,
            "figure_label": _("short"),
            "path": found.url,
        }
        if found.department:
            people = _("%(people)s people") % {"people": figure(round(found.amount, 1))}
            yield about_department(actor, found.department, figure=people, **told)
        elif found.year:
            fund = Fund(found.fund)
            yield Finding(
                subject_type=FUND_OF_YEAR,
                subject_id=found.year * len(Fund) + Fund.values.index(fund),
                title=_("Money of %(year)s (%(fund)s)") % {"year": FiscalYear(found.year), "fund": fund.label},
                as_of=actor.on,
                figure=yen(round(found.amount)),
                **told,
            )


def _say_causes(found: OverAllocation, causes: str) -> str:
    """Money is taken by initiatives; people by tasks as well."""
    words = {"what": found.sentence, "causes": causes}
    if found.is_money:
        return _("%(what)s Mostly for the initiatives %(causes)s.") % words
    return _("%(what)s Mostly: %(causes)s.") % words


def unanswered(actor: Actor) -> Iterator[Finding]:
    """照会 whose day has passed, for each department together."""
    by_department: dict[Department, list[Request]] = defaultdict(list)
    for request in unanswered_requests(actor, actor.on):
        by_department[request.department].append(request)
    for department, requests in by_department.items():
        days = max((actor.on - request.due_on).days for request in requests)
        names = _(", ").join(f"「{request.round}」" for request in requests[:NAMED])
        yield about_department(
            actor,
            department,
            sentence=_("It has not answered %(names)s (the oldest for %(days)s days).")
            % {"names": names, "days": figure(days)},
            figure=_("%(number)s inquiries") % {"number": figure(len(requests))},
            figure_label=_("without an answer"),
            severity=Severity.MIDDLE if days > LATE else Severity.LOW,
            path=town_url(actor.municipality, "initiatives:request_detail", requests[0].pk),
        )
