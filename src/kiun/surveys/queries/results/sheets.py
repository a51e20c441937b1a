"""The sheets of a survey as arrays: what is calculated from answers begins here, and goes out by `groups` only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.survey_stats.arrays import Flags
from kiun.surveys.disclosure import NOBODY, ROLES, TOWN, Ints
from kiun.surveys.models import UNKNOWN, Item, ItemKind, Sheet, Stratum, Survey

Values = NDArray[Any]
MISSING, DOES_NOT_KNOW, ANSWERED = -1, -2, 0
KEPT = 8  # surveys in memory


@dataclass(frozen=True, eq=False)
class Column:
    """Of one item: `states` (sheets) is ANSWERED, DOES_NOT_KNOW or MISSING; `values` (sheets × …) holds

    - scale, single: the place of the answer among `answers_of`
    - multiple: whether each choice was chosen; ranking: the rank of each from 1, 0 without
    - number: the number; day: its ordinal
    - matrix: for each row the place of the answer, or DOES_NOT_KNOW, MISSING
    """

    states: Ints
    values: Values
    has_rows: bool = False

    def questions(self, key: str) -> dict[str, Flags]:
        """(sheets) who answered, or said 分からない: of the item, which has `key`, and of each row of a matrix."""
        found = {key: self.states != MISSING}
        if self.has_rows:
            found |= {f"{key}/{row}": self.values[:, row] != MISSING for row in range(self.values.shape[1])}
        return found


@dataclass(frozen=True, eq=False)
class SheetTable:
    """`departments` (sheets) are keys, 0 for those counted for the whole town only; `roles` of `ROLES` or −1; `pairs`
    equal pseudonyms for one person in several surveys, "" where nobody may know.
    """

    departments: Ints
    roles: Ints
    pairs: Sequence[str]
    columns: Mapping[str, Column]

    @property
    def size(self) -> int:
        return len(self.departments)


def answers_of(item: Item) -> tuple[str, ...]:
    """The keys of what can be chosen."""
    if item.kind == ItemKind.SCALE:
        return tuple(str(point) for point in range(1, item.points + 1))
    return item.choice_keys


def sheet_table(survey: Survey) -> SheetTable:
    """While an anonymous survey runs, without the batch that was mixed last."""
    return _sheet_table(_Version(survey.code, survey.revision, survey.state, survey.pk, survey.questionnaire_id))


class _Version(NamedTuple):
    """Sheets change only with `revision` or `state`, and `code` is of no other survey ever."""

    code: str
    revision: int
    state: str
    survey: int
    questionnaire: int


@lru_cache(maxsize=KEPT)
def _sheet_table(version: _Version) -> SheetTable:
    items = [item for item in Item.objects.filter(questionnaire=version.questionnaire) if not item.is_text]
    strata = {
        row.pk: (row.department_id or TOWN, ROLES.index(row.role_group) if row.role_group else NOBODY)
        for row in Stratum.objects.filter(survey=version.survey)
    }
    rows = list(Sheet.objects.filter(survey=version.survey, is_fresh=False).values_list("stratum", "answers", "pair"))
    places = [strata[key] if key else (TOWN, NOBODY) for key, _answers, _pair in rows]
    return SheetTable(
        departments=np.array([department for department, _role in places], np.int64),
        roles=np.array([role for _department, role in places], np.int64),
        pairs=[pair for _key, _answers, pair in rows],
        columns={item.key: _column(item, [answers.get(item.key) for _key, answers, _pair in rows]) for item in items},
    )


def _column(item: Item, given: Sequence[Any]) -> Column:
    states = np.array(
        [MISSING if one is None else DOES_NOT_KNOW if one == UNKNOWN else ANSWERED for one in given], np.int64
    )
    values = READERS[ItemKind(item.kind)](item, [None if one == UNKNOWN else one for one in given])
    return Column(states, values, has_rows=item.kind == ItemKind.MATRIX)


def _codes(item: Item, given: Sequence[Any]) -> Values:
    keys = range(1, item.points + 1) if item.kind == ItemKind.SCALE else answers_of(item)
    place = {key: number for number, key in enumerate(keys)}
    return np.array([place.get(one, MISSING) for one in given], np.int64)


def _ranks(item: Item, given: Sequence[Any]) -> Values:
    place = {key: number for number, key in enumerate(item.choice_keys)}
    ranks = np.zeros((len(given), len(place)), np.int64)
    for row, chosen in enumerate(given):
        for rank, key in enumerate(chosen or (), start=1):
            ranks[row, place[key]] = rank
    return ranks


def _chosen(item: Item, given: Sequence[Any]) -> Values:
    return _ranks(item, given) > 0


def _numbers(_item: Item, given: Sequence[Any]) -> Values:
    return np.array([np.nan if one is None else float(one) for one in given], np.float64)


def _days(_item: Item, given: Sequence[Any]) -> Values:
    return np.array([0 if one is None else date.fromisoformat(one).toordinal() for one in given], np.int64)


def _rows(item: Item, given: Sequence[Any]) -> Values:
    place = {**{key: number for number, key in enumerate(item.choice_keys)}, UNKNOWN: DOES_NOT_KNOW}
    codes = [[place.get((one or {}).get(row, ""), MISSING) for row in item.row_keys] for one in given]
    return np.array(codes, np.int64).reshape(len(given), len(item.row_keys))


READERS: Mapping[ItemKind, Callable[[Item, Sequence[Any]], Values]] = {
    ItemKind.SCALE: _codes,
    ItemKind.SINGLE: _codes,
    ItemKind.MULTIPLE: _chosen,
    ItemKind.RANKING: _ranks,
    ItemKind.NUMBER: _numbers,
    ItemKind.DAY: _days,
    ItemKind.MATRIX: _rows,
}
