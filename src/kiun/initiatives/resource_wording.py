"""What is said about people and money: one sentence each, in the words of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from kiun.initiatives.models import Zone
from kiun.initiatives.queries.allocation import Strain
from kiun.initiatives.queries.modes import ModeComparison
from kiun.initiatives.queries.money import CommitmentProblem, FundYear
from kiun.initiatives.queries.person_strain import PersonCell
from kiun.initiatives.queries.strain import Cause, Cell, Shortage
from kiun.initiatives.queries.technology import ZonePage
from kiun.initiatives.queries.transfers import Transfer
from kiun.municipality.models import Membership
from kiun.ui.dates import fiscal_year_label, long_month
from kiun.ui.figures import figure, yen
from kiun.ui.statuses import Mark

MARKS: dict[str, Mark] = {
    Strain.SHORT: Mark(pgettext_lazy("people", "short"), "down", "late"),
    Strain.FULL: Mark(pgettext_lazy("people", "nearly full"), "half", "even"),
    Strain.ENOUGH: Mark(pgettext_lazy("people", "enough"), "disc", "ok"),
    Strain.UNKNOWN: Mark(pgettext_lazy("people", "not entered"), "dash", "unknown"),
    Strain.NOTHING: Mark("", "dash", "unknown"),
}
JUST_ENOUGH = Mark(pgettext_lazy("people", "just enough"), "disc", "ok")


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The page's point: what is well, what is wrong (in red), and the rest."""

    opening: str | Promise = ""
    wrong: str | Promise = ""
    rest: str | Promise = ""


def people_figure(fte: float) -> str:
    """In tenths: an estimate is no more exact than that."""
    return f"{fte:,.1f}"


def is_just_enough(cell: Cell) -> bool:
    """Nothing to spare as far as figures in tenths tell."""
    return cell.strain == Strain.ENOUGH and people_figure(abs(cell.gap)) == people_figure(0)


def mark_of(cell: Cell) -> Mark:
    return JUST_ENOUGH if is_just_enough(cell) else MARKS[cell.strain]


def say_result(cell: Cell) -> str:
    """不足 0.4: the word of the mark with its figure, where there is one."""
    word = str(mark_of(cell).word)
    has_figure = cell.strain in {Strain.SHORT, Strain.ENOUGH} and not is_just_enough(cell)
    return f"{word} {people_figure(abs(cell.gap))}" if has_figure else word


def name_of_spot(department: object, skill: object | None) -> str:
    if skill is None:
        return str(department)
    return _("%(department)s (%(skill)s)") % {"department": department, "skill": skill}


def say_shortage(shortage: Shortage) -> str:
    return _("%(where)s is short of %(people)s people in %(month)s.") % {
        "where": name_of_spot(shortage.department, shortage.skill),
        "people": people_figure(shortage.missing),
        "month": long_month(shortage.month),
    }


def say_spot(department: object, skill: object | None, cell: Cell) -> Lead:
    words = {
        "where": name_of_spot(department, skill),
        "month": long_month(cell.first),
        "demand": people_figure(cell.demand),
        "people": people_figure(abs(cell.gap)),
    }
    if cell.strain == Strain.SHORT:
        return Lead(
            opening=_("%(where)s in %(month)s: ") % words, wrong=_("%(people)s people are missing") % words, rest=_(".")
        )
    if cell.strain == Strain.UNKNOWN:
        return Lead(
            opening=_("%(where)s needs %(demand)s people in %(month)s; how many there are is not entered.") % words
        )
    if is_just_enough(cell):
        return Lead(opening=_("%(where)s has exactly as many people as it needs in %(month)s.") % words)
    if cell.strain == Strain.NOTHING:
        return Lead(opening=_("Nothing is planned for %(where)s in %(month)s.") % words)
    return Lead(opening=_("%(where)s has enough people in %(month)s: %(people)s to spare.") % words)


def say_person(post: Membership, cell: PersonCell) -> str:
    return _("%(name)s: about %(percent)s%% of the time in %(month)s") % {
        "name": post.user.name,
        "percent": cell.percent,
        "month": long_month(cell.first),
    }


def say_transfer(transfer: Transfer) -> str:
    """令和9年4月に2人が異動します（転出2人、転入0人）"""
    return ngettext(
        "In %(month)s %(moving)s person moves (%(leaving)s leave, %(coming)s come)",
        "In %(month)s %(moving)s people move (%(leaving)s leave, %(coming)s come)",
        transfer.moving,
    ) % {
        "month": long_month(transfer.month),
        "moving": figure(transfer.moving),
        "leaving": figure(transfer.leaving),
        "coming": figure(transfer.coming),
    }


