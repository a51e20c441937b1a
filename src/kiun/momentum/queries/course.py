"""The index over the waves, of the staff and of those outside: side by side, never mixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from uuid import UUID

from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.dimensions import dimension_of
from kiun.momentum.measured import Measured, measured, on_items
from kiun.momentum.models import WaveAnswers
from kiun.momentum.queries.published import published_waves
from kiun.momentum.readings import Reading, readings
from kiun.momentum.scores import FEWEST_DIMENSIONS, INDEX
from kiun.surveys.models import Audience


@dataclass(frozen=True, kw_only=True)
class Point:
    """`on` is the last day of the wave."""

    on: date
    fiscal_year: int
    quarter: int
    index: Reading | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """Of one unit and one kind of people. `is_shortened`: waves asked different items, and only those that all of them
    asked count here.
    """

    audience: Audience
    points: tuple[Point, ...]
    is_shortened: bool


def courses() -> list[Course]:
    """Of the whole town: whoever has been asked."""
    found = [course_of(published_waves(audience), audience) for audience in Audience]
    return [course for course in found if course.points]


def course_of(waves: Sequence[WaveAnswers], audience: Audience = Audience.STAFF, key: int = TOWN) -> Course:
    indices, is_shortened = _indices(tuple(row.pk for row in waves), key)
    points = tuple(
        Point(
            on=row.wave.last_day,
            fiscal_year=row.wave.fiscal_year,
            quarter=row.wave.quarter,
            index=index,
        )
        for row, index in zip(waves, indices, strict=True)
    )
    return Course(audience=audience, points=points, is_shortened=is_shortened)


@lru_cache(maxsize=4096)
def _indices(keys: tuple[UUID, ...], key: int) -> tuple[list[Reading | None], bool]:
    rows = {row.pk: row for row in WaveAnswers.objects.filter(pk__in=keys)}
    waves = [measured(rows[pk]) for pk in keys]
    common = _asked_in_all(waves)
    alike = [on_items(found, common) for found in waves]
    return [_index(found, key) for found in alike], any(set(found.arrays.items) != set(common) for found in waves)


def _asked_in_all(waves: Sequence[Measured]) -> tuple[str, ...]:
    """In the order of the latest wave; if hardly anything is left, nothing can be compared."""
    if not waves:
        return ()
    shared = reduce(set.intersection, (set(found.arrays.items) for found in waves))
    common = tuple(item for item in waves[-1].arrays.items if item in shared)
    dimensions = {dimension_of(item) for item in common} - {None}
    return common if len(dimensions) >= FEWEST_DIMENSIONS else ()


def _index(found: Measured, key: int) -> Reading | None:
    place = found.place.get(key)
    return None if place is None else readings(found.units, found.reach, place)[INDEX]
