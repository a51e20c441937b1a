"""予算, 繰越明許 and 債務負担行為. What does not add up is refused with the sum that would come out."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import Budget, CarryOver, Commitment, Fund, Initiative, MoneyNeed, Stage
from kiun.initiatives.queries.money import FundKey, commitment_problems, fund_year
from kiun.initiatives.resource_wording import say_commitment_problem
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.plain import fingerprint
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Municipality
from kiun.ui.dates import fiscal_year_label
from kiun.ui.figures import yen


def lock_money(actor: Actor) -> None:
    """Two changes that add up alone may not add up together: they come one after the other."""
    Municipality.objects.select_for_update().get(pk=actor.municipality.pk)


@transaction.atomic
def save_budget(*, actor: Actor, budget: Budget, reason: str = "", seen: int | None = None) -> Budget:
    require(actor, "initiatives.manage_budgets")
    lock_money(actor)
    stored = Budget.objects.get(pk=budget.pk) if budget.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    _check_line(budget)
    _check_once(budget)
    before = snapshot(stored) if stored else None
    budget.municipality = actor.municipality
    budget.full_clean(exclude=["municipality"])
    budget.save()
    check_sums({(row.year, row.fund) for row in (budget, stored) if row}, field="amount")
    record(actor, change_of(budget, Verb.CHANGED if stored else Verb.CREATED, before, reason))
    return budget


def _check_line(budget: Budget) -> None:
    if budget.stage == Stage.INITIAL:
        budget.number = None
        if budget.amount < 0:
            raise DomainError(_("The initial budget cannot be less than nothing."), field="amount")
    elif budget.number is None:
        raise DomainError(_("Write the number of the supplementary budget, such as 2 for 第2号."), field="number")
    elif not budget.amount:
        raise DomainError(_("A supplementary budget of nothing changes nothing."), field="amount")


def _check_once(budget: Budget) -> None:
    same = Budget.objects.filter(year=budget.year, fund=budget.fund, stage=budget.stage, number=budget.number)
    if same.exclude(pk=budget.pk).exists():
        raise DomainError(_("This budget is entered already. Change the existing line."), field="amount")


@transaction.atomic
def remove_budget(*, actor: Actor, budget: Budget) -> None:
    require(actor, "initiatives.manage_budgets")
    lock_money(actor)
    before, pk, key = snapshot(budget), budget.pk, (budget.year, budget.fund)
    budget.delete()
    check_sums({key})
    record(actor, change_of(budget, Verb.DELETED, before, pk=pk))


def check_sums(keys: Iterable[FundKey], field: str | None = None) -> None:
    """After a change: no 財源 below zero, and nothing carried over that was not there."""
    for year, fund in sorted(keys):
        part = fund_year(year, fund)
        words = {
            "year": fiscal_year_label(year),
            "fund": Fund(fund).label,
            "sum": yen(part.budgeted),
            "carried": yen(part.carried_out),
        }
        if part.budgeted < 0:
            raise DomainError(
                _("%(fund)s of %(year)s would fall to %(sum)s. A budget cannot be less than nothing.") % words,
                field=field,
            )
        if part.carried_out > part.budgeted:
            raise DomainError(
                _(
                    "%(carried)s of %(fund)s would be carried over from %(year)s, "
                    "more than the %(sum)s of its budget. Lower the carry-over first."
                )
                % words,
                field=field,
            )


@transaction.atomic
def save_carry_over(*, actor: Actor, carried: CarryOver, reason: str = "", seen: int | None = None) -> CarryOver:
    require(actor, "initiatives.manage_budgets")
    lock_money(actor)
    stored = CarryOver.objects.get(pk=carried.pk) if carried.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    before = snapshot(stored) if stored else None
    carried.municipality = actor.municipality
    carried.full_clean(exclude=["municipality"])
    _check_carried(carried)
    carried.save()
    record(actor, change_of(carried, Verb.CHANGED if stored else Verb.CREATED, before, reason))
    return carried


def _check_carried(carried: CarryOver) -> None:
    others = CarryOver.objects.filter(year=carried.year, fund=carried.fund).exclude(pk=carried.pk)
    already: int = others.aggregate(sum=Sum("amount"))["sum"] or 0
    budgeted = fund_year(carried.year, carried.fund).budgeted
    if already + carried.amount > budgeted:
        raise DomainError(
            _("At most %(rest)s can be carried over: the budget of %(fund)s for %(year)s is %(sum)s.")
            % {
                "rest": yen(max(budgeted - already, 0)),
                "fund": Fund(carried.fund).label,
                "year": fiscal_year_label(carried.year),
                "sum": yen(budgeted),
            },
            field="amount",
        )


@transaction.atomic
def remove_carry_over(*, actor: Actor, carried: CarryOver) -> None:
    require(actor, "initiatives.manage_budgets")
    before, pk = snapshot(carried), carried.pk
    carried.delete()
    record(actor, change_of(carried, Verb.DELETED, before, pk=pk))


@dataclass(frozen=True, kw_only=True)
class CommitmentLine:
    year: int
    fund: str
    limit: int
    note: str = ""

    @property
    def fund_label(self) -> str:
        return str(Fund(self.fund).label)


def committed_lines(initiative: Initiative) -> list[CommitmentLine]:
    return [
        CommitmentLine(year=row.year, fund=row.fund, limit=row.limit, note=row.note)
        for row in initiative.commitments.order_by("year", "fund")
    ]


def fingerprint_of(lines: Sequence[CommitmentLine]) -> str:
    return fingerprint(*(astuple(line) for line in lines))


@transaction.atomic
def save_commitments(
    *,
    actor: Actor,
    initiative: Initiative,
    lines: Sequence[CommitmentLine],
    reason: str = "",
    seen: str | None = None,
) -> list[Commitment]:
    """All years of an initiative at once: a commitment is decided as a whole. `seen` is the fingerprint of the lines
    that the form was filled in from (None: no form was).
    """
    require(actor, "initiatives.manage_budgets")
    lock_money(actor)
    if seen is not None and seen != fingerprint_of(committed_lines(initiative)):
        raise ConflictError(
            _("Somebody else has changed these commitments in the meantime. Nothing has been overwritten.")
        )
    _check_years(initiative, lines)
    check_commitments(initiative, chosen_needs(initiative), {(line.year, line.fund): line.limit for line in lines})
    known = {(row.year, row.fund): row for row in initiative.commitments.all()}
    changes = [_drop(row) for key, row in known.items() if key not in {(line.year, line.fund) for line in lines}]
    kept = []
    for line in lines:
        row = known.get((line.year, line.fund)) or Commitment(initiative=initiative, year=line.year, fund=line.fund)
        before = snapshot(row) if row.pk else None
        row.municipality = actor.municipality
        row.limit, row.note = line.limit, line.note
        row.full_clean(exclude=["municipality"])
        row.save()
        kept.append(row)
        changes.append(change_of(row, Verb.CHANGED if before else Verb.CREATED, before, reason))
    record(actor, *changes)
    return kept


def _drop(row: Commitment) -> Change:
    before, pk = snapshot(row), row.pk
    row.delete()
    return change_of(row, Verb.DELETED, before, pk=pk)


def _check_years(initiative: Initiative, lines: Sequence[CommitmentLine]) -> None:
    first = fiscal_year_of(initiative.starts_on).year
    keys = [(line.year, line.fund) for line in lines]
    for year, fund in keys:
        words = {"year": fiscal_year_label(year), "fund": Fund(fund).label, "first": fiscal_year_label(first)}
        if keys.count((year, fund)) > 1:
            raise DomainError(_("%(year)s, %(fund)s stands here twice. Put it into one line.") % words)
        if year < first:
            raise DomainError(_("The work begins in %(first)s. For %(year)s nothing can be committed yet.") % words)


def chosen_needs(initiative: Initiative) -> list[MoneyNeed]:
    return list(MoneyNeed.objects.filter(mode__initiative=initiative, mode__is_chosen=True).select_related("mode"))


def committed_limits(initiative: Initiative) -> dict[FundKey, int]:
    return {(row.year, row.fund): row.limit for row in initiative.commitments.all()}


def check_commitments(initiative: Initiative, needs: Sequence[MoneyNeed], limits: dict[FundKey, int]) -> None:
    for problem in commitment_problems(initiative, needs, limits):
        raise DomainError(say_commitment_problem(problem))
