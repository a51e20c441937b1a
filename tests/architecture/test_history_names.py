"""The history names every field in Japanese: a name that Django makes from the code is nobody's word."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

from kiun.activity.history import COUNTED, TOLD, VERBS, field_name, kind_name
from tests.architecture.test_models import own_models

# Rows that are never recorded field by field: machinery, or parts that the row they belong to tells in its own words.
NEVER_RECORDED = {
    "activity.Attachment": "told as the file of the row that carries it",
    "activity.AuditEntry": "is the record",
    "activity.Delivery": "the mail of a notice",
    "activity.Job": "work of the machine",
    "activity.Notice": "goes to one person",
    "activity.NoticePreference": "a person's own choice",
    "config.DutyRun": "the schedule of the installation",
    "goals.Collection": "of it only the problem is recorded",
    "goals.ForecastRecord": "computed",
    "goals.IndicatorState": "computed",
    "goals.Measurement": "told as day and value of its indicator",
    "goals.PlanImport": "told as the import of its plan",
    "goals.PushedReading": "told as day and value of its source",
    "goals.SourceFile": "told by what was taken from it",
    "initiatives.AgendaFinding": "frozen by the review",
    "initiatives.Answer": "told as a line of its request",
    "initiatives.AnswerFile": "told as the file of its request",
    "initiatives.ChecklistItem": "told as a step of its task",
    "initiatives.Comment": "told as a comment on what it is about",
    "initiatives.Mention": "goes with its comment",
    "initiatives.ReviewParticipant": "told as the people of its review",
    "initiatives.RevisionItem": "is a record itself",
    "initiatives.ServedGoal": "told as the goals of its initiative",
    "initiatives.Target": "told as the addressees of its round",
    "initiatives.TaskHelper": "told as the helpers of its task",
    "initiatives.TaskLink": "told as the order of its task",
    "initiatives.WorkImport": "told by what was taken over",
    "municipality.DepartmentVersion": "told as the change of its department",
    "municipality.StaffUpload": "told by what was taken over",
    "municipality.Succession": "told as the reform that made it",
    "surveys.Draft": "sealed, and nobody's",
    "surveys.FreeText": "of them only the number is recorded, with their survey",
    "surveys.Publication": "computed",
    "surveys.Sheet": "what was answered is recorded nowhere",
    "surveys.SheetName": "what was answered is recorded nowhere",
    "surveys.Stratum": "made when its survey opens",
    "surveys.Tally": "counted",
    "surveys.Ticket": "of them only the number is recorded, never who",
    "surveys.UnmixedSheet": "what was answered is recorded nowhere",
}
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
# A plural that Django makes ends so.
ENGLISH_PLURAL = re.compile(r"[぀-ヿ一-鿿]s$")


def recorded_models() -> list[type[models.Model]]:
    return [model for model in own_models() if model._meta.label not in NEVER_RECORDED]


def recorded_fields() -> list[tuple[str, str]]:
    """As `kernel.changes.snapshot` takes them."""
    return [
        (model._meta.label, field.name)
        for model in recorded_models()
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key
    ]


@pytest.mark.parametrize(("model", "name"), recorded_fields(), ids="-".join)
def test_every_field_has_a_japanese_name(model: str, name: str) -> None:
    with override("ja"):
        assert JAPANESE.search(field_name(model, name)), field_name(model, name)


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_kind_of_row_has_one_too(model: type[models.Model]) -> None:
    with override("ja"):
        told = getattr(model, "TOLD", {}).values()
        for word in (kind_name(model._meta.label), *map(str, told)):
            assert JAPANESE.search(word), word


@pytest.mark.parametrize("model", recorded_models(), ids=lambda model: model._meta.label)
def test_rows_that_are_told_under_the_name_of_a_relation_are_named_without_an_english_s(
    model: type[models.Model],
) -> None:
    with override("ja"):
        names = {
            relation.name: field_name(model._meta.label, relation.name) for relation in model._meta.related_objects
        }
        assert {name: word for name, word in names.items() if ENGLISH_PLURAL.search(word)} == {}


@pytest.mark.parametrize("words", [TOLD, COUNTED, VERBS], ids=["told", "counted", "verbs"])
def test_what_stands_beside_the_fields_has_japanese_words(words: dict[str, object]) -> None:
    with override("ja"):
        assert [key for key, word in words.items() if not JAPANESE.search(str(word))] == []


def test_the_list_names_only_models_that_exist() -> None:
    assert set(NEVER_RECORDED) - {model._meta.label for model in apps.get_models()} == set()
