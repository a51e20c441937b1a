"""An uploaded list on its way from the first look to the confirmation."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from kiun.kernel.errors import ConflictError
from kiun.kernel.tabular import Workbook, read_workbook
from kiun.municipality.actors import Actor, require
from kiun.municipality.models import StaffUpload
from kiun.municipality.queries import open_departments
from kiun.municipality.services.staff_import.applying import ImportResult, apply_staff_import, import_alone
from kiun.municipality.services.staff_import.plan import ImportOptions, ImportPlan
from kiun.municipality.services.staff_import.planning import plan_staff_import

Progress = Callable[[int, int, str], None]
LIFETIME = timedelta(days=7)


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody waits."""


def upload_staff_list(*, actor: Actor, name: str, content: bytes) -> StaffUpload:
    """Keep the file for the preview. A file that cannot be read is refused before anything is kept. The first list of
    a town brings its departments along; later ones are taken for typing errors unless somebody says otherwise.
    """
    require(actor, "municipality.administer")
    read_workbook(content, name=name)
    upload = StaffUpload(
        municipality=actor.municipality,
        name=name[:200],
        content=content,
        options={
            "on": actor.on.isoformat(),
            "creates_departments": not open_departments(actor.on).exists(),
        },
        uploaded_by=actor.membership,
    )
    upload.save()
    return upload


def correct_upload(
    *,
    actor: Actor,
    upload: StaffUpload,
    corrections: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    require(actor, "municipality.administer")
    if corrections is not None:
        upload.corrections = dict(corrections)
    if options is not None:
        upload.options = {**upload.options, **options}
    upload.save(update_fields=["corrections", "options"])


def discard_upload(*, actor: Actor, upload: StaffUpload) -> None:
    require(actor, "municipality.administer")
    upload.delete()


def options_of(upload: StaffUpload) -> ImportOptions:
    values = upload.options
    return ImportOptions(
        on=date.fromisoformat(values["on"]),
        creates_departments=bool(values.get("creates_departments")),
        missing=values.get("missing", "keep"),
        kept=frozenset(values.get("kept", ())),
    )


def plan_upload(*, actor: Actor, upload: StaffUpload) -> ImportPlan:
    return _plan(actor, upload, _workbook(upload))


def _workbook(upload: StaffUpload) -> Workbook:
    return read_workbook(bytes(upload.content), name=upload.name)


def _plan(actor: Actor, upload: StaffUpload, workbook: Workbook) -> ImportPlan:
    return plan_staff_import(actor=actor, workbook=workbook, options=options_of(upload), corrections=upload.corrections)


def apply_people_import(
    *,
    actor: Actor,
    upload: StaffUpload,
    progress: Progress = silent,
    on_done: Callable[[ImportResult], None] | None = None,
) -> ImportResult:
    """Read the file once more and take it over. `progress` is called before the transaction only; `on_done` within it,
    so that a background job that ends there can be neither lost nor done twice. The upload is gone afterwards.
    """
    require(actor, "municipality.administer")
    progress(0, 0, _("Reading the list"))
    workbook = _workbook(upload)
    with import_alone(actor.municipality):
        _use_up(upload)
        plan = _plan(actor, upload, workbook)
        return apply_staff_import(actor=actor, plan=plan, reason=upload.name, on_done=on_done)


def _use_up(upload: StaffUpload) -> None:
    """Of two who confirm the same list, or one who presses twice, the second comes too late."""
    deleted, _rows = StaffUpload.objects.filter(pk=upload.pk).delete()
    if not deleted:
        raise _too_late()


def waiting_upload(pk: int) -> StaffUpload:
    upload = StaffUpload.objects.filter(pk=pk).first()
    if upload is None:
        raise _too_late()
    return upload


def _too_late() -> ConflictError:
    return ConflictError(_("This list has already been taken over or thrown away. Nothing was done a second time."))


@transaction.atomic
def forget_old_uploads(now: datetime) -> str:
    """Duty: what nobody confirmed within a week is thrown away."""
    with scopes_disabled():
        StaffUpload.objects.filter(created_at__lt=now - LIFETIME).delete()
    return ""
