"""Ways in to the overviews."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiun.activity.attachables import Attachable, attachables
from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.dashboard.queries.reports import visible_reports
from kiun.dashboard.services.reports import JOB_KIND, OBJECT_TYPE, write_ordered_report
from kiun.initiatives.queries import public_initiatives
from kiun.momentum.queries.published import has_results
from kiun.municipality.actors import Actor, may
from kiun.municipality.middleware import is_staff_page, reader_of
from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff_outside(request: Any) -> bool:
    """Staff who look at the public page need a way back; on their own pages the whole frame is one."""
    reader = reader_of(request) if getattr(request, "actor", None) is None else None
    return reader is not None and reader.is_town_staff


def _may_see_report(actor: Actor, pk: int) -> bool:
    return visible_reports(actor).filter(pk=pk).exists()


def _may_add_to_report(actor: Actor, pk: int) -> bool:
    return may(actor, "dashboard.make_report") and _may_see_report(actor, pk)


def _is_open_to_residents(request: Any) -> bool:
    return bool(request.town.is_public)


def _shows_momentum(request: Any) -> bool:
    return _is_open_to_residents(request) and has_results()


def _shows_a_roadmap(request: Any) -> bool:
    return _is_open_to_residents(request) and public_initiatives().exists()


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="public.home",
            label=_("Where our plan stands"),
            url_name="public:home",
            order=10,
            place="public",
            condition=_is_open_to_residents,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="public.roadmap",
            label=_("Roadmap of our plan"),
            url_name="public:roadmap",
            order=20,
            place="public",
            condition=_shows_a_roadmap,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="public.momentum",
            label=_("Momentum of our town"),
            url_name="public:momentum",
            order=30,
            place="public",
            condition=_shows_momentum,
        )
    )
    attachables.register(Attachable(id=OBJECT_TYPE, may_see=_may_see_report, may_add=_may_add_to_report))
    job_kinds.register(JobKind(JOB_KIND, write_ordered_report))
    NAVIGATION.register(
        NavItem(
            id="dashboard.reports",
            label=_("Reports"),
            url_name="dashboard:report_list",
            order=30,
            icon="plan",
            place="more",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.home",
            label=_("Overview"),
            url_name="dashboard:home",
            order=10,
            icon="home",
            place="main",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.my_page",
            label=_("My page"),
            url_name="dashboard:my_page",
            order=15,
            icon="person",
            place="main",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.start",
            label=_("Pages for staff"),
            url_name="dashboard:start",
            order=5,
            icon="home",
            place="person",
            condition=_is_staff_outside,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.search",
            label=_("Search"),
            url_name="dashboard:search",
            order=10,
            icon="search",
            place="search",
            condition=is_staff_page,
        )
    )
