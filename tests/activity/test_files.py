"""A file that is removed is gone from the disk, and only then."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django_scopes import scope

from kiun.activity.models import Attachment
from kiun.activity.services import add_attachment, remove_attachment
from tests.factories import make_actor, make_goal, make_indicator, make_plan, make_town

pytestmark = pytest.mark.django_db(transaction=True)


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


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
