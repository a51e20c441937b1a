"""A wave is over: its sheets become arrays, and what of them may be shown is taken from its survey."""

from collections.abc import Iterable, Sequence

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import DomainError
from kiun.momentum.answer_arrays import GRADES, NOBODY, ROLES, TOWN, UNPAIRED, AnswerArrays, Ints
from kiun.momentum.dimensions import HIGHEST
from kiun.momentum.models import Wave, WaveAnswers
from kiun.municipality.actors import record, system_actor
from kiun.surveys.disclosure import Disclosure
from kiun.surveys.models import UNKNOWN, Item, ItemKind, Stratum, Survey, Tally, Ticket, TicketKind
from kiun.surveys.queries.results.sheets import SheetTable, sheet_table
from kiun.surveys.services.publishing import publish_survey

# Of a pseudonym so many hexadecimal digits fit into a number of 64 bits.
DIGITS = 15


@transaction.atomic
def publish_wave(wave: Wave) -> WaveAnswers:
    """Idempotent: what has been published stays as it is."""
    stored = Wave.objects.select_for_update(of=("self",)).select_related("survey", "municipality").get(pk=wave.pk)
    if stored.survey is None or not stored.survey.is_closed:
        raise DomainError(_("Only a wave that is over can be published."))
    if published := WaveAnswers.objects.filter(wave=stored).first():
        return published
    publication = publish_survey(stored.survey)
    arrays = _arrays(stored.survey, Disclosure.unpacked(publication.arrays))
    row = WaveAnswers(wave=stored, arrays=arrays.packed(), tree=publication.tree)
    row.save()
    record(system_actor(stored.municipality), _published(stored))
    return row


def _published(wave: Wave) -> Change:
    """Pages that are kept until something changes are made anew."""
    return Change(
        object_type=Wave._meta.label_lower,
        object_id=wave.pk,
        label=str(wave)[:200],
        verb=Verb.CHANGED,
        after={"published": True},
    )


def _arrays(survey: Survey, disclosure: Disclosure) -> AnswerArrays:
    items = _scales_of(survey)
    strata = [
        (disclosure.place[row.department_id or TOWN], _role(row.role_group), row.size)
        for row in Stratum.objects.filter(survey=survey)
    ]
    table = sheet_table(survey)
    return AnswerArrays(
        departments=disclosure.departments,
        parents=disclosure.parents,
        units=np.array([disclosure.place[key] for key in table.departments.tolist()], np.int64),
        roles=table.roles,
        pairs=np.array([int(pair[:DIGITS], 16) if pair else UNPAIRED for pair in table.pairs], np.int64),
        answers=_points(table, items),
        items=tuple(items),
        invited=_invited(survey, strata, len(disclosure.departments)),
        **_tallies(survey, items),
        shown=disclosure.shown,
        shown_by_grade=disclosure.shown_by_grade,
    )


def _scales_of(survey: Survey) -> list[str]:
    scales = Item.objects.filter(questionnaire=survey.questionnaire_id, kind=ItemKind.SCALE)
    return list(scales.values_list("key", flat=True))


def _role(group: str) -> int:
    return ROLES.index(group) if group else NOBODY


def _points(table: SheetTable, items: Sequence[str]) -> NDArray[np.int8]:
    points = np.zeros((table.size, len(items)), np.int8)
    for column, item in enumerate(items):
        points[:, column] = np.maximum(table.columns[item].values + 1, 0)
    return points


def _invited(survey: Survey, strata: Iterable[tuple[int, int, int]], places: int) -> Ints:
    counts = np.zeros((places, 1 + len(ROLES)), np.int64)
    if survey.has_open_link:
        return counts
    for place, role, size in strata:
        counts[place, 1 + role] += size
    without = Ticket.objects.filter(survey=survey, stratum=None).exclude(kind=TicketKind.OPEN)
    counts[TOWN, 0] += without.count()
    return counts


def _tallies(survey: Survey, items: Sequence[str]) -> dict[str, Ints]:
    people = np.zeros(len(GRADES), np.int64)
    counts = np.zeros((len(GRADES), len(items), HIGHEST), np.int64)
    for row in Tally.objects.filter(survey=survey):
        grade = GRADES.index(row.grade)
        people[grade] = row.sheets
        for column, item in enumerate(items):
            for answer, count in row.counts.get(item, {}).items():
                if answer != UNKNOWN:
                    counts[grade, column, int(answer) - 1] = count
    return {"grade_people": people, "grade_counts": counts}
