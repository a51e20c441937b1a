"""Phases and milestones of an initiative. They are what was agreed: once it is approved they change by a revision."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import Initiative, InitiativeStatus, Milestone, Phase
from kiun.initiatives.services.revisions import enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.ui.dates import long_date

Part = Phase | Milestone


@transaction.atomic
def save_parts(
    *, actor: Actor, initiative: Initiative, parts: Sequence[Part], reason: str = "", seen: int | None = None
) -> None:
    """New and edited ones of one initiative, as one entry of the ledger. `seen` is for one that is edited."""
    stored = _locked(actor, initiative)
    changes = [_saved(stored, part, seen) for part in parts]
    tell_change(actor, stored, changes, reason)


def _saved(initiative: Initiative, part: Part, seen: int | None) -> Change:
    before = None
    if part.pk:
        stored = type(part).objects.select_for_update().get(pk=part.pk)
        ensure_unchanged(stored, seen)
        before = snapshot(stored)
    if isinstance(part, Phase):
        check_span(initiative, part)
    part.initiative, part.municipality = initiative, initiative.municipality
    part.full_clean(exclude=["municipality"])
    part.save()
    return change_of(part, Verb.CHANGED if before else Verb.CREATED, before)


def check_span(initiative: Initiative, phase: Phase) -> None:
    if phase.ends_on < phase.starts_on:
        raise DomainError(_("The phase ends before it begins."), field="ends_on")
    for name in ("starts_on", "ends_on"):
        if not initiative.starts_on <= getattr(phase, name) <= initiative.ends_on:
            raise DomainError(
                _("The phase must lie within the initiative, from %(first)s to %(last)s.")
                % {"first": long_date(initiative.starts_on), "last": long_date(initiative.ends_on)},
                field=name,
            )


@transaction.atomic
def remove_part(*, actor: Actor, part: Part, reason: str = "") -> None:
    """Tasks of a phase stay, outside the phases."""
    initiative = _locked(actor, part.initiative)
    before, pk = snapshot(part), part.pk
    part.delete()
    tell_change(actor, initiative, [change_of(part, Verb.DELETED, before, pk=pk)], reason)


@transaction.atomic
def mark_reached(*, actor: Actor, part: Part, on: date | None) -> None:
    """Reached on a day, or not after all (None): what happened is no change of the plan."""
    require(actor, "initiatives.plan_tasks", part.initiative)
    stored = type(part).objects.select_for_update().get(pk=part.pk)
    if on and on > actor.on:
        raise DomainError(_("Write the day on which it was reached, today at the latest."), field="on")
    before = snapshot(stored)
    stored.reached_on = on
    stored.save(update_fields=["reached_on"])
    record(actor, change_of(stored, Verb.CHANGED, before))


def _locked(actor: Actor, initiative: Initiative) -> Initiative:
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk)
    require(actor, "initiatives.change_initiative", stored)
    check_open(stored)
    return stored


def check_open(initiative: Initiative) -> None:
    if not initiative.is_open:
        raise DomainError(_("This initiative has ended and stays as it was. Reopen it before you change it."))


def tell_change(actor: Actor, initiative: Initiative, changes: Sequence[Change], reason: str) -> None:
    """Into the ledger when the initiative is approved, otherwise into the record of changes alone."""
    told = [replace(change, reason=reason) for change in changes]
    if initiative.status == InitiativeStatus.APPROVED:
        enter_revision(actor=actor, changes=told, reason=reason)
    else:
        record(actor, *told)
