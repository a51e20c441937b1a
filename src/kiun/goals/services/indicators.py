from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.goals.models import Direction, Indicator, Series
from kiun.goals.models.indicators import LARGEST
from kiun.goals.services.ending import check_end
from kiun.goals.services.judging import judge
from kiun.goals.services.lint import read_again
from kiun.goals.services.people import check_people, people_of
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

# A change of one of these makes earlier readings incomparable: it begins a new series.
BREAKING_FIELDS = ("unit", "direction", "is_cumulative", "definition")
TERM_FIELDS = ("baseline", "baseline_on", "target", "deadline", "milestones")


@transaction.atomic
def create_indicator(*, actor: Actor, indicator: Indicator, series: Series) -> Indicator:
    require(actor, "goals.change_goal", indicator.goal)
    indicator.municipality = actor.municipality
    indicator.full_clean(exclude=["municipality"])
    check_people(indicator, before=people_of(None), on=actor.on)
    check_terms(series)
    indicator.save()
    series.municipality = actor.municipality
    series.indicator = indicator
    series.save()
    record(actor, change_of(indicator, Verb.CREATED), change_of(series, Verb.CREATED))
    judge([indicator], today=actor.on)
    read_again([indicator.goal_id], actor.on)
    return indicator


@transaction.atomic
def change_indicator(
    *, actor: Actor, indicator: Indicator, series_fields: dict[str, Any], reason: str = "", seen: int | None = None
) -> Indicator:
    """Save the edited `indicator`; `series_fields` holds the new terms. Terms change only with a reason, and what
    would make the readings incomparable begins a new series.
    """
    stored = Indicator.objects.select_for_update().get(pk=indicator.pk)
    require(actor, "goals.change_indicator", stored)
    ensure_unchanged(stored, seen)
    indicator.full_clean(exclude=["municipality"])
    check_people(indicator, before=people_of(stored), on=actor.on)
    before = snapshot(stored)
    indicator.save()
    changes = [change_of(indicator, Verb.CHANGED, before, reason)]
    changes += _change_terms(actor, indicator, series_fields, reason)
    record(actor, *changes)
    judge([indicator], today=actor.on)
    read_again([indicator.goal_id], actor.on)
    return indicator


def _change_terms(actor: Actor, indicator: Indicator, fields: dict[str, Any], reason: str) -> list[Change]:
    current = Series.objects.get(indicator=indicator, is_current=True)
    differing = {name: value for name, value in fields.items() if getattr(current, name) != value}
    if not differing:
        return []
    if not reason:
        raise DomainError(
            _("Please write the reason: baseline, target, deadline and definition change only with one."),
            field="reason",
        )
    if any(name in BREAKING_FIELDS for name in differing):
        return [begin_series(actor, current, differing, reason)]
    before = snapshot(current)
    for name, value in differing.items():
        setattr(current, name, value)
    check_terms(current)
    current.save()
    return [change_of(current, Verb.CHANGED, before, reason)]


def begin_series(actor: Actor, current: Series, differing: dict[str, Any], reason: str) -> Change:
    terms = {name: getattr(current, name) for name in (*BREAKING_FIELDS, *TERM_FIELDS)} | differing
    Series.objects.filter(pk=current.pk).update(is_current=False)
    following = Series(
        municipality=actor.municipality,
        indicator=current.indicator,
        number=current.number + 1,
        started_on=actor.on,
        reason=reason,
        **terms,
    )
    check_terms(following)
    following.save()
    return change_of(following, Verb.CREATED, reason=reason)


@transaction.atomic
def end_indicator(*, actor: Actor, indicator: Indicator, on: date, reason: str) -> None:
    require(actor, "goals.change_indicator", indicator)
    if not reason:
        raise DomainError(_("Please write why this indicator ends."), field="reason")
    check_end(on, today=actor.on)
    before = snapshot(indicator)
    indicator.ended_on = on
    indicator.save(update_fields=["ended_on"])
    record(actor, change_of(indicator, Verb.CHANGED, before, reason))
    read_again([indicator.goal_id], actor.on)


@transaction.atomic
def change_owner(
    *,
    actor: Actor,
    indicator: Indicator,
    owner: Membership,
    deputy: Membership | None,
    reason: str,
    seen: int | None = None,
) -> None:
    """Owner and deputy answer for the number; one person cannot be both."""
    stored = Indicator.objects.select_for_update().get(pk=indicator.pk)
    require(actor, "goals.change_indicator", stored)
    ensure_unchanged(stored, seen)
    before, people = snapshot(stored, only=["owner", "deputy"]), people_of(stored)
    stored.owner, stored.deputy = owner, deputy
    check_people(stored, before=people, on=actor.on)
    stored.save(update_fields=["owner", "deputy"])
    record(actor, change_of(stored, Verb.CHANGED, before, reason))


@transaction.atomic
def hand_over_indicators(*, actor: Actor, rows: Collection[Indicator], to: Membership, reason: str, field: str) -> None:
    """Who owns already is no deputy any more: one person cannot be both."""
    changes = []
    for indicator in rows:
        before = snapshot(indicator, only=["owner", "deputy"])
        setattr(indicator, field, to)
        if indicator.deputy_id == indicator.owner_id:
            indicator.deputy = None
        indicator.save(update_fields=["owner", "deputy"])
        changes.append(change_of(indicator, Verb.CHANGED, before, reason))
    record(actor, *changes)


def check_terms(series: Series) -> None:
    """Raise a sentence for terms that contradict each other, or that no database column holds."""
    for field in ("baseline", "target"):
        value = getattr(series, field)
        if value is not None and abs(value) >= LARGEST:
            raise DomainError(_("The value is too large. Please check the digits and the unit."), field=field)
    if series.target is not None and series.target == series.baseline and series.direction != Direction.REACH:
        raise DomainError(
            _(
                "The target equals the baseline. Please write the value you want to reach, "
                "or choose “reach and keep” as the direction."
            ),
            field="target",
        )
    if series.deadline and series.baseline_on and series.deadline <= series.baseline_on:
        raise DomainError(
            _("The deadline lies before the day of the baseline. Please check both dates."), field="deadline"
        )
    _check_direction(series)


def _check_direction(series: Series) -> None:
    if series.target is None or series.baseline is None:
        return
    if series.direction == "increase" and series.target < series.baseline:
        raise DomainError(
            _("The target is lower than the baseline, but the indicator should increase. Please check."), field="target"
        )
    if series.direction == "decrease" and series.target > series.baseline:
        raise DomainError(
            _("The target is higher than the baseline, but the indicator should decrease. Please check."),
            field="target",
        )
