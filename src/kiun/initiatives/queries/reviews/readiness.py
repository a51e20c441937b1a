"""How far the items of a review have come: what is still to be said before it can be closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import AgendaItem, Initiative, ReviewDecision, Verdict


class ItemState(models.TextChoices):
    OPEN = "open", pgettext_lazy("agenda item", "open")
    INCOMPLETE = "incomplete", pgettext_lazy("agenda item", "incomplete")
    DECIDED = "decided", pgettext_lazy("agenda item", "decided")
    PUT_OFF = "put_off", pgettext_lazy("agenda item", "put off")


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """`lacking` are sentences: what has to be written before the decision can be carried out."""

    item: AgendaItem
    decision: ReviewDecision | None
    lacking: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.item.is_put_off:
            return ItemState.PUT_OFF
        if self.decision is None or not self.decision.verdict:
            return ItemState.OPEN
        return ItemState.INCOMPLETE if self.lacking else ItemState.DECIDED

    @property
    def label(self) -> str:
        return str(ItemState(self.state).label)


def decision_of(item: AgendaItem) -> ReviewDecision | None:
    return getattr(item, "decision", None)


def readiness_of(items: Iterable[AgendaItem], on: date) -> list[Readiness]:
    """`items` with their decisions and the initiatives of both."""
    return [_readiness(item, decision_of(item), on) for item in items]


def _readiness(item: AgendaItem, decision: ReviewDecision | None, on: date) -> Readiness:
    is_open = decision is not None and decision.verdict and decision.decided_on is None
    lacking = tuple(_lacking(item, decision, on)) if decision and is_open else ()
    return Readiness(item=item, decision=decision, lacking=lacking)


def _lacking(item: AgendaItem, decision: ReviewDecision, on: date) -> Iterable[str]:
    if not item.grade:
        yield _("Choose a grade. “Cannot be evaluated” is an answer, too.")
    if not decision.reason.strip():
        yield _("Write the reason of the decision.")
    if asks_for_work(decision):
        if not decision.what.strip():
            yield _("Write what is to be done.")
        if decision.person is None:
            yield _("Choose who does it.")
        elif not decision.person.may_own(on):
            yield _("Choose somebody who is in office and may enter data.")
        if decision.due_on is None:
            yield _("Write the day by which it is done.")
        elif decision.due_on < on:
            yield _("The day by which it is done has passed already.")


def asks_for_work(decision: ReviewDecision) -> bool:
    """Going on needs nothing; stopping an initiative is done with the closing of the review."""
    if decision.what.strip() or decision.person_id or decision.due_on:
        return True
    if decision.verdict == Verdict.STOP:
        return stopped_initiative(decision) is None
    return decision.verdict == Verdict.CHANGE


def initiative_of(decision: ReviewDecision) -> Initiative | None:
    return decision.initiative or decision.item.initiative


def stopped_initiative(decision: ReviewDecision) -> object | None:
    initiative = initiative_of(decision)
    return initiative if decision.verdict == Verdict.STOP and initiative and initiative.is_open else None
