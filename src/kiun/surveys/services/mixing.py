"""The urn: sheets are rewritten in random order, so that nothing ties them to tickets (docs/adr/0012).

This is the one place that reads an urn. What it writes has random keys, no time and no order.
"""

from collections import defaultdict
from collections.abc import Sequence
from secrets import SystemRandom
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Count, F

from kiun.municipality.models import Department
from kiun.surveys.models import (
    FreeText,
    Item,
    ItemKind,
    Sheet,
    Survey,
    SurveyState,
    Tally,
    Ticket,
    UnmixedSheet,
)
from kiun.surveys.models.questionnaires import TEXTS
from kiun.surveys.queries.texts import paths_of_strata
from kiun.surveys.services.joining import drop_small_grades, drop_what_few_answered, join_small_groups

# So many lie together in the urn before they are mixed.
ENOUGH = 10
BATCH = 1000
# What is counted by grade has one of few values.
COUNTED = (ItemKind.SCALE, ItemKind.SINGLE)
RANDOM = SystemRandom()
# Numbers of locks of the database from here on are turns at mixing, one for each survey.
TURNS = 0x6B69756E << 31


def mix(survey: Survey) -> None:
    """Empty the urn if enough lie in it, or whatever lies in it once the survey is closed.

    Whoever comes while somebody else mixes goes on: who mixes looks again afterwards and finds what came meanwhile.
    """
    while _is_worth_it(survey) and _empty(survey):
        pass


def _is_worth_it(survey: Survey) -> bool:
    """Nine of ten find too few: they look without a transaction of their own."""
    return survey.is_closed or UnmixedSheet.objects.filter(survey=survey)[:ENOUGH].count() == ENOUGH


@transaction.atomic
def _empty(survey: Survey) -> int:
    """How many were mixed; none if it is somebody else's turn."""
    if not survey.is_closed and not _is_own_turn(survey):
        return 0
    # A weak lock: others may hand in while somebody mixes.
    stored = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    lying = list(UnmixedSheet.objects.filter(survey=stored))
    if not lying or (stored.state != SurveyState.CLOSED and len(lying) < ENOUGH):
        return 0
    UnmixedSheet.objects.filter(pk__in=[row.pk for row in lying]).delete()
    Sheet.objects.filter(survey=stored, is_fresh=True).update(is_fresh=False)
    RANDOM.shuffle(lying)
    _write(stored, [row.payload for row in lying])
    Survey.objects.filter(pk=stored.pk).update(revision=F("revision") + 1)
    return len(lying)


def _is_own_turn(survey: Survey) -> bool:
    """Until the transaction ends. Not the lock of the row: others hold that too, and would not look again. SQLite has
    one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURNS + survey.pk])
        (is_own,) = cursor.fetchone()
    return bool(is_own)


@transaction.atomic
def seal(survey: Survey) -> None:
    """Once it is closed: all sheets and texts in a new order under new keys, all tickets written by one transaction."""
    Sheet.objects.filter(survey=survey, is_fresh=True).update(is_fresh=False)
    drop_what_few_answered(survey)
    join_small_groups(survey)
    drop_small_grades(survey)
    _untie_shared_pairs(survey)
    # Who answered on paper is known in the office.
    Sheet.objects.filter(survey=survey).update(channel="")
    for model in (Sheet, FreeText):
        rows: list[Any] = list(model.objects.filter(survey=survey))
        model.objects.filter(survey=survey).delete()
        RANDOM.shuffle(rows)
        for row in rows:
            row.pk = uuid4()
        model.objects.bulk_create(rows, batch_size=BATCH)
    Ticket.objects.filter(survey=survey).update(is_used=F("is_used"))


def _untie_shared_pairs(survey: Survey) -> None:
    """Two sheets with the same pair come from a computer that people share: neither is tied to earlier answers."""
    paired = Sheet.objects.filter(survey=survey).exclude(pair="")
    shared = paired.order_by().values("pair").annotate(sheets=Count("pk")).filter(sheets__gt=1)
    paired.filter(pair__in=[row["pair"] for row in shared]).update(pair="")


def _write(survey: Survey, payloads: Sequence[dict[str, Any]]) -> None:
    kinds = dict(Item.objects.filter(questionnaire=survey.questionnaire_id).values_list("key", "kind"))
    texts = {key for key, kind in kinds.items() if kind in TEXTS}
    Sheet.objects.bulk_create(
        [
            Sheet(
                municipality=survey.municipality,
                survey=survey,
                stratum_id=payload["stratum"],
                channel=payload["channel"],
                answers={key: value for key, value in payload["answers"].items() if key not in texts},
                pair=payload["pair"],
                is_fresh=survey.state != SurveyState.CLOSED,
            )
            for payload in payloads
        ],
        batch_size=BATCH,
    )
    said = [
        (payload["stratum"], key, payload["answers"][key])
        for payload in payloads
        for key in sorted(texts & payload["answers"].keys())
    ]
    _write_texts(survey, said)
    _count_by_grade(survey, payloads, {key for key, kind in kinds.items() if kind in COUNTED})


def _write_texts(survey: Survey, said: Sequence[tuple[int | None, str, str]]) -> None:
    if not said:
        return
    shuffled = list(said)
    RANDOM.shuffle(shuffled)
    places = _places_of_texts(survey)
    FreeText.objects.bulk_create(
        [
            FreeText(
                municipality=survey.municipality,
                survey=survey,
                department_id=places.get(stratum) if stratum else None,
                item=item,
                text=text,
            )
            for stratum, item, text in shuffled
        ],
        batch_size=BATCH,
    )


def _places_of_texts(survey: Survey) -> dict[int, int | None]:
    """By stratum, the department at which its texts stand."""
    paths = paths_of_strata(survey)
    keys = dict(Department.objects.filter(path__in=set(paths.values())).values_list("path", "pk"))
    return {stratum: keys.get(path) for stratum, path in paths.items()}


def _count_by_grade(survey: Survey, payloads: Sequence[dict[str, Any]], counted: set[str]) -> None:
    """Under the lock of the survey that `mix` holds."""
    by_grade: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for payload in payloads:
        if payload["grade"]:
            by_grade[payload["grade"]].append(payload["answers"])
    for grade, sheets in sorted(by_grade.items()):
        row = Tally.objects.filter(survey=survey, grade=grade).first()
        row = row or Tally(municipality=survey.municipality, survey=survey, grade=grade)
        for answers in sheets:
            for item in counted & answers.keys():
                counts = row.counts.setdefault(item, {})
                counts[str(answers[item])] = counts.get(str(answers[item]), 0) + 1
        row.sheets += len(sheets)
        row.save()
