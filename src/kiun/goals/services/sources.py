"""Choosing where an indicator's values come from, and the programs that bring values by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.goals import access
from kiun.goals.cadence import MONTHS
from kiun.goals.indicator_sources import IndicatorSource, indicator_sources
from kiun.goals.models import Cadence, Indicator, PushedReading, PushedSource, Series
from kiun.goals.queries.sources import fed_indicators, find_source, keys_of, source_id
from kiun.goals.services.collecting import collect
from kiun.goals.services.measurements import check_reading
from kiun.goals.verbs import MEASURED
from kiun.kernel.changes import Change, Verb, change_of, json_value, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import ApiToken
from kiun.municipality.services import create_access_key, revoke_access_key

MOST_AT_ONCE = 1000


@transaction.atomic
def choose_source(
    *,
    actor: Actor,
    indicator: Indicator,
    source: str,
    settings: Mapping[str, Any] | None = None,
    reason: str = "",
    registry: Iterable[IndicatorSource] = indicator_sources,
) -> Indicator:
    """From now on the values come from `source`; those that are there stay. A fetching source is asked at once."""
    stored = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    require(actor, "goals.change_indicator", stored)
    found = find_source(source, registry)
    if found is None:
        raise DomainError(_("There is no such source. Choose one of the list."), field="source")
    _check_fit(stored, found)
    before = snapshot(stored, only=["source", "source_settings"])
    stored.source, stored.source_settings = source, dict(settings or {})
    stored.save(update_fields=["source", "source_settings"])
    change = change_of(stored, Verb.CHANGED, before, reason)
    if change.before or change.after:
        record(actor, change)
    collect(actor=actor, indicators=fed_indicators().filter(pk=stored.pk), registry=registry)
    return stored


def _check_fit(indicator: Indicator, source: IndicatorSource) -> None:
    series = Series.objects.get(indicator=indicator, is_current=True)
    if source.unit and series.unit and _plain(source.unit) != _plain(series.unit):
        raise DomainError(
            _("The source counts in %(theirs)s, the indicator in %(ours)s. Choose another source, or make an indicator "
              "in this unit.") % {"theirs": source.unit, "ours": series.unit},
            field="source",
        )  # fmt: skip
    if source.cadence and MONTHS[source.cadence] > MONTHS[Cadence(indicator.cadence)]:
        raise DomainError(
            _("The source has a value %(theirs)s, but the indicator is taken %(ours)s.")
            % {"theirs": source.cadence.label, "ours": indicator.get_cadence_display()},
            field="source",
        )


def _plain(unit: str) -> str:
    return unit.replace("％", "%").strip()


@transaction.atomic
def set_up_program(*, actor: Actor, program: PushedSource) -> tuple[PushedSource, str]:
    """The source and the secret of its first key, which can be shown only now."""
    require(actor, "goals.manage_sources")
    program.municipality = actor.municipality
    program.created_by = actor.membership
    program.slug = program.slug.strip()
    program.label = program.label.strip()
    if PushedSource.objects.filter(slug=program.slug).exists():
        raise DomainError(_("This short name is taken. Choose another one."), field="slug")
    program.full_clean(exclude=["municipality"])
    program.save()
    record(actor, change_of(program, Verb.CREATED))
    return program, issue_program_key(actor=actor, program=program)[1]


def issue_program_key(*, actor: Actor, program: PushedSource) -> tuple[ApiToken, str]:
    """Another key for the same program; earlier ones go on until they are revoked."""
    require(actor, "goals.manage_sources")
    _ensure_running(program)
    return create_access_key(actor=actor, name=program.label, scopes=[access.PUSH], source=program.slug)


@transaction.atomic
def end_program(*, actor: Actor, program: PushedSource, on: date, reason: str = "") -> None:
    """No more values, no more keys; what it brought stays with its provenance."""
    require(actor, "goals.manage_sources")
    still = list(fed_indicators().filter(source=source_id(program))[:3])
    if still:
        raise DomainError(
            _("These indicators still take their values from here: %(names)s. Give them another source first.")
            % {"names": "、".join(map(str, still))}
        )
    before = snapshot(program)
    program.ended_on = on
    program.save(update_fields=["ended_on"])
    record(actor, change_of(program, Verb.CHANGED, before, reason))
    for key in keys_of(program):
        revoke_access_key(actor=actor, key=key, reason=reason)


def _ensure_running(program: PushedSource) -> None:
    if program.ended_on is not None:
        raise DomainError(_("This source has ended."))


@dataclass(frozen=True, kw_only=True)
class PushedValue:
    """`value=None` states that it cannot be judged (評価できない)."""

    on: date
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class PushResult:
    added: int
    changed: int
    unchanged: int
    measurements: int


@transaction.atomic
def push_readings(
    *, actor: Actor, program: PushedSource, values: Sequence[PushedValue], key: ApiToken | None = None
) -> PushResult:
    """Take what a program says, by day: the same again changes nothing. All or nothing."""
    require(actor, "goals.manage_sources")
    _ensure_running(program)
    _check(values, actor.on)
    there = {row.on: row for row in PushedReading.objects.filter(source=program, on__in=[value.on for value in values])}
    news = [value for value in values if value.on not in there or _differs(there[value.on], value)]
    _store(actor, program, news, key)
    if news:
        record(actor, _change(program, news, there))
    of_program = fed_indicators().filter(source=source_id(program))
    taken = collect(actor=actor, indicators=of_program, days=[value.on for value in news]) if news else 0
    changed = sum(value.on in there for value in news)
    return PushResult(len(news) - changed, changed, len(values) - len(news), taken)


def _check(values: Sequence[PushedValue], today: date) -> None:
    if len(values) > MOST_AT_ONCE:
        raise DomainError(_("Bring at most %(count)s values at once.") % {"count": MOST_AT_ONCE}, field="readings")
    if len({value.on for value in values}) != len(values):
        raise DomainError(_("Two values of the same day contradict each other. Send one."), field="readings")
    for value in values:
        check_reading(value.on, value.value, today)


def _differs(row: PushedReading, value: PushedValue) -> bool:
    return (row.value, row.note) != (value.value, value.note)


def _store(actor: Actor, program: PushedSource, values: Sequence[PushedValue], key: ApiToken | None) -> None:
    now = timezone.now()
    PushedReading.objects.bulk_create(
        [
            PushedReading(
                municipality=actor.municipality,
                source=program,
                on=value.on,
                value=value.value,
                note=value.note,
                pushed_at=now,
                key=key,
            )
            for value in values
        ],
        update_conflicts=True,
        unique_fields=["source", "on"],
        update_fields=["value", "note", "pushed_at", "key"],
        batch_size=500,
    )


def _change(program: PushedSource, news: Sequence[PushedValue], there: Mapping[date, PushedReading]) -> Change:
    return Change(
        object_type=PushedSource._meta.label_lower,
        object_id=program.pk,
        label=program.label,
        verb=MEASURED,
        before={v.on.isoformat(): json_value(there[v.on].value) for v in news if v.on in there},
        after={v.on.isoformat(): json_value(v.value) for v in news},
    )
