"""Rounds for tests: two departments of one division, each with a head and a member, asked by the DX office."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from kiun.activity.services import run_job
from kiun.initiatives.inquiry_answers import Given
from kiun.initiatives.inquiry_workbooks import write_sheet
from kiun.initiatives.models import Answer, Audience, Inquiry, Question, QuestionKind, Request, Round
from kiun.initiatives.queries.inquiries import sheet_of
from kiun.initiatives.services import inquiries
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models import Department, Membership, Municipality, Role
from tests.factories import TODAY, make_department, make_membership, make_user

DUE = TODAY + timedelta(days=14)


@dataclass
class Office:
    department: Department
    head: Membership
    member: Membership


@dataclass
class Hall:
    """A town hall with the people that an inquiry needs."""

    town: Municipality
    dx: Membership
    division: Department
    offices: dict[str, Office] = field(default_factory=dict)

    def actor(self, post: Membership, on: date = TODAY) -> Actor:
        return actor_of(post.user, self.town, on=on)

    @property
    def asker(self) -> Actor:
        return self.actor(self.dx)

    def head(self, name: str = "市民課", on: date = TODAY) -> Actor:
        return self.actor(self.offices[name].head, on)

    def member(self, name: str = "市民課", on: date = TODAY) -> Actor:
        return self.actor(self.offices[name].member, on)


def make_hall(town: Municipality, names: tuple[str, ...] = ("市民課", "税務課")) -> Hall:
    division = make_department(town, "市民部", order=1)
    main = make_department(town, "DX推進課", order=2)
    hall = Hall(town, make_membership(town, Role.ADMIN, main, user=make_user("緑川 葵")), division)
    for order, name in enumerate(names, start=3):
        department = make_department(town, name, division, order=order)
        hall.offices[name] = Office(
            department,
            make_membership(town, Role.HEAD, department, user=make_user(f"{name} 課長")),
            make_membership(town, Role.MEMBER, department, user=make_user(f"{name} 担当")),
        )
    return hall


def make_round(hall: Hall, title: str = "業務量の調査", *, due_on: date = DUE, **facts: Any) -> Round:
    inquiry = Inquiry(title=title, **facts)
    return inquiries.create_inquiry(actor=hall.asker, inquiry=inquiry, due_on=due_on)


def make_question(round_: Round, text: str, kind: str = QuestionKind.NUMBER, **terms: Any) -> Question:
    order = Question.objects.filter(round=round_).count() + 1
    question = Question(round=round_, text=text, kind=kind, order=order, **terms)
    question.save()
    return question


def make_draft(hall: Hall, **facts: Any) -> Round:
    """For all offices of the hall: a number, a choice, and a text that may stay empty."""
    round_ = make_round(hall, **facts)
    make_question(round_, "申請の件数", unit="件", least=Decimal(0), note="電話は数えません。")
    make_question(round_, "受付の方法", QuestionKind.CHOICE, choices=["窓口", "郵送", "オンライン"])
    make_question(round_, "困っていること", QuestionKind.LONG_TEXT, is_optional=True)
    departments = [office.department for office in hall.offices.values()]
    inquiries.choose_departments(actor=hall.asker, round_=round_, audience=Audience.PICKED, departments=departments)
    return round_


def send(hall: Hall, round_: Round) -> Round:
    """As the worker does."""
    run_job(inquiries.begin_opening(actor=hall.asker, round_=round_).pk)
    return Round.objects.get(pk=round_.pk)


def make_open_round(hall: Hall, **facts: Any) -> Round:
    return send(hall, make_draft(hall, **facts))


def request_of(round_: Round, name: str = "市民課") -> Request:
    return Request.objects.get(round=round_, department__name=name)


def questions(round_: Round) -> list[Question]:
    return list(Question.objects.filter(round=round_).order_by("order"))


def answers(round_: Round, *values: Any) -> dict[int, Given]:
    """In the order of the questions; "none" is 該当なし."""
    said = [Given(is_none=True) if value == "none" else Given(value=value) for value in values]
    return {question.pk: one for question, one in zip(questions(round_), said, strict=False)}


def answer(hall: Hall, round_: Round, name: str, *values: Any) -> Request:
    """Written by the member, approved by the head."""
    request = request_of(round_, name)
    inquiries.save_answers(actor=hall.member(name), request=request, given=answers(round_, *values))
    inquiries.submit_answers(actor=hall.head(name), request=request)
    return request_of(round_, name)


def stored(request: Request) -> list[Any]:
    """What the database holds, in the order of the questions."""
    rows = Answer.objects.filter(request=request).order_by("question__order")
    return ["none" if row.is_none else row.number if row.number is not None else row.text or row.day for row in rows]


def workbook_of(request: Request) -> bytes:
    return write_sheet(
        sheet_of(Request.objects.select_related("round__inquiry__owner__user").get(pk=request.pk)), TODAY
    )


def filled(content: bytes, cells: dict[str, Any], sheet: str = "回答") -> bytes:
    """The workbook with some cells written over, as Excel would save it."""
    book = load_workbook(BytesIO(content))
    for ref, value in cells.items():
        book[sheet][ref] = value
    return saved(book)


def saved(book: Any) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()
