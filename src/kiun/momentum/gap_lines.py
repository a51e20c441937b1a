"""Scores of several groups on one line, in words: for the picture and the table below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.momentum.dimensions import Dimension
from kiun.momentum.gap_map import Gap, GapMap
from kiun.momentum.queries.outside import SideResult
from kiun.momentum.readings import Reading
from kiun.momentum.wording import name_of_audience, name_of_role, points, say_same_people
from kiun.surveys.models import Audience


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """`meaning` explains `text`, `note` says what stands out among `scores`."""

    text: str
    meaning: str | Promise = ""
    scores: tuple[Reading | None, ...]
    note: str = ""

    @property
    def known(self) -> list[float]:
        return [score.value for score in self.scores if score]

    @property
    def low(self) -> str:
        return f"{min(self.known)}"

    @property
    def high(self) -> str:
        return f"{max(self.known)}"


def lines_of_items(found: GapMap, texts: Mapping[str, str]) -> list[GapLine]:
    """The widest gaps first: they are what is looked for."""
    ordered = sorted(found.items, key=lambda item: item.gap.size if item.gap else -1, reverse=True)
    return [
        GapLine(text=texts.get(item.key, item.key), scores=item.scores, note=_say(item.gap) if item.gap else "")
        for item in ordered
    ]


def _say(gap: Gap) -> str:
    words = {"higher": name_of_role(gap.higher), "lower": name_of_role(gap.lower), "size": points(gap.size)}
    if gap.is_certain:
        return _("“%(higher)s” %(size)s points above “%(lower)s”") % words
    return _("“%(higher)s” %(size)s points above “%(lower)s”, which may be chance") % words


def changes_of_same_people(sides: Sequence[SideResult]) -> list[tuple[str, str]]:
    """Who was asked, and how those of them changed who answered twice."""
    return [
        (name_of_audience(one.audience), said)
        for one in sides
        if one.same_people and (said := say_same_people(one.same_people))
    ]


def say_missing_sides(sides: Sequence[SideResult]) -> str:
    """Why somebody does not stand beside the others; "" when residents or partners do and nobody is hidden."""
    hidden = [name_of_audience(side.audience) for side in sides if not side.result.is_shown]
    if hidden:
        names = pgettext("list", ", ").join(hidden)
        return _(
            "%(names)s: not shown, because there are few answers, or to protect others of which there are few."
        ) % {"names": names}
    if any(side.audience != Audience.STAFF for side in sides):
        return ""
    return _("There are no results of residents and partners yet. Their waves stand in the plan of the year.")


def lines_of_sides(sides: Sequence[SideResult]) -> list[GapLine]:
    """Dimension by dimension, and the index."""
    rows = [
        GapLine(
            text=str(dimension.label),
            meaning=dimension.meaning,
            scores=tuple(side.result.profile.dimensions[place] for side in sides),
        )
        for place, dimension in enumerate(Dimension)
    ]
    return [*rows, GapLine(text=_("Index"), scores=tuple(side.result.index for side in sides))]
