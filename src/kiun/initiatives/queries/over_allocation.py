"""What is planned beyond the people or the money that there are, in a few lines: for an overview or an agenda."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiun.initiatives.models import Fund, Skill
from kiun.initiatives.queries.allocation import ALL_SKILLS, Strain
from kiun.initiatives.queries.money import FundYear, MoneyCause, fund_years, money_causes
from kiun.initiatives.queries.strain import MONTHS_SHOWN, Cause, Shortage, Spot, StrainTable, causes_of, strain_table
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.resource_wording import name_of_cause, say_gap, say_shortage
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor, may
from kiun.municipality.models import Department
from kiun.ui.links import town_url

WORST = 5
CAUSES_NAMED = 3
YEARS_AHEAD = 3


@dataclass(frozen=True, kw_only=True)
class OverAllocation:
    """Either people (`department`, `skill`, `month`; `amount` in FTE) or money (`fund`, `year`; `amount` in yen)."""

    sentence: str
    amount: float
    causes: tuple[str, ...]
    url: str
    department: Department | None = None
    skill: Skill | None = None
    month: date | None = None
    fund: str = ""
    year: int | None = None

    @property
    def is_money(self) -> bool:
        return bool(self.fund)


def over_allocations(actor: Actor, on: date, most: int = WORST) -> list[OverAllocation]:
    """The worst of the next twelve months and of the fiscal years to come, as far as `actor` may see them: people by
    what is missing, then money. Each department once, with its worst month.
    """
    if actor.user is not None and not may(actor, "initiatives.see_resources"):
        return []
    table = strain_table(actor, Window(today=on, first=on.replace(day=1), months=MONTHS_SHOWN))
    return [*_people(actor, table, table.shortages[:most]), *_money(actor, on, most)]


def spot_of(shortage: Shortage) -> Spot:
    skill = shortage.skill.pk if shortage.skill else ALL_SKILLS
    return Spot(department=shortage.department.pk, skill=skill, month=shortage.month)


def spot_query(spot: Spot) -> str:
    """The address of its causes; the page understands the same."""
    skill = f"&skill={spot.skill}" if spot.skill else ""
    return f"?department={spot.department}&month={spot.month:%Y-%m}{skill}"


def _people(actor: Actor, table: StrainTable, shortages: Sequence[Shortage]) -> list[OverAllocation]:
    spots = [spot_of(shortage) for shortage in shortages]
    causes = causes_of(actor, table.force, spots)
    return [
        OverAllocation(
            sentence=say_shortage(shortage),
            amount=shortage.missing,
            causes=_names(found),
            url=town_url(actor.municipality, "initiatives:strain_causes") + spot_query(spot),
            department=shortage.department,
            skill=shortage.skill,
            month=shortage.month,
        )
        for shortage, spot, found in zip(shortages, spots, causes, strict=True)
    ]


def _names(causes: Sequence[Cause]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name_of_cause(cause) for cause in causes))[:CAUSES_NAMED]


def _money(actor: Actor, on: date, most: int) -> list[OverAllocation]:
    first = fiscal_year_of(on).year
    parts = fund_years(range(first, first + YEARS_AHEAD)).values()
    short = sorted((part for part in parts if part.strain == Strain.SHORT), key=lambda part: -part.gap)[:most]
    causes = money_causes(actor, {part.year for part in short})
    return [_money_of(actor, part, causes) for part in short]


def _money_of(actor: Actor, part: FundYear, causes: Sequence[MoneyCause]) -> OverAllocation:
    here = (cause for cause in causes if (cause.year, cause.fund) == (part.year, part.fund))
    names = (cause.initiative.name if cause.initiative else str(cause.in_charge) for cause in here)
    return OverAllocation(
        sentence=say_gap(part),
        amount=part.gap,
        causes=tuple(dict.fromkeys(names))[:CAUSES_NAMED],
        url=f"{town_url(actor.municipality, 'initiatives:budget_year')}?year={part.year}",
        fund=str(Fund(part.fund)),
        year=part.year,
    )
