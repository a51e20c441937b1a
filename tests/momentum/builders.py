"""Waves with people who answered."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice

import numpy as np

from kiun.analysis.survey_stats import Standing
from kiun.kernel.fiscal_year import FiscalYear, Quarter
from kiun.momentum.answer_arrays import GRADES, ROLES, AnswerArrays
from kiun.momentum.measured import Measured
from kiun.momentum.models import Wave, WaveAnswers, WaveKind
from kiun.momentum.services.publishing import publish_wave
from kiun.momentum.services.waves import items_of, open_wave, questionnaire_of
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Department
from kiun.surveys.disclosure import Disclosure, told_where
from kiun.surveys.models import Audience, Publication, Survey, SurveyState, Ticket
from kiun.surveys.services import close_survey, hand_in
from kiun.surveys.services.mixing import mix
from tests.factories import TODAY

# The town, a division with two departments, another division.
PARENTS = [-1, 0, 1, 1, 0]
PULSE = ("W1", "A1", "E1", "P1", "V1", "T1", "I1", "S1")


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


def publish(
    town, quarter=3, *, year=2026, audience=Audience.STAFF, kind=None, shown_roles=ROLES, **arrays
) -> WaveAnswers:
    """A wave whose results are out, straight from arrays: see `arrays_of`. Its last day is that of the quarter."""
    kind = kind or (WaveKind.PULSE if audience == Audience.STAFF else WaveKind.SHORT)
    last = Quarter(FiscalYear(year), quarter).end
    wave = make_wave(
        town, quarter, year=year, kind=kind, audience=audience, opens_on=last - timedelta(days=13), closes_on=last
    )
    survey = Survey(
        municipality=town,
        questionnaire=questionnaire_of(WaveKind(kind), Audience(audience), town),
        title=f"{year}Q{quarter}",
        audience=audience,
        state=SurveyState.CLOSED,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        code=f"m{year}{quarter}{audience[:3]}{town.pk}",
    )
    survey.save()
    wave.survey = survey
    wave.save()
    departments = list(Department.objects.order_by("pk"))
    tree = [
        {"id": one.pk, "path": one.path, "name": one.name} for one in sorted(departments, key=lambda one: one.place)
    ]
    found = arrays_of(departments, **arrays)
    Publication(municipality=town, survey=survey, arrays=disclosure_of(found, shown_roles).packed(), tree=tree).save()
    row = WaveAnswers(municipality=town, wave=wave, arrays=found.packed(), tree=tree)
    row.save()
    return row


def disclosure_of(arrays: AnswerArrays, shown_roles: Sequence[str] = ROLES) -> Disclosure:
    """分からない is an answer as well; here nobody says it."""
    told = {
        item: told_where(arrays.parents, arrays.units[answered], arrays.roles[answered])
        for item, answered in zip(arrays.items, arrays.answers.T > 0, strict=True)
        if not answered.all()
    }
    return Disclosure(
        departments=arrays.departments,
        parents=arrays.parents,
        shown=arrays.shown,
        shown_by_role=np.array([[_standing(role in shown_roles) for role in ROLES]] * len(arrays.parents)),
        shown_by_grade=arrays.shown_by_grade,
        questions=np.array(list(told), np.str_),
        told=np.array(list(told.values()), np.bool_).reshape(len(told), len(arrays.parents), 1 + len(ROLES)),
        told_by_grade=np.zeros((len(told), len(GRADES)), np.bool_),
    )


def measured_of(arrays: AnswerArrays) -> Measured:
    disclosure = disclosure_of(arrays)
    told = np.stack([disclosure.told_of(item) for item in arrays.items])
    return Measured(arrays, told, np.stack([disclosure.grades_told_of(item) for item in arrays.items]))


def arrays_of(departments, *, points, pairs=None, roles=None, items=PULSE, invited=None, hidden=(), grades=None):
    """`points`: by department (None: the town itself), a list of sheets, each with points of all `items`. `invited`: as
    many as answered unless said otherwise. `hidden`: departments, None for the town. `roles`: by department, one each.
    `pairs`: of each sheet, 0 where it is tied to none.
    """
    keys = [0, *(one.pk for one in departments)]
    place = {key: number for number, key in enumerate(keys)}
    sheets = [(place[one.pk if one else 0], sheet) for one, rows in points.items() for sheet in rows]
    own = np.bincount([unit for unit, _sheet in sheets], minlength=len(keys))
    counts = np.zeros((len(keys), 1 + len(ROLES)), np.int64)
    counts[:, -1] = own
    for one, number in (invited or {}).items():
        counts[place[one.pk if one else 0], -1] = number
    shown = np.full(len(keys), Standing.SHOWN)
    for one in hidden:
        shown[place[one.pk if one else 0]] = Standing.TOO_FEW
    told = [role for one, rows in points.items() for role in (roles or {}).get(one, ["staff"] * len(rows))]
    by_grade = grades or {}
    return AnswerArrays(
        departments=np.array(keys),
        parents=np.array([-1, *(place[one.parent_id or 0] for one in departments)]),
        units=np.array([unit for unit, _sheet in sheets], np.int64),
        roles=np.array([ROLES.index(role) for role in told], np.int64),
        pairs=np.array(pairs or [0] * len(sheets), np.int64),
        answers=np.array([sheet for _unit, sheet in sheets], np.int8).reshape(len(sheets), len(items)),
        items=tuple(items),
        invited=counts,
        grade_people=np.array([sum(by_grade.get(grade, [])) for grade in GRADES]),
        # Of each grade, how many chose 1 to 5, the same for every item.
        grade_counts=np.array([[by_grade.get(grade, [0] * 5)] * len(items) for grade in GRADES]),
        shown=shown,
        shown_by_grade=np.array([_standing(grade in by_grade) for grade in GRADES]),
    )


def bare_arrays(units, answers, *, pairs=None, shown=None, roles=None, invited=None, items=PULSE) -> AnswerArrays:
    """Of no town: over the tree `PARENTS`, all staff unless said otherwise, of grades nothing but six chiefs."""
    places = len(PARENTS)
    own = np.bincount(units, minlength=places)
    return AnswerArrays(
        departments=np.arange(places) * 10,
        parents=np.array(PARENTS),
        units=np.array(units, np.int64),
        roles=np.array(roles if roles is not None else [2] * len(units), np.int64),
        pairs=np.array(pairs if pairs is not None else [0] * len(units), np.int64),
        answers=np.array(answers, np.int8),
        items=items,
        invited=np.column_stack([np.zeros((places, 3), np.int64), own if invited is None else np.array(invited)]),
        grade_people=np.array([0, 0, 6, 0]),
        grade_counts=np.zeros((len(GRADES), len(items), 5), np.int64),
        shown=np.array(shown or [Standing.SHOWN] * places),
        shown_by_grade=np.full(len(GRADES), Standing.SHOWN),
    )


def _standing(may_be_shown):
    return Standing.SHOWN if may_be_shown else Standing.TOO_FEW


def sheets(*means, number=10, spread=1):
    """`number` people: every second one lies above each of `means` by `spread`, the others below."""
    return [[mean + (spread if person % 2 else -spread) for mean in means] for person in range(number)]
