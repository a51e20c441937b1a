"""What tells rows apart: the town, the row, and the change up to which the file knows the plan (hinata-T345-10234)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_KEY = re.compile(r"(?P<town>[a-z0-9-]+)-(?P<kind>[IT])(?P<pk>[0-9]{1,18})-(?P<version>[0-9]{1,18})")
# Rows that show how to fill the sheet in are no rows of the plan.
EXAMPLE_MARK = "例"

RowKind = Literal["I", "T"]


@dataclass(frozen=True)
class WorkKey:
    town: str
    kind: str
    pk: int
    version: int

    def __str__(self) -> str:
        return f"{self.town}-{self.kind}{self.pk}-{self.version}"


def read_key(text: str) -> WorkKey | None:
    """None for anything that is no such key."""
    found = _KEY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return WorkKey(found["town"], found["kind"], int(found["pk"]), int(found["version"])) if found else None


def is_example(text: str) -> bool:
    return text.strip().startswith(EXAMPLE_MARK)
