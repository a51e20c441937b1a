"""What is assumed. Kept in `Scenario.assumptions` as JSON, one object for each, told apart by its `kind`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.initiatives.models import Fund, Initiative, Skill
from kiun.municipality.models import Department
from kiun.ui import dates
from kiun.ui.figures import figure


@dataclass(frozen=True, kw_only=True)
class BudgetChange:
    """補正 −20%: the money of a fiscal year, of one 財源 or of all ("")."""

    kind: ClassVar[str] = "budget"
    year: int
    percent: int
    fund: str = ""

    def say(self, _names: "Names") -> str:
        fund = str(Fund(self.fund).label) if self.fund else _("all funds together")
        words = {"year": dates.fiscal_year_label(self.year), "fund": fund, "percent": figure(abs(self.percent))}
        if self.percent < 0:
            return _("%(year)s, %(fund)s: %(percent)s%% less") % words
        return _("%(year)s, %(fund)s: %(percent)s%% more") % words


@dataclass(frozen=True, kw_only=True)
class PeopleChange:
    """Two people leave in April: from a month on, so many full-time people less (or more, above 0)."""

    kind: ClassVar[str] = "people"
    department: int
    month: str  # ISO day, the first of a month
    fte: str  # a decimal with its sign
    skill: int | None = None

    @property
    def from_on(self) -> date:
        return date.fromisoformat(self.month)

    @property
    def change(self) -> Decimal:
        return Decimal(self.fte)

    def say(self, names: "Names") -> str:
        place = names.department(self.department)
        words = {
            "place": f"{place}（{names.skill(self.skill)}）" if self.skill else place,
            "month": dates.month_label(self.from_on),
            "n": figure(abs(self.change)),
        }
        if self.change < 0:
            return _("%(place)s: %(n)s people less from %(month)s") % words
        return _("%(place)s: %(n)s people more from %(month)s") % words


@dataclass(frozen=True, kw_only=True)
class StartLater:
    """The card counter a year later: it begins so many quarters later than planned, or after that."""

    kind: ClassVar[str] = "later"
    initiative: int
    quarters: int

    def say(self, names: "Names") -> str:
        told = ngettext(
            "“%(what)s” begins %(n)s quarter later", "“%(what)s” begins %(n)s quarters later", self.quarters
        )
        return told % {"what": names.initiative(self.initiative), "n": figure(self.quarters)}


@dataclass(frozen=True, kw_only=True)
class LeaveOut:
    """It is not carried out at all."""

    kind: ClassVar[str] = "leave_out"
    initiative: int

    def say(self, names: "Names") -> str:
        return _("“%(what)s” is not carried out") % {"what": names.initiative(self.initiative)}


@dataclass(frozen=True, kw_only=True)
class TakeIn:
    """A proposal may be carried out too, if that is better."""

    kind: ClassVar[str] = "take_in"
    initiative: int

    def say(self, names: "Names") -> str:
        return _("“%(what)s”, a proposal, may be carried out too") % {"what": names.initiative(self.initiative)}


Assumption = BudgetChange | PeopleChange | StartLater | LeaveOut | TakeIn
KINDS: dict[str, type[Assumption]] = {
    one.kind: one for one in (BudgetChange, PeopleChange, StartLater, LeaveOut, TakeIn)
}


def as_json(assumptions: Iterable[Assumption]) -> list[dict[str, Any]]:
    return [{"kind": one.kind, **asdict(one)} for one in assumptions]


def from_json(stored: Iterable[dict[str, Any]]) -> tuple[Assumption, ...]:
    return tuple(_read(one) for one in stored)


def _read(stored: dict[str, Any]) -> Assumption:
    kind = KINDS[stored["kind"]]
    names = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in stored.items() if name in names})


class Names:
    """What the keys in assumptions are called today; asked for once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], str] = {}

    def department(self, key: int) -> str:
        """With the department above it where several have the name."""
        name = self._name("department", key, Department)
        return self._places.get(key, name) if self._shared[name] > 1 else name

    @cached_property
    def _places(self) -> dict[int, str]:
        rows = Department.objects.filter(parent__isnull=False).values_list("pk", "parent__name", "name")
        return {pk: f"{above} {name}" for pk, above, name in rows}

    @cached_property
    def _shared(self) -> Counter[str]:
        return Counter(name for (kind, _key), name in self._found.items() if kind == "department")

    def skill(self, key: int) -> str:
        return self._name("skill", key, Skill)

    def initiative(self, key: int) -> str:
        return self._name("initiative", key, Initiative)

    def of(self, kind: str, key: int) -> str:
        return {"department": self.department, "skill": self.skill, "initiative": self.initiative}[kind](key)

    def _name(self, kind: str, key: int, model: Any) -> str:
        if (kind, key) not in self._found:
            for pk, name in model.objects.values_list("pk", "name"):
                self._found[kind, pk] = name
        return self._found.get((kind, key), _("(removed)"))


def say_assumptions(assumptions: Iterable[Assumption]) -> list[str]:
    names = Names()
    return [one.say(names) for one in assumptions]
