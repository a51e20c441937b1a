"""What comes before what: which links do not hold, and 要, the path on which a day's delay delays the end of all that
hangs together.

Each group of linked pieces of work is looked at by itself. Whatever merely ends last, with days to spare before it, is
no path and is not marked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from kiun.analysis import planning
from kiun.initiatives.models import LinkKind
from kiun.initiatives.queries.roadmap import Link
from kiun.initiatives.working_days import days_off_in

Dates = tuple[date, date]
KINDS: Mapping[str, planning.LinkKind] = {
    LinkKind.FINISH_START: planning.LinkKind.FINISH_START,
    LinkKind.START_START: planning.LinkKind.START_START,
}


@dataclass(frozen=True)
class Chain:
    """`broken`: links whose follower begins too early."""

    links: tuple[Link, ...]
    critical: frozenset[int]
    broken: frozenset[Link]

    def is_critical(self, link: Link) -> bool:
        return link.before in self.critical and link.after in self.critical


def chain_of(links: Iterable[Link], spans: Mapping[int, Dates], *, moving: Iterable[int]) -> Chain:
    """`moving`: what has not ended and can still slip."""
    known = tuple(link for link in links if link.before in spans and link.after in spans)
    return Chain(
        links=known,
        critical=critical_keys({key: spans[key] for key in moving}, known),
        broken=frozenset(link for link in known if spans[link.after][0] < link.first_start(*spans[link.before])),
    )


def critical_keys(spans: Mapping[int, Dates], links: Iterable[Link]) -> frozenset[int]:
    links = [link for link in links if link.before in spans and link.after in spans]
    groups = _groups(links)
    if not groups:
        return frozenset()
    numbers = _in_working_days({key: spans[key] for group in groups for key in group})
    critical = set[int]().union(*(_critical_in(group, numbers, links) for group in groups))
    return frozenset(
        key for link in links if {link.before, link.after} <= critical for key in (link.before, link.after)
    )


def _groups(links: Iterable[Link]) -> list[set[int]]:
    """What hangs together by links."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for link in links:
        neighbours[link.before].add(link.after)
        neighbours[link.after].add(link.before)
    groups, seen = [], set[int]()
    for key in neighbours:
        if key not in seen:
            group = _reached(key, neighbours)
            seen |= group
            groups.append(group)
    return groups


def _reached(start: int, neighbours: Mapping[int, set[int]]) -> set[int]:
    found, front = {start}, [start]
    while front:
        front = [there for here in front for there in neighbours[here] if there not in found]
        found.update(front)
    return found


def _in_working_days(spans: Mapping[int, Dates]) -> dict[int, tuple[int, int]]:
    """First working day and number of working days, counted from the first start."""
    starts, ends = (np.array([span[at] for span in spans.values()], "datetime64[D]") for at in (0, 1))
    first = starts.min()
    off = sorted(days_off_in(range(starts.min().astype(object).year, ends.max().astype(object).year + 1)))
    begin, end = (np.busday_count(first, days, holidays=off) for days in (starts, ends + 1))
    return {key: (int(b), int(e - b)) for key, b, e in zip(spans, begin, end, strict=True)}


def _critical_in(group: set[int], numbers: Mapping[int, tuple[int, int]], links: Iterable[Link]) -> set[int]:
    project = planning.Project(
        activities=tuple(planning.Activity(str(key), numbers[key][1]) for key in sorted(group)),
        links=tuple(
            planning.Link(str(link.before), str(link.after), KINDS[link.kind], link.lag_days)
            for link in links
            if link.before in group
        ),
    )
    try:
        return {int(key) for key in planning.critical_path(project, {str(key): numbers[key][0] for key in group})}
    except planning.ProjectError:
        # A circle, from before circles were refused: nothing in it can be said to be critical.
        return set()
