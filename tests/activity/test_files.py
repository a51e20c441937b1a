"""What is taken as evidence; and that a file that is removed is gone from the disk, and only then."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django_scopes import scope

from kiun.activity.models import Attachment
from kiun.activity.services import add_attachment, remove_attachment
from kiun.kernel.errors import DomainError
from tests.factories import make_actor, make_goal, make_indicator, make_plan, make_town
from tests.kernel.tabular.workbooks import old_container, zipped

pytestmark = pytest.mark.django_db(transaction=True)


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


PARTS = {".docx": "word/document.xml", ".pptx": "ppt/presentation.xml", ".xlsx": "xl/workbook.xml"}
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'


def office_file(suffix, parts=None, types=""):
    return zipped({"[Content_Types].xml": TYPES.format(types), PARTS[suffix]: "<a/>", **(parts or {})})


def add(suffix, content):
    town = make_town()
    actor, indicator = make_actor(town), make_indicator(make_goal(make_plan(town)))
    upload = SimpleUploadedFile(f"根拠{suffix}", content)
    with scope(municipality=town):
        return add_attachment(actor=actor, object_type="goals.indicator", object_id=indicator.pk, upload=upload)


def refusal_of(suffix, content):
    with pytest.raises(DomainError) as refusal:
        add(suffix, content)
    assert refusal.value.field == "file"
    return refusal.value.message


@pytest.mark.parametrize("suffix", PARTS)
def test_office_files_are_taken_as_evidence(suffix):
    embedded = '<Default Extension="xlsm" ContentType="application/vnd.ms-excel.sheet.macroEnabled.12"/>'
    content = office_file(suffix, types=embedded)
    with add(suffix, content).file.open() as kept:
        assert kept.read() == content


HOW = "マクロやパスワードを付けずに保存し直すか、PDFにして、もう一度添付してください。"
DAMAGED = f"ファイルが壊れていて読み取れません。{HOW}"
MACROS = f"ファイルにマクロが含まれています。{HOW}"
TOO_LARGE = f"ファイルを展開すると大きくなりすぎます。{HOW}"
MACRO_TYPE = '<Override PartName="/a" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'


@pytest.mark.parametrize("suffix", PARTS)
@pytest.mark.parametrize(
    ("parts", "types", "message"),
    [
        ({"word/vbaProject.bin": b"x"}, "", MACROS),
        ({}, MACRO_TYPE, MACROS),
        ({"ppt/media/image1.bin": bytes(30_000_000)}, "", TOO_LARGE),
        ({"word/footnotes.xml": '<!DOCTYPE x [<!ENTITY a "AAAA">]><x>&a;</x>'}, "", DAMAGED),
        ({"xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "AAAA">]><x>&a;</x>'}, "", DAMAGED),
    ],
)
def test_macros_bombs_and_entities_are_refused_in_evidence(suffix, parts, types, message):
    assert refusal_of(suffix, office_file(suffix, parts, types)) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", DAMAGED),
        (old_container("WordDocument"), DAMAGED),
        (old_container("EncryptedPackage"), f"ファイルにパスワードが設定されています。{HOW}"),
    ],
)
def test_what_is_no_office_file_or_is_locked_is_refused_in_evidence(content, message):
    assert refusal_of(".docx", content) == message


def test_what_is_removed_stays_on_no_disk(settings):
    town = make_town()
    actor = make_actor(town)
    indicator = make_indicator(make_goal(make_plan(town)))
    with scope(municipality=town):
        kept, removed = (
            add_attachment(
                actor=actor,
                object_type="goals.indicator",
                object_id=indicator.pk,
                upload=SimpleUploadedFile("根拠.pdf", b"%PDF-1.7 same content"),
            )
            for _ in range(2)
        )
        with transaction.atomic():
            remove_attachment(actor=actor, attachment=Attachment.objects.get(pk=removed.pk))
            transaction.set_rollback(True)
        assert len(stored(settings)) == 2
        remove_attachment(actor=actor, attachment=Attachment.objects.get(pk=removed.pk))
        assert [str(path) for path in stored(settings)] == [kept.file.path]
