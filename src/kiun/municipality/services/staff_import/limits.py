"""What a cell may hold so that every database takes it; SQLite would store it all, PostgreSQL fail halfway."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import cast

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model
from django.utils.translation import gettext as _

from kiun.kernel.tabular import CellProblem, Record
from kiun.municipality.models import Department, Membership, User

LARGEST_ORDER = 1_000_000


def _longest(model: type[Model], *names: str) -> dict[str, int]:
    return {name: cast("CharField[str, str]", model._meta.get_field(name)).max_length or 0 for name in names}


DEPARTMENTS = _longest(Department, "name", "code")
STAFF = {
    **_longest(User, "name", "kana", "email", "username"),
    **_longest(Membership, "title", "staff_number"),
    **dict.fromkeys(("division", "department", "section"), DEPARTMENTS["name"]),
}


def problems_of_texts(record: Record, longest: Mapping[str, int]) -> Iterator[CellProblem]:
    for field, length in longest.items():
        cell = record[field]
        # Letters are joined or taken apart before they are stored: "㍿" becomes four.
        if len(unicodedata.normalize("NFKC", cell.text)) > length:
            yield cell.problem(
                _("The text is longer than %(number)s characters.") % {"number": length}, _("Shorten it.")
            )


def is_name_for_signing_in(username: str, email: str) -> bool:
    """A name in the form of an address is the person's own address or none."""
    try:
        User.username_validator(username)
    except ValidationError:
        return False
    return "@" not in username or username.lower() == email
