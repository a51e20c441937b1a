"""What a cell may hold so that every database takes it; SQLite would store it all, PostgreSQL fail halfway."""

import unicodedata
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from kiun.kernel.tabular import CellProblem, Record
from kiun.municipality.models import Department, Membership, User

LARGEST_ORDER = 1_000_000

STAFF = {
    **{name: User._meta.get_field(name).max_length for name in ("name", "kana", "email", "username")},
    **{name: Membership._meta.get_field(name).max_length for name in ("title", "staff_number")},
    **dict.fromkeys(("division", "department", "section"), Department._meta.get_field("name").max_length),
}
DEPARTMENTS = {name: Department._meta.get_field(name).max_length for name in ("name", "code")}


def problems_of_texts(record: Record, longest: Mapping[str, int]) -> Iterator[CellProblem]:
    for field, length in longest.items():
        cell = record[field]
        # Letters are joined or taken apart before they are stored: "㍿" becomes four.
        text = unicodedata.normalize("NFKC", cell.text)
        if len(text) > length:
            yield cell.problem(
                _("The text is longer than %(number)s characters.") % {"number": length}, _("Shorten it.")
            )
        elif "\x00" in text:
            yield cell.problem(_("The text holds a character that cannot be stored."), _("Type it anew."))
