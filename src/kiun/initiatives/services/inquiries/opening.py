"""Sending a round out: departments get their requests bit by bit and hear of it all together at the end.

A worker that dies half way has told nobody; the next one goes on where it stopped, and nothing is there twice.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.activity.services import notify, start_job
from kiun.initiatives.models import Question, QuestionKind, Request, RequestState, Round, RoundState
from kiun.initiatives.queries.inquiries.audience import departments_to_ask
from kiun.initiatives.services.inquiries.drafting import locked_round
from kiun.initiatives.services.inquiries.messages import (
    Recipients,
    messages_to,
    request_path,
    round_path,
    say_asked,
    tell,
)
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, actor_of, record, system_actor
from kiun.municipality.models import Department, Membership

OPENING_JOB = "initiatives.open_round"
AT_ONCE = 50


@transaction.atomic
def begin_opening(*, actor: Actor, round_: Round) -> Job:
    """Check the draft and have a worker send it out; also once more after it was stopped or has failed."""
    locked = locked_round(actor, round_)
    _check_sendable(actor, locked)
    before = snapshot(locked)
    job = start_job(
        actor=actor,
        kind=OPENING_JOB,
        label=_("Sending out: %(title)s") % {"title": locked},
        parameters={"round": locked.pk, "on": actor.on.isoformat()},
    )
    locked.state, locked.job = RoundState.OPENING, job
    locked.save(update_fields=["state", "job"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    return job


def is_stuck(round_: Round) -> bool:
    """Nobody is sending it any more."""
    return round_.state == RoundState.OPENING and (round_.job is None or round_.job.is_over)


@transaction.atomic
def call_off_opening(*, actor: Actor, round_: Round) -> Round:
    """Back to the draft: nobody has been told of anything yet."""
    locked = locked_round(actor, round_)
    if not is_stuck(locked):
        raise DomainError(_("The round is being sent out. Stop that first."))
    before = snapshot(locked)
    Request.objects.filter(round=locked).delete()
    locked.state, locked.job = RoundState.DRAFT, None
    locked.save(update_fields=["state", "job"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    return locked


def _check_sendable(actor: Actor, round_: Round) -> None:
    if not (round_.is_draft or is_stuck(round_)):
        raise DomainError(_("This round has been sent out already."))
    if round_.due_on < actor.on:
        raise DomainError(_("The day by which to answer has passed. Choose a later one first."))
    questions = list(Question.objects.filter(round=round_).select_related("indicator"))
    if not questions:
        raise DomainError(_("Write at least one question first."))
    departments = departments_to_ask(round_, actor.on)
    if not departments:
        raise DomainError(_("Choose the departments that are asked first."))
    _check_indicators(questions, departments)


def _check_indicators(questions: Sequence[Question], departments: Sequence[Department]) -> None:
    asked = {department.pk for department in departments}
    for question in questions:
        if (
            question.kind == QuestionKind.INDICATOR
            and question.indicator
            and question.indicator.department_id not in asked
        ):
            raise DomainError(
                _("“%(indicator)s” is asked for, but its department %(department)s is not. Ask it, too, or take the "
                  "question out.")
                % {"indicator": question.indicator, "department": question.indicator.department},
            )  # fmt: skip


def run_opening(job: Job, progress: Progress) -> None:
    round_ = Round.objects.select_related("inquiry__department", "inquiry__owner__user").get(pk=job.parameters["round"])
    if round_.state != RoundState.OPENING:
        return
    actor = _actor_of(job)
    departments = departments_to_ask(round_, actor.on)
    for start in range(0, len(departments), AT_ONCE):
        add_requests(actor, round_, departments[start : start + AT_ONCE], round_.due_on)
        progress.report(
            min(start + AT_ONCE, len(departments)),
            len(departments),
            gettext_lazy("Preparing the sheets of all departments"),
        )
    with transaction.atomic():
        if _publish(actor, round_, departments):
            progress.finish({"departments": len(departments)}, round_path(round_))


@transaction.atomic
def open_at_once(*, actor: Actor, round_: Round) -> Round:
    """Without a worker: for the demonstration town and for programs that wait."""
    locked = locked_round(actor, round_)
    _check_sendable(actor, locked)
    locked.state = RoundState.OPENING
    locked.save(update_fields=["state"])
    departments = departments_to_ask(locked, actor.on)
    add_requests(actor, locked, departments, locked.due_on)
    _publish(actor, locked, departments)
    return Round.objects.select_related("inquiry").get(pk=locked.pk)


def _actor_of(job: Job) -> Actor:
    """On the day of the decision, although it may be carried out after midnight."""
    on = date.fromisoformat(job.parameters["on"])
    if job.started_by is None:
        return system_actor(job.municipality, on=on)
    return actor_of(job.started_by.user, job.municipality, on=on)


@transaction.atomic
def add_requests(actor: Actor, round_: Round, departments: Collection[Department], due_on: date) -> list[Request]:
    """For those that have none yet."""
    known = set(
        Request.objects.filter(round=round_, department__in=departments).values_list("department_id", flat=True)
    )
    contacts = _last_contacts(round_, departments, actor.on)
    return Request.objects.bulk_create(
        [
            Request(
                municipality=actor.municipality,
                round=round_,
                department=department,
                contact=contacts.get(department.pk),
                asked_on=actor.on,
                due_on=due_on,
            )
            for department in departments
            if department.pk not in known
        ]
    )


def _last_contacts(round_: Round, departments: Collection[Department], on: date) -> dict[int, Membership]:
    """Whoever was named in the round before, while in office."""
    before = Request.objects.filter(round__inquiry=round_.inquiry_id, round__number__lt=round_.number)
    rows = before.filter(department__in=departments, contact__isnull=False).select_related("contact__user")
    named = {row.department_id: row.contact for row in rows.order_by("round__number")}
    return {key: post for key, post in named.items() if post is not None and post.may_own(on)}


def _publish(actor: Actor, round_: Round, departments: Sequence[Department]) -> bool:
    """False when another worker was faster."""
    locked = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if locked.state != RoundState.OPENING:
        return False
    before = snapshot(locked)
    # The tree may have changed since another worker began.
    Request.objects.filter(round=locked).exclude(department__in=departments).delete()
    locked.state, locked.opened_on = RoundState.OPEN, actor.on
    locked.save(update_fields=["state", "opened_on"])
    record(actor, change_of(locked, Verb.CHANGED, before))
    tell_asked(actor, Request.objects.filter(round=locked))
    tell(
        _nobody(actor),
        [round_.inquiry.owner],
        words=partial(_say_sent, round_, len(departments)),
        occasion=f"inquiry:{locked.pk}:sent",
        path=round_path(locked),
    )
    return True


def _say_sent(round_: Round, asked: int) -> tuple[str, str]:
    subject = ngettext(
        "%(title)s was sent to %(count)s department", "%(title)s was sent to %(count)s departments", asked
    )
    return (
        subject % {"title": round_, "count": asked},
        _("The answers are collated on this page as they come."),
    )


def _nobody(actor: Actor) -> Actor:
    """Whoever pressed the button may have closed the page: they are told, too."""
    return system_actor(actor.municipality, on=actor.on)


def tell_asked(actor: Actor, requests: Collection[Request]) -> None:
    """Once for each time of asking: a department may be left out and asked again."""
    recipients = Recipients(actor.on)
    rows = Request.objects.filter(pk__in=[row.pk for row in requests]).select_related(
        "department", "contact__user", "round__inquiry"
    )
    messages = [
        message
        for request in rows
        if request.state != RequestState.WITHDRAWN
        for message in messages_to(
            recipients.of(request),
            words=partial(say_asked, request),
            occasion=f"inquiry:{request.pk}:asked:{request.changed_at.isoformat()}",
            path=request_path(request),
        )
    ]
    notify(town=actor.municipality, messages=messages)
