from hashlib import sha256
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.attachables import attachables
from kiun.activity.models import Attachment
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.tabular import FileRefusedError, Limits, check_office_file
from kiun.municipality.actors import Actor, record

# Kinds that people use as evidence. Each is given back as a download, never shown inside a page.
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
OFFICE_FILES = {".xlsx", ".docx", ".pptx"}
LONGEST_NAME = 200


@transaction.atomic
def add_attachment(*, actor: Actor, object_type: str, object_id: int, upload: "UploadedFile[Any]") -> Attachment:
    attachable = attachables.get(object_type)
    if attachable is None or not attachable.may_add(actor, object_id):
        raise NotAllowedError(_("You do not have the right to add files here."))
    name = PurePath((upload.name or "").replace("\\", "/")).name[-LONGEST_NAME:]
    suffix = PurePath(name).suffix.lower()
    content_type = CONTENT_TYPES.get(suffix)
    if content_type is None:
        raise DomainError(
            _("This kind of file cannot be added. Please use PDF, Word, Excel (without macros), PowerPoint, CSV, "
              "text or a picture."),
            field="file",
        )  # fmt: skip
    if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1024**2
        raise DomainError(
            _("The file is larger than %(limit)s MB. Please make it smaller.") % {"limit": limit}, field="file"
        )
    if suffix in OFFICE_FILES:
        _check_office_file(upload)
    attachment = Attachment(
        municipality=actor.municipality,
        object_type=object_type,
        object_id=object_id,
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        digest=_digest(upload),
        added_by=actor.membership,
    )
    attachment.file.save(name, upload, save=False)
    attachment.save()
    record(actor, _change(attachment, Verb.CREATED))
    return attachment


@transaction.atomic
def remove_attachment(*, actor: Actor, attachment: Attachment) -> None:
    attachable = attachables.get(attachment.object_type)
    if attachable is None or not attachable.may_add(actor, attachment.object_id):
        raise NotAllowedError(_("You do not have the right to remove this file."))
    record(actor, _change(attachment, Verb.DELETED))
    attachment.delete()
    stored = str(attachment.file.name)
    # Only when the row is gone for good; what was removed stays on no disk.
    transaction.on_commit(lambda: attachment.file.storage.delete(stored))


def _check_office_file(upload: "UploadedFile[Any]") -> None:
    """A colleague will open it; a table would be refused for the same."""
    try:
        check_office_file(upload.read(), Limits())
    except FileRefusedError as refusal:
        raise DomainError(
            _("%(problem)s Please save the file again without macros and password, or as PDF, and add that.")
            % {"problem": refusal.problem.what},
            field="file",
        ) from refusal


def _digest(upload: "UploadedFile[Any]") -> str:
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _change(attachment: Attachment, verb: Verb) -> Change:
    """Told as a change of the row that carries the file, so that it stands in that row's history."""
    told = {"file": attachment.name}
    return Change(
        object_type=attachment.object_type,
        object_id=attachment.object_id,
        label=attachment.name,
        verb=verb,
        before=told if verb == Verb.DELETED else {},
        after={} if verb == Verb.DELETED else told,
    )
