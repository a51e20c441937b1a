"""予算 against what the approved work needs and what the council has committed itself to, by fiscal year and 財源.

Money counts for approved initiatives and for completed ones, whose running costs stay. Nobody knows what was spent of
those that were stopped.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from kiun.initiatives.models import (
    Budget,
    CarryOver,
    Commitment,
    Fund,
    Initiative,
    InitiativeStatus,
    MoneyNeed,
    Stage,
)
from kiun.initiatives.queries.allocation import NOBODY, Strain
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department

COUNTED = (InitiativeStatus.APPROVED, InitiativeStatus.DONE)
FundKey = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Payment:
    """What an initiative needs of one 財源 in one fiscal year."""

    need: MoneyNeed
    initiative: Initiative
    year: int

    @property
    def fund(self) -> str:
        return self.need.fund

    @property
    def amount(self) -> int:
        return self.need.amount

    @property
    def returns(self) -> bool:
        """A cost that comes back, seen in a year after its first."""
        return self.need.returns_yearly and self.year > first_year_of(self.need, self.initiative)


def first_year_of(need: MoneyNeed, initiative: Initiative) -> int:
    return fiscal_year_of(initiative.starts_on).year + need.work_year - 1


def payments_of(needs: Iterable[MoneyNeed], initiative: Initiative, years: Collection[int]) -> list[Payment]:
    """In each of `years`; what returns yearly does so for as long as anybody looks ahead."""
    found = []
    for need in needs:
        first = first_year_of(need, initiative)
        due = (year for year in years if year == first or (need.returns_yearly and year > first))
        found += [Payment(need=need, initiative=initiative, year=year) for year in due]
    return found


def planned_payments(years: Collection[int]) -> list[Payment]:
    """Of the chosen modes of all initiatives that count."""
    needs = (
        MoneyNeed.objects.filter(mode__is_chosen=True, mode__initiative__status__in=COUNTED)
        .select_related("mode__initiative__department")
        .order_by("mode__initiative__order", "mode__initiative_id", "work_year", "pk")
    )
    return [payment for need in needs for payment in payments_of([need], need.mode.initiative, years)]


@dataclass(frozen=True, kw_only=True)
class FundYear:
    """Of one 財源 in one fiscal year. `initial` is None while no 当初予算 is entered."""

    year: int
    fund: str
    initial: int | None = None
    supplements: tuple[int, ...] = ()
    carried_in: int = 0
    carried_out: int = 0
    needed: int = 0
    committed: int = 0

    @property
    def label(self) -> str:
        return str(Fund(self.fund).label) if self.fund else ""

    @property
    def supplemented(self) -> int:
        return sum(self.supplements)

    @property
    def budgeted(self) -> int:
        return (self.initial or 0) + self.supplemented

    @property
    def is_entered(self) -> bool:
        return self.initial is not None or bool(self.supplements) or bool(self.carried_in)

    @property
    def available(self) -> int:
        """What was carried into the next year is spent there."""
        return self.budgeted + self.carried_in - self.carried_out

    @property
    def gap(self) -> int:
        """What is missing, or left over where it is negative."""
        return self.needed - self.available

    @property
    def spare(self) -> int:
        return -self.gap

    @property
    def strain(self) -> Strain:
        if not self.is_entered:
            return Strain.UNKNOWN if self.needed else Strain.NOTHING
        return Strain.SHORT if self.gap > 0 else Strain.ENOUGH


def sum_of(parts: Sequence[FundYear]) -> FundYear:
    """All 財源 of one year together."""
    initials = [part.initial for part in parts if part.initial is not None]
    return FundYear(
        year=parts[0].year,
        fund="",
        initial=sum(initials) if initials else None,
        supplements=tuple(amount for part in parts for amount in part.supplements),
        carried_in=sum(part.carried_in for part in parts),
        carried_out=sum(part.carried_out for part in parts),
        needed=sum(part.needed for part in parts),
        committed=sum(part.committed for part in parts),
    )


@dataclass
class _Sums:
    initial: int | None = None
    supplements: list[int] = field(default_factory=list)
    carried_in: int = 0
    carried_out: int = 0
    needed: int = 0
    committed: int = 0


def fund_years(years: Collection[int]) -> dict[FundKey, FundYear]:
    """Every fund in every one of `years`, also those about which nothing is known."""
    sums: dict[FundKey, _Sums] = defaultdict(_Sums)
    for budget in Budget.objects.filter(year__in=years):
        if budget.stage == Stage.INITIAL:
            sums[budget.year, budget.fund].initial = budget.amount
        else:
            sums[budget.year, budget.fund].supplements.append(budget.amount)
    for carried in CarryOver.objects.filter(year__in={*years, *(year - 1 for year in years)}):
        sums[carried.year, carried.fund].carried_out += carried.amount
        sums[carried.year + 1, carried.fund].carried_in += carried.amount
    for commitment in Commitment.objects.filter(year__in=years):
        sums[commitment.year, commitment.fund].committed += commitment.limit
    for payment in planned_payments(years):
        sums[payment.year, payment.fund].needed += payment.amount
    return {(year, fund): _fund_year(year, fund, sums[year, fund]) for year in years for fund in Fund.values}


def _fund_year(year: int, fund: str, sums: _Sums) -> FundYear:
    return FundYear(
        year=year,
        fund=fund,
        initial=sums.initial,
        supplements=tuple(sums.supplements),
        carried_in=sums.carried_in,
        carried_out=sums.carried_out,
        needed=sums.needed,
        committed=sums.committed,
    )


def fund_year(year: int, fund: str) -> FundYear:
    return fund_years([year])[year, fund]


@dataclass(frozen=True, kw_only=True)
class MoneyCause:
    """What an initiative takes of a year's money. Of one that the reader may not see, only who is in charge."""

    in_charge: Department
    initiative: Initiative | None
    year: int
    fund: str
    amount: int
    returns: bool
    note: str

    @property
    def fund_label(self) -> str:
        return str(Fund(self.fund).label)


