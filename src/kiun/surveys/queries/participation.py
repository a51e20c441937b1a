"""How many have answered: from tickets alone, and only by the groups in which answers are counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kiun.surveys.grouping import LEAST_IN_A_GROUP
from kiun.surveys.models import Stratum, Survey, Ticket, TicketKind
from kiun.ui.figures import percent_of

PERSON = Q(kind=TicketKind.PERSON)
CARD = Q(kind=TicketKind.CARD)
USED = Q(is_used=True)


@dataclass(frozen=True, kw_only=True)
class GroupRate:
    """`name` is empty for those who are counted for the whole town only. `is_rest`: of a department whose parts stand
    for themselves, those who could not be counted in one of them.
    """

    name: str
    path: str
    invited: int
    answered: int
    is_rest: bool = False

    @property
    def percent(self) -> int:
        return _percent(self.answered, self.invited)


@dataclass(frozen=True, kw_only=True)
class Participation:
    """People by name, cards, and answers by the address for everybody."""

    invited: int
    answered: int
    cards: int
    cards_used: int
    by_address: int

    @property
    def percent(self) -> int:
        return _percent(self.answered, self.invited)

    @property
    def missing(self) -> int:
        return self.invited - self.answered

    @property
    def all_answers(self) -> int:
        return self.answered + self.cards_used + self.by_address


def _percent(part: int, whole: int) -> int:
    return int(percent_of(part, whole)) if whole else 0


COUNTS = {
    "invited": Count("pk", filter=PERSON),
    "answered": Count("pk", filter=PERSON & USED),
    "cards": Count("pk", filter=CARD),
    "cards_used": Count("pk", filter=CARD & USED),
    "by_address": Count("pk", filter=Q(kind=TicketKind.OPEN) & USED),
}


def participation_of(survey: Survey) -> Participation:
    return Participation(**Ticket.objects.filter(survey=survey).aggregate(**COUNTS))


def participations(surveys: Iterable[Survey]) -> dict[int, Participation]:
    """Of a whole list, with one query; one without tickets is not there."""
    tickets = Ticket.objects.filter(survey__in=[survey.pk for survey in surveys])
    rows = tickets.order_by().values_list("survey").annotate(**COUNTS)
    return {survey: Participation(**dict(zip(COUNTS, counts, strict=True))) for survey, *counts in rows}


def rates_by_department(survey: Survey) -> list[GroupRate]:
    """Each of those invited is counted once, where their answer is counted too: whoever adds and subtracts these
    numbers learns nothing that results do not say. Departments of fewer than five do not appear.
    """
    answered: dict[int | None, int] = dict(
        Ticket.objects.filter(PERSON & USED, survey=survey, stratum__isnull=False)
        .order_by()
        .values("stratum__department")
        .annotate(n=Count("pk"))
        .values_list("stratum__department", "n")
    )
    sizes: dict[int | None, list[Stratum]] = {}
    for stratum in Stratum.objects.filter(survey=survey).select_related("department"):
        sizes.setdefault(stratum.department_id, []).append(stratum)
    paths = {rows[0].department.path for rows in sizes.values() if rows[0].department}
    rates = [_rate(rows, answered.get(key, 0), paths) for key, rows in sizes.items()]
    return [rate for rate in rates if rate.invited >= LEAST_IN_A_GROUP]


def answered_by_division(rates: Iterable[GroupRate]) -> Counter[str]:
    """By the top of the tree: where few of a section have answered, they are counted with those beside them."""
    found: Counter[str] = Counter()
    for rate in rates:
        found[rate.path[: rate.path.find("/", 1)]] += rate.answered
    return found


def _rate(strata: list[Stratum], answered: int, paths: set[str]) -> GroupRate:
    department = strata[0].department
    path = department.path if department else ""
    return GroupRate(
        name=department.name if department else "",
        path=path,
        invited=sum(stratum.size for stratum in strata),
        answered=answered,
        is_rest=any(other != path and other.startswith(path) for other in paths),
    )


def missing_people(survey: Survey) -> QuerySet[Ticket]:
    """Who has not answered: of surveys with names only. Of anonymous ones nobody is told, not even the DX office."""
    tickets = Ticket.objects.filter(PERSON, survey=survey, is_used=False)
    if survey.is_anonymous:
        return tickets.none()
    rows = tickets.select_related("membership__user", "membership__department")
    return rows.order_by("membership__department__place", "membership__user__kana", "pk")
