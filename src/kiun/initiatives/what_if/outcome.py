"""What a calculation found, in the form in which it is kept: keys and figures, no words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kiun.kernel.plain import day_in, plain


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happens to one initiative. Dates and modes as far as they change; an addition was a proposal before.
    `reasons`: what would not hold if it stayed as planned, in the form of conflicts.
    """

    initiative: int
    is_dropped: bool = False
    is_added: bool = False
    old_dates: tuple[date, date] | None = None
    new_dates: tuple[date, date] | None = None
    old_mode: str = ""
    new_mode: str = ""
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_moved(self) -> bool:
        return self.new_dates is not None and not self.is_added


@dataclass(frozen=True, kw_only=True)
class Level:
    """One aim of the calculation: the best value found and how good it could be at most (or at least)."""

    name: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Money of a year ("money", fund, year) or people of a quarter ("people", department, skill, first day)."""

    kind: str
    limit: float
    fund: str = ""
    year: int = 0
    department: int = 0
    skill: int = 0
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Tight(Limit):
    """A limit that the answer uses up. `worth`: what one million yen, or one person, more would bring, in points; None
    where it was not asked.
    """

    used: float
    worth: float | None = None


@dataclass(frozen=True, kw_only=True)
class Lack(Limit):
    """What today's plan would need beyond a limit under the assumption; `already` without any assumption."""

    lacking: float
    already: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ChanceChange:
    """The outlook with the plan, and under the assumption."""

    indicator: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`conflict` names what cannot hold together, where nothing was found. `is_repeatable`: the same assumptions bring
    the same answer.
    """

    is_found: bool
    steps: tuple[Step, ...] = ()
    kept: int = 0
    levels: tuple[Level, ...] = ()
    lacks: tuple[Lack, ...] = ()
    tight: tuple[Tight, ...] = ()
    chances: tuple[ChanceChange, ...] = ()
    conflict: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0
    is_proven: bool = False
    is_repeatable: bool = True


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(outcome).items()}


def outcome_from_json(stored: Mapping[str, Any]) -> Outcome:
    return Outcome(
        **{
            **stored,
            "steps": tuple(_step(one) for one in stored["steps"]),
            "lacks": tuple(Lack(**{**one, "day": day_in(one["day"])}) for one in stored.get("lacks", ())),
            "levels": tuple(Level(**one) for one in stored["levels"]),
            "tight": tuple(Tight(**{**one, "day": day_in(one["day"])}) for one in stored["tight"]),
            "chances": tuple(ChanceChange(**one) for one in stored["chances"]),
            "conflict": tuple(stored["conflict"]),
        }
    )


def _step(stored: Mapping[str, Any]) -> Step:
    return Step(**{**stored, **_dates(stored), "reasons": tuple(stored.get("reasons", ()))})


def _dates(stored: Mapping[str, Any]) -> dict[str, tuple[date, date] | None]:
    found: dict[str, tuple[date, date] | None] = {}
    for name in ("old_dates", "new_dates"):
        pair = stored[name]
        found[name] = (date.fromisoformat(pair[0]), date.fromisoformat(pair[1])) if pair else None
    return found
