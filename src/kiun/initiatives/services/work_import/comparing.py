"""The rows of a file beside what is there. Nothing is written here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import TypeVar

from django.utils.translation import gettext as _

from kiun.goals.plan_files.wording import normal_name, one_line
from kiun.initiatives.models import Initiative, Phase, Task
from kiun.initiatives.queries.work_contents import Cells, WorkContents, initiative_cells, task_cells
from kiun.initiatives.services.work_import.cells import (
    NOWHERE,
    CellFaultError,
    CellReader,
    Place,
    as_cell,
    says_the_same,
)
from kiun.initiatives.services.work_import.checks import check_circles, check_row
from kiun.initiatives.services.work_import.differences import FieldChange, RowDifference, TaskRef, WorkDifference
from kiun.initiatives.services.work_import.since import ChangesSince, changes_since_file
from kiun.initiatives.work_files.columns import INITIATIVE_COLUMNS, KEY, TASK_COLUMNS, Kind, WorkColumn
from kiun.initiatives.work_files.reading import FileRow, WorkFile
from kiun.kernel.fiscal_year import wareki_short
from kiun.kernel.tabular import Cell, CellProblem, OutputValue
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department

InitiativeRef = Initiative | int
RowT = TypeVar("RowT")


def compare_work(actor: Actor, file: WorkFile, contents: WorkContents) -> WorkDifference:
    initiatives_of_tasks = {task.pk: task.initiative_id for task in contents.tasks}
    since = changes_since_file([*file.initiatives, *file.tasks], initiatives_of_tasks)
    comparison = Comparison(actor, contents, since)
    comparison.problems += file.problems
    initiatives = [found for row in file.initiatives if (found := comparison.initiative(row))]
    comparison.bring_tasks(file.tasks)
    tasks = [found for row in file.tasks if (found := comparison.task(row))]
    comparison.problems += check_circles(tasks, contents)
    changed = [[row for row in rows if row.changes] for rows in (initiatives, tasks)]
    return WorkDifference(
        initiatives=changed[0],
        tasks=changed[1],
        problems=comparison.problems,
        unchanged=len(initiatives) + len(tasks) - len(changed[0]) - len(changed[1]),
    )


@dataclass
class Comparison:
    actor: Actor
    contents: WorkContents
    since: ChangesSince
    problems: list[CellProblem] = field(default_factory=list)
    # Initiatives and tasks that the file brings: by name, the number of the row.
    new_initiatives: dict[str, RowDifference] = field(default_factory=dict)
    new_tasks: dict[tuple[str, int, str], list[TaskRef]] = field(default_factory=lambda: defaultdict(list))
    renamed: dict[str, Initiative] = field(default_factory=dict)

    @cached_property
    def reader(self) -> CellReader:
        return CellReader(self.contents)

    def initiative(self, row: FileRow) -> RowDifference | None:
        name = row["name"]
        if row.key:
            stored = self.contents.initiative_by_key.get(row.key.pk)
        else:
            alike = self.contents.initiatives_by_name.get(normal_name(name.text), ())
            stored = self._one_of(name, [one for one in alike if one.is_open])
        if stored is None and not self._may_be_new(row, normal_name(name.text) in self.new_initiatives):
            return None
        cells = initiative_cells(self.contents, stored) if stored else None
        changes = self._changes(row, INITIATIVE_COLUMNS, cells, NOWHERE)
        label = stored.name if stored else one_line(name.text)
        found = RowDifference(row=row, label=label, stored=stored, changes=changes)
        if stored is None:
            self.new_initiatives[normal_name(label)] = found
        elif found.changes_field("name"):
            self.renamed[normal_name(found.value("name"))] = stored
        self._check(found)
        return found

    def bring_tasks(self, rows: Sequence[FileRow]) -> None:
        """So that a task can wait for one that stands further down."""
        for row in rows:
            if row.key is None and not row["name"].is_blank and (where := self._initiative_named(row)) is not None:
                name = normal_name(row["name"].text)
                if not (isinstance(where, Initiative) and self.contents.tasks_by_name.get((where.pk, name))):
                    self.new_tasks[*_place_key(where), name].append(TaskRef(None, row.record.row))

    def task(self, row: FileRow) -> RowDifference | None:
        name = normal_name(row["name"].text)
        stored: Task | None = self.contents.task_by_key.get(row.key.pk) if row.key else None
        where = self.contents.initiative_by_key[stored.initiative_id] if stored else self._initiative_named(row)
        if where is None and not row.key:
            self._report_unknown_initiative(row["initiative"])
            return None
        if isinstance(where, Initiative) and not row.key:
            stored = self._one_of(row["name"], self.contents.tasks_by_name.get((where.pk, name), ()))
        if where is None:
            self._is_gone(row)
            return None
        if stored is None and not self._may_be_new(row, self._stands_above(where, name, row)):
            return None
        cells = task_cells(self.contents, stored) if stored else None
        changes = self._changes(row, TASK_COLUMNS, cells, self._place(where, stored))
        label = stored.name if stored else one_line(row["name"].text)
        found = RowDifference(row=row, label=label, stored=stored, changes=changes, initiative=where)
        self._check(found)
        return found

    def _stands_above(self, where: InitiativeRef, name: str, row: FileRow) -> bool:
        return any(ref.row < row.record.row for ref in self.new_tasks.get((*_place_key(where), name), ()))

    def _may_be_new(self, row: FileRow, is_double: bool) -> bool:  # noqa: FBT001 - whether the file has it already
        cell = row["name"]
        if row.key:
            self._is_gone(row)
        elif cell.is_blank:
            self._report(cell, _("The row has no name."), _("Write a name, or delete the row."))
        elif is_double:
            self._report(
                cell,
                _("A new row further up has the name “%(name)s” too.") % {"name": cell.text[:60]},
                _("Give each new row a name of its own."),
            )
        else:
            return True
        return False

    def _report_unknown_initiative(self, cell: Cell) -> None:
        self._report(
            cell,
            _("There is no initiative “%(name)s”, or several.") % {"name": cell.text[:60]},
            _("Write its name as on the sheet of initiatives, or add a row for it there."),
        )

    def _initiative_named(self, row: FileRow) -> InitiativeRef | None:
        name = normal_name(row["initiative"].text)
        if brought := self.new_initiatives.get(name):
            return brought.row.record.row
        if renamed := self.renamed.get(name):
            return renamed
        alike = self.contents.initiatives_by_name.get(name, ())
        alike = [one for one in alike if one.is_open] or alike
        return alike[0] if len(alike) == 1 else None

    def _place(self, where: InitiativeRef, stored: Task | None) -> Place:
        phases: Sequence[Phase] = self.contents.phases.get(where.pk, ()) if isinstance(where, Initiative) else ()
        department: Department | None = stored.department if stored else None
        if department is None and isinstance(where, Initiative):
            department = where.department

        return Place(phases, department, partial(self._tasks_called, where))

    def _tasks_called(self, where: InitiativeRef, initiative: str, name: str) -> Sequence[TaskRef]:
        if not initiative:
            return self._tasks_in(where, name)
        wanted = normal_name(initiative)
        brought = self.new_initiatives.get(wanted)
        places: list[InitiativeRef] = [brought.row.record.row] if brought else []
        places += self.contents.initiatives_by_name.get(wanted, ())
        # A name may hold the sign between an initiative and a task itself.
        return [ref for place in places for ref in self._tasks_in(place, name)] or self._tasks_in(
            where, f"{initiative}>{name}"
        )

    def _tasks_in(self, where: InitiativeRef, name: str) -> Sequence[TaskRef]:
        wanted = normal_name(name)
        known = self.contents.tasks_by_name.get((where.pk, wanted), ()) if isinstance(where, Initiative) else ()
        return [*(TaskRef(task.pk, 0) for task in known), *self.new_tasks.get((*_place_key(where), wanted), ())]

    def _changes(
        self, row: FileRow, columns: Sequence[WorkColumn], cells: Cells | None, place: Place
    ) -> tuple[FieldChange, ...]:
        """`cells` is None for what is new."""
        found = (self._change(row, column, cells, place) for column in columns if column.field != KEY)
        return tuple(change for change in found if change)

    def _change(self, row: FileRow, column: WorkColumn, cells: Cells | None, place: Place) -> FieldChange | None:
        cell, value = row[column.field], (cells or {}).get(column.field)
        if cell.is_blank:
            if cells is None and column.is_required:
                self._report(cell, _("“%(column)s” is missing.") % {"column": column.header}, _("Fill in the cell."))
            return None
        if (column.kind == Kind.FIXED and cells is None) or says_the_same(column, cell, value):
            return None
        if column.kind == Kind.FIXED:
            if not self._said_then(row, column, cell):
                self._report_fixed(cell, column, value)
            return None
        if self._is_others_change(row, column, cell):
            return None
        try:
            wanted = self.reader.read(column, cell, place)
        except CellFaultError as fault:
            self._report(cell, fault.what, fault.how)
            return None
        return FieldChange(column, cell.ref, _shown(value), _shown_cell(column, cell), wanted)

    def _said_then(self, row: FileRow, column: WorkColumn, cell: Cell) -> bool:
        """What is shown for orientation was so when the file was written, or will be so by the file itself."""
        changed = self.since.of(row, column.field)
        if column.field == "initiative" and row.key:
            initiative = self.contents.task_by_key[row.key.pk].initiative_id
            changed = self.since.name_of_initiative(initiative)
            renamed = self.renamed.get(normal_name(cell.text))
            if renamed and renamed.pk == initiative:
                return True
        return changed is not None and says_the_same(column, cell, as_cell(column, changed.before))

    def _report_fixed(self, cell: Cell, column: WorkColumn, value: OutputValue) -> None:
        self._report(
            cell,
            _("“%(column)s” cannot be changed in this file.") % {"column": column.header},
            _("Put “%(value)s” back; the page of the initiative is the place for it.") % {"value": value},
        )

    def _is_others_change(self, row: FileRow, column: WorkColumn, cell: Cell) -> bool:
        """True when only somebody else has changed the field since the file was written. When both have, to different
        things, that is said, and nothing is taken over.
        """
        changed = self.since.of(row, column.field)
        if changed is None:
            return False
        if not says_the_same(column, cell, as_cell(column, changed.before)):
            self._report(
                cell,
                _("%(person)s has changed “%(column)s” since this file was written.")
                % {"person": changed.person, "column": column.header},
                _("Download the workbook anew, and make your change there."),
            )
        return True

    def _check(self, found: RowDifference) -> None:
        if found.changes:
            self.problems += check_row(self.actor, found)

    def _is_gone(self, row: FileRow) -> None:
        self._report(
            row[KEY],
            _("This row is no longer there, or not one that you may see."),
            _("Delete the row, or clear its number to bring it in as a new one."),
        )

    def _one_of(self, cell: Cell, alike: Sequence[RowT]) -> RowT | None:
        if len(alike) > 1:
            self._report(
                cell,
                _("Several are called “%(name)s” already.") % {"name": cell.text[:60]},
                _("Copy the number of the one that you mean from a fresh workbook."),
            )
        return alike[0] if alike else None

    def _report(self, cell: Cell, what: str, how: str) -> None:
        self.problems.append(cell.problem(what, how))


def _place_key(where: InitiativeRef) -> tuple[str, int]:
    return ("row", where) if isinstance(where, int) else ("pk", where.pk)


def _shown(value: OutputValue) -> str:
    """The same in every language: what was agreed to is compared with it."""
    if isinstance(value, date):
        return wareki_short(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value).replace("\n", "、")


def _shown_cell(column: WorkColumn, cell: Cell) -> str:
    if column.kind == Kind.DAY:
        return wareki_short(cell.date())
    return _shown(cell.text)
