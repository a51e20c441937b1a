"""What a history list shows; rooms translate their records into it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    label: str | Promise
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    when: datetime
    who: str
    what: str | Promise
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    url: str = ""
