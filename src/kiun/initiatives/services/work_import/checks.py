"""What only a whole row, or all rows together, can show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from kiun.initiatives.models import UNFINISHED, Initiative, Task, TaskStatus
from kiun.initiatives.queries.blockers import waiting_blockers
from kiun.initiatives.queries.work_contents import WorkContents
from kiun.initiatives.services.blockers import say_open_questions
from kiun.initiatives.services.initiatives import check_place_of_proposal
from kiun.initiatives.services.order import circle_through
from kiun.initiatives.services.work_import.differences import RowDifference, TaskRef
from kiun.initiatives.work_files.columns import INITIATIVES
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import CellProblem
from kiun.municipality.actors import Actor, may

WHOLE = 100


def check_row(actor: Actor, found: RowDifference) -> Iterator[CellProblem]:
    yield from _check_rights(actor, found)
    yield from _check_days(found)
    if found.row.kind != INITIATIVES:
        yield from _check_progress(found)
        yield from _check_questions(found)


def _check_rights(actor: Actor, found: RowDifference) -> Iterator[CellProblem]:
    if found.row.kind == INITIATIVES:
        yield from _check_initiative(actor, found)
    elif isinstance(found.stored, Task):
        if not may(actor, "initiatives.change_task", found.stored):
            yield _refused(found)
    elif isinstance(found.initiative, Initiative) and not may(actor, "initiatives.plan_tasks", found.initiative):
        yield _refused(found)


def _check_initiative(actor: Actor, found: RowDifference) -> Iterator[CellProblem]:
    if isinstance(found.stored, Initiative):
        if not found.stored.is_open:
            yield found.row["name"].problem(
                _("“%(name)s” has ended and stays as it was.") % {"name": found.label},
                _("Reopen it on its page before you change it."),
            )
        elif not may(actor, "initiatives.change_initiative", found.stored):
            yield _refused(found)
    elif not may(actor, "initiatives.propose_initiative"):
        yield _refused(found)
    elif department := found.value("department"):
        try:
            check_place_of_proposal(actor, Initiative(department=department))
        except DomainError as error:
            yield found.row["department"].problem(error.message, _("Take the row out of the file."))


def _refused(found: RowDifference) -> CellProblem:
    return found.row["name"].problem(
        _("You do not have the right to change “%(name)s”.") % {"name": found.label},
        _("Ask the department in charge, or put the row back as it was."),
    )


def _check_days(found: RowDifference) -> Iterator[CellProblem]:
    name = "ends_on" if found.row.kind == INITIATIVES else "due_on"
    first = found.value("starts_on", getattr(found.stored, "starts_on", None))
    last = found.value(name, getattr(found.stored, name, None))
    if first and last and last < first:
        yield found.row[name].problem(
            _("“%(name)s” ends before it begins.") % {"name": found.label}, _("Write a later day here.")
        )


def _check_progress(found: RowDifference) -> Iterator[CellProblem]:
    status = found.value("status", getattr(found.stored, "status", TaskStatus.TODO))
    if not found.changes_field("percent"):
        return
    if found.value("percent") == WHOLE and status != TaskStatus.DONE:
        yield found.row["percent"].problem(
            _("100% means that the task is done."), _("Write 完了 as its state, or at most 99%.")
        )
    if isinstance(found.stored, Task) and found.stored.checklist.exists():
        yield found.row["percent"].problem(
            _("The progress of “%(name)s” follows its checklist.") % {"name": found.label},
            _("Put the number back, and tick the steps on the page of the task."),
        )


def _check_questions(found: RowDifference) -> Iterator[CellProblem]:
    """What has become of a decision that is waited for is said on the page of the task."""
    stored = found.stored
    if not isinstance(stored, Task) or not stored.is_unfinished or found.value("status", stored.status) in UNFINISHED:
        return
    if waiting := waiting_blockers(stored):
        yield found.row["status"].problem(
            say_open_questions(stored, waiting), _("Report the end on the page of the task, or put the state back.")
        )


def check_circles(tasks: Sequence[RowDifference], contents: WorkContents) -> Iterator[CellProblem]:
    """Tasks that are there count by their key, those that the file brings by their row (below zero)."""
    changed = [found for found in tasks if found.changes_field("before")]
    if not changed:
        return
    before = {after: {link.before_id for link in links} for after, links in contents.links.items()}
    before |= {_node(found): {_ref(link.before) for link in found.value("before")} for found in changed}
    followers = _turned_round(before)
    names = {task.pk: task.name for task in contents.tasks} | {_node(found): found.label for found in tasks}
    told: set[int] = set()
    for found in changed:
        circle = circle_through(_node(found), followers)
        if circle and not told.intersection(circle):
            told.update(circle)
            listed = [names[node] for node in circle]
            yield found.row["before"].problem(
                _("These would wait for each other: %(circle)s.") % {"circle": " → ".join([*listed, listed[0]])},
                _("Take one of the names away."),
            )


def _node(found: RowDifference) -> int:
    return found.stored.pk if found.stored else -found.row.record.row


def _ref(ref: TaskRef) -> int:
    return ref.pk or -ref.row


def _turned_round(before: Mapping[int, Iterable[int]]) -> dict[int, list[int]]:
    followers: dict[int, list[int]] = {}
    for after, earlier in before.items():
        for node in earlier:
            followers.setdefault(node, []).append(after)
    return followers
