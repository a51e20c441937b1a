"""Lists show what the rules allow, for every kind of person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.initiatives.models import Inquiry, Request, Round
from kiun.initiatives.queries.inquiries import (
    requests_to_answer,
    unanswered_requests,
    visible_requests,
    visible_rounds,
)
from kiun.initiatives.services import inquiries
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import TODAY, make_department, make_membership
from tests.initiatives.inquiries.builders import DUE, make_draft, make_open_round, request_of, send


@pytest.fixture
def asked_by_taxes(hall):
    """税務課 asks 市民課 and itself."""
    draft = make_draft(hall, title="税務課の照会")
    Inquiry.objects.filter(pk=draft.inquiry_id).update(
        department=hall.offices["税務課"].department, owner=hall.offices["税務課"].head
    )
    return send(hall, draft)


PEOPLE = ("dx", "mayor", "head", "member", "viewer", "below", "above", "taxes", "other", "partner")


def person(hall, who):
    town, citizens = hall.town, hall.offices["市民課"].department
    make = {
        "dx": lambda: hall.dx,
        "mayor": lambda: make_membership(town, Role.EXECUTIVE, make_department(town, "秘書課")),
        "head": lambda: hall.offices["市民課"].head,
        "member": lambda: hall.offices["市民課"].member,
        "viewer": lambda: make_membership(town, Role.VIEWER, citizens),
        "below": lambda: make_membership(town, Role.MEMBER, make_department(town, "窓口係", citizens)),
        "above": lambda: make_membership(town, Role.MEMBER, hall.division),
        "taxes": lambda: hall.offices["税務課"].member,
        "other": lambda: make_membership(town, Role.HEAD, make_department(town, "環境課")),
        "partner": lambda: make_membership(town, Role.PARTNER),
    }
    return hall.actor(make[who]())


ALL, OWN = ("dx", "mayor", "taxes", "above"), ("head", "member", "viewer", "below")


@pytest.mark.parametrize("who", PEOPLE)
def test_a_department_sees_its_own_request_and_the_asker_all(hall, asked_by_taxes, who):
    actor = person(hall, who)
    rows = Request.objects.filter(round=asked_by_taxes)
    seen = {row.department.name for row in visible_requests(actor).filter(round=asked_by_taxes)}
    allowed = {row.department.name for row in rows if may(actor, "initiatives.see_request", row)}
    assert seen == allowed == ({"市民課", "税務課"} if who in ALL else {"市民課"} if who in OWN else set())


@pytest.mark.parametrize("who", PEOPLE)
def test_the_collation_is_for_the_asker_the_leadership_and_the_dx_office(hall, asked_by_taxes, who):
    actor = person(hall, who)
    make_draft(hall)
    seen = set(visible_rounds(actor))
    assert seen == {row for row in Round.objects.all() if may(actor, "initiatives.see_round", row)}
    assert (asked_by_taxes in seen) == (who in {"dx", "mayor", "taxes", "above"})


def test_the_person_in_charge_sees_it_wherever_they_serve_now(hall, asked_by_taxes):
    other = person(hall, "other")
    Inquiry.objects.filter(pk=asked_by_taxes.inquiry_id).update(owner=other.membership)
    assert list(visible_rounds(other)) == [asked_by_taxes]
    assert visible_requests(other).count() == 2


def test_what_is_not_sent_yet_is_nothing_to_a_department(hall):
    draft = make_draft(hall)
    inquiries.begin_opening(actor=hall.asker, round_=draft)
    Request(round=draft, department=hall.offices["市民課"].department, asked_on=TODAY, due_on=DUE).save()
    assert list(visible_requests(hall.member())) == []
    assert not may(hall.member(), "initiatives.see_request", Request.objects.get())


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("head", {"市民課"}),
        ("member", {"市民課"}),
        ("below", {"市民課"}),
        ("dx", set()),
        ("viewer", set()),
        ("mayor", set()),
        ("other", set()),
    ],
)
def test_errands_are_of_those_who_write_there(hall, round_, who, names):
    assert {row.department.name for row in requests_to_answer(person(hall, who))} == names


def test_the_nearest_head_is_asked_to_approve(hall, round_):
    above = hall.actor(make_membership(hall.town, Role.HEAD, hall.division))
    Request.objects.filter(round=round_).update(state="submitted")
    assert requests_to_answer(hall.member()) == []
    assert requests_to_answer(hall.head()) == [request_of(round_)]
    assert requests_to_answer(above) == []
    hall.offices["市民課"].head.delete()
    assert requests_to_answer(above) == [request_of(round_)]


def test_who_writes_holds_the_round_and_who_changes_a_round_its_inquiry(hall, round_):
    """Always in this order: inquiry, round, request."""

    def first(act, **given):
        with CaptureQueriesContext(connection) as asked:
            act(**given)
        sql = next(query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT"))
        assert "FOR UPDATE" in sql or not connection.features.has_select_for_update
        return sql.split("FROM ")[1].split()[0].strip('"')

    held = first(inquiries.save_answers, actor=hall.member(), request=request_of(round_), given={})
    assert held == "initiatives_round"
    changed = first(inquiries.change_round, actor=hall.asker, round_=round_, facts={}, due_on=None)
    assert changed == "initiatives_inquiry"


def test_a_review_finds_what_is_overdue(hall, round_):
    make_open_round(hall, due_on=DUE + timedelta(days=30))
    assert list(unanswered_requests(hall.asker, DUE)) == []
    overdue = unanswered_requests(hall.asker, DUE + timedelta(days=1))
    assert [(row.department.name, row.due_on) for row in overdue] == [("市民課", DUE), ("税務課", DUE)]
    assert [row.department.name for row in unanswered_requests(hall.head(), DUE + timedelta(days=1))] == ["市民課"]
