"""What may be read of a survey: by the whole, by departments, by role groups. The one door to its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kiun.analysis.survey_stats.arrays import Flags
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.surveys.disclosure import NOBODY, ROLES, TOWN, Disclosure
from kiun.surveys.models import Audience, Item, Publication, Stratum, Survey, Ticket, TicketKind
from kiun.surveys.queries.results.sheets import Column, SheetTable, sheet_table
from kiun.surveys.queries.results.summaries import Summary, summarise


@dataclass(frozen=True)
class Group:
    """Those of a department with all below it (TOWN: everybody), of one role group ("": of any)."""

    department: int = TOWN
    role: str = ""


WHOLE = Group()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A department of the day on which the survey was published, `depth` levels below the top."""

    key: int
    name: str
    depth: int


class Results:
    """Of a survey that has closed, as it was published; of one that runs, the whole as far as it may be told."""

    def __init__(self, survey: Survey, *, sees_names: bool = False) -> None:
        """`sees_names`: to read a named survey while it runs is for those who may read its sheets one by one."""
        self.survey = survey
        self.publication = Publication.objects.filter(survey=survey).first() if survey.is_closed else None
        self.may_read_running = survey.is_open and (survey.is_anonymous or sees_names)

    @property
    def is_waiting(self) -> bool:
        """Closed, and not decided yet what may be shown."""
        return self.survey.is_closed and self.publication is None

    @cached_property
    def items(self) -> list[Item]:
        return list(self.survey.questionnaire.items.select_related("section"))

    @cached_property
    def _disclosure(self) -> Disclosure | None:
        return Disclosure.unpacked(self.publication.arrays) if self.publication else None

    @cached_property
    def _table(self) -> SheetTable:
        return sheet_table(self.survey)

    def may_show(self, group: Group = WHOLE) -> bool:
        if self._disclosure:
            return self._disclosure.may_show(group.department, group.role)
        return self.may_read_running and group == WHOLE and self._table.size >= FEWEST_PEOPLE

    def people(self, group: Group = WHOLE) -> int:
        """How many answered; 0 where it may not be told."""
        return int(self._members(group).sum()) if self.may_show(group) else 0

    def invited(self, group: Group = WHOLE) -> int | None:
        """None where nobody knows how many could answer."""
        if group == WHOLE:
            return self._invited_by_name if not self._others_may_answer else None
        rows = self._strata
        if group.role:
            rows = [row for row in rows if row[1] == group.role]
        below = self._departments_below(group.department)
        return sum(size for department, _role, size in rows if department in below)

    def summaries(self, group: Group = WHOLE) -> list[Summary]:
        """Of all items but texts, in their order; none where the group may not be shown."""
        return [self.summary(item, group) for item in self.items if not item.is_text] if self.may_show(group) else []

    def summary(self, item: Item, group: Group = WHOLE) -> Summary:
        if not self.may_show(group):
            return Summary(item=item, people=0, is_hidden=True)
        column, members = self._table.columns[item.key], self._members(group)
        if not self._tells(item, column, group):
            return Summary(item=item, people=int(members.sum()), is_hidden=True)
        return summarise(item, column, members, population=self.invited(group))

    def _tells(self, item: Item, column: Column, group: Group) -> bool:
        """A question that some left out is told of a part only where the fewer who answered it may be shown."""
        if self._disclosure is None:
            return True
        # Of the whole it is shown how few they are where hardly anybody was asked: `summarise` sees to that.
        asked = {name: who for name, who in column.questions(item.key).items() if group != WHOLE or _are_many(who)}
        return all(self._disclosure.tells(name, group.department, group.role) for name in asked)

    @cached_property
    def places(self) -> list[Place]:
        """The departments of the published tree that had somebody to ask, and those above them."""
        if not self.publication:
            return []
        asked = {part for path in self._asked_paths for part in path.split("/") if part}
        tree = [row for row in self.publication.tree if str(row["id"]) in asked]
        return [Place(key=row["id"], name=row["name"], depth=row["path"].count("/") - 2) for row in tree]

    @property
    def roles(self) -> Sequence[str]:
        return ROLES if self.survey.audience == Audience.STAFF and self.publication else ()

    def columns(self, *items: Item) -> list[np.ndarray]:
        """Places of the answers of the whole, for crossing; see `sheets.Column`."""
        columns = [self._table.columns[item.key] for item in items]
        return [np.where(column.states == 0, column.values, column.states) for column in columns]

    @cached_property
    def _strata(self) -> list[tuple[int, str, int]]:
        rows = Stratum.objects.filter(survey=self.survey).values_list("department", "role_group", "size")
        return [(department or TOWN, role, size) for department, role, size in rows]

    @cached_property
    def _asked_paths(self) -> set[str]:
        asked = {department for department, _role, _size in self._strata}
        return {row["path"] for row in self.publication.tree if row["id"] in asked} if self.publication else set()

    @cached_property
    def _invited_by_name(self) -> int:
        return Ticket.objects.filter(survey=self.survey, kind=TicketKind.PERSON).count()

    @cached_property
    def _others_may_answer(self) -> bool:
        others = Ticket.objects.filter(survey=self.survey).exclude(kind=TicketKind.PERSON)
        return self.survey.has_open_link or others.exists()

    def _members(self, group: Group) -> Flags:
        table = self._table
        members = np.ones(table.size, np.bool_)
        if group.role:
            members &= table.roles == ROLES.index(group.role)
        if group.department != TOWN:
            members &= np.isin(table.departments, list(self._departments_below(group.department)))
        return members

    def _departments_below(self, department: int) -> set[int]:
        """With itself, as the tree was on that day."""
        assert self._disclosure, "groups are told apart only once it is decided which may be shown"
        if department == TOWN:
            return set(self._disclosure.place)
        return self._below.get(department, {department})

    @cached_property
    def _below(self) -> dict[int, set[int]]:
        assert self._disclosure
        found: dict[int, set[int]] = {}
        keys, parents = self._disclosure.departments.tolist(), self._disclosure.parents.tolist()
        for place, key in enumerate(keys):
            above = place
            while above != NOBODY:
                found.setdefault(keys[above], set()).add(key)
                above = parents[above]
        return found


def _are_many(who: Flags) -> bool:
    return int(who.sum()) >= FEWEST_PEOPLE
