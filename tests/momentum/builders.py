"""Waves with people who answered."""

from datetime import timedelta
from itertools import cycle, islice

from kiun.momentum.models import Wave, WaveAnswers, WaveKind
from kiun.momentum.services.publishing import publish_wave
from kiun.momentum.services.waves import items_of, open_wave
from kiun.municipality.actors import system_actor
from kiun.surveys.models import Audience, Ticket
from kiun.surveys.services import close_survey, hand_in
from kiun.surveys.services.mixing import mix
from tests.factories import TODAY


def make_wave(town, quarter=3, *, year=2026, kind=WaveKind.PULSE, audience=Audience.STAFF, **fields) -> Wave:
    values = {"opens_on": TODAY, "closes_on": TODAY + timedelta(days=13), **fields}
    wave = Wave(municipality=town, fiscal_year=year, quarter=quarter, kind=kind, audience=audience, **values)
    wave.save()
    return wave


def opened_wave(wave: Wave) -> Wave:
    open_wave(actor=system_actor(wave.municipality, on=TODAY), wave=wave)
    return Wave.objects.select_related("survey__municipality", "survey__questionnaire").get(pk=wave.pk)


def answer_all(wave: Wave, people, points=(4, 3, 5, 2)) -> None:
    """Each person answers every item with the next of `points`."""
    keys = [asked.key for asked in items_of(WaveKind(wave.kind), Audience(wave.audience))]
    for person, point in zip(people, islice(cycle(points), len(people)), strict=True):
        ticket = Ticket.objects.get(survey=wave.survey, membership=person)
        hand_in(survey=wave.survey, ticket=ticket, values=dict.fromkeys(keys, point))


def closed_wave(wave: Wave) -> WaveAnswers:
    mix(wave.survey)
    close_survey(actor=system_actor(wave.municipality, on=TODAY), survey=wave.survey)
    return publish_wave(wave)
