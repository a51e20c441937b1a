"""The departments of a file against those of the town."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Cell, CellProblem, Record
from kiun.municipality.models import Department
from kiun.municipality.services.staff_import.limits import DEPARTMENTS, LARGEST_ORDER, problems_of_texts
from kiun.municipality.services.staff_import.plan import DepartmentSlot, FieldDiff
from kiun.municipality.services.staff_import.vocabulary import plain, spaced


class DepartmentIndex:
    """Slots that rows point to, found by code, by name, or by any part of their path read together."""

    def __init__(self, existing: Iterable[Department]) -> None:
        rows = list(existing)
        numbers = {row.pk: number for number, row in enumerate(rows)}
        self.slots: list[DepartmentSlot] = [
            DepartmentSlot(
                existing=row,
                name=row.name,
                code=row.code,
                parent=None if row.parent_id is None else numbers.get(row.parent_id),
                order=row.order,
            )
            for row in rows
        ]
        self.problems: list[CellProblem] = []
        self._index()

    def _index(self) -> None:
        self._by_code = {plain(slot.code): number for number, slot in enumerate(self.slots) if slot.code}
        self._by_words: dict[str, set[int]] = defaultdict(set)
        for number in range(len(self.slots)):
            self._index_words(number)

    def _index_words(self, number: int) -> None:
        words = ""
        for step in self._upwards(number):
            words = plain(self.slots[step].name) + words
            self._by_words[words].add(number)

    def _upwards(self, number: int) -> Iterable[int]:
        seen: set[int] = set()
        step: int | None = number
        while step is not None and step not in seen:
            seen.add(step)
            yield step
            step = self.slots[step].parent

    def by_code(self, code: str) -> int | None:
        return self._by_code.get(plain(code))

    def by_words(self, *parts: str) -> set[int]:
        """Slots whose path ends in these words, one or several, with or without separators."""
        words = plain("".join(parts)).replace("/", "").replace(">", "")
        found = self._by_words.get(words, set())
        # A full match of the name itself wins over a department of the same name elsewhere in the tree.
        tops = {number for number in found if self.slots[number].parent is None}
        return tops if len(found) > 1 and len(tops) == 1 and len(parts) == 1 else found

    def suggest(self, words: str) -> str:
        names = {slot.name for slot in self.slots}
        close = get_close_matches(words, names, n=1, cutoff=0.5)
        return close[0] if close else ""

    def add(self, slot: DepartmentSlot) -> int:
        self.slots.append(slot)
        number = len(self.slots) - 1
        if slot.code:
            self._by_code[plain(slot.code)] = number
        self._index_words(number)
        return number

    def read(self, records: Sequence[Record]) -> None:
        """Take over a list of departments: first what each row is, then what it belongs to."""
        lines = [line for record in records if (line := self._row(record))]
        self._refuse_doubles(lines)
        numbers = [self._slot_for(line) for line in lines]
        self._index()
        for line, number in zip(lines, numbers, strict=True):
            self._place(line, number)
        self._refuse_rings(dict(zip(numbers, lines, strict=True)))
        self._index()

    def _row(self, record: Record) -> "_Line | None":
        name = spaced(record.text("name"))
        if not name:
            if record.text("code"):
                self._problem(
                    record["name"], _("The name of the department is missing."), _("Write the name in this cell.")
                )
            return None
        self.problems.extend(problems_of_texts(record, DEPARTMENTS))
        return _Line(record=record, name=name, code=plain(record.text("code")), order=self._order(record))

    def _order(self, record: Record) -> int | None:
        cell = record["order"]
        if cell.is_blank:
            return None
        try:
            value = cell.quantity().value
        except DomainError:
            value = None
        if value is None or not 0 <= value <= LARGEST_ORDER or value != int(value):
            self._problem(cell, _("“%(text)s” is no place in an order.") % {"text": cell.text}, _("Write a number."))
            return None
        return int(value)

    def _refuse_doubles(self, lines: "Sequence[_Line]") -> None:
        first: dict[str, Record] = {}
        for line in lines:
            if line.code and line.code in first:
                self._problem(
                    line.record["code"],
                    _("The code %(code)s stands in row %(row)s as well.")
                    % {"code": line.code, "row": first[line.code].row},
                    _("Give each department a code of its own."),
                )
            first.setdefault(line.code, line.record)

    def _slot_for(self, line: "_Line") -> int:
        number = self.by_code(line.code) if line.code else None
        if number is None:
            number = self._by_path(line)
        if number is None:
            return self.add(
                DepartmentSlot(existing=None, name=line.name, code=line.code, parent=None, order=line.order or 0)
            )
        slot = self.slots[number]
        self.slots[number] = replace(
            slot,
            name=line.name,
            code=line.code or slot.code,
            order=slot.order if line.order is None else line.order,
        )
        return number

    def _by_path(self, line: "_Line") -> int | None:
        """Without a code, a department is known by its name and what it belongs to."""
        parent = line.record.text("parent")
        found = self.by_words(parent, line.name) if parent else self.by_words(line.name)
        found = {number for number in found if not line.code or not self.slots[number].code}
        return found.pop() if len(found) == 1 else None

    def _place(self, line: "_Line", number: int) -> None:
        parent = self._parent_of(line)
        if parent is not _UNCHANGED:
            self.slots[number] = replace(self.slots[number], parent=parent)  # type: ignore[arg-type]

    def _parent_of(self, line: "_Line") -> object:
        code, name = line.record["parent_code"], line.record["parent"]
        if not code.is_blank:
            found = self.by_code(code.text)
            if found is None:
                self._unknown(code)
            return _UNCHANGED if found is None else found
        if not name.is_blank:
            numbers = self.by_words(name.text)
            if len(numbers) != 1:
                self._unknown(name) if not numbers else self._ambiguous(name)
                return _UNCHANGED
            return next(iter(numbers))
        columns = line.record.table.plain_columns
        return None if columns.keys() & {"parent", "parent_code"} else _UNCHANGED

    def _refuse_rings(self, lines: "dict[int, _Line]") -> None:
        for number, line in lines.items():
            last = list(self._upwards(number))[-1]
            if self.slots[last].parent is not None:
                cell = line.record["parent_code"] if line.record.text("parent_code") else line.record["parent"]
                self._problem(
                    cell,
                    _("“%(name)s” would lie below itself.") % {"name": line.name},
                    _("Correct what it belongs to: the departments form a ring."),
                )

    def _unknown(self, cell: Cell) -> None:
        self._problem(cell, *unknown_words(cell.text, self.suggest(cell.text)))

    def _ambiguous(self, cell: Cell) -> None:
        self._problem(cell, *ambiguous_words(cell.text))

    def _problem(self, cell: Cell, what: str, how: str) -> None:
        self.problems.append(cell.problem(what, how))

    def finished(self) -> tuple[DepartmentSlot, ...]:
        """The slots with what changes about each."""
        return tuple(replace(slot, diffs=self._diffs(slot)) for slot in self.slots)

    def _diffs(self, slot: DepartmentSlot) -> tuple[FieldDiff, ...]:
        if slot.existing is None:
            return ()
        old = slot.existing
        before = (old.name, old.code, old.parent.name if old.parent else "", str(old.order))
        parent = "" if slot.parent is None else self.slots[slot.parent].name
        moved = (None if slot.parent is None else self.slots[slot.parent].existing) != old.parent
        after = (slot.name, slot.code, parent, str(slot.order))
        labels = (_("name"), _("code"), _("department above"), _("order"))
        return tuple(
            FieldDiff(label, one, two)
            for label, one, two in zip(labels, before, after, strict=True)
            if one != two or (moved and label == labels[2])
        )


@dataclass(frozen=True)
class _Line:
    record: Record
    name: str
    code: str
    order: int | None


_UNCHANGED = object()


def unknown_words(text: str, suggestion: str) -> tuple[str, str]:
    how = (
        _("Did you mean “%(name)s”? Otherwise add it to the list of departments.") % {"name": suggestion}
        if suggestion
        else _("Check the name, or add it to the list of departments.")
    )
    return _("There is no department “%(name)s”.") % {"name": text}, how


def ambiguous_words(text: str) -> tuple[str, str]:
    return (
        _("There are several departments “%(name)s”.") % {"name": text},
        _("Write what it belongs to before it, such as “総務部 総務課”, or use the department code."),
    )
