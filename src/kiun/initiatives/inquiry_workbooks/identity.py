"""What makes a workbook one of ours: a signed line on a hidden sheet says for whom, of which round and which version it
was made, and seals a copy of all that people may not change.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Workbook

HIDDEN_SHEET = "kiun"
LOCKED, ANSWER = "locked", "answer"
_SALT = "kiun.initiatives.inquiry_workbooks"


@dataclass(frozen=True, kw_only=True)
class Identity:
    town: str
    round: int
    request: int
    version: int


@dataclass(frozen=True)
class Mark:
    """A cell of the sheet: `kind` LOCKED with its text, or ANSWER with the key of its question."""

    ref: str
    kind: str
    text: str


def seal(identity: Identity, marks: Iterable[Mark]) -> str:
    return Signer(salt=_SALT).sign_object({**asdict(identity), "digest": _digest(marks)})


def identity_in(book: Workbook) -> tuple[Identity, list[Mark]]:
    """Raises a DomainError when the hidden sheet is gone or has been changed."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == HIDDEN_SHEET), None)
    if sheet is None or not sheet.height:
        raise _not_ours()
    rows = [[_plain(value) for value in (*row, None, None)[:3]] for row in sheet.rows]
    marks = [Mark(*row) for row in rows[1:] if row[0]]
    try:
        said: dict[str, Any] = Signer(salt=_SALT).unsign_object(rows[0][0])
    except (BadSignature, ValueError) as error:
        raise _not_ours() from error
    if said.pop("digest", "") != _digest(marks):
        raise _not_ours()
    return Identity(**said), marks


def _digest(marks: Iterable[Mark]) -> str:
    return sha256(json.dumps([[mark.ref, mark.kind, mark.text] for mark in marks]).encode()).hexdigest()


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _not_ours() -> DomainError:
    return DomainError(
        _("This is not the workbook of an inquiry, or its hidden sheet has been lost. Download the workbook again, "
          "copy your answers into it, and upload that."),
        field="file",
    )  # fmt: skip
