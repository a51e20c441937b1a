"""Puts a report together, part by part."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from kiun.dashboard.reports.changes import changes, decisions
from kiun.dashboard.reports.document import Report, Section, cleaned, numbered
from kiun.dashboard.reports.indicators import annex, results, summary
from kiun.dashboard.reports.money import money
from kiun.dashboard.reports.scope import ReportScope
from kiun.dashboard.reports.work import work
from kiun.ui import dates

Part = Callable[[ReportScope], list[Section]]
PARTS: tuple[Part, ...] = (
    lambda scope: [summary(scope)],
    lambda scope: list(results(scope)),
    lambda scope: [work(scope)],
    lambda scope: list(money(scope)),
    lambda scope: list(changes(scope)),
    lambda scope: list(decisions(scope)),
    lambda scope: list(annex(scope)),
)


def write_report(scope: ReportScope, title: str, told: Callable[[int, int], None] = lambda _done, _all: None) -> Report:
    """`told` is called after each part with how many of how many are written."""
    sections: list[Section] = []
    for done, part in enumerate(PARTS, start=1):
        sections += part(scope)
        told(done, len(PARTS))
    span = {"first": dates.long_date(scope.first), "last": dates.long_date(scope.last)}
    return cleaned(
        Report(
            title=title,
            town=scope.actor.municipality.name,
            period=_("Period: %(first)s to %(last)s") % span,
            as_of=_("Written on %(day)s from the records of the plan") % {"day": dates.long_date(scope.actor.on)},
            sections=numbered(sections),
        )
    )
