"""Where groups see the same thing differently: the DX office, the management and the staff on the same items."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from kiun.analysis.survey_stats import Change, UnitMeans, Verdict, sample_change, settle
from kiun.momentum.answer_arrays import ROLES
from kiun.momentum.dimensions import Dimension, dimension_of
from kiun.momentum.measured import MARGIN, Measured
from kiun.momentum.readings import Reading, readings


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How much higher `higher` scores than `lower`. `is_certain`: more than chance, with all pairs and items side by
    side.
    """

    higher: str
    lower: str
    size: float
    is_certain: bool


@dataclass(frozen=True, kw_only=True)
class GapItem:
    """`scores` are those of the role groups in their order; `gap` is the widest one, None where fewer than two groups
    may be shown.
    """

    key: str
    dimension: Dimension | None
    scores: tuple[Reading | None, ...]
    gap: Gap | None


@dataclass(frozen=True, kw_only=True)
class GapMap:
    """`widest` is the widest gap that is certain, or else the widest at all."""

    items: tuple[GapItem, ...]
    widest: GapItem | None

    @property
    def is_shown(self) -> bool:
        return self.widest is not None


@lru_cache(maxsize=64)
def gap_map(found: Measured) -> GapMap:
    items = found.arrays.items
    means = {role: found.items_of_role(role, items) for role in ROLES}
    gaps = _gaps(means, len(items))
    scores = [readings(means[role], means[role].reach(), 0) for role in ROLES]
    rows = tuple(
        GapItem(key=item, dimension=dimension_of(item), scores=tuple(row), gap=gap)
        for item, row, gap in zip(items, zip(*scores, strict=True), gaps, strict=True)
    )
    return GapMap(items=rows, widest=_widest(rows))


def _gaps(means: dict[str, UnitMeans], items: int) -> list[Gap | None]:
    pairs = [
        (item, one, other)
        for item in range(items)
        for one, other in combinations(ROLES, 2)
        if means[one].people[0, item] and means[other].people[0, item]
    ]
    tested = settle(
        [
            sample_change(means[other].sample(0, item), means[one].sample(0, item), margin=MARGIN)
            for item, one, other in pairs
        ]
    )
    widest: list[Gap | None] = [None] * items
    for (item, one, other), change in zip(pairs, tested, strict=True):
        known = widest[item]
        if known is None or abs(change.difference) > known.size:
            widest[item] = _gap(one, other, change)
    return widest


def _gap(one: str, other: str, change: Change) -> Gap:
    higher, lower = (one, other) if change.difference >= 0 else (other, one)
    is_certain = change.verdict in {Verdict.ROSE, Verdict.FELL}
    return Gap(higher=higher, lower=lower, size=abs(change.difference), is_certain=is_certain)


def _widest(items: Sequence[GapItem]) -> GapItem | None:
    known = [(item.gap.is_certain, item.gap.size, item) for item in items if item.gap]
    return max(known, key=lambda one: one[:2])[2] if known else None
