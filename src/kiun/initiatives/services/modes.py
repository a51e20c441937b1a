"""How an initiative is carried out, and what that needs. For an approved one the chosen way is part of what was
agreed: it changes by a revision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import (
    Initiative,
    InitiativeStatus,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Revision,
    TechnologyNeed,
)
from kiun.initiatives.queries.need_words import KINDS, say_needs
from kiun.initiatives.services.budgets import check_commitments, chosen_needs, committed_limits, lock_money
from kiun.initiatives.services.revisions import enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Rows that are not saved yet, in the order in which they shall stand."""

    people: Sequence[PeopleNeed] = field(default=())
    money: Sequence[MoneyNeed] = field(default=())
    technology: Sequence[TechnologyNeed] = field(default=())

    def of(self, name: str) -> Sequence[Any]:
        return {"people_needs": self.people, "money_needs": self.money, "technology_needs": self.technology}[name]


@transaction.atomic
def save_mode(*, actor: Actor, mode: Mode, needs: Needs, reason: str = "", seen: int | None = None) -> Mode:
    """The first way of an initiative is the chosen one until another is chosen."""
    require(actor, "initiatives.change_needs", mode.initiative)
    lock_money(actor)
    stored = Mode.objects.get(pk=mode.pk) if mode.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    else:
        mode.is_chosen = not Mode.objects.filter(initiative=mode.initiative).exists()
    _check(mode, needs)
    before = told(stored) if stored else None
    mode.municipality = actor.municipality
    mode.full_clean(exclude=["municipality"])
    mode.save()
    for name, kind in KINDS:
        _replace(actor, mode, kind, needs.of(name))
    if mode.is_chosen:
        check_commitments(mode.initiative, chosen_needs(mode.initiative), committed_limits(mode.initiative))
    _enter(actor, mode.initiative, [_change(mode, before, reason)], reason, is_plan=mode.is_chosen)
    return mode


def _check(mode: Mode, needs: Needs) -> None:
    if Mode.objects.filter(initiative=mode.initiative, kind=mode.kind).exclude(pk=mode.pk).exists():
        raise DomainError(_("This way of carrying it out is described already. Change that one."), field="kind")
    for need in needs.people:
        if need.last_quarter > mode.quarters:
            raise DomainError(
                _(
                    "%(department)s is needed until quarter %(last)s, but the work takes %(quarters)s. "
                    "Make the need shorter, or the work longer."
                )
                % {
                    "department": need.department,
                    "last": need.last_quarter,
                    "quarters": mode.quarters,
                },
                field="quarters",
            )


def check_stored(mode: Mode) -> None:
    """For a way whose fields were put back, with what stands below it."""
    initiative = mode.initiative
    _check(mode, Needs(people=list(mode.people_needs.select_related("department"))))
    if not Mode.objects.filter(initiative=initiative, is_chosen=True).exists():
        raise DomainError(_("No way of carrying it out would be the chosen one. Choose one on its own page."))
    check_commitments(initiative, chosen_needs(initiative), committed_limits(initiative))


def _replace(actor: Actor, mode: Mode, kind: Any, rows: Sequence[Any]) -> None:
    kind.objects.filter(mode=mode).delete()
    for row in rows:
        row.municipality, row.mode = actor.municipality, mode
        row.full_clean(exclude=["municipality"])
    kind.objects.bulk_create(list(rows))


def _enter(
    actor: Actor, initiative: Initiative, changes: Sequence[Change], reason: str, *, is_plan: bool
) -> Revision | None:
    if is_plan and initiative.status == InitiativeStatus.APPROVED:
        return enter_revision(actor=actor, changes=changes, reason=reason)
    record(actor, *changes)
    return None


def told(mode: Mode) -> dict[str, Any]:
    """The way with its needs as fields like any other."""
    return {**snapshot(mode), **{name: say_needs(kind.objects.filter(mode=mode)) for name, kind in KINDS}}


def _change(mode: Mode, before: dict[str, Any] | None, reason: str) -> Change:
    old, new = dict(before or {}), told(mode)
    names = [name for name in new if old.get(name) != new[name]]
    return Change(
        object_type=mode._meta.label_lower,
        object_id=mode.pk,
        label=_label(mode),
        verb=Verb.CHANGED if before else Verb.CREATED,
        before={name: old[name] for name in names if name in old},
        after={name: new[name] for name in names},
        reason=reason,
    )


def _label(mode: Mode) -> str:
    return f"{mode.initiative.name}：{mode}"[:200]


@transaction.atomic
def choose_mode(*, actor: Actor, mode: Mode, reason: str = "") -> Revision | None:
    require(actor, "initiatives.change_needs", mode.initiative)
    lock_money(actor)
    initiative = mode.initiative
    before = list(Mode.objects.filter(initiative=initiative, is_chosen=True).exclude(pk=mode.pk))
    changes = [set_chosen(row, is_chosen=False, reason=reason) for row in before]
    changes.append(set_chosen(Mode.objects.get(pk=mode.pk), is_chosen=True, reason=reason))
    check_commitments(initiative, chosen_needs(initiative), committed_limits(initiative))
    return _enter(actor, initiative, changes, reason, is_plan=True)


def set_chosen(mode: Mode, *, is_chosen: bool, reason: str) -> Change:
    before = snapshot(mode, only=["is_chosen"])
    mode.is_chosen = is_chosen
    mode.save(update_fields=["is_chosen"])
    change = change_of(mode, Verb.CHANGED, before, reason)
    return Change(**{**vars(change), "label": _label(mode)})


@transaction.atomic
def remove_mode(*, actor: Actor, mode: Mode, reason: str = "") -> None:
    require(actor, "initiatives.change_needs", mode.initiative)
    lock_money(actor)
    mode = Mode.objects.select_related("initiative").get(pk=mode.pk)
    if mode.is_chosen and Mode.objects.filter(initiative=mode.initiative).exclude(pk=mode.pk).exists():
        raise DomainError(_("This way is the chosen one. Choose another one first, then remove it."))
    before, pk, is_plan = told(mode), mode.pk, mode.is_chosen
    label = _label(mode)
    mode.delete()
    change = Change(
        object_type=mode._meta.label_lower,
        object_id=pk,
        label=label,
        verb=Verb.DELETED,
        before=before,
        after={},
        reason=reason,
    )
    _enter(actor, mode.initiative, [change], reason, is_plan=is_plan)
