"""What 照会 gives to lower rooms: work in the background, what returns by itself, what a post holds, ways in."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.initiatives.models import UNANSWERED, Inquiry, Request, Rhythm, RoundState
from kiun.initiatives.queries.inquiries import visible_rounds
from kiun.initiatives.services.inquiries import (
    ARCHIVE_JOB,
    OPENING_JOB,
    begin_due_rounds,
    chase,
    forget_unconfirmed_workbooks,
    hand_over_inquiries,
    hand_over_requests,
    move_inquiries,
    move_requests,
    run_archive,
    run_opening,
)
from kiun.kernel.schedule import Duty, duties
from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.every_town import in_every_town
from kiun.municipality.middleware import is_staff_page
from kiun.municipality.ownables import Ownable, ownables
from kiun.ui.navigation import NAVIGATION, NavItem

RUNNING = Q(rounds__state__in=(RoundState.DRAFT, RoundState.OPENING, RoundState.OPEN)) | ~Q(rhythm=Rhythm.ONCE)


def _chase(now: datetime) -> str:
    told = in_every_town(lambda actor: chase(actor=actor), now)
    return ngettext("%(count)s reminder written", "%(count)s reminders written", told) % {"count": told} if told else ""


def _repeat(now: datetime) -> str:
    begun = in_every_town(begin_due_rounds, now)
    if not begun:
        return ""
    return ngettext("%(count)s inquiry repeated", "%(count)s inquiries repeated", begun) % {"count": begun}


def _forget(now: datetime) -> str:
    in_every_town(lambda _actor: forget_unconfirmed_workbooks(), now)
    return ""


def _inquiries_of_posts(posts: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(RUNNING, owner__in=posts).distinct()


def _requests_of_posts(posts: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Request]:
    rows = Request.objects.filter(contact__in=posts, round__state=RoundState.OPEN, state__in=UNANSWERED)
    return rows.select_related("round__inquiry", "department")


def _inquiries_of_departments(departments: Collection[int]) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(RUNNING, department__in=departments).distinct()


def _requests_of_departments(departments: Collection[int]) -> QuerySet[Request]:
    rows = Request.objects.filter(department__in=departments, round__state=RoundState.OPEN, state__in=UNANSWERED)
    return rows.select_related("round__inquiry", "department")


def _find_rounds(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_rounds(actor).filter(contains_all(words, "inquiry__title", "inquiry__purpose")).order_by("-pk")
    return [SearchHit(str(row), "initiatives:round_detail", row.pk, row.inquiry.purpose[:80]) for row in rows[:limit]]


def register() -> None:
    job_kinds.register(JobKind(OPENING_JOB, run_opening))
    job_kinds.register(JobKind(ARCHIVE_JOB, run_archive))
    duties.register(Duty(id="initiatives.chase", every=timedelta(hours=1), run=_chase))
    duties.register(Duty(id="initiatives.repeat_inquiries", every=timedelta(hours=1), run=_repeat))
    duties.register(Duty(id="initiatives.forget_workbooks", every=timedelta(days=1), run=_forget))
    SEARCH.register(SearchSource(id="initiatives.rounds", label=_("inquiries"), find=_find_rounds))
    NAVIGATION.register(
        NavItem(
            id="initiatives.inquiries",
            label=pgettext_lazy("navigation", "Inquiries"),
            url_name="initiatives:inquiry_list",
            order=45,
            icon="table",
            place="more",
            condition=is_staff_page,
        )
    )
    _register_holders()


def _register_holders() -> None:
    ownables.register(
        Ownable(
            id="initiatives.inquiry",
            label=_("inquiries"),
            held_by=_inquiries_of_posts,
            hand_over=hand_over_inquiries,
        )
    )
    ownables.register(
        Ownable(
            id="initiatives.request",
            label=_("inquiries as contact"),
            held_by=_requests_of_posts,
            hand_over=hand_over_requests,
            field="contact",
            is_binding=False,
        )
    )
    for holder_id, label, held_by, relocate in (
        ("initiatives.inquiry", _("inquiries"), _inquiries_of_departments, move_inquiries),
        ("initiatives.request", _("requests to departments"), _requests_of_departments, move_requests),
    ):
        department_holders.register(DepartmentHolder(id=holder_id, label=label, held_by=held_by, relocate=relocate))
