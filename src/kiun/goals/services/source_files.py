"""Figures from an uploaded table: nothing counts before it is confirmed, and then all of it or nothing."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.goals.indicator_sources import FILE_SOURCE
from kiun.goals.models import Indicator, SourceFile
from kiun.goals.queries.indicators import recordable_indicators
from kiun.goals.queries.source_files import Effect, FilePreview, file_previews, indicators_fitting
from kiun.goals.services.measurements import Reading, record_readings
from kiun.goals.services.sources import choose_source
from kiun.goals.source_files import ColumnChoice, digest_of, fitting_table, open_file, provenance_of
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import Actor, may, record, require

LONGEST_NAME = 200
UNCONFIRMED_FOR = timedelta(days=7)


def require_something_to_enter(actor: Actor) -> None:
    if not recordable_indicators(actor).exists():
        raise NotAllowedError(_("You answer for no indicator whose values you could enter."))


@transaction.atomic
def add_source_file(*, actor: Actor, name: str, content: bytes) -> SourceFile:
    """Keep the file for its preview. Indicators whose columns it holds by the same headers are chosen already."""
    require_something_to_enter(actor)
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1024**2
        raise DomainError(_("The file is larger than %(limit)s MB.") % {"limit": limit}, field="file")
    workbook = open_file(content, name)
    file = SourceFile(
        municipality=actor.municipality,
        name=name[-LONGEST_NAME:],
        digest=digest_of(content),
        content=content,
        choices=indicators_fitting(actor, workbook),
        uploaded_by=actor.membership,
    )
    file.save()
    return file


@transaction.atomic
def choose_column(*, actor: Actor, file: SourceFile, indicator: Indicator, choice: ColumnChoice) -> None:
    require(actor, "goals.record_measurement", indicator)
    held = _held(file)
    if fitting_table(open_file(bytes(held.content), held.name), choice) is None:
        raise DomainError(
            _("No sheet has all of these columns: %(columns)s.") % {"columns": "、".join(choice.columns)}, field="date"
        )
    held.choices = {**held.choices, str(indicator.pk): choice.as_settings()}
    held.save(update_fields=["choices"])


@transaction.atomic
def leave_out(*, actor: Actor, file: SourceFile, indicator: Indicator) -> None:
    """Take nothing for this indicator from this file; what it was told to take from the next one stays."""
    require(actor, "goals.record_measurement", indicator)
    held = _held(file)
    held.choices = {key: chosen for key, chosen in held.choices.items() if key != str(indicator.pk)}
    held.save(update_fields=["choices"])


@transaction.atomic
def take_source_file(*, actor: Actor, file: SourceFile) -> SourceFile:
    held = _held(file)
    previews = file_previews(actor, held)
    _ensure_sound(previews)
    readings = [reading for preview in previews for reading in _readings(held, preview)]
    if readings:
        record_readings(
            actor=actor, readings=readings, reason=_("Taken from the file “%(name)s”.") % {"name": held.name}
        )
    for preview in previews:
        _remember(actor, preview)
    held.content, held.taken_at = b"", timezone.now()
    held.result = {"indicators": len(previews), "values": len(readings)}
    held.save()
    record(actor, _told(held))
    return held


def discard_source_file(*, file: SourceFile) -> None:
    SourceFile.objects.filter(pk=file.pk, taken_at__isnull=True).delete()


def forget_unconfirmed_files() -> int:
    """Of the active town: nobody came back to them."""
    old = SourceFile.objects.filter(taken_at__isnull=True, uploaded_at__lt=timezone.now() - UNCONFIRMED_FOR)
    return old.delete()[0]


def _held(file: SourceFile) -> SourceFile:
    held = SourceFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if held.taken_at is not None:
        raise DomainError(_("The values of this file have been taken already."))
    return held


def _ensure_sound(previews: list[FilePreview]) -> None:
    if not previews:
        raise DomainError(_("Choose at least one indicator and its columns first."))
    for preview in previews:
        if not preview.is_sound:
            problem = preview.error or str(preview.problems[0])
            raise DomainError(
                _("%(indicator)s: %(problem)s Mend the file and upload it again, or leave this indicator out.")
                % {"indicator": preview.indicator, "problem": problem}
            )


def _readings(file: SourceFile, preview: FilePreview) -> list[Reading]:
    return [
        Reading(
            series=preview.series,
            on=row.found.on,
            value=row.found.value,
            source=FILE_SOURCE,
            provenance=provenance_of(file.name, file.digest, preview.reading.sheet, preview.choice, row.found),
        )
        for row in preview.rows
        if row.effect in {Effect.NEW, Effect.CHANGED}
    ]


def _remember(actor: Actor, preview: FilePreview) -> None:
    """The next file of this shape is taken by itself. Who only enters values for others decides nothing for later."""
    indicator, chosen = preview.indicator, preview.choice.as_settings()
    if not may(actor, "goals.change_indicator", indicator):
        return
    if (indicator.source, indicator.source_settings) != (FILE_SOURCE, chosen):
        choose_source(actor=actor, indicator=indicator, source=FILE_SOURCE, settings=chosen)


def _told(file: SourceFile) -> Change:
    return Change(
        object_type=SourceFile._meta.label_lower,
        object_id=file.pk,
        label=file.name,
        verb=Verb.IMPORTED,
        after={"digest": file.digest, **file.result},
    )
