"""How far the items of a review have come: what is still to be said before it can be closed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import AgendaItem, Grade, Initiative, ReviewDecision, Verdict
from kiun.ui.dates import between_sentences


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
    if asks_for_grade(item) and not item.grade:
        yield _say_missing_grade(item)
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


def asks_for_grade(item: AgendaItem) -> bool:
    """A grade says how work goes on, or an indicator: of people and money that are short there is none."""
    return bool(item.initiative_id or item.indicator_id)


def takes_grade(item: AgendaItem) -> bool:
    """Of what was added by hand the meeting may say how it stands."""
    return asks_for_grade(item) or not item.subject_type


def _say_missing_grade(item: AgendaItem) -> str:
    if item.proposed_grade:
        grade = Grade(item.proposed_grade).label
        return _("Choose a grade. The figures speak for “%(grade)s”.") % {"grade": grade}
    return _("Choose a grade. “Cannot be evaluated” is an answer, too.")


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


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What keeps a review from being closed: an item, and what is to be done about it."""

    item: AgendaItem
    sentence: str

    def __str__(self) -> str:
        return _("%(item)s: %(lacking)s") % {"item": self.item.title, "lacking": self.sentence}


def lacks_of(rows: Sequence[Readiness]) -> list[Lack]:
    """The page of the closing shows them, and the service refuses because of them."""
    incomplete = [Lack(item=row.item, sentence=between_sentences().join(row.lacking)) for row in rows if row.lacking]
    return [*incomplete, *_contradictions(rows)]


def _contradictions(rows: Sequence[Readiness]) -> Iterable[Lack]:
    """Stopping an initiative and going on with it cannot both be meant."""
    decided: dict[int, list[ReviewDecision]] = defaultdict(list)
    for row in rows:
        initiative = initiative_of(row.decision) if row.decision and row.state == ItemState.DECIDED else None
        if row.decision and initiative and initiative.is_open:
            decided[initiative.pk].append(row.decision)
    for decisions in decided.values():
        if len({decision.verdict == Verdict.STOP for decision in decisions}) > 1:
            sentence = _(
                "These items decide about “%(initiative)s” and contradict each other: %(items)s. Change one of them."
            ) % {
                "initiative": initiative_of(decisions[0]),
                "items": "、".join(f"{one.item.title}（{one.get_verdict_display()}）" for one in decisions),
            }
            yield Lack(item=decisions[0].item, sentence=sentence)
