"""How long it takes to ask 500 departments 20 questions, and to collate what they say.

python benchmarks/inquiries.py               on a new SQLite file
DATABASE_URL=postgres://… python benchmarks/inquiries.py   on an empty PostgreSQL database
"""

import os
import random
import resource
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

DEPARTMENTS, QUESTIONS, DIVISIONS = 500, 20, 25
CREATE_SECONDS, COLLATE_SECONDS = 20, 2
REPEATS = 5


def prepare_django() -> None:
    folder = tempfile.mkdtemp(prefix="kiun-benchmark-")
    os.environ.setdefault("KIUN_DATA_DIR", folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiun.config.settings")
    os.environ.setdefault("KIUN_EMAIL_HOST", "mail.example")  # so that every notice writes its mail, too
    sys.path[:0] = [str(Path(__file__).parent.parent / "src"), str(Path(__file__).parent.parent)]
    import django

    django.setup()
    from kiun.config.memory import collect_seldom

    collect_seldom()  # as the worker does
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def measured(label: str, act: Callable[[], Any], repeats: int = 1) -> tuple[Any, float]:
    """The result, and the slowest of `repeats`; printed with the processor time of this process beside it."""
    seconds, busy = [], []
    for _ in range(repeats):
        start, started = time.perf_counter(), time.process_time()
        result = act()
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - started)
    middle = f"  (median {statistics.median(seconds):.2f} s of {repeats})" if repeats > 1 else ""
    print(f"  {label:<44}{max(seconds):7.2f} s{max(busy):8.2f} s of this process{middle}")
    return result, max(seconds)