def money_causes(actor: Actor, years: Collection[int]) -> list[MoneyCause]:
    """The largest first."""
    payments = planned_payments(years)
    # Asked also for nothing: a page costs the same whatever it finds.
    keys = {NOBODY, *(payment.initiative.pk for payment in payments)}
    visible = set(visible_initiatives(actor).filter(pk__in=keys).values_list("pk", flat=True))
    causes = [
        MoneyCause(
            in_charge=payment.initiative.department,
            initiative=payment.initiative if payment.initiative.pk in visible else None,
            year=payment.year,
            fund=payment.fund,
            amount=payment.amount,
            returns=payment.returns,
            note=payment.need.note if payment.initiative.pk in visible else "",
        )
        for payment in payments
    ]
    return sorted(causes, key=lambda cause: -cause.amount)


@dataclass(frozen=True, kw_only=True)
class CommitmentProblem:
    """A year in which an initiative needs more than the council has committed itself to; `limit` None: nothing at all
    in this year, though it has in others.
    """

    initiative: Initiative
    year: int
    fund: str
    needed: int
    limit: int | None

    @property
    def fund_label(self) -> str:
        return str(Fund(self.fund).label)


def commitment_problems(
    initiative: Initiative, needs: Iterable[MoneyNeed], limits: Mapping[FundKey, int]
) -> list[CommitmentProblem]:
    """An initiative without commitments has none, nor one before its first committed year: that money is decided year
    by year. What returns yearly may do so after the last year that was committed.
    """
    if not limits:
        return []
    covered = {year for year, _fund in limits}
    first = fiscal_year_of(initiative.starts_on).year
    needed: dict[FundKey, int] = defaultdict(int)
    outside: dict[FundKey, int] = defaultdict(int)
    listed = list(needs)
    last = max([*covered, *(first_year_of(need, initiative) for need in listed)])
    for payment in payments_of(listed, initiative, range(first, last + 1)):
        if payment.year in covered:
            needed[payment.year, payment.fund] += payment.amount
        elif payment.year > min(covered) and not payment.need.returns_yearly:
            outside[payment.year, payment.fund] += payment.amount
    over = {key: amount for key, amount in needed.items() if key in limits and amount > limits[key]}
    return [
        CommitmentProblem(initiative=initiative, year=key[0], fund=key[1], needed=amount, limit=limits.get(key))
        for key, amount in sorted({**over, **outside}.items())
    ]


def all_commitment_problems() -> list[CommitmentProblem]:
    """Of approved initiatives, in the words of today: dates and needs may have moved since the council decided."""
    limits: dict[int, dict[FundKey, int]] = defaultdict(dict)
    for row in Commitment.objects.filter(initiative__status=InitiativeStatus.APPROVED):
        limits[row.initiative_id][row.year, row.fund] = row.limit
    needs: dict[int, list[MoneyNeed]] = defaultdict(list)
    chosen = Q(mode__is_chosen=True, mode__initiative__in=limits)
    for need in MoneyNeed.objects.filter(chosen).select_related("mode"):
        needs[need.mode.initiative_id].append(need)
    rows = Initiative.objects.filter(pk__in=limits).order_by("order", "pk")
    return [problem for row in rows for problem in commitment_problems(row, needs[row.pk], limits[row.pk])]
