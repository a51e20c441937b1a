"""A round goes out to everybody or to nobody, however often its worker dies."""

from datetime import timedelta

import pytest

from kiun.activity.models import Job, JobState, Notice
from kiun.activity.services import run_job, stop_job
from kiun.initiatives.models import Audience, Inquiry, QuestionKind, Request, Round, RoundState
from kiun.initiatives.queries.inquiries import departments_to_ask, visible_rounds
from kiun.initiatives.services import inquiries
from kiun.initiatives.services.inquiries import opening
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role, Succession
from tests.factories import TODAY, make_department, make_goal, make_indicator, make_membership, make_plan
from tests.initiatives.inquiries.builders import make_draft, make_question, request_of, send


def told():
    return sorted(Notice.objects.values_list("recipient__user__name", "subject"))


def test_every_chosen_department_is_asked_and_its_head_told(hall):
    round_ = send(hall, make_draft(hall))
    assert (round_.state, round_.opened_on) == (RoundState.OPEN, TODAY)
    rows = Request.objects.filter(round=round_).order_by("pk")
    assert [(row.department.name, row.due_on, row.asked_on) for row in rows] == [
        ("市民課", round_.due_on, TODAY),
        ("税務課", round_.due_on, TODAY),
    ]
    asked = "照会：業務量の調査（令和8年12月7日まで）"
    assert told() == [
        ("市民課 課長", asked),
        ("税務課 課長", asked),
        ("緑川 葵", "「業務量の調査」を2課に送りました"),
    ]
    assert round_.job.result_url == f"/t/hinata/inquiries/{round_.pk}/"


def test_a_worker_that_dies_half_way_has_told_nobody_and_the_next_one_leaves_nothing_double(hall, monkeypatch):
    draft = make_draft(hall)
    monkeypatch.setattr(opening, "AT_ONCE", 1)
    job = inquiries.begin_opening(actor=hall.asker, round_=draft)
    calls = []

    def dies_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add(*args)

    add = opening.add_requests
    monkeypatch.setattr(opening, "add_requests", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    assert Request.objects.count() == 1
    assert Notice.objects.count() == 0
    assert Round.objects.get(pk=draft.pk).state == RoundState.OPENING

    monkeypatch.setattr(opening, "add_requests", add)
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
    run_job(job.pk)
    run_job(job.pk)
    assert Request.objects.count() == 2
    assert Notice.objects.count() == 3
    assert Round.objects.get(pk=draft.pk).state == RoundState.OPEN


def test_an_error_while_telling_takes_back_the_opening_and_it_can_be_sent_once_more(hall, monkeypatch):
    draft = make_draft(hall)
    job = inquiries.begin_opening(actor=hall.asker, round_=draft)
    notify = opening.notify

    def fails(**_kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(opening, "notify", fails)
    with pytest.raises(RuntimeError):
        run_job(job.pk)
    stuck = Round.objects.select_related("job").get(pk=draft.pk)
    assert (stuck.state, stuck.job.state, Notice.objects.count()) == (RoundState.OPENING, JobState.FAILED, 0)

    monkeypatch.setattr(opening, "notify", notify)
    assert send(hall, stuck).state == RoundState.OPEN
    assert (Request.objects.count(), Notice.objects.count()) == (2, 3)


def test_what_was_stopped_goes_back_to_the_draft(hall):
    draft = make_draft(hall)
    job = inquiries.begin_opening(actor=hall.asker, round_=draft)
    with pytest.raises(DomainError, match="送っている途中"):
        inquiries.call_off_opening(actor=hall.asker, round_=draft)
    stop_job(job=job)
    run_job(job.pk)
    assert inquiries.call_off_opening(actor=hall.asker, round_=draft).state == RoundState.DRAFT
    assert Request.objects.count() == 0


def test_all_departments_are_the_lowest_with_a_head_and_those_beside_them(hall):
    """係 below a 課 are not asked, a 課 whose post is vacant is."""
    town = hall.town
    vacant = make_department(town, "市民協働課", hall.division, order=9)
    make_department(town, "窓口係", hall.offices["市民課"].department)
    make_department(town, "庶務係", vacant)
    make_membership(town, Role.HEAD, hall.division)
    draft = make_draft(hall)
    inquiries.choose_departments(actor=hall.asker, round_=draft, audience=Audience.ALL, departments=[])
    round_ = send(hall, draft)
    asked = (
        Request.objects.filter(round=round_).order_by("department__order").values_list("department__name", flat=True)
    )
    assert list(asked) == ["DX推進課", "市民課", "税務課", "市民協働課"]


def test_a_division_means_its_departments(hall):
    draft = make_draft(hall)
    inquiries.choose_departments(
        actor=hall.asker, round_=draft, audience=Audience.DIVISIONS, departments=[hall.division]
    )
    round_ = send(hall, draft)
    assert set(Request.objects.filter(round=round_).values_list("department__name", flat=True)) == {"市民課", "税務課"}


@pytest.mark.parametrize("audience", [Audience.PICKED, Audience.DIVISIONS])
def test_after_a_merger_whoever_took_over_is_asked(hall, audience):
    draft = make_draft(hall)
    welfare = make_department(hall.town, "福祉課", make_department(hall.town, "福祉部"))
    closed = hall.offices["市民課"].department if audience == Audience.PICKED else hall.division
    heir = welfare if audience == Audience.PICKED else welfare.parent
    inquiries.choose_departments(actor=hall.asker, round_=draft, audience=audience, departments=[closed])
    for row in (closed, *closed.children.all()):
        row.valid_to = TODAY - timedelta(days=1)
        row.save()
    Succession(predecessor=closed, successor=heir, on=TODAY, reason="組織改編").save()
    assert [row.name for row in departments_to_ask(Round.objects.get(), TODAY)] == ["福祉課"]


def test_without_a_head_the_contact_or_the_staff_or_the_dx_office_hears(hall):
    for office in hall.offices.values():
        office.head.valid_to = TODAY - timedelta(days=1)
        office.head.save()
    hall.offices["税務課"].member.delete()
    send(hall, make_draft(hall))
    assert {name for name, _subject in told()} == {"市民課 担当", "緑川 葵"}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda hall, draft: draft.questions.all().delete(), "問いを1つ以上"),
        (lambda hall, draft: draft.targets.all().delete(), "どの課に照会するか"),
        (lambda hall, draft: Round.objects.update(due_on=TODAY - timedelta(days=1)), "締切を過ぎています"),
    ],
)
def test_an_unfinished_draft_is_not_sent(hall, spoil, sentence):
    draft = make_draft(hall)
    spoil(hall, draft)
    with pytest.raises(DomainError, match=sentence):
        inquiries.begin_opening(actor=hall.asker, round_=draft)
    assert Round.objects.get().state == RoundState.DRAFT
    assert Job.objects.count() == 0