def build_town() -> Any:
    """500 departments in 25 divisions, each with a head and two more people."""
    from datetime import date

    from django_scopes import scope

    from kiun.municipality.models import Department, Membership, Role, User
    from tests.factories import make_department, make_membership, make_town, make_user

    town = make_town()
    with scope(municipality=town):
        divisions = [make_department(town, f"第{number}部", order=number) for number in range(DIVISIONS)]
        admin = make_membership(town, Role.ADMIN, divisions[0], user=make_user("緑川 葵"))
        departments = Department.objects.bulk_create(
            [
                Department(
                    municipality=town,
                    name=f"第{number}課",
                    parent=divisions[number % DIVISIONS],
                    order=number,
                    valid_from=date(2020, 4, 1),
                )
                for number in range(DEPARTMENTS)
            ]
        )
        for department in departments:
            department.path = f"{department.parent.path}{department.pk}/"
        Department.objects.bulk_update(departments, ["path"], batch_size=200)
        people = User.objects.bulk_create(
            [
                User(username=f"staff{number}", email=f"staff{number}@example.com", name=f"職員 {number}")
                for number in range(DEPARTMENTS * 3)
            ]
        )
        Membership.objects.bulk_create(
            [
                Membership(
                    municipality=town,
                    user=user,
                    department=departments[number // 3],
                    role=Role.HEAD if number % 3 == 0 else Role.MEMBER,
                    valid_from=date(2020, 4, 1),
                )
                for number, user in enumerate(people)
            ]
        )
    return town, admin


def ask(actor: Any, title: str) -> Any:
    """A round with every kind of question but that of an indicator."""
    from kiun.initiatives.models import Inquiry, Question, QuestionKind
    from kiun.initiatives.services import inquiries

    due = actor.on + timedelta(days=14)
    round_ = inquiries.create_inquiry(actor=actor, inquiry=Inquiry(title=title, purpose="計測のため"), due_on=due)
    kinds = [kind for kind in QuestionKind if kind != QuestionKind.INDICATOR]
    Question.objects.bulk_create(
        [
            Question(
                municipality=actor.municipality,
                round=round_,
                kind=kinds[number % len(kinds)],
                text=f"問い{number + 1}",
                note="どの範囲を数えるかの説明です。",
                unit="件",
                choices=["窓口", "郵送", "オンライン"] if kinds[number % len(kinds)] == QuestionKind.CHOICE else [],
                order=number,
            )
            for number in range(QUESTIONS)
        ]
    )
    return round_


def answer_all(round_: Any) -> int:
    from kiun.initiatives.models import Answer, QuestionKind, Request
    from kiun.initiatives.queries.inquiries import questions_of

    rng, questions = random.Random(1), questions_of(round_)
    rows = []
    for request in Request.objects.filter(round=round_):
        for question in questions:
            answer = Answer(municipality=round_.municipality, request=request, question=question)
            if question.kind in (QuestionKind.NUMBER, QuestionKind.MONEY):
                answer.number = Decimal(rng.randrange(10_000))
            elif question.kind == QuestionKind.FISCAL_YEAR:
                answer.number = Decimal(2026)
            elif question.kind == QuestionKind.DAY:
                answer.day = round_.due_on
            elif question.kind == QuestionKind.YES_NO:
                answer.text = rng.choice(["yes", "no"])
            elif question.kind == QuestionKind.CHOICE:
                answer.text = rng.choice(question.choices)
            else:
                answer.text = "午前中に申請が重なり、窓口に列ができる。"
            rows.append(answer)
    Answer.objects.bulk_create(rows, batch_size=2_000)
    Request.objects.filter(round=round_).update(state="answered", answered_on=round_.due_on)
    return len(rows)


def run(*, with_archive: bool) -> bool:
    from django.test import Client, override_settings
    from django_scopes import scope

    from kiun.activity.models import Delivery, Notice
    from kiun.activity.services import run_job
    from kiun.initiatives.models import Request, Round
    from kiun.initiatives.queries.inquiries import collate
    from kiun.initiatives.queries.inquiries.exports import collation_sheets
    from kiun.initiatives.services import inquiries
    from kiun.kernel.tabular import write_csv, write_workbook
    from kiun.municipality.actors import actor_of

    town, admin = build_town()
    with scope(municipality=town):
        actor = actor_of(admin.user, town)
        first = ask(actor, "一回目")
        job = inquiries.begin_opening(actor=actor, round_=first)
        _, creating = measured("create a round, tell 500 heads", lambda: run_job(job.pk))
        answers = answer_all(first)
        second = inquiries.prepare_next_round(actor=actor, round_=Round.objects.get(pk=first.pk))
        job = inquiries.begin_opening(actor=actor, round_=second)
        _, repeating = measured("create the next round, with last values", lambda: run_job(job.pk))
        asked = Request.objects.filter(round=first).count()
        print(
            f"  {asked} requests, {answers:,} answers, "
            f"{Notice.objects.count()} notices, {Delivery.objects.count()} mails"
        )
        collation, collating = measured(
            "collate: all answers, sums, divisions", lambda: collated(first, actor), REPEATS
        )
        measured("collation as .xlsx", lambda: write_workbook(collation_sheets(collation)))
        measured("collation as .csv", lambda: write_csv(collation_sheets(collation)[0]))
        measured("one workbook, when it is downloaded", lambda: one_workbook(second, actor), REPEATS)
        if with_archive:
            job = inquiries.begin_archive(actor=actor, round_=Round.objects.get(pk=second.pk))
            measured("all 500 workbooks in one file (a job)", lambda: run_job(job.pk))
        client = Client()
        client.force_login(admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=plain_storages()):
            page, shown = measured(
                "the page of the collation", lambda: client.get(f"/t/{town.slug}/inquiries/{first.pk}/"), REPEATS
            )
        assert page.status_code == 200, page
        assert len(collate(first, actor.on).lines) == DEPARTMENTS
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return max(creating, repeating) <= CREATE_SECONDS and max(collating, shown) <= COLLATE_SECONDS


def plain_storages() -> dict[str, Any]:
    """Static files straight from the source tree."""
    from django.conf import settings

    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def collated(round_: Any, actor: Any) -> Any:
    from kiun.initiatives.queries.inquiries import collate

    collation = collate(round_, actor.on)
    collation.by_division()
    return collation


def one_workbook(round_: Any, actor: Any) -> bytes:
    from kiun.initiatives.inquiry_workbooks import write_sheet
    from kiun.initiatives.models import Request
    from kiun.initiatives.queries.inquiries import sheet_of

    return write_sheet(sheet_of(Request.objects.filter(round=round_)[0]), actor.on)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--archive", action="store_true", help="also write all workbooks into one file")
    options = parser.parse_args()
    prepare_django()
    from django.db import connection

    print(f"{DEPARTMENTS} departments × {QUESTIONS} questions on {connection.vendor}")
    within = run(with_archive=options.archive)
    verdict = "within" if within else "over"
    print(f"{verdict} the targets: create ≤ {CREATE_SECONDS} s, collate ≤ {COLLATE_SECONDS} s")
    sys.exit(0 if within else 1)


if __name__ == "__main__":
    main()