def say_strain(shortages: Sequence[Shortage], rows: int) -> Lead:
    if not rows:
        return Lead(opening=_("Nothing is planned yet that takes people."))
    if not shortages:
        return Lead(opening=_("In no month are people short."))
    if len(shortages) == 1:
        return Lead(wrong=say_shortage(shortages[0]))
    count = len(shortages)
    return Lead(
        wrong=ngettext("People are short in %(n)s department", "People are short in %(n)s departments", count)
        % {"n": figure(count)},
        rest=_(". Most of all: %(worst)s") % {"worst": say_shortage(shortages[0])},
    )


def name_of_cause(cause: Cause) -> str:
    if cause.initiative is None:
        return _("Work of %(department)s") % {"department": cause.in_charge}
    return cause.task.name if cause.task else cause.initiative.name


def say_people(cause: Cause) -> str:
    """By name only those whose load the reader may see."""
    names = [post.user.name for post in cause.people]
    if not cause.has_others:
        return "、".join(names)
    return "、".join([*names, _("others of the department") if names else _("a person of the department")])


def say_gap(part: FundYear) -> str:
    """Of a fund, or of all together."""
    words = {"year": fiscal_year_label(part.year), "fund": part.label or _("All funds"), "amount": yen(abs(part.gap))}
    if part.strain == Strain.SHORT:
        return _("%(year)s, %(fund)s: %(amount)s more is needed than there is.") % words
    return _("%(year)s, %(fund)s: %(amount)s is left.") % words


def say_money(parts: Sequence[FundYear]) -> Lead:
    """Years and funds in which there is not enough, most of all first."""
    short = sorted((part for part in parts if part.strain == Strain.SHORT), key=lambda part: -part.gap)
    if not any(part.needed for part in parts):
        return Lead(opening=_("Nothing is planned yet that costs money."))
    if not short:
        return Lead(opening=_("In the years with a budget the money is enough."))
    if len(short) == 1:
        return Lead(wrong=say_gap(short[0]))
    return Lead(
        wrong=ngettext("In %(n)s place the money is not enough", "In %(n)s places the money is not enough", len(short))
        % {"n": figure(len(short))},
        rest=_(". Most of all: %(worst)s") % {"worst": say_gap(short[0])},
    )


def say_commitment_problem(problem: CommitmentProblem) -> str:
    words = {
        "initiative": problem.initiative.name,
        "year": fiscal_year_label(problem.year),
        "fund": problem.fund_label,
        "needed": yen(problem.needed),
        "limit": yen(problem.limit or 0),
    }
    if problem.limit is None:
        return (
            _(
                "“%(initiative)s” needs %(needed)s (%(fund)s) in %(year)s, a year for which nothing is committed. "
                "Add the year to the commitment, or change the need."
            )
            % words
        )
    return (
        _(
            "“%(initiative)s” needs %(needed)s (%(fund)s) in %(year)s, more than the committed %(limit)s. "
            "Raise the limit, or lower the need."
        )
        % words
    )


def say_modes(comparison: ModeComparison) -> Lead:
    """The chosen way with what it takes."""
    chosen = comparison.chosen
    if chosen is None:
        return Lead(opening=_("It is not decided yet how this work is carried out."))
    words = {
        "mode": chosen.mode,
        "people": figure(chosen.people_months),
        "amount": yen(chosen.total),
        "years": figure(len(comparison.years)),
    }
    return Lead(
        opening=_(
            "It is carried out this way: %(mode)s. It takes %(people)s person-months and %(amount)s in %(years)s years."
        )
        % words
    )


def say_technology(zones: Sequence[ZonePage]) -> Lead:
    """How much comes, and how much of it into the zone with the strictest rules."""
    count = sum(zone.count for zone in zones)
    if not count:
        return Lead(opening=_("Nothing is planned yet that needs systems, accounts, devices or network."))
    strict = next((zone.count for zone in zones if zone.zone == Zone.NUMBER), 0)
    opening = ngettext("%(n)s system or device is asked for", "%(n)s systems or devices are asked for", count)
    return Lead(
        opening=opening % {"n": figure(count)},
        rest=_(", %(strict)s of them in the My Number zone.") % {"strict": figure(strict)},
    )
