"""Free texts are checked by a person before others read them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Change
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.surveys.models import FreeText, Review, Survey
from kiun.surveys.queries.texts import text_places, texts_at
from kiun.surveys.redaction import keeps_the_words


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`shown` is the text as others read it; of a text that is withheld it is not looked at."""

    text: UUID
    review: Review
    shown: str = ""


@transaction.atomic
def review_texts(*, actor: Actor, survey: Survey, decisions: Sequence[Decision]) -> int:
    """How many were decided. Of a text that is shown the original is deleted; one that is withheld keeps it, so that it
    can be taken back. What somebody else has decided meanwhile stays.

    Raises a `DomainError` whose field is the key of the text, if it says what was not written.
    """
    require(actor, "surveys.open_survey", survey)
    rows = texts_at(survey, text_places(survey)).select_for_update().in_bulk([one.text for one in decisions])
    done: Counter[str] = Counter()
    for decision in decisions:
        row = rows.get(decision.text)
        if row and row.review == Review.WAITING and decision.review != Review.WAITING:
            _decide(row, decision)
            done[decision.review] += 1
    if done:
        _record(actor, survey, done)
    return done.total()


def _decide(row: FreeText, decision: Decision) -> None:
    if decision.review == Review.SHOWN:
        row.shown = _checked(row, decision.shown)
        row.text = ""
    row.review = decision.review.value
    row.save(update_fields=["shown", "text", "review"])


def _checked(row: FreeText, shown: str) -> str:
    words = shown.replace("\r\n", "\n").strip()
    if not words:
        raise DomainError(_("Leave something to read, or do not show it."), field=str(row.pk))
    if not keeps_the_words(row.text.replace("\r\n", "\n").strip(), words):
        raise DomainError(
            _("Words can be hidden behind a mark like ［氏名］, but not changed: others are to read what was written."),
            field=str(row.pk),
        )
    return words


@transaction.atomic
def take_back(*, actor: Actor, survey: Survey, text: FreeText) -> FreeText:
    """A text that was shown is withheld; one that was withheld waits again, or is shown as it was."""
    require(actor, "surveys.open_survey", survey)
    stored = FreeText.objects.select_for_update().get(pk=text.pk, survey=survey)
    if stored.review == Review.SHOWN:
        stored.review = Review.WITHHELD.value
    elif stored.review == Review.WITHHELD:
        stored.review = (Review.SHOWN if stored.shown else Review.WAITING).value
    stored.save(update_fields=["review"])
    _record(actor, survey, Counter([stored.review]))
    return stored


def _record(actor: Actor, survey: Survey, done: Counter[str]) -> None:
    """How many, not which: the record is kept for ever, and originals are not."""
    words = {
        Review.SHOWN: _("%(n)s shown"),
        Review.WITHHELD: _("%(n)s withheld"),
        Review.WAITING: _("%(n)s to be looked at again"),
    }
    counts = [words[Review(state)] % {"n": count} for state, count in sorted(done.items())]
    change = Change(
        object_type=survey._meta.label_lower,
        object_id=survey.pk,
        label=str(survey)[:200],
        verb="texts_checked",
        reason=_("Free texts: %(counts)s") % {"counts": ", ".join(counts)},
    )
    record(actor, change)
