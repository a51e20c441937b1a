"""When momentum is measured: a fiscal year's waves, and how each opens."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from secrets import token_urlsafe
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.activity.services import start_job
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear
from kiun.kernel.schedule import in_turn
from kiun.momentum import instrument
from kiun.momentum.instrument import Asked
from kiun.momentum.models import InterventionState, Wave, WaveKind
from kiun.municipality.actors import Actor, record, require, system_actor
from kiun.municipality.models import Membership, Municipality
from kiun.surveys.models import Anonymity, Audience, Item, ItemKind, Questionnaire, Section, Survey
from kiun.surveys.queries.invitees import Choice, Whom, chosen_posts
from kiun.surveys.services.invitations import begin_survey
from kiun.ui.dates import long_date

JOB_KIND = "momentum.publish"
LENGTH = timedelta(days=13)
WHOLE = 100
# One questionnaire a town and kind, whatever it is called.
FAMILIES = UUID("6d0f2f0e-5b0b-4a57-9d0a-9d8a6f3f5a01")
# (quarter, audience, kind): the full survey once a year, a short one in each other quarter, and people outside once.
YEAR = (
    (1, Audience.STAFF, WaveKind.BASELINE),
    (2, Audience.STAFF, WaveKind.PULSE),
    (2, Audience.RESIDENTS, WaveKind.SHORT),
    (3, Audience.STAFF, WaveKind.PULSE),
    (3, Audience.PARTNERS, WaveKind.SHORT),
    (4, Audience.STAFF, WaveKind.PULSE),
)


@transaction.atomic
def plan_year(*, actor: Actor, year: FiscalYear) -> list[Wave]:
    """The waves of a year that are not planned yet and can still be held: each in the middle month of its quarter."""
    require(actor, "momentum.plan_waves")
    planned = set(Wave.objects.filter(fiscal_year=year.year).values_list("quarter", "audience"))
    waves = []
    for quarter, audience, kind in YEAR:
        opens_on = opening_day(year, quarter)
        if (quarter, audience) in planned or opens_on + LENGTH < actor.on:
            continue
        wave = Wave(
            fiscal_year=year.year,
            quarter=quarter,
            audience=audience,
            kind=kind,
            opens_on=max(opens_on, actor.on),
            closes_on=max(opens_on, actor.on) + LENGTH,
        )
        wave.save()
        waves.append(wave)
    record(actor, *(change_of(wave, Verb.CREATED) for wave in waves))
    return waves


def opening_day(year: FiscalYear, quarter: int) -> date:
    """The second Monday of the middle month."""
    first = year.quarter(quarter).start
    middle = date(first.year, first.month + 1, 1)
    return middle + timedelta(days=(7 - middle.weekday()) % 7 + 7)


@transaction.atomic
def change_wave(*, actor: Actor, wave: Wave, seen: int | None = None) -> Wave:
    """`wave` holds the new days and share; nothing of it changes once people are asked."""
    require(actor, "momentum.plan_waves")
    stored = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    ensure_unchanged(stored, seen)
    if not stored.is_planned:
        raise DomainError(_("This wave has been opened: its days stand with the survey."))
    before = change_of(stored, Verb.CHANGED).after
    wave.full_clean(exclude=["municipality"])
    wave.save()
    record(actor, change_of(wave, Verb.CHANGED, before))
    return wave


@transaction.atomic
def remove_wave(*, actor: Actor, wave: Wave) -> None:
    require(actor, "momentum.plan_waves")
    stored = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if not stored.is_planned:
        raise DomainError(_("This wave has been opened; what people answered is kept."))
    if waiting := stored.evaluates.first():
        raise DomainError(
            _("“%(intervention)s” is to be judged by this wave: it has to be held.") % {"intervention": waiting}
        )
    record(actor, change_of(stored, Verb.DELETED))
    stored.delete()


@transaction.atomic
def open_wave(*, actor: Actor, wave: Wave) -> Survey:
    """Its survey is made and opened; whoever is asked is told."""
    require(actor, "momentum.plan_waves")
    stored = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if not stored.is_planned:
        raise DomainError(_("This wave has been opened already."))
    return begin_survey(actor=actor, survey=prepare_survey(stored), invited=invited_to(stored, actor.on))


@transaction.atomic
def begin_now(*, actor: Actor, wave: Wave) -> Survey:
    """Before its day: it runs as long as it was planned to, from today on."""
    require(actor, "momentum.plan_waves")
    stored = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    registered = stored.evaluates.filter(state=InterventionState.REGISTERED)
    if stored.is_planned and (waiting := registered.order_by("starts_on").first()):
        raise DomainError(
            _("“%(intervention)s” starts on %(day)s and is to be judged by this wave: asked before, nobody could tell.")
            % {"intervention": waiting, "day": long_date(waiting.starts_on)}
        )
    if stored.is_planned and actor.on < stored.opens_on:
        before = change_of(stored, Verb.CHANGED).after
        stored.opens_on, stored.closes_on = actor.on, actor.on + (stored.closes_on - stored.opens_on)
        stored.save(update_fields=["opens_on", "closes_on"])
        record(actor, change_of(stored, Verb.CHANGED, before))
    return open_wave(actor=actor, wave=stored)


def prepare_survey(wave: Wave) -> Survey:
    """Not opened yet."""
    survey = _survey_of(wave)
    survey.save()
    wave.survey = survey
    wave.save(update_fields=["survey"])
    return survey


def _survey_of(wave: Wave) -> Survey:
    titles = {
        Audience.STAFF: (_("Survey of momentum"), "Momentum survey"),
        Audience.RESIDENTS: (_("Survey of residents about the digital transformation"), "Residents' survey"),
        Audience.PARTNERS: (_("Survey of partners about the digital transformation"), "Partners' survey"),
    }
    title, title_en = titles[Audience(wave.audience)]
    return Survey(
        questionnaire=questionnaire_of(WaveKind(wave.kind), Audience(wave.audience), wave.municipality),
        title=f"{title} {FiscalYear(wave.fiscal_year).label} {_('Q%(n)s') % {'n': wave.quarter}}",
        title_en=f"{title_en} {wave.fiscal_year} Q{wave.quarter}",
        intro=_("What do you think of the changes under way? It takes about a minute."),
        thanks=_("The results come to this page when the survey has closed, with what is done about them."),
        audience=wave.audience,
        anonymity=Anonymity.ANONYMOUS,
        has_open_link=wave.audience != Audience.STAFF,
        # Of staff it is known who answered when: two times together would tell whose answers are tied.
        offers_pairing=wave.audience != Audience.STAFF,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        code=token_urlsafe(9),
    )


def invited_to(wave: Wave, on: date) -> Sequence[Membership]:
    """People outside answer by the address."""
    if wave.audience != Audience.STAFF:
        return []
    if wave.sample_percent == WHOLE:
        return chosen_posts(Choice(whom=Whom.ALL), on)
    return chosen_posts(Choice(whom=Whom.SAMPLE, percent=Decimal(wave.sample_percent)), on)


def questionnaire_of(kind: WaveKind, audience: Audience, town: Municipality) -> Questionnaire:
    """Made when it is needed first. A pulse is a part of the full survey with the same keys, in a family of its own."""
    family = uuid5(FAMILIES, f"{town.pk}/{audience}/{kind}")
    existing = Questionnaire.objects.filter(family=family).order_by("-number").first()
    return existing or _make_questionnaire(family, kind, audience)


def _make_questionnaire(family: UUID, kind: WaveKind, audience: Audience) -> Questionnaire:
    questionnaire = Questionnaire(
        family=family,
        name=f"{_('Momentum')} {kind.label}",
        note=_("Six dimensions: need, fit, confidence, support, benefit, room to act."),
        origin=_("Own wording of Kiun, not validated yet"),
    )
    questionnaire.save()
    section = Section(questionnaire=questionnaire)
    section.save()
    for place, asked in enumerate(items_of(kind, audience)):
        _scale(questionnaire, section, place, asked).save()
    if kind == WaveKind.BASELINE:
        for place, (key, text, text_en) in enumerate(instrument.TEXTS):
            Item(
                questionnaire=questionnaire,
                section=section,
                order=len(instrument.STAFF) + place,
                key=key,
                kind=ItemKind.LONG_TEXT,
                text=text,
                text_en=text_en,
                offers_unknown=False,
            ).save()
    return questionnaire


def items_of(kind: WaveKind, audience: Audience) -> list[Asked]:
    if audience == Audience.RESIDENTS:
        return list(instrument.RESIDENTS)
    if audience == Audience.PARTNERS:
        return list(instrument.PARTNERS)
    return [asked for asked in instrument.STAFF if asked.in_pulse or kind == WaveKind.BASELINE]


def _scale(questionnaire: Questionnaire, section: Section, place: int, asked: Asked) -> Item:
    return Item(
        questionnaire=questionnaire,
        section=section,
        order=place,
        key=asked.key,
        kind=ItemKind.SCALE,
        text=asked.text,
        text_en=asked.text_en,
        settings={
            "points": instrument.POINTS,
            "low": instrument.LOW,
            "high": instrument.HIGH,
            "low_en": instrument.LOW_EN,
            "high_en": instrument.HIGH_EN,
        },
    )


def open_due_waves(town: Municipality, today: date) -> int:
    """Part of `kiun tick`."""
    due = Wave.objects.filter(survey=None, opens_on__lte=today, closes_on__gte=today)
    return in_turn(due, lambda wave: _open(wave, system_actor(town, on=today)))


def _open(wave: Wave, actor: Actor) -> int:
    open_wave(actor=actor, wave=wave)
    return 1


def publish_later(survey: Survey) -> None:
    """As soon as a worker is free."""
    if wave := Wave.objects.filter(survey=survey).first():
        actor = system_actor(survey.municipality)
        start_job(
            actor=actor, kind=JOB_KIND, label=_("Results: %(wave)s") % {"wave": wave}, parameters={"wave": wave.pk}
        )
