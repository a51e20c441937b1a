"""The rows of a staff list against the accounts and posts of the town."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Cell, CellProblem, Record
from kiun.municipality.models import Membership, Role, User
from kiun.municipality.services.staff_import.accounts import Accounts
from kiun.municipality.services.staff_import.departments import DepartmentIndex, ambiguous_words, unknown_words
from kiun.municipality.services.staff_import.limits import STAFF, is_name_for_signing_in, problems_of_texts
from kiun.municipality.services.staff_import.plan import (
    DepartmentSlot,
    FieldDiff,
    ImportOptions,
    PersonLine,
    PostFate,
    PostLine,
)
from kiun.municipality.services.staff_import.rows import Row, by_person
from kiun.municipality.services.staff_import.vocabulary import (
    ROLE_WORDS,
    number_key,
    plain,
    role_by_title,
    role_of,
    spaced,
)


class RowReader:
    """Turns records into rows and collects what is wrong in their cells."""

    def __init__(self, departments: DepartmentIndex, options: ImportOptions) -> None:
        self.departments = departments
        self.options = options
        self.problems: list[CellProblem] = []

    def read(self, record: Record) -> Row | None:
        name = spaced(record.text("name"))
        if not name:
            if record.text("staff_number") or record.text("email"):
                self._problem(record["name"], _("The name is missing."), _("Write the name in this cell."))
            return None
        self.problems.extend(problems_of_texts(record, STAFF))
        return Row(
            record=record,
            name=name,
            kana=spaced(record.text("kana")),
            email=self._email(record["email"]),
            username=plain(record.text("username")),
            staff_number=plain(record.text("staff_number")),
            department=self._department(record),
            title=spaced(record.text("title")),
            role=self._role(record["role"]),
            valid_from=self._date(record["valid_from"]),
            valid_to=self._date(record["valid_to"]),
        )

    def _email(self, cell: Cell) -> str:
        email = plain(cell.text).lower()
        try:
            validate_email(email) if email else None
        except ValidationError:
            self._problem(
                cell,
                _("“%(text)s” is not an e-mail address.") % {"text": cell.text},
                _("Write it like taro@example.jp, or leave the cell empty."),
            )
            return ""
        return email

    def _role(self, cell: Cell) -> Role | None:
        if cell.is_blank:
            return None
        role = role_of(cell.text)
        if role is None:
            words = "、".join(words[0] for words in ROLE_WORDS.values())
            self._problem(
                cell,
                _("“%(text)s” is no role in Kiun.") % {"text": cell.text},
                _("Write one of: %(words)s.") % {"words": words},
            )
        return role

    def _date(self, cell: Cell) -> date | None:
        if cell.is_blank:
            return None
        try:
            return cell.date()
        except DomainError as error:
            self._problem(cell, error.message, _("Write it like 2026-04-01 or 令和8年4月1日."))
            return None

    def _department(self, record: Record) -> int | None:
        code = record["department_code"]
        if not code.is_blank:
            found = self.departments.by_code(code.text)
            if found is not None:
                return found
        cells = [record[field] for field in ("division", "department", "section")]
        written = [cell for cell in cells if not cell.is_blank]
        if not written:
            if not code.is_blank:
                self._problem(code, *unknown_words(code.text, ""))
            return None
        return self._by_words(written)

    def _by_words(self, written: Sequence[Cell]) -> int | None:
        parts = [cell.text for cell in written]
        found = self.departments.by_words(*parts)
        if len(found) == 1:
            return next(iter(found))
        if found:
            self._problem(written[-1], *ambiguous_words(parts[-1]))
            return None
        if self.options.creates_departments:
            return self._create(parts)
        self._problem(written[-1], *unknown_words(" ".join(parts), self.departments.suggest(parts[-1])))
        return None

    def _create(self, parts: Sequence[str]) -> int:
        """The branch that the list writes out, as far as it does not exist yet."""
        number: int | None = None
        for length in range(1, len(parts) + 1):
            found = self.departments.by_words(*parts[:length])
            number = (
                next(iter(found))
                if len(found) == 1
                else self.departments.add(
                    DepartmentSlot(existing=None, name=spaced(parts[length - 1]), code="", parent=number, order=0)
                )
            )
        assert number is not None
        return number

    def _problem(self, cell: Cell, what: str, how: str) -> None:
        self.problems.append(cell.problem(what, how))


class Comparison:
    """Puts rows together by person, finds each person's account, and compares post by post."""

    def __init__(
        self,
        rows: Sequence[Row],
        posts: Iterable[Membership],
        accounts: Accounts,
        slots: Sequence[DepartmentSlot],
        options: ImportOptions,
    ) -> None:
        self.accounts = accounts
        self.options = options
        self.slots = slots
        self.problems: list[CellProblem] = []
        self.people: list[PersonLine] = []
        self.lines: list[PostLine] = []
        self._row_of: dict[int, int] = {}
        self._posts_of: dict[int, list[Membership]] = defaultdict(list)
        for post in posts:
            self._posts_of[post.user_id].append(post)
        self._slot_of = {slot.existing.pk: number for number, slot in enumerate(slots) if slot.existing}
        for group in by_person(rows):
            self._compare_person(group)
        self.unnamed = [post for rest in self._posts_of.values() for post in rest]

    def _compare_person(self, rows: list[Row]) -> None:
        first = rows[0]
        self._check_same_name(rows)
        user = self._account(first)
        if user:
            self._check_is_first(first, user)
        self.people.append(self._person(first, user))
        current = self._posts_of.pop(user.pk, []) if user else []
        pairs, left = self._pair(rows, current)
        for row, post in pairs:
            self.lines.append(self._line(row, post, len(self.people) - 1))
        if user and left:
            self._posts_of[user.pk] = left

    def _check_same_name(self, rows: list[Row]) -> None:
        seen: dict[int | None, Row] = {}
        for row in rows:
            if plain(row.name) != plain(rows[0].name):
                field = "staff_number" if row.staff_number else "email"
                self._problem(
                    row.record[field],
                    _("Row %(row)s has the same, but another name (%(name)s).")
                    % {"row": rows[0].record.row, "name": rows[0].name},
                    _("Correct one of the two rows."),
                )
            elif row.department in seen:
                self._problem(
                    row.record["name"],
                    _("%(name)s already stands in row %(row)s.")
                    % {"name": row.name, "row": seen[row.department].record.row},
                    _("Delete one of the two rows, or write another department for a second post."),
                )
            seen.setdefault(row.department, row)

    def _check_is_first(self, row: Row, user: User) -> None:
        """Two rows may lead to one account by different ways: the one by its number, the other by its address."""
        if user.pk in self._row_of:
            self._problem(
                row.record["name"],
                _("%(name)s already stands in row %(row)s.") % {"name": row.name, "row": self._row_of[user.pk]},
                _("Write the same staff number in both rows, or delete one of them."),
            )
        self._row_of.setdefault(user.pk, row.record.row)

    def _account(self, row: Row) -> User | None:
        for find in (self._by_number, self._by_email, self._by_username, self._by_name):
            user = find(row)
            if user is not None:
                return user
        return None

    def _by_number(self, row: Row) -> User | None:
        found = self.accounts.by_number.get(number_key(row.staff_number), set()) if row.staff_number else set()
        if len(found) > 1:
            found = {user for user in found if plain(user.name) == plain(row.name)} or found
        return min(found, key=lambda user: user.pk) if found else None

    def _by_email(self, row: Row) -> User | None:
        user = self.accounts.by_email.get(row.email) if row.email else None
        if user and self._is_strange(user):
            # A post here would take the account out of the hands of the town it serves: its owner decides.
            self._problem(
                row.record["email"],
                _("This address belongs to an account outside your municipality."),
                _("Take the row out and invite the person: only they can bring their account along."),
            )
        return user

    def _by_username(self, row: Row) -> User | None:
        user = self.accounts.by_username.get(row.username.lower()) if row.username else None
        if user and self._is_strange(user):
            self._problem(
                row.record["username"],
                _("The name for signing in “%(name)s” is already taken.") % {"name": row.username},
                _("Choose another one, or leave the cell empty."),
            )
            return None
        return user

    def _is_strange(self, user: User) -> bool:
        return user.pk not in self.accounts.here and user.pk not in self.accounts.ours_alone

    def _by_name(self, row: Row) -> User | None:
        """Without number and address, a name counts if only one person has it."""
        if row.staff_number or row.email or row.username:
            return None
        found = self.accounts.by_name.get(plain(row.name), set())
        if len(found) > 1:
            self._problem(
                row.record["name"],
                _("Several people are called %(name)s.") % {"name": row.name},
                _("Add a column with the staff number or the e-mail address."),
            )
        return min(found, key=lambda user: user.pk) if found else None

    def _person(self, row: Row, user: User | None) -> PersonLine:
        if row.username and (user is None or user.username != row.username):
            self._check_username(row, row.email or (user.email if user else ""))
        if user is None:
            return PersonLine(user=None, name=row.name, kana=row.kana, email=row.email, username=row.username)
        if user.pk not in self.accounts.ours_alone:
            # The account also serves another municipality: its owner alone changes it.
            return PersonLine(user=user, name=user.name, kana=user.kana, email=user.email, username=user.username)
        self._check_address(row, user)
        name = user.name if plain(user.name) == plain(row.name) else row.name
        values = {
            "name": (_("name"), user.name, name),
            "kana": (_("reading"), user.kana, row.kana or user.kana),
            "email": (_("e-mail address"), user.email, row.email or user.email),
            "username": (_("name for signing in"), user.username, row.username or user.username),
        }
        diffs = tuple(FieldDiff(*value) for value in values.values() if value[1] != value[2])
        return PersonLine(user=user, diffs=diffs, **{field: value[2] for field, value in values.items()})

    def _check_username(self, row: Row, email: str) -> None:
        """Somebody else's address as a name for signing in would shut that person out, in whatever town."""
        if not is_name_for_signing_in(row.username, email):
            self._problem(
                row.record["username"],
                _("“%(text)s” cannot be a name for signing in.") % {"text": row.username},
                _("Letters, digits and . + - _ are possible, or the person's own e-mail address."),
            )

    def _check_address(self, row: Row, user: User) -> None:
        for field, known in (("email", self.accounts.by_email), ("username", self.accounts.by_username)):
            other = known.get(getattr(row, field).lower())
            if other and other.pk != user.pk:
                self._problem(
                    row.record[field],
                    _("“%(text)s” belongs to another person.") % {"text": getattr(row, field)},
                    _("Correct this cell or the staff number."),
                )

    def _pair(
        self, rows: list[Row], posts: list[Membership]
    ) -> tuple[list[tuple[Row, Membership | None]], list[Membership]]:
        """Rows with the post in the same department first; what is left over on both sides is a move."""
        left = list(posts)
        pairs: list[tuple[Row, Membership | None]] = []
        waiting = []
        for row in rows:
            same = next((post for post in left if self._slot(post) == row.department), None)
            if same:
                left.remove(same)
                pairs.append((row, same))
            else:
                waiting.append(row)
        pairs.extend((row, left.pop(0) if left else None) for row in waiting)
        return pairs, left

    def _slot(self, post: Membership) -> int | None:
        return None if post.department_id is None else self._slot_of.get(post.department_id)

    def _line(self, row: Row, post: Membership | None, person: int) -> PostLine:
        department = row.department if row.department is not None or post is None else self._slot(post)
        left = post if post and self._slot(post) != department else None
        user = self.people[person].user
        line = PostLine(
            row=row.record.row,
            sheet=row.record.table.sheet.name,
            name=row.name,
            known_as=user.name if user and plain(user.name) != plain(row.name) else "",
            fate=PostFate.NEW,
            person=person,
            department=department,
            role=row.role or (Role(post.role) if post else role_by_title(row.title)),
            title=row.title or (post.title if post else ""),
            staff_number=self._number(row, post),
            valid_from=self._begins(row, left),
            valid_to=row.valid_to or (post.valid_to if post else None),
            post=post,
        )
        if line.valid_to and line.valid_to < line.valid_from:
            cell = row.record["valid_to"] if row.valid_to else row.record["valid_from"]
            self._problem(cell, _("The post would end before it begins."), _("Correct one of the two dates."))
        if post is None:
            return line
        self._check_has_come(row)
        return self._compared(line, post, row)

    def _begins(self, row: Row, left: Membership | None) -> date:
        """Of somebody who moves, a day no later than the beginning of the post that is left is still the day of that
        post, as our own export writes it: the move counts from the day of the list.
        """
        if row.valid_from is None or (left and row.valid_from <= left.valid_from):
            return self.options.on
        return row.valid_from

    def _check_has_come(self, row: Row) -> None:
        """Until then the present post goes on, with its rights and with all that it owns."""
        if row.valid_from and row.valid_from > self.options.on:
            self._problem(
                row.record["valid_from"],
                _("This day is later than the day of the list; until then the present post goes on."),
                _("Take the row over with a list as of that day or later, or correct the date."),
            )

    def _number(self, row: Row, post: Membership | None) -> str:
        if post and (not row.staff_number or number_key(row.staff_number) == number_key(post.staff_number)):
            return post.staff_number
        return row.staff_number

    def _compared(self, line: PostLine, post: Membership, row: Row) -> PostLine:
        moved = self._slot(post) != line.department
        if not moved:
            line = replace(line, valid_from=row.valid_from or post.valid_from)
        values: list[tuple[str, Any, Any]] = [
            (_("department"), post.department or "", self._name(line.department)),
            (_("role"), Role(post.role).label, Role(line.role).label),
            (_("title"), post.title, line.title),
            (_("staff number"), post.staff_number, line.staff_number),
            (_("until"), post.valid_to or "", line.valid_to or ""),
        ]
        if not moved:
            values.append((_("from"), post.valid_from, line.valid_from))
        diffs = tuple(
            FieldDiff(label, str(before), str(after)) for label, before, after in values if str(before) != str(after)
        )
        changed = [diff for diff in diffs if moved or diff.label != values[0][0]]
        fate = PostFate.MOVED if moved else PostFate.CHANGED if changed else PostFate.UNCHANGED
        return replace(line, fate=fate, diffs=tuple(changed))

    def _name(self, slot: int | None) -> str:
        return "" if slot is None else self.slots[slot].name

    def _problem(self, cell: Cell, what: str, how: str) -> None:
        self.problems.append(cell.problem(what, how))
