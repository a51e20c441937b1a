"""After the meeting: who has to carry a decision out says how far it is, and changes of the plan are tied to it."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import Initiative, ReviewDecision, Revision, RevisionSource, Verdict
from kiun.initiatives.services.initiatives import save_initiative
from kiun.initiatives.services.reviews.closing import decided_in
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership


@transaction.atomic
def report_on_decision(*, actor: Actor, decision: ReviewDecision, is_done: bool, report: str = "") -> ReviewDecision:
    """Begun, or carried out: for what is no task of an initiative, where progress is reported."""
    stored = _locked(decision)
    require(actor, "initiatives.report_on_decision", stored)
    if stored.task_id:
        raise DomainError(_("This decision is a task: report its progress there."))
    if is_done and not report.strip():
        raise DomainError(_("Please write what has been done."), field="report")
    before = snapshot(stored)
    stored.begun_on = stored.begun_on or actor.on
    stored.carried_out_on = actor.on if is_done else None
    stored.report = report.strip()
    _save(actor, stored, before)
    return stored


def _locked(decision: ReviewDecision) -> ReviewDecision:
    stored = ReviewDecision.objects.select_for_update().get(pk=decision.pk)
    if stored.decided_on is None:
        raise DomainError(_("This has not been decided yet: the review is still being held."))
    return stored


def _save(actor: Actor, decision: ReviewDecision, before: dict[str, object]) -> None:
    decision.full_clean(exclude=["municipality"])
    decision.save()
    record(actor, change_of(decision, Verb.CHANGED, before))


@transaction.atomic
def change_as_decided(
    *, actor: Actor, decision: ReviewDecision, initiative: Initiative, reason: str, seen: int | None
) -> Revision:
    """「変える」 in the plan itself: the ledger says that a review decided it, and the decision leads there."""
    stored = _locked(decision)
    _refuse_other_than_decided(stored, initiative)
    _refuse_second_tie(stored)
    if not reason.strip():
        raise DomainError(_("Please write why the approved plan changes."), field="reason")
    goals = [served.goal for served in initiative.served_goals.select_related("goal")]
    newest = _newest_number()
    save_initiative(
        actor=actor,
        initiative=initiative,
        goals=goals,
        reason=reason,
        seen=seen,
        source=RevisionSource.REVIEW,
        decided=decided_in(stored.item.review),
    )
    revision = Revision.objects.filter(number__gt=newest).first()
    if revision is None:
        raise DomainError(_("Nothing has changed. Write the new dates or words, or go back without saving."))
    _tie(actor, stored, revision)
    return revision


def _refuse_other_than_decided(decision: ReviewDecision, initiative: Initiative) -> None:
    """The ledger names the meeting only for what it decided."""
    if decision.verdict != Verdict.CHANGE or decision.initiative_id != initiative.pk:
        raise DomainError(_("The review did not decide to change this initiative. Change it in its own form."))


def _newest_number() -> int:
    newest = Revision.objects.order_by("-number").values_list("number", flat=True).first()
    return newest or 0


@transaction.atomic
def tie_to_revision(*, actor: Actor, decision: ReviewDecision, revision: Revision) -> None:
    """The plan was changed as decided, by another way (its mode, its phases)."""
    stored = _locked(decision)
    require(actor, "initiatives.hold_reviews")
    _refuse_second_tie(stored)
    _tie(actor, stored, revision)


def _refuse_second_tie(decision: ReviewDecision) -> None:
    if decision.revision_id:
        raise DomainError(_("This decision is tied to a revision already, and that stays in the minutes."))


def _tie(actor: Actor, decision: ReviewDecision, revision: Revision) -> None:
    before = snapshot(decision)
    decision.revision = revision
    if decision.task_id is None:
        decision.carried_out_on = decision.carried_out_on or actor.on
    _save(actor, decision, before)


@transaction.atomic
def hand_over_decisions(*, actor: Actor, rows: Collection[ReviewDecision], to: Membership, reason: str) -> None:
    changes = []
    for decision in rows:
        before = snapshot(decision, only=["person"])
        decision.person = to
        decision.save(update_fields=["person"])
        changes.append(change_of(decision, Verb.CHANGED, before, reason))
    record(actor, *changes)
