"""What an uploaded workbook would change in the answers, cell by cell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from kiun.initiatives.inquiry_answers import Given, given_from_json, say_given
from kiun.initiatives.models import AnswerFile
from kiun.initiatives.queries.inquiries.sheets import SheetRow, sheet_of


class Effect(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    EMPTIED = "emptied"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Difference:
    row: SheetRow
    cell: str
    new: Given
    written: str = ""

    @property
    def effect(self) -> Effect:
        if self.new == self.row.given:
            return Effect.SAME
        if not self.row.given.is_answered:
            return Effect.NEW
        return Effect.CHANGED if self.new.is_answered else Effect.EMPTIED

    @property
    def before(self) -> str:
        return say_given(self.row.question, self.row.given)

    @property
    def after(self) -> str:
        return say_given(self.row.question, self.new)

    @property
    def doubts(self) -> list[str]:
        """Still to be explained; a value that was there already with its reason is not."""
        return self.row.doubts(self.new.value) if self.row.leaves_open(self.new) else []

    @property
    def is_note_changed(self) -> bool:
        return self.new.note != self.row.given.note


@dataclass(frozen=True, kw_only=True)
class FileDifference:
    rows: tuple[Difference, ...]

    @property
    def changed(self) -> list[Difference]:
        return [row for row in self.rows if row.effect != Effect.SAME]

    @property
    def emptied(self) -> int:
        return sum(row.effect == Effect.EMPTIED for row in self.rows)

    @property
    def missing(self) -> int:
        """Questions that would still be open afterwards."""
        return sum(not row.new.is_answered and not row.row.question.is_optional for row in self.rows)

    @property
    def doubtful(self) -> list[Difference]:
        return [row for row in self.rows if row.doubts]

    def explained(self, reasons: Mapping[int, str]) -> dict[int, Given]:
        """What is to be written, with the reasons by question."""
        keyed = {row.row.question.pk: row.new for row in self.rows}
        return {key: replace(new, reason=reasons.get(key, new.reason)) for key, new in keyed.items()}

    @property
    def digest(self) -> str:
        """What the person has seen and agrees to."""
        told = [[row.row.question.pk, row.row.given.as_json(), row.new.as_json()] for row in self.changed]
        return sha256(json.dumps(told).encode()).hexdigest()


def difference_of(file: AnswerFile) -> FileDifference:
    rows = []
    for row in sheet_of(file.request).rows:
        said = file.given.get(str(row.question.pk))
        if said is not None:
            new = _as_explained(given_from_json(row.question, said), row.given)
            # Files that were read before a release that keeps the words have none.
            rows.append(Difference(row=row, cell=said["cell"], new=new, written=said.get("written", "")))
    return FileDifference(rows=tuple(rows))


def _as_explained(new: Given, stored: Given) -> Given:
    """A workbook knows no reasons: that of a value which stays is kept."""
    return replace(new, doubt=stored.doubt, reason=stored.reason) if new.value == stored.value else new
