"""What a way of carrying an initiative out needs, in words: its history and the comparison of two days tell it like a
field of the way itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kiun.initiatives.models import MoneyNeed, PeopleNeed, TechnologyNeed
from kiun.ui.figures import figure, yen

Need = PeopleNeed | MoneyNeed | TechnologyNeed
KINDS: tuple[tuple[str, Any], ...] = (
    ("people_needs", PeopleNeed),
    ("money_needs", MoneyNeed),
    ("technology_needs", TechnologyNeed),
)
NEEDS = tuple(name for name, _kind in KINDS)


def say_need(need: Need) -> str:
    if isinstance(need, PeopleNeed):
        who = f"{need.department} {need.skill or ''}".strip()
        return _("%(who)s %(fte)s people (quarters %(first)s–%(last)s)") % {
            "who": who,
            "fte": figure(need.fte),
            "first": need.first_quarter,
            "last": need.first_quarter + need.quarters - 1,
        }
    if isinstance(need, MoneyNeed):
        words = {"fund": need.get_fund_display(), "amount": yen(need.amount), "year": need.work_year}
        if need.returns_yearly:
            return _("%(fund)s %(amount)s (every year from year %(year)s)") % words
        return _("%(fund)s %(amount)s (year %(year)s)") % words
    quantity = f" ×{figure(need.quantity)}" if need.quantity else ""
    return f"{need.name}{quantity}（{need.get_zone_display()}）"


def say_needs(needs: Iterable[Need]) -> str:
    return "、".join(map(say_need, needs))


def needs_in_words(modes: Iterable[int] | None = None) -> Mapping[int, dict[str, str]]:
    """Mode → its needs by the name of the relation; of all modes unless some are named."""
    listed: dict[int, dict[str, list[Need]]] = defaultdict(lambda: {name: [] for name in NEEDS})
    for name, kind in KINDS:
        rows = kind.objects.all() if modes is None else kind.objects.filter(mode__in=modes)
        for need in rows.select_related("department", "skill") if kind is PeopleNeed else rows:
            listed[need.mode_id][name].append(need)
    return {mode: {name: say_needs(needs) for name, needs in found.items()} for mode, found in listed.items()}
