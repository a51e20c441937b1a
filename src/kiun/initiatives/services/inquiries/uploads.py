"""A filled-in workbook: refused with a sentence, or shown as differences and then taken over whole."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.initiatives.inquiry_workbooks import Identity, open_filled, read_filled
from kiun.initiatives.models import AnswerFile, Request, Route
from kiun.initiatives.queries.inquiries.differences import difference_of
from kiun.initiatives.queries.inquiries.sheets import sheet_of
from kiun.initiatives.queries.inquiries.visible import visible_requests
from kiun.initiatives.services.inquiries.answering import locked_request, save_answers
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.tabular import CellProblem
from kiun.municipality.actors import Actor, record

LONGEST_NAME = 200
UNCONFIRMED_FOR = timedelta(days=7)


class CellsRefusedError(DomainError):
    """The right workbook with cells that have to be mended; nothing of it was kept."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_("Nothing was taken from the file. Mend these cells, and upload it again."), field="file")


@transaction.atomic
def stage_workbook(*, actor: Actor, request: Request, name: str, content: bytes) -> AnswerFile:
    locked = locked_request(actor, request)
    if not locked.is_writable:
        raise DomainError(_("The answer has been submitted. Take it back first to change it."), field="file")
    opened = open_filled(content, name)
    _check_identity(actor, locked, opened.identity)
    filled = read_filled(opened, {row.question.pk: row for row in sheet_of(locked).rows})
    if filled.problems:
        raise CellsRefusedError(filled.problems)
    file = AnswerFile(
        municipality=actor.municipality,
        request=locked,
        name=name[-LONGEST_NAME:],
        digest=sha256(content).hexdigest(),
        version=opened.identity.version,
        given={
            str(key): {**said.as_json(), "cell": filled.cells[key], "written": filled.written[key]}
            for key, said in filled.given.items()
        },
        uploaded_by=actor.membership,
    )
    file.save()
    return file


def _check_identity(actor: Actor, request: Request, identity: Identity) -> None:
    again = _("Download the workbook of this page, copy your answers into it, and upload that.")
    if problem := _wrong_addressee(actor, request, identity):
        raise DomainError(f"{problem} {again}", field="file")
    if identity.version < request.round.version:
        raise DomainError(
            _("The questions have been corrected since this workbook was made.") + " " + again, field="file"
        )
    if identity.version > request.round.version:
        raise DomainError(_("This workbook is newer than the questions on this page.") + " " + again, field="file")


def _wrong_addressee(actor: Actor, request: Request, identity: Identity) -> str:
    if identity.town != actor.municipality.code:
        return _("This is the workbook of another municipality.")
    if identity.round == request.round_id and identity.request == request.pk:
        return ""
    other = visible_requests(actor).filter(pk=identity.request, round=identity.round).first()
    if identity.round != request.round_id:
        return (
            _("This is the workbook of another inquiry: %(title)s.") % {"title": other.round}
            if other
            else _("This is the workbook of another inquiry.")
        )
    return (
        _("This workbook was made for %(department)s, not for %(own)s.")
        % {"department": other.department, "own": request.department}
        if other
        else _("This workbook was made for another department.")
    )


@transaction.atomic
def take_workbook(*, actor: Actor, file: AnswerFile, agreed: str, reasons: Mapping[int, str] | None = None) -> Request:
    """Over into the draft of the department. `agreed` is the digest of the differences that the person saw, `reasons`
    says by question why an unusual value is right.
    """
    held = AnswerFile.objects.select_for_update(of=("self",)).select_related("request__round").get(pk=file.pk)
    if held.taken_at is not None:
        raise DomainError(_("The answers of this file have been taken over already."))
    if held.version != held.request.round.version:
        raise DomainError(_("The questions have been corrected meanwhile. Download the workbook again."))
    request = locked_request(actor, held.request)
    held.request = request
    difference = difference_of(held)
    if difference.digest != agreed:
        raise ConflictError(_("The answers have changed since you looked. Please look at the differences once more."))
    saved = save_answers(actor=actor, request=request, given=difference.explained(reasons or {}), route=Route.WORKBOOK)
    held.given, held.taken_at = {}, timezone.now()
    held.save(update_fields=["given", "taken_at"])
    record(actor, _told(held))
    return saved


def _told(file: AnswerFile) -> Change:
    """In the history of the request; it contradicts no form."""
    return Change(
        object_type=Request._meta.label_lower,
        object_id=file.request_id,
        label=str(file.request)[:200],
        verb=Verb.CHANGED,
        after={"file": file.name},
    )


def discard_workbook(*, file: AnswerFile) -> None:
    AnswerFile.objects.filter(pk=file.pk, taken_at__isnull=True).delete()


def forget_unconfirmed_workbooks() -> int:
    """Of the active town: nobody came back to them."""
    old = AnswerFile.objects.filter(taken_at__isnull=True, uploaded_at__lt=timezone.now() - UNCONFIRMED_FOR)
    return old.delete()[0]
