"""Asking for values that are due: the owner first, then the deputy, then the head of the department."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify, settle
from kiun.goals.models import Indicator, PlanStatus
from kiun.kernel.fiscal_year import wareki
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership, Role

KIND = "goals.value_due"
UNTIL_DEPUTY = timedelta(days=7)
UNTIL_HEAD = timedelta(days=14)


@dataclass(frozen=True)
class Step:
    id: str
    person: Membership


def remind(*, actor: Actor) -> int:
    """Tell each person once per reading and step; `actor` is Kiun itself, on the day given by it."""
    # Of every indicator that runs in a plan in force, shown to residents or not.
    overdue = Indicator.objects.filter(
        ended_on__isnull=True,
        goal__ended_on__isnull=True,
        goal__plan__status=PlanStatus.CURRENT,
        state__stale_after__lt=actor.on,
    ).select_related("state", "department", "owner__user", "deputy__user")
    heads = _heads(actor.on)
    messages = [
        _message(actor, indicator, step)
        for indicator in overdue
        for step in _steps(indicator, actor.on, heads)
        if step.person.may_own(actor.on)
    ]
    return notify(town=actor.municipality, messages=messages)


def settle_reminders(*, actor: Actor, indicators: Collection[int]) -> None:
    """Of those whose value is not awaited any more."""
    answered = Indicator.objects.filter(pk__in=indicators, state__stale_after__gte=actor.on)
    settle(kind=KIND, paths=[_path(actor, key) for key in answered.values_list("pk", flat=True)])


def _steps(indicator: Indicator, today: date, heads: dict[int, Membership]) -> Iterator[Step]:
    waited = today - indicator.state.stale_after
    yield Step("owner", indicator.owner)
    if indicator.deputy and waited >= UNTIL_DEPUTY:
        yield Step("deputy", indicator.deputy)
    head = heads.get(indicator.department_id or 0)
    if head and waited >= UNTIL_HEAD:
        yield Step("head", head)


def _heads(today: date) -> dict[int, Membership]:
    heads = Membership.objects.filter(role=Role.HEAD, valid_from__lte=today).select_related("user")
    return {head.department_id: head for head in heads if head.department_id and head.is_current(today)}


def _message(actor: Actor, indicator: Indicator, step: Step) -> Message:
    due = indicator.state.stale_after
    with override(step.person.user.language):
        subject = _("Please enter the value of “%(name)s”") % {"name": indicator.name}
        body = _("The value was due on %(day)s. If it cannot be judged, please say so: that is an answer, too.") % {
            "day": wareki(due)
        }
        if step.id != "owner":
            body += "\n" + _("In charge: %(owner)s. You are told because the value has not come yet.") % {
                "owner": indicator.owner
            }
    return Message(
        recipient=step.person,
        kind=KIND,
        subject=subject,
        body=body,
        path=_path(actor, indicator.pk),
        occasion=f"value_due:{indicator.pk}:{due.isoformat()}:{step.id}",
    )


def _path(actor: Actor, indicator: int) -> str:
    return reverse("goals:measurement_add", kwargs={"town": actor.municipality.slug, "pk": indicator})
