"""One cell: whether it says what is there already, and what it means where it does not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Goal
from kiun.goals.plan_files.wording import normal_name, one_line
from kiun.initiatives.models import Phase, Skill
from kiun.initiatives.models.initiatives import LONGEST_LAG
from kiun.initiatives.models.tasks import LARGEST_ESTIMATE, SMALLEST_ESTIMATE
from kiun.initiatives.queries.work_contents import WorkContents
from kiun.initiatives.services.work_import.differences import TaskRef, WantedLink
from kiun.initiatives.work_files.columns import Kind, WorkColumn
from kiun.initiatives.work_files.links import WrittenLink, read_link
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Cell, OutputValue
from kiun.municipality.models import Department, Membership

LONG_TEXTS = ("summary", "public_text", "note")
WHOLE = 100
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


class CellFaultError(DomainError):
    """What is wrong with a cell, and how to mend it."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(what)
        self.what, self.how = what, how


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]


def says_the_same(column: WorkColumn, cell: Cell, value: OutputValue) -> bool:
    if column.kind == Kind.DAY:
        return _day_or_none(cell) == value
    if column.kind == Kind.NUMBER:
        return _number_or_none(cell) == (None if value is None else Decimal(str(value)))
    text = "" if value is None else str(value)
    if column.kind == Kind.NAMES:
        said, known = ([normal_name(line) for line in lines_of(words)] for words in (cell.text, text))
        return said == known if column.field == "goals" else set(said) == set(known)
    if column.kind == Kind.TEXT:
        return _written(column, cell.text) == _written(column, text)
    return normal_name(cell.text) == normal_name(text)


def as_cell(column: WorkColumn, recorded: Any) -> OutputValue:
    """A value from the record of changes, the way the workbook writes it."""
    if recorded in (None, ""):
        return None
    if isinstance(recorded, dict):
        return str(recorded["label"])
    if column.words is not None:
        return column.words.get(recorded)
    if column.kind == Kind.DAY:
        return date.fromisoformat(recorded)
    if column.kind == Kind.NUMBER:
        return Decimal(str(recorded))
    return str(recorded).replace("、", "\n") if column.kind == Kind.NAMES else str(recorded)


def _written(column: WorkColumn, text: str) -> str:
    """Names stand in one line; longer words keep theirs."""
    if column.field in LONG_TEXTS:
        return "\n".join(line.rstrip() for line in text.strip().replace("\r\n", "\n").split("\n"))
    return one_line(text)


def _day_or_none(cell: Cell) -> date | None:
    try:
        return None if cell.is_blank else cell.date()
    except DomainError:
        return None


def _number_or_none(cell: Cell) -> Decimal | None:
    try:
        return None if cell.is_blank else cell.quantity().value
    except DomainError:
        return None


@dataclass(frozen=True)
class Place:
    """Where a task stands: what its phase and the tasks before it are looked for in. `tasks` finds tasks by the words
    for an initiative ("" for its own) and a name.
    """

    phases: Sequence[Phase]
    department: Department | None
    tasks: Callable[[str, str], Sequence[TaskRef]]


NOWHERE = Place((), None, lambda _initiative, _name: ())


