"""What a calculation found, in sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.models import Fund
from kiun.initiatives.what_if.outcome import Lack, Limit, Outcome, Tight
from kiun.kernel.fiscal_year import quarter_of
from kiun.ui import dates
from kiun.ui.figures import figure, yen

PERCENT = 100
SMALL_GAP = 0.001


def say_outcome(outcome: Outcome) -> Lead:
    """3件の取組が動き、1件が外れます。"""
    if not outcome.is_found:
        return Lead(text="", wrong=_("No plan fits this assumption."))
    dropped = sum(step.is_dropped for step in outcome.steps)
    changed = len(outcome.steps) - dropped
    if not outcome.steps:
        return Lead(text=_("The plan holds as it is."))
    text = (
        ngettext("%(n)s initiative changes.", "%(n)s initiatives change.", changed) % {"n": figure(changed)}
        if changed
        else _("No initiative moves.")
    )
    if not dropped:
        return Lead(text=text, rest=_("None drops out."))
    wrong = ngettext("%(n)s drops out", "%(n)s drop out", dropped) % {"n": figure(dropped)}
    return Lead(text=text, wrong=wrong, rest=_("."))


def say_how_sure(outcome: Outcome) -> str:
    """Whether a better answer may exist, and how much better."""
    kept = ngettext("%(n)s initiative stays as it is", "%(n)s initiatives stay as they are", outcome.kept)
    parts = [kept % {"n": figure(outcome.kept)}] if outcome.is_found else []
    value = next((level for level in outcome.levels if level.name == "value"), None)
    if outcome.is_proven:
        parts.append(_("nothing better exists within these limits"))
    elif value and value.gap == 0:
        parts.append(_("nothing brings more within these limits; one with fewer changes could exist"))
    elif value and outcome.is_found:
        parts.append(_("a better answer could exist, at most %(gap)s%% better") % {"gap": _gap(value.gap)})
    if outcome.is_found and not outcome.is_repeatable:
        parts.append(_("the time ended the calculation, so that another one may find a slightly different answer"))
    parts.append(_("calculated in %(seconds)s seconds") % {"seconds": figure(round(outcome.seconds, 1))})
    return " · ".join(parts)


def _gap(gap: float) -> str:
    return figure(round(max(gap, SMALL_GAP) * PERCENT, 1))


def say_used(limit: Tight) -> str:
    return f"{_amount(limit.kind, limit.used)} / {_amount(limit.kind, limit.limit)}"


def say_lacking(lacks: Sequence[Lack]) -> str:
    """Of one limit: the most in any of its quarters."""
    return _most([one.lacking for one in lacks], lacks[0].kind)


def say_already(lacks: Sequence[Lack]) -> str:
    """How much of it is lacking today, without any assumption."""
    already = [min(one.already, one.lacking) for one in lacks]
    return _most(already, lacks[0].kind) if any(already) else _("none of it")


def _most(amounts: Sequence[float], kind: str) -> str:
    most = _amount(kind, max(amounts))
    return most if len(amounts) == 1 else _("up to %(amount)s") % {"amount": most}


def _amount(kind: str, amount: float) -> str:
    if kind == "money":
        return str(yen(round(amount)))
    return _("%(n)s people") % {"n": figure(round(amount, 1))}


def say_worth(limit: Tight) -> str:
    if limit.worth is None:
        return _("not calculated")
    if limit.worth <= 0:
        return _("nothing more")
    words = {"points": figure(round(limit.worth))}
    if limit.kind == "money":
        return _("one million yen more: +%(points)s points of effect") % words
    return _("one person more: +%(points)s points of effect") % words


def say_when(limit: Limit) -> str:
    return quarter_of(limit.day).label if limit.day else dates.fiscal_year_label(limit.year)


def say_span(limits: Sequence[Limit]) -> str:
    """In the order of time; there may be gaps."""
    first, last = say_when(limits[0]), say_when(limits[-1])
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def say_conflict(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    """One of the things that cannot hold together, as an officer would say it."""
    return CONFLICTS[part["kind"]](part, name_of)


def say_reason(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    """Why an initiative does not stay as planned."""
    return REASONS[part["kind"]](part, name_of)


def _say_money(part: Mapping[str, Any], _name_of: Callable[[str, int], str]) -> str:
    fund, year = str(Fund(part["fund"]).label), dates.fiscal_year_label(int(part["year"]))
    return _("The budget of %(year)s (%(fund)s) is %(limit)s.") % {
        "year": year,
        "fund": fund,
        "limit": yen(int(part["limit"])),
    }


def _say_people(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    return _("%(place)s has %(limit)s people in %(quarter)s.") % {
        "place": _place(part, name_of),
        "limit": figure(round(float(part["limit"]), 1)),
        "quarter": part["quarter"],
    }


def _place(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    place = name_of("department", int(part["department"]))
    return f"{place}（{name_of('skill', int(part['skill']))}）" if part.get("skill") else place


def _say_mandatory(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    return _("“%(what)s” has to be carried out.") % {"what": name_of("initiative", int(part["initiative"]))}


def _say_start(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    what = name_of("initiative", int(part["initiative"]))
    if not part["quarter"]:
        return _("“%(what)s” has begun already.") % {"what": what}
    return _("“%(what)s” does not begin before %(quarter)s.") % {"what": what, "quarter": part["quarter"]}


def _say_committed(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    return _("The payments for “%(what)s” keep to the years and limits that the council has committed itself to.") % {
        "what": name_of("initiative", int(part["initiative"]))
    }


def _say_order(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    return _("“%(after)s” waits for “%(before)s”.") % {
        "after": name_of("initiative", int(part["after"])),
        "before": name_of("initiative", int(part["before"])),
    }


def _say_alternatives(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    names = "、".join(name_of("initiative", int(key)) for key in part["initiatives"])
    return _("At most one of these is carried out: %(names)s.") % {"names": names}


CONFLICTS: dict[str, Callable[[Mapping[str, Any], Callable[[str, int], str]], str]] = {
    "money": _say_money,
    "people": _say_people,
    "mandatory": _say_mandatory,
    "start": _say_start,
    "committed": _say_committed,
    "order": _say_order,
    "alternatives": _say_alternatives,
}


def _say_lacking_money(part: Mapping[str, Any], _name_of: Callable[[str, int], str]) -> str:
    return _("As planned, %(fund)s of %(year)s would lack %(yen)s.") % {
        "fund": str(Fund(part["fund"]).label),
        "year": dates.fiscal_year_label(int(part["year"])),
        "yen": _amount("money", part["lacking"]),
    }


def _say_lacking_people(part: Mapping[str, Any], name_of: Callable[[str, int], str]) -> str:
    return _("As planned, %(place)s would lack %(people)s in %(quarter)s.") % {
        "place": _place(part, name_of),
        "quarter": part["quarter"],
        "people": _amount("people", part["lacking"]),
    }


def _say_more(part: Mapping[str, Any], _name_of: Callable[[str, int], str]) -> str:
    return _("There is room for it, and it brings %(points)s points of effect more.") % {
        "points": figure(part["points"])
    }


def _say_sooner(part: Mapping[str, Any], _name_of: Callable[[str, int], str]) -> str:
    quarters = part["quarters"]
    said = ngettext(
        "As planned, it would miss the deadline set by law by %(n)s quarter more.",
        "As planned, it would miss the deadline set by law by %(n)s quarters more.",
        quarters,
    )
    return said % {"n": figure(quarters)}


REASONS: dict[str, Callable[[Mapping[str, Any], Callable[[str, int], str]], str]] = {
    **CONFLICTS,
    "lacks_money": _say_lacking_money,
    "lacks_people": _say_lacking_people,
    "sooner": _say_sooner,
    "brings_more": _say_more,
    "could_stay": lambda _part, _name_of: _("It could stay as planned: the time did not suffice to find that."),
    "assumed": lambda _part, _name_of: _("It is assumed."),
}
