"""A wave is over: its sheets become arrays, and once and for all it is decided what of them may be shown."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from kiun.analysis.survey_stats import Census, Standing, Suppression, Table, suppress
from kiun.kernel.errors import DomainError
from kiun.momentum.answer_arrays import GRADES, NOBODY, ROLES, TOWN, AnswerArrays, Ints
from kiun.momentum.dimensions import HIGHEST
from kiun.momentum.models import Wave, WaveAnswers
from kiun.municipality.models import Department
from kiun.surveys.models import UNKNOWN, Audience, Item, ItemKind, Sheet, Stratum, Survey, Tally, Ticket, TicketKind

BY_ROLE, BY_GRADE = (0,), (1,)
# Of a pseudonym so many hexadecimal digits fit into a number of 64 bits.
DIGITS = 15


@transaction.atomic
def publish_wave(wave: Wave) -> WaveAnswers:
    """Idempotent: what has been published stays as it is."""
    stored = Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=wave.pk)
    if stored.survey is None or not stored.survey.is_closed:
        raise DomainError(_("Only a wave that is over can be published."))
    if published := WaveAnswers.objects.filter(wave=stored).first():
        return published
    earlier = list(_published_before(stored))
    tree = _Tree(earlier[-1][1] if earlier else None)
    arrays = _arrays(stored.survey, tree, [_suppression_of(*one) for one in earlier])
    row = WaveAnswers(wave=stored, arrays=arrays.packed(), tree=tree.as_json())
    row.save()
    return row


def _published_before(wave: Wave) -> Sequence[tuple[Survey, AnswerArrays]]:
    """The waves of the same people, in their order."""
    rows = WaveAnswers.objects.filter(wave__audience=wave.audience).exclude(wave=wave).select_related("wave__survey")
    ordered = rows.order_by("wave__fiscal_year", "wave__quarter")
    return [(row.wave.survey, AnswerArrays.unpacked(row.arrays)) for row in ordered if row.wave.survey]


class _Tree:
    """Places of departments; those known before keep theirs."""

    def __init__(self, earlier: AnswerArrays | None) -> None:
        rows = {row.pk: row for row in Department.objects.order_by("pk")}
        known = earlier.departments.tolist() if earlier else [TOWN]
        self.departments: list[int] = [*known, *(key for key in rows if key not in set(known))]
        self.place = {key: place for place, key in enumerate(self.departments)}
        self.parents = np.array([self._above(rows.get(key)) if key else NOBODY for key in self.departments], np.int64)
        self._rows = rows

    def _above(self, row: Department | None) -> int:
        return self.place[row.parent_id] if row and row.parent_id else TOWN

    def as_json(self) -> list[dict[str, object]]:
        ordered = sorted(self._rows.values(), key=lambda row: row.place)
        return [{"id": row.pk, "path": row.path, "name": row.name} for row in ordered]


def _arrays(survey: Survey, tree: _Tree, earlier: Sequence[Suppression]) -> AnswerArrays:
    items = _scales_of(survey)
    strata = {
        row.pk: (tree.place[row.department_id or TOWN], _role(row.role_group), row.size)
        for row in Stratum.objects.filter(survey=survey)
    }
    sheets = list(Sheet.objects.filter(survey=survey).values_list("stratum", "answers", "pair"))
    found = suppress(_census(survey, tree.place, tree.parents), earlier, crossings=_crossings(survey))
    by_grade, by_role = _standing(found, BY_GRADE), _standing(found, BY_ROLE)
    return AnswerArrays(
        departments=np.array(tree.departments, np.int64),
        parents=tree.parents,
        units=np.array([strata[key][0] if key else TOWN for key, _answers, _pair in sheets], np.int64),
        roles=np.array([strata[key][1] if key else NOBODY for key, _answers, _pair in sheets], np.int64),
        pairs=_pairs([pair for _key, _answers, pair in sheets]),
        answers=_points([answers for _key, answers, _pair in sheets], items),
        items=tuple(items),
        invited=_invited(survey, strata.values(), len(tree.departments)),
        **_tallies(survey, items),
        shown=found.table().standing[:, 0],
        shown_by_role=by_role,
        shown_by_grade=by_grade[TOWN],
    )


def _scales_of(survey: Survey) -> list[str]:
    scales = Item.objects.filter(questionnaire=survey.questionnaire_id, kind=ItemKind.SCALE)
    return list(scales.values_list("key", flat=True))


def _role(group: str) -> int:
    return ROLES.index(group) if group else NOBODY


def _pairs(pairs: Sequence[str]) -> Ints:
    """Whoever shares a pseudonym with somebody in the same wave, as on a shared computer, is tied to nobody."""
    numbers = np.array([int(pair[:DIGITS], 16) if pair else 0 for pair in pairs], np.int64)
    values, counts = np.unique(numbers, return_counts=True)
    numbers[np.isin(numbers, values[counts > 1])] = 0
    return numbers


def _points(sheets: Sequence[Mapping[str, object]], items: Sequence[str]) -> np.ndarray:
    points = np.zeros((len(sheets), len(items)), np.int8)
    for row, answers in enumerate(sheets):
        for column, item in enumerate(items):
            value = answers.get(item, UNKNOWN)
            if isinstance(value, int):
                points[row, column] = value
    return points


def _invited(survey: Survey, strata: Iterable[tuple[int, int, int]], places: int) -> Ints:
    counts = np.zeros((places, 1 + len(ROLES)), np.int64)
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


def _crossings(survey: Survey) -> list[tuple[int, ...]]:
    return [BY_ROLE, BY_GRADE] if survey.audience == Audience.STAFF else []


def _census(survey: Survey, place: Mapping[int, int], parents: Ints) -> Census:
    """Who answered, from the tickets: they tell that much, and nothing of the answers."""
    used = Ticket.objects.filter(survey=survey, is_used=True).order_by("pk")
    if survey.audience != Audience.STAFF:
        count = used.count()
        return Census(parents, np.zeros(count, np.int64), np.zeros((count, 0), np.int64), ())
    rows = list(used.values_list("stratum__department", "stratum__role_group", "grade", "membership__user", "pk"))
    categories = [(_role(role or ""), GRADES.index(grade) if grade else NOBODY) for _place, role, grade, *_ in rows]
    return Census(
        parents,
        np.array([place[department or TOWN] for department, *_ in rows], np.int64),
        np.array(categories, np.int64).reshape(len(rows), 2),
        (len(ROLES), len(GRADES)),
        # Whoever has no post here is somebody else each time.
        np.array([user or -ticket for *_, user, ticket in rows], np.int64),
    )


def _standing(found: Suppression, attributes: tuple[int, ...]) -> Ints:
    """Nothing is shown by what nobody was counted by."""
    for table in found.tables:
        if table.attributes == attributes:
            return table.standing
    width = len(ROLES) if attributes == BY_ROLE else len(GRADES)
    return np.full((len(found.census.parents), width), Standing.TOO_FEW, np.int64)


def _suppression_of(survey: Survey, arrays: AnswerArrays) -> Suppression:
    """What was decided for an earlier wave. By grade only the whole town was ever shown."""
    place = {int(key): number for number, key in enumerate(arrays.departments)}
    census = _census(survey, place, arrays.parents)
    by_grade = np.full((len(place), len(GRADES)), Standing.TOO_FEW, np.int64)
    by_grade[TOWN] = arrays.shown_by_grade
    tables = [Table((), arrays.shown[:, None])]
    if survey.audience == Audience.STAFF:
        tables += [Table(BY_ROLE, arrays.shown_by_role), Table(BY_GRADE, by_grade)]
    return Suppression(census, tuple(tables))
