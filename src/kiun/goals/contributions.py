"""What this room gives to lower ones: what a post can own, what belongs to a department, what returns every day."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kiun.activity.attachables import Attachable, attachables
from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.goals import access, loop, navigation, search
from kiun.goals.indicator_sources import FILE_SOURCE, IndicatorSource, indicator_sources
from kiun.goals.models import Challenge, Goal, Indicator
from kiun.goals.models.indicators import MANUAL_SOURCE
from kiun.goals.queries import visible_indicators
from kiun.goals.services.collecting import collect
from kiun.goals.services.departments import move_to_department
from kiun.goals.services.goals import hand_over_goals
from kiun.goals.services.indicators import hand_over_indicators
from kiun.goals.services.judging import judge_if_a_day_has_passed
from kiun.goals.services.lint import read_all_again
from kiun.goals.services.plan_import import JOB_KIND, forget_unconfirmed_imports, run_import
from kiun.goals.services.reminders import remind
from kiun.goals.services.source_files import forget_unconfirmed_files
from kiun.kernel.schedule import Duty, duties
from kiun.municipality.access_scopes import AccessScope, access_scopes
from kiun.municipality.actors import Actor, may
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.every_town import in_every_town
from kiun.municipality.ownables import Ownable, ownables


def _owned_goals(posts: Collection[int]) -> QuerySet[Goal]:
    return Goal.objects.filter(owner__in=posts, ended_on__isnull=True)


def _owned_indicators(posts: Collection[int]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(owner__in=posts, ended_on__isnull=True)


def _deputised_indicators(posts: Collection[int]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(deputy__in=posts, ended_on__isnull=True)


def _judge_anew(now: datetime) -> str:
    """A deadline passes and time runs out without anybody entering anything."""
    judged = in_every_town(judge_if_a_day_has_passed, now)
    return (
        ngettext("%(count)s indicator judged", "%(count)s indicators judged", judged) % {"count": judged}
        if judged
        else ""
    )


def _read_goals_again(now: datetime) -> str:
    changed = in_every_town(read_all_again, now)
    if not changed:
        return ""
    return ngettext("%(count)s goal read anew", "%(count)s goals read anew", changed) % {"count": changed}


def _remind(now: datetime) -> str:
    told = in_every_town(lambda actor: remind(actor=actor), now)
    return ngettext("%(count)s reminder written", "%(count)s reminders written", told) % {"count": told} if told else ""


def _collect(now: datetime) -> str:
    taken = in_every_town(lambda actor: collect(actor=actor), now)
    if not taken:
        return ""
    return ngettext("%(count)s value fetched", "%(count)s values fetched", taken) % {"count": taken}


def _forget_files(now: datetime) -> str:
    in_every_town(lambda _actor: forget_unconfirmed_files() + forget_unconfirmed_imports(), now)
    return ""


def _challenges_of(departments: Collection[int]) -> QuerySet[Challenge]:
    return Challenge.objects.filter(department__in=departments).select_related("department")


def _goals_of(departments: Collection[int]) -> QuerySet[Goal]:
    return Goal.objects.filter(department__in=departments, ended_on__isnull=True).select_related("department")


def _indicators_of(departments: Collection[int]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(department__in=departments, ended_on__isnull=True).select_related("department")


def _may_see_indicator(actor: Actor, pk: int) -> bool:
    return visible_indicators(actor).filter(pk=pk).exists()


def _may_enter_values(actor: Actor, pk: int) -> bool:
    indicator = visible_indicators(actor).select_related("department").filter(pk=pk).first()
    return indicator is not None and may(actor, "goals.record_measurement", indicator)


def register() -> None:
    attachables.register(Attachable(id="goals.indicator", may_see=_may_see_indicator, may_add=_may_enter_values))
    navigation.register()
    loop.register()
    search.register()
    duties.register(Duty(id="goals.judge", every=timedelta(hours=1), run=_judge_anew))
    duties.register(Duty(id="goals.lint", every=timedelta(days=1), run=_read_goals_again))
    duties.register(Duty(id="goals.remind", every=timedelta(hours=1), run=_remind))
    duties.register(Duty(id="goals.collect", every=timedelta(hours=1), run=_collect))
    duties.register(Duty(id="goals.source_files", every=timedelta(days=1), run=_forget_files))
    _register_sources()
    job_kinds.register(JobKind(JOB_KIND, run_import))
    _register_ownables()
    for holder_id, label, held_by in (
        ("goals.challenge", _("challenges"), _challenges_of),
        ("goals.goal", _("goals"), _goals_of),
        ("goals.indicator", _("indicators"), _indicators_of),
    ):
        department_holders.register(
            DepartmentHolder(id=holder_id, label=label, held_by=held_by, relocate=move_to_department)
        )


def _register_ownables() -> None:
    ownables.register(
        Ownable(id="goals.goal", label=_("goals"), held_by=_owned_goals, hand_over=hand_over_goals, is_binding=False)
    )
    ownables.register(
        Ownable(
            id="goals.indicator",
            label=_("indicators"),
            held_by=_owned_indicators,
            hand_over=partial(hand_over_indicators, field="owner"),
        )
    )
    ownables.register(
        Ownable(
            id="goals.deputy",
            label=_("indicators as deputy"),
            held_by=_deputised_indicators,
            hand_over=partial(hand_over_indicators, field="deputy"),
            field="deputy",
            is_binding=False,
        )
    )


def _register_sources() -> None:
    indicator_sources.register(IndicatorSource(id=MANUAL_SOURCE, label=_("a person enters the values")))
    indicator_sources.register(IndicatorSource(id=FILE_SOURCE, label=_("a column of a file that is uploaded")))
    for scope_id, label in (
        (access.READ, _("read plans, goals, indicators and values")),
        (access.WRITE, _("write plans, goals and indicators")),
        (access.MEASURE, _("enter, correct and remove values")),
        (access.PUSH, _("bring values as a source")),
    ):
        access_scopes.register(AccessScope(id=scope_id, label=label))
