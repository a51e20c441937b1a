"""What a calculation found, in the form in which it is kept: keys and figures, no words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kiun.kernel.plain import day_in, plain


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happens to one initiative. Dates and modes as far as they change; an addition was a proposal before."""

    initiative: int
    is_dropped: bool = False
    is_added: bool = False
    old_dates: tuple[date, date] | None = None
    new_dates: tuple[date, date] | None = None
    old_mode: str = ""
    new_mode: str = ""

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
    used: float
    limit: float
    fund: str = ""
    year: int = 0
    department: int = 0
    skill: int = 0
    day: date | None = None
    # What one million yen, or one person, more would bring, in points; None where it was not asked.
    worth: float | None = None


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
    tight: tuple[Limit, ...] = ()
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
            "steps": tuple(Step(**{**one, **_dates(one)}) for one in stored["steps"]),
            "levels": tuple(Level(**one) for one in stored["levels"]),
            "tight": tuple(Limit(**{**one, "day": day_in(one["day"])}) for one in stored["tight"]),
            "chances": tuple(ChanceChange(**one) for one in stored["chances"]),
            "conflict": tuple(stored["conflict"]),
        }
    )


def _dates(stored: Mapping[str, Any]) -> dict[str, tuple[date, date] | None]:
    found: dict[str, tuple[date, date] | None] = {}
    for name in ("old_dates", "new_dates"):
        pair = stored[name]
        found[name] = (date.fromisoformat(pair[0]), date.fromisoformat(pair[1])) if pair else None
    return found
