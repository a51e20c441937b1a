"""What an import would do: computed for the preview, and again, from the same file, for the confirmation."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from kiun.kernel.tabular import CellProblem
from kiun.municipality.models import Department, Membership, User
from kiun.municipality.services.staff_import.reading import RecognisedSheet


class PostFate(StrEnum):
    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class FieldDiff:
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class DepartmentSlot:
    """A department as it will be; `parent` is the number of another slot. Existing ones come first, then new ones."""

    existing: Department | None
    name: str
    code: str
    parent: int | None
    order: int
    diffs: tuple[FieldDiff, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """The account of a person as it will be. `user` is None for a new one."""

    user: User | None
    name: str
    kana: str
    email: str
    username: str
    diffs: tuple[FieldDiff, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """One row of the list as the post it makes; `person` and `department` are numbers in the plan.

    `name` is what the row says; `known_as` is the name that Kiun has for the account, where it is another one.
    """

    row: int
    sheet: str
    name: str
    known_as: str
    fate: PostFate
    person: int
    department: int | None
    role: str
    title: str
    staff_number: str
    valid_from: date
    valid_to: date | None
    post: Membership | None = None
    diffs: tuple[FieldDiff, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MissingPost:
    """A post of the town that the list does not name."""

    post: Membership
    owned: int
    ends: bool


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """`missing`: "keep" or "end" what the list does not name, except `kept`."""

    on: date
    creates_departments: bool = False
    missing: str = "keep"
    kept: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    options: ImportOptions
    sheets: tuple[RecognisedSheet, ...]
    departments: tuple[DepartmentSlot, ...] = ()
    people: tuple[PersonLine, ...] = ()
    posts: tuple[PostLine, ...] = ()
    missing: tuple[MissingPost, ...] = ()
    problems: tuple[CellProblem, ...] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        counts: Counter[str] = Counter(line.fate.value for line in self.posts)
        counts["missing"] = len(self.missing)
        counts["ending"] = sum(line.ends for line in self.missing)
        counts["accounts"] = sum(line.user is None for line in self.people)
        counts["account_changes"] = sum(line.user is not None and bool(line.diffs) for line in self.people)
        counts["departments_new"] = sum(slot.existing is None for slot in self.departments)
        counts["departments_changed"] = sum(slot.existing is not None and bool(slot.diffs) for slot in self.departments)
        return counts

    @property
    def changes_nothing(self) -> bool:
        return not any(
            self.counts[key]
            for key in (
                "new",
                "moved",
                "changed",
                "ending",
                "account_changes",
                "departments_new",
                "departments_changed",
            )
        )
