"""What the state of inquiries is, in sentences."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.models import Request, RequestState, Round
from kiun.initiatives.queries.inquiries import Counts
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.figures import figure


def say_counts(counts: Counts) -> Lead:
    """38課のうち31課が回答、7課が未回答、うち3課が期限を過ぎています。"""
    words = {
        "all": figure(counts.all),
        "answered": figure(counts.answered),
        "missing": figure(counts.missing),
        "late": figure(counts.late),
    }
    if not counts.missing:
        text = ngettext("The one department has answered.", "All %(all)s departments have answered.", counts.all)
        return Lead(text=text % words)
    if not counts.late:
        return Lead(text=_("%(answered)s of %(all)s departments have answered, %(missing)s have not.") % words)
    text = _("%(answered)s of %(all)s departments have answered, %(missing)s have not,") % words
    return Lead(text=text, wrong=_("%(late)s of them are overdue") % words, rest=_("."))


def say_round_as_of(round_: Round, counts: Counts, on: date) -> str:
    parts = [_("As of %(day)s") % {"day": long_date(on)}, _("due on %(day)s") % {"day": long_date(round_.due_on)}]
    if counts.submitted:
        parts.append(
            ngettext(
                "%(count)s answer waits for its head and is not counted yet",
                "%(count)s answers wait for their heads and are not counted yet",
                counts.submitted,
            )
            % {"count": figure(counts.submitted)}
        )
    return " · ".join(parts)


def say_request(request: Request, on: date, *, may_approve: bool) -> Lead:
    """What this person should do about it, if anything."""
    words = {
        "department": request.department,
        "day": long_date(request.due_on),
        "answered": long_date(request.answered_on) if request.answered_on else "",
    }
    if request.state == RequestState.WITHDRAWN:
        return Lead(text=_("%(department)s is not asked any more.") % words)
    if request.state == RequestState.ANSWERED:
        return Lead(text=_("%(department)s has answered on %(answered)s. Thank you.") % words)
    if not request.round.is_open:
        return Lead(text=_("The round has been closed; %(department)s had not answered.") % words)
    if request.state == RequestState.SUBMITTED:
        return Lead(text=_say_submitted(may_approve=may_approve) % words)
    return _say_open(request, on, words)


def _say_submitted(*, may_approve: bool) -> str:
    if may_approve:
        return _("The answer of %(department)s waits for your approval.")
    return _("The answer of %(department)s waits for its head.")


def _say_open(request: Request, on: date, words: dict[str, object]) -> Lead:
    returned = _("The answer was returned.") + between_sentences() if request.state == RequestState.RETURNED else ""
    if request.due_on < on:
        text = returned + _("The answer of %(department)s is still missing;") % words
        return Lead(text=text, wrong=_("it was due on %(day)s") % words, rest=_("."))
    return Lead(text=returned + _("Please answer for %(department)s by %(day)s.") % words)


def say_to_answer(requests: Sequence[Request], on: date, out: Sequence[Counts] = ()) -> Lead:
    """For the list: what is asked of this person; with nothing, how those stand that one has sent out (`out`)."""
    if not requests:
        return _say_out(out) if out else Lead(text=_("No inquiry waits for your answer."))
    late = sum(request.due_on < on for request in requests)
    text = ngettext(
        "%(count)s inquiry waits for your answer.", "%(count)s inquiries wait for your answer.", len(requests)
    ) % {"count": figure(len(requests))}
    if not late:
        return Lead(text=text)
    wrong = ngettext("%(late)s of them is overdue", "%(late)s of them are overdue", late) % {"late": figure(late)}
    return Lead(text=text, wrong=wrong, rest=_("."))


def _say_out(out: Sequence[Counts]) -> Lead:
    missing, late = sum(counts.missing for counts in out), sum(counts.late for counts in out)
    text = ngettext("%(count)s inquiry is out,", "%(count)s inquiries are out,", len(out)) % {"count": figure(len(out))}
    if not missing:
        return Lead(text=text, rest=between_sentences() + _("and all departments have answered."))
    words = {"missing": figure(missing), "late": figure(late)}
    if not late:
        return Lead(text=text, rest=between_sentences() + _("and %(missing)s answers are still to come.") % words)
    text += between_sentences() + _("%(missing)s answers are still to come,") % words
    return Lead(text=text, wrong=_("%(late)s of them are late") % words, rest=_("."))
