"""クロス集計: two questions of the whole survey against each other."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _

from kiun.analysis.survey_stats import Standing, suppress_table
from kiun.surveys.models import Item, ItemKind
from kiun.surveys.queries.results.groups import Results
from kiun.surveys.queries.results.sheets import DOES_NOT_KNOW, MISSING, Values, answers_of
from kiun.surveys.queries.results.summaries import labels_of
from kiun.ui.figures import percent_of

CROSSED = (ItemKind.SCALE, ItemKind.SINGLE)


@dataclass(frozen=True, kw_only=True)
class CrossCell:
    """`people` is None where it may not be told; `percent` is of its row."""

    people: int | None
    percent: Decimal | None


HIDDEN = CrossCell(people=None, percent=None)


@dataclass(frozen=True, kw_only=True)
class CrossRow:
    label: str
    people: int
    cells: tuple[CrossCell, ...]


@dataclass(frozen=True, kw_only=True)
class CrossTable:
    """Each answer to `row_item` with the answers of the same people to `column_item`, without what nobody answered."""

    row_item: Item
    column_item: Item
    columns: tuple[str, ...]
    rows: tuple[CrossRow, ...]
    totals: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(self.totals)

    @property
    def hides_all(self) -> bool:
        return all(cell.people is None for row in self.rows for cell in row.cells)

    @property
    def hides_some(self) -> bool:
        return any(cell.people is None for row in self.rows for cell in row.cells)


def crossable(results: Results) -> list[Item]:
    """Those whose distribution is shown."""
    items = [item for item in results.items if item.kind in CROSSED]
    return [item for item in items if results.publication and not results.summary(item).is_hidden]


def cross_table(results: Results, row_item: Item, column_item: Item) -> CrossTable:
    """Both are of `crossable`."""
    rows, columns = (_places(item, codes) for item, codes in _codes(results, row_item, column_item))
    names = _names(row_item), _names(column_item)
    shape = len(names[0]), len(names[1])
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    shown = suppress_table(counts) == Standing.SHOWN
    lines, used = (np.flatnonzero(counts.any(axis=axis)).tolist() for axis in (1, 0))
    return CrossTable(
        row_item=row_item,
        column_item=column_item,
        columns=tuple(names[1][place] for place in used),
        rows=tuple(_row(names[0][line], counts[line, used], shown[line, used]) for line in lines),
        totals=tuple(counts[:, used].sum(axis=0).tolist()),
    )


def _codes(results: Results, *items: Item) -> list[tuple[Item, Values]]:
    return list(zip(items, results.columns(*items), strict=True))


def _names(item: Item) -> list[str]:
    return [*labels_of(item), _("I do not know"), _("no answer")]


def _places(item: Item, codes: Values) -> Values:
    """分からない and nothing stand behind the answers."""
    size = len(answers_of(item))
    return np.select([codes == DOES_NOT_KNOW, codes == MISSING], [size, size + 1], codes)


def _row(label: str, counts: Values, shown: Values) -> CrossRow:
    people = int(counts.sum())
    cells = (
        CrossCell(people=int(count), percent=percent_of(int(count), people, 1)) if is_shown else HIDDEN
        for count, is_shown in zip(counts, shown, strict=True)
    )
    return CrossRow(label=label, people=people, cells=tuple(cells))