def test_the_value_of_an_indicator_needs_its_department_among_the_asked(hall):
    other = make_department(hall.town, "環境課")
    indicator = make_indicator(make_goal(make_plan(hall.town), department=other), "ごみの量")
    draft = make_draft(hall)
    make_question(draft, "ごみの量", QuestionKind.INDICATOR, indicator=indicator, as_of=TODAY)
    with pytest.raises(DomainError, match="「ごみの量」を照会していますが、担当の環境課"):
        inquiries.begin_opening(actor=hall.asker, round_=draft)


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.MEMBER, Role.VIEWER])
def test_only_the_dx_office_and_heads_ask(hall, role):
    post = make_membership(hall.town, role, hall.offices["市民課"].department)
    with pytest.raises(NotAllowedError):
        inquiries.create_inquiry(actor=hall.actor(post), inquiry=Inquiry(title="x"), due_on=TODAY)


def test_a_head_asks_for_the_town_and_the_own_department_sees_the_round(hall):
    round_ = inquiries.create_inquiry(actor=hall.head(), inquiry=Inquiry(title="会議室"), due_on=TODAY)
    assert round_.inquiry.department == hall.offices["市民課"].department
    assert list(visible_rounds(hall.member())) == [round_]
    assert list(visible_rounds(hall.member("税務課"))) == []


def test_the_contact_of_the_last_round_is_the_contact_again(hall):
    round_ = send(hall, make_draft(hall))
    member = hall.offices["市民課"].member
    inquiries.name_contact(actor=hall.head(), request=request_of(round_), contact=member)
    second = send(hall, inquiries.prepare_next_round(actor=hall.asker, round_=round_))
    assert second.number == 2
    assert request_of(second).contact == member
    assert request_of(second, "税務課").contact is None
