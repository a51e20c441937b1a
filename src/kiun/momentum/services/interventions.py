"""働きかけ: registered before it starts, and from then on what is expected of it cannot be changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from random import Random
from secrets import randbelow

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.momentum.models import (
    Intervention,
    InterventionLink,
    InterventionState,
    InterventionUnit,
)
from kiun.momentum.queries.interventions import compared_units
from kiun.momentum.remedies import BY_KEY
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department
from kiun.surveys.models import Audience

SEEDS = 2**31
LONGEST_STEP = 12


@transaction.atomic
def save_intervention(
    *,
    actor: Actor,
    intervention: Intervention,
    treated: Sequence[Department],
    compared: Sequence[Department],
    seen: int | None = None,
) -> Intervention:
    """A draft, new or changed. Where units begin one after another, `compared` is empty: those to come are compared."""
    before = None
    if intervention.pk:
        stored = _locked(intervention)
        require(actor, "momentum.change_intervention", stored)
        ensure_unchanged(stored, seen)
        if not stored.is_draft:
            raise DomainError(_("What was registered is not changed any more: withdraw it and register a new one."))
        before = snapshot(stored)
    else:
        require(actor, "momentum.make_intervention")
    _check(intervention, treated, compared)
    _check_days(intervention, actor.on)
    intervention.save()
    intervention.units.all().delete()
    _save_units(intervention, treated, compared)
    record(actor, change_of(intervention, Verb.CHANGED if before else Verb.CREATED, before))
    return intervention


def _check(intervention: Intervention, treated: Collection[Department], compared: Collection[Department]) -> None:
    remedy = BY_KEY.get(intervention.remedy)
    if remedy is None:
        raise DomainError(_("Please choose what is done."), field="remedy")
    if intervention.expected_effect <= 0:
        raise DomainError(_("Write by how many points you expect it to rise, above 0."), field="expected_effect")
    if intervention.step_months > LONGEST_STEP:
        raise DomainError(_("At most %(n)s months.") % {"n": LONGEST_STEP}, field="step_months")
    if set(treated) & set(compared):
        raise DomainError(_("A department cannot be compared with itself."), field="compared")


def _check_days(intervention: Intervention, on: date) -> None:
    """What could never be registered is not kept as a draft either."""
    wave = intervention.evaluated_with
    if intervention.starts_on < on:
        raise DomainError(
            _("The first day lies in the past: what is tried must be registered before it starts."), field="starts_on"
        )
    if wave is not None and wave.opens_on <= intervention.starts_on:
        raise DomainError(_("Choose a wave that opens after it has started."), field="evaluated_with")


def _save_units(intervention: Intervention, treated: Sequence[Department], compared: Sequence[Department]) -> None:
    for place, department in enumerate(treated):
        begins = _months_later(intervention.starts_on, intervention.step_months * place)
        InterventionUnit(intervention=intervention, department=department, starts_on=begins).save()
    for department in compared:
        InterventionUnit(intervention=intervention, department=department, is_treated=False).save()


def _months_later(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    # Steps begin on the first of a month, unless there is only one.
    return date(place // 12, place % 12 + 1, 1) if months else day


@transaction.atomic
def draw_order(*, actor: Actor, intervention: Intervention) -> Intervention:
    """Which unit begins when, by lot. The seed is kept, so that anybody can check that nobody chose."""
    stored = _locked(intervention)
    require(actor, "momentum.change_intervention", stored)
    if not stored.is_draft or not stored.is_stepped:
        raise DomainError(_("An order is drawn before registering, where units begin one after another."))
    stored.seed = randbelow(SEEDS)
    stored.save(update_fields=["seed"])
    units = order_of([unit.department for unit in units_of(stored)], stored.seed)
    stored.units.all().delete()
    _save_units(stored, units, [])
    return stored


def order_of(departments: Iterable[Department], seed: int) -> list[Department]:
    """The order that a seed gives, whatever order they come in."""
    found = sorted(departments, key=lambda one: one.pk)
    Random(seed).shuffle(found)  # noqa: S311 - it must be possible to draw it again
    return found


@transaction.atomic
def register_intervention(*, actor: Actor, intervention: Intervention) -> Intervention:
    """From here on it is bound to what it says, and its verdict will be published either way."""
    stored = _locked(intervention)
    require(actor, "momentum.change_intervention", stored)
    if not stored.is_draft:
        raise DomainError(_("It is registered already."))
    _check_ready(stored, actor.on)
    if stored.is_stepped and stored.seed is None:
        raise DomainError(_("Draw the order first."))
    before = snapshot(stored)
    stored.state = InterventionState.REGISTERED.value
    stored.registered_on = actor.on
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


def why_not_ready(intervention: Intervention, on: date) -> str:
    """What stands in the way of registering a draft; "" when nothing does, or only an order is still to be drawn."""
    try:
        _check_ready(intervention, on)
    except DomainError as error:
        return str(error)
    return ""


def _check_ready(intervention: Intervention, on: date) -> None:
    units = units_of(intervention)
    treated = [unit for unit in units if unit.is_treated]
    wave = intervention.evaluated_with
    _check_days(intervention, on)
    if not treated:
        raise DomainError(_("Choose at least one department in which it is done."), field="treated")
    if wave is None or not wave.is_planned or wave.audience != Audience.STAFF:
        raise DomainError(_("Choose a wave of staff that has not been opened yet."), field="evaluated_with")
    if not compared_units(units, wave):
        raise DomainError(
            _("Choose departments to compare with: without them nobody can tell whether it would have come by itself."),
            field="compared",
        )


@transaction.atomic
def withdraw_intervention(*, actor: Actor, intervention: Intervention, reason: str) -> Intervention:
    """It is not carried out after all; that it was registered stays to be read."""
    stored = _locked(intervention)
    require(actor, "momentum.change_intervention", stored)
    if stored.state not in (InterventionState.REGISTERED, InterventionState.RUNNING):
        raise DomainError(_("Only what is registered can be withdrawn."))
    if not reason.strip():
        raise DomainError(_("Please write why."), field="reason")
    before = snapshot(stored)
    stored.state = InterventionState.WITHDRAWN.value
    stored.words = reason.strip()
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before, reason))
    return stored


@transaction.atomic
def remove_draft(*, actor: Actor, intervention: Intervention) -> None:
    stored = _locked(intervention)
    require(actor, "momentum.change_intervention", stored)
    if not stored.is_draft:
        raise DomainError(_("What was registered stays to be read: it can be withdrawn."))
    record(actor, change_of(stored, Verb.DELETED, snapshot(stored)))
    stored.delete()


@transaction.atomic
def link_to(*, actor: Actor, intervention: Intervention, label: str, path: str) -> InterventionLink:
    """By what it is carried out, wherever that stands in this town's Kiun."""
    require(actor, "momentum.change_intervention", intervention)
    if not path.startswith(f"/t/{intervention.municipality.slug}/"):
        raise DomainError(_("Choose a page of this town."), field="path")
    link = InterventionLink(intervention=intervention, label=label[:200], path=path[:300])
    link.save()
    return link


@transaction.atomic
def unlink(*, actor: Actor, link: InterventionLink) -> None:
    require(actor, "momentum.change_intervention", link.intervention)
    link.delete()


@transaction.atomic
def add_words(*, actor: Actor, intervention: Intervention, words: str) -> Intervention:
    """What whoever carried it out learnt: beside the verdict, which it does not change."""
    stored = _locked(intervention)
    require(actor, "momentum.change_intervention", stored)
    before = snapshot(stored, only=["words"])
    stored.words = words.strip()
    stored.save(update_fields=["words"])
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


def begin_due_interventions(actor: Actor) -> int:
    """Part of `kiun tick`: on its day it is under way."""
    due = Intervention.objects.filter(state=InterventionState.REGISTERED, starts_on__lte=actor.on)
    return due.update(state=InterventionState.RUNNING)


def units_of(intervention: Intervention) -> list[InterventionUnit]:
    return list(intervention.units.select_related("department"))


def _locked(intervention: Intervention) -> Intervention:
    rows = Intervention.objects.select_for_update(of=("self",)).select_related("department", "evaluated_with")
    return rows.get(pk=intervention.pk)
