"""What an uploaded table would change, indicator by indicator, before anything is stored."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q, QuerySet

from kiun.activity.models import AuditEntry
from kiun.goals.indicator_sources import FILE_SOURCE
from kiun.goals.models import Indicator, Measurement, Series, SourceFile
from kiun.goals.queries.indicators import recordable_indicators
from kiun.goals.source_files import (
    Aggregation,
    ColumnChoice,
    FileReading,
    FileValue,
    fitting_table,
    open_file,
    read_column,
)
from kiun.goals.verbs import MEASUREMENT_REMOVED
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import CellProblem, Workbook
from kiun.municipality.actors import Actor


class Effect(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"


@dataclass(frozen=True)
class PreviewRow:
    found: FileValue
    before: Decimal | None
    effect: Effect


@dataclass(frozen=True)
class FilePreview:
    indicator: Indicator
    series: Series
    choice: ColumnChoice
    reading: FileReading
    rows: tuple[PreviewRow, ...]
    error: str = ""

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        return self.reading.problems

    @property
    def is_sound(self) -> bool:
        return not self.error and not self.problems

    def count(self, effect: Effect) -> int:
        return sum(row.effect == effect for row in self.rows)

    @property
    def new(self) -> int:
        return self.count(Effect.NEW)

    @property
    def changed(self) -> int:
        return self.count(Effect.CHANGED)

    @property
    def same(self) -> int:
        return self.count(Effect.SAME)

    @property
    def kept(self) -> int:
        return self.count(Effect.KEPT)

    @property
    def news(self) -> int:
        return self.new + self.changed


def visible_source_files(actor: Actor) -> QuerySet[SourceFile]:
    """The DX office sees all uploads, everybody else their own."""
    files = SourceFile.objects.select_related("uploaded_by__user")
    return files if actor.is_admin else files.filter(Q(uploaded_by__in=actor.membership_ids))


def indicators_fitting(actor: Actor, workbook: Workbook) -> dict[str, dict[str, str]]:
    """Choices of earlier uploads that this file can serve as well: key of the indicator → its columns."""
    fitting = {}
    for indicator in recordable_indicators(actor).filter(source=FILE_SOURCE):
        choice = ColumnChoice.from_settings(indicator.source_settings)
        if choice and fitting_table(workbook, choice):
            fitting[str(indicator.pk)] = choice.as_settings()
    return fitting


def file_previews(actor: Actor, file: SourceFile) -> list[FilePreview]:
    workbook = open_file(bytes(file.content), file.name)
    indicators = list(recordable_indicators(actor).filter(pk__in=list(map(int, file.choices))))
    terms = {row.indicator_id: row for row in Series.objects.filter(indicator__in=indicators, is_current=True)}
    readings: dict[int, list[Measurement]] = defaultdict(list)
    for measurement in Measurement.objects.filter(series__in=terms.values()):
        readings[measurement.series_id].append(measurement)
    removed = removed_days([row.pk for row in indicators])
    return [
        _preview(actor.on, workbook, row, series, file.choices[str(row.pk)], readings[series.pk], removed[row.pk])
        for row in indicators
        if (series := terms.get(row.pk))
    ]


def removed_days(indicators: list[int]) -> dict[int, set[date]]:
    """Days whose value a person has removed: a correction, too, which no source undoes."""
    entries = AuditEntry.objects.filter(
        object_type=Indicator._meta.label_lower, object_id__in=indicators, verb=MEASUREMENT_REMOVED
    ).values_list("object_id", "before")
    days: dict[int, set[date]] = defaultdict(set)
    for pk, before in entries:
        days[pk].update(date.fromisoformat(day) for day in before)
    return days


def _preview(
    today: date,
    workbook: Workbook,
    indicator: Indicator,
    series: Series,
    settings: dict[str, str],
    there: list[Measurement],
    removed: set[date],
) -> FilePreview:
    choice = ColumnChoice.from_settings(settings) or ColumnChoice(sheet="", date="")
    try:
        reading = read_column(workbook, choice, cadence=indicator.cadence, unit=series.unit, today=today)
    except DomainError as error:
        return FilePreview(indicator, series, choice, FileReading(), (), error.message)
    rows = [_row(value, choice, there, removed) for value in reading.values]
    return FilePreview(indicator, series, choice, reading, tuple(rows))


def _row(value: FileValue, choice: ColumnChoice, there: list[Measurement], removed: set[date]) -> PreviewRow:
    same_day = next((row for row in there if row.on == value.on), None)
    by_hand = [row for row in _rivals(value, choice, there) if row.source != FILE_SOURCE]
    before = same_day or (by_hand[0] if by_hand else None)
    if before is not None and before.value == value.value:
        return PreviewRow(value, before.value, Effect.SAME)
    if by_hand or value.on in removed:
        return PreviewRow(value, before.value if before else None, Effect.KEPT)
    return PreviewRow(value, same_day.value if same_day else None, Effect.CHANGED if same_day else Effect.NEW)


def _rivals(value: FileValue, choice: ColumnChoice, there: list[Measurement]) -> list[Measurement]:
    """Readings that speak about the same time: of the day, or of the whole period that was added up."""
    if choice.how == Aggregation.EACH:
        return [row for row in there if row.on == value.on]
    return [row for row in there if value.period.start <= row.on <= value.period.end]
