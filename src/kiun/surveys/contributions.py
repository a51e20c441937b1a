"""What this room gives to others: what returns by itself, what can be found, what a post or a department holds."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kiun.activity.job_kinds import JobKind, Progress, job_kinds
from kiun.activity.models import Job
from kiun.kernel.schedule import Duty, duties
from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.every_town import in_every_town
from kiun.municipality.ownables import Ownable, ownables
from kiun.surveys import access, navigation
from kiun.surveys.models import Questionnaire, Survey, SurveyState
from kiun.surveys.queries.questionnaires import newest_versions
from kiun.surveys.queries.visible import visible_surveys
from kiun.surveys.services.closing import close_due_surveys
from kiun.surveys.services.holding import hand_over, move
from kiun.surveys.services.publishing import JOB_KIND, publish_survey
from kiun.surveys.services.reminders import remind_before_the_end

AN_HOUR = timedelta(hours=1)
RUNNING = (SurveyState.DRAFT, SurveyState.OPEN)


def _close(now: datetime) -> str:
    in_every_town(lambda actor: close_due_surveys(actor.on), now)
    return ""


def _publish(job: Job, progress: Progress) -> None:
    publish_survey(Survey.objects.get(pk=job.parameters["survey"]))
    progress.finish({})


def _remind(now: datetime) -> str:
    told = in_every_town(remind_before_the_end, now)
    return ngettext("%(count)s reminder written", "%(count)s reminders written", told) % {"count": told} if told else ""


def _find_surveys(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_surveys(actor).filter(contains_all(words, "title", "intro")).order_by("-pk")
    return [SearchHit(str(row), "surveys:survey_detail", row.pk, row.intro[:80]) for row in rows[:limit]]


def _find_questionnaires(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = newest_versions(actor).filter(contains_all(words, "name", "note")).order_by("-pk")
    return [SearchHit(str(row), "surveys:questionnaire_detail", row.pk, row.note[:80]) for row in rows[:limit]]


def _surveys_of_posts(posts: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Survey]:
    return Survey.objects.filter(state__in=RUNNING, owner__in=posts)


def _questionnaires_of_posts(posts: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Questionnaire]:
    return Questionnaire.objects.filter(owner__in=posts)


def _surveys_of_departments(departments: Collection[int]) -> QuerySet[Survey]:
    return Survey.objects.filter(department__in=departments)


def _questionnaires_of_departments(departments: Collection[int]) -> QuerySet[Questionnaire]:
    return Questionnaire.objects.filter(department__in=departments)


def register() -> None:
    navigation.register()
    access.register()
    job_kinds.register(JobKind(JOB_KIND, _publish))
    duties.register(Duty(id="surveys.closing", every=AN_HOUR, run=_close))
    duties.register(Duty(id="surveys.reminders", every=AN_HOUR, run=_remind))
    SEARCH.register(SearchSource(id="surveys.surveys", label=_("surveys"), find=_find_surveys))
    SEARCH.register(SearchSource(id="surveys.questionnaires", label=_("questionnaires"), find=_find_questionnaires))
    _register_holders()


def _register_holders() -> None:
    ownables.register(
        Ownable(
            id="surveys.survey", label=_("surveys"), held_by=_surveys_of_posts, hand_over=hand_over, is_binding=False
        )
    )
    ownables.register(
        Ownable(
            id="surveys.questionnaire",
            label=_("questionnaires"),
            held_by=_questionnaires_of_posts,
            hand_over=hand_over,
            is_binding=False,
        )
    )
    for holder_id, label, held_by in (
        ("surveys.survey", _("surveys"), _surveys_of_departments),
        ("surveys.questionnaire", _("questionnaires"), _questionnaires_of_departments),
    ):
        department_holders.register(DepartmentHolder(id=holder_id, label=label, held_by=held_by, relocate=move))
