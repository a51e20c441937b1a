"""Predecessors as a cell holds them: a name a line, with 終了後 or 開始後 and days where they matter."""

import re
import unicodedata
from dataclasses import dataclass

from kiun.initiatives.models import LinkKind

ACROSS = "＞"
_WORDS = {LinkKind.FINISH_START: "終了後", LinkKind.START_START: "開始後"}
_ENDING = re.compile(r"^(?P<name>.+?)\s*\((?P<kind>終了後|開始後)\s*(?:(?P<lag>[0-9]{1,5})\s*(?:開庁日|日))?\)$")


@dataclass(frozen=True)
class WrittenLink:
    """`initiative` is empty for a task of the same initiative."""

    initiative: str
    name: str
    kind: LinkKind = LinkKind.FINISH_START
    lag_days: int = 0

    def __str__(self) -> str:
        name = f"{self.initiative}{ACROSS}{self.name}" if self.initiative else self.name
        if self.kind == LinkKind.FINISH_START and not self.lag_days:
            return name
        lag = f" {self.lag_days}日" if self.lag_days else ""
        return f"{name}（{_WORDS[LinkKind(self.kind)]}{lag}）"


def read_link(text: str) -> WrittenLink:
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _ENDING.match(plain)
    name = found["name"] if found else plain
    initiative, across, task = name.partition(">")
    kind = next((kind for kind, word in _WORDS.items() if found and word == found["kind"]), LinkKind.FINISH_START)
    lag = int(found["lag"]) if found and found["lag"] else 0
    if not across:
        return WrittenLink("", name.strip(), kind, lag)
    return WrittenLink(initiative.strip(), task.strip(), kind, lag)