@dataclass(frozen=True)
class CellReader:
    contents: WorkContents

    def read(self, column: WorkColumn, cell: Cell, place: Place) -> Any:
        """Raises CellFaultError."""
        if column.kind == Kind.DAY:
            return self._day(cell)
        if column.kind == Kind.NUMBER:
            return self._number(column, cell)
        if column.kind == Kind.WORD:
            return _word(column.words or {}, cell)
        if column.kind in (Kind.NAME, Kind.NAMES):
            return self._named(column.field, cell, place)
        return _text(column, cell)

    def _day(self, cell: Cell) -> date:
        try:
            day = cell.date()
        except DomainError as error:
            raise CellFaultError(error.message, _("Write a day, such as 2027/4/1 or 令和9年4月1日.")) from error
        if not FIRST <= day <= LAST:
            raise CellFaultError(
                _("%(day)s cannot be right.") % {"day": day.isoformat()}, _("Write a day between 2000 and 2099.")
            )
        return day

    def _number(self, column: WorkColumn, cell: Cell) -> Decimal | int:
        number = _number_or_none(cell)
        if column.field == "percent":
            if number is None or number != int(number) or not 0 <= number <= WHOLE:
                raise CellFaultError(
                    _("“%(text)s” is no progress.") % {"text": cell.text}, _("Write a whole number from 0 to 100.")
                )
            return int(number)
        if number is None or not SMALLEST_ESTIMATE <= number <= LARGEST_ESTIMATE:
            raise CellFaultError(
                _("“%(text)s” is no estimate that can be planned with.") % {"text": cell.text},
                _("Write person-days from 0.1 to 1,000. Larger work should become several tasks."),
            )
        return round(number, 1)

    def _named(self, field: str, cell: Cell, place: Place) -> Any:
        if field == "goals":
            return self._goals(cell)
        if field == "before":
            return tuple(_wanted(read_link(line), place) for line in lines_of(cell.text))
        if field == "helpers":
            return tuple(self._person(line, place) for line in lines_of(cell.text))
        if field in ("owner", "responsible"):
            return self._person(cell.text, place)
        if field == "department":
            return self._department(cell.text)
        return self._skill(cell.text) if field == "skill" else self._phase(cell.text, place)

    def _goals(self, cell: Cell) -> tuple[Goal, ...]:
        found: list[Goal] = []
        for line in lines_of(cell.text):
            goals = self.contents.goals_named(line)
            if not goals:
                raise CellFaultError(
                    _("There is no goal “%(text)s” in a plan that is in force.") % {"text": line[:60]},
                    _("Write the number or the whole sentence of the goal, one goal a line."),
                )
            if len(goals) > 1:
                raise CellFaultError(
                    _("Several goals have the number “%(text)s”.") % {"text": line[:60]},
                    _("Write the whole sentence of the goal instead."),
                )
            found.append(goals[0])
        if len({goal.plan_id for goal in found}) > 1:
            raise CellFaultError(
                _("The goals are of different plans."), _("An initiative serves goals of one plan: keep those of one.")
            )
        return tuple(dict.fromkeys(found))

    def _person(self, text: str, place: Place) -> Membership:
        posts = self.contents.people.posts_named(text)
        if len({post.user_id for post in posts}) == 1:
            near = [post for post in posts if place.department and post.department_id == place.department.pk]
            return (near or posts)[0]
        if not posts:
            raise CellFaultError(
                _("Nobody in office who may enter data is called “%(text)s”.") % {"text": text[:60]},
                _("Write the full name as in the staff list, or the staff number."),
            )
        people = "、".join(f"{post.user.name}（{post.staff_number or post.department}）" for post in posts[:5])
        raise CellFaultError(
            _("Several people are called “%(text)s”: %(people)s.") % {"text": text[:60], "people": people},
            _("Write the staff number behind the name: 緑川 葵（012345）."),
        )

    def _department(self, text: str) -> Department:
        if found := self.contents.people.department_named(text):
            return found
        alike = "、".join(str(one) for one in self.contents.people.departments_like(text))
        raise CellFaultError(
            _("There is no department “%(text)s”.") % {"text": text[:60]},
            _("Perhaps you mean: %(names)s.") % {"names": alike}
            if alike
            else _("Write its name as in the list of departments."),
        )

    def _skill(self, text: str) -> Skill:
        wanted = normal_name(text)
        if found := next((skill for skill in self.contents.skills if normal_name(skill.name) == wanted), None):
            return found
        raise CellFaultError(
            _("There is no skill “%(text)s”.") % {"text": text[:60]},
            _("Choose one of the list, or add it first under people and money."),
        )

    def _phase(self, text: str, place: Place) -> Phase:
        wanted = normal_name(text)
        for phase in place.phases:
            if wanted == normal_name(self.contents.phase_words(phase)):
                return phase
        names = "、".join(self.contents.phase_words(phase) for phase in place.phases)
        raise CellFaultError(
            _("The initiative has no phase “%(text)s”.") % {"text": text[:60]},
            _("Its phases are: %(names)s.") % {"names": names}
            if names
            else _("Add the phase on the page of the initiative first, or clear the cell."),
        )


def _word(words: Mapping[object, str], cell: Cell) -> object:
    wanted = normal_name(cell.text)
    for value, word in words.items():
        if normal_name(word) == wanted:
            return value
    raise CellFaultError(
        _("“%(text)s” is not in the list.") % {"text": cell.text[:60]},
        _("Choose one of: %(words)s.") % {"words": "、".join(words.values())},
    )


def _text(column: WorkColumn, cell: Cell) -> str:
    text = _written(column, cell.text)
    if len(text) > column.longest:
        raise CellFaultError(
            _("The text is longer than %(number)s characters.") % {"number": column.longest}, _("Shorten it.")
        )
    return text


def _wanted(link: WrittenLink, place: Place) -> WantedLink:
    found = place.tasks(link.initiative, link.name)
    if len(found) == 1:
        if link.lag_days > LONGEST_LAG:
            raise CellFaultError(
                _("%(days)s days between two tasks are too many.") % {"days": link.lag_days},
                _("Write at most %(most)s working days.") % {"most": LONGEST_LAG},
            )
        return WantedLink(found[0], link.kind, link.lag_days)
    if not found:
        raise CellFaultError(
            _("There is no task “%(name)s”.") % {"name": link.name[:60]},
            _("Write the name of a task of the same initiative; of another one, like 取組の名前＞作業の名前."),
        )
    raise CellFaultError(
        _("Several tasks are called “%(name)s”.") % {"name": link.name[:60]},
        _("Give them different names first."),
    )
