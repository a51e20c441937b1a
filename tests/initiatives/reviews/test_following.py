"""After the meeting: what has come of a decision, who says so, and who is asked before the next one."""

from datetime import date, timedelta

import pytest

from kiun.activity.models import Notice
from kiun.initiatives.models import Initiative, Review, ReviewDecision, ReviewState, Revision, Task, TaskStatus, Verdict
from kiun.initiatives.queries.reviews.decisions import errands_of, only_stuck, with_state
from kiun.initiatives.services import report_progress
from kiun.initiatives.services.reviews import (
    call_reviews,
    change_as_decided,
    hand_over_decisions,
    report_on_decision,
    tie_to_revision,
)
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.fiscal_year import wareki
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_goal, make_initiative, make_membership, make_task
from tests.initiatives.pages import url
from tests.initiatives.reviews.conftest import add_item, plan_review

LAST_WEEK, NEXT_WEEK = TODAY - timedelta(days=7), TODAY + timedelta(days=7)


@pytest.fixture
def closed(town, mayor):
    review = Review(year=2026, quarter=2, held_on=date(2026, 9, 1), decider=mayor.membership, state=ReviewState.CLOSED)
    review.save()
    return review


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, department=department))


def decided(review, person, on=LAST_WEEK, **fields):
    values = {"verdict": Verdict.CONTINUE, "reason": "要の取組", "what": "公募する", "due_on": NEXT_WEEK, **fields}
    decision = ReviewDecision(item=add_item(review), person=person, decided_on=on, **values)
    decision.save()
    return decision


def state_of(decision, on=TODAY):
    return with_state(ReviewDecision.objects.filter(pk=decision.pk), on).get().state


class TestStates:
    def test_an_errand_says_itself_how_far_it_is(self, closed, head):
        decision = decided(closed, head.membership)
        assert state_of(decision) == "not_begun"
        assert state_of(decision, NEXT_WEEK + timedelta(days=1)) == "late"
        report_on_decision(actor=head, decision=decision, is_done=False)
        assert state_of(decision) == "under_way"
        report_on_decision(actor=head, decision=decision, is_done=True, report="公募した")
        assert state_of(decision, NEXT_WEEK + timedelta(days=1)) == "carried_out"

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (TaskStatus.TODO, "not_begun"),
            (TaskStatus.DOING, "under_way"),
            (TaskStatus.DONE, "carried_out"),
            (TaskStatus.CANCELLED, "dropped"),
        ],
    )
    def test_a_task_says_it_where_there_is_one(self, closed, head, work, status, state):
        task = make_task(work, status=status)
        decision = decided(closed, head.membership, task=task)
        assert state_of(decision) == state
        with pytest.raises(DomainError):
            report_on_decision(actor=head, decision=decision, is_done=False)

    def test_a_change_of_the_plan_ends_no_task(self, closed, head, officer, work):
        """Before, the decision counted as carried out while its task was open."""
        task = make_task(work, status=TaskStatus.DOING, percent=40)
        decision = decided(closed, head.membership, task=task, verdict=Verdict.CHANGE, initiative=work)
        work.ends_on = date(2027, 9, 30)
        change_as_decided(actor=officer, decision=decision, initiative=work, reason="改修が延びた", seen=None)
        decision.refresh_from_db()
        assert (state_of(decision), decision.carried_out_on) == ("under_way", None)
        ReviewDecision.objects.update(carried_out_on=TODAY)  # as it was written down until now
        assert state_of(decision) == "under_way"
        report_progress(actor=officer, task=task, status="done")
        [told] = with_state(ReviewDecision.objects.filter(pk=decision.pk), TODAY)
        assert (told.state, told.done_on) == ("carried_out", TODAY)

    def test_both_due_dates_are_shown_where_they_differ(self, client, closed, officer, work):
        task = make_task(work, due_on=NEXT_WEEK)
        decision = decided(closed, officer.membership, task=task, initiative=work)
        client.force_login(officer.user)
        pages = [url(work.municipality, "task_detail", task.pk), url(work.municipality, "decision_detail", decision.pk)]
        for page in pages:
            assert "決定の期限 " not in client.get(page).content.decode()
            assert "作業の期限 " not in client.get(page).content.decode()
        Task.objects.update(due_on=NEXT_WEEK + timedelta(days=3))
        on_task, on_decision = (client.get(page).content.decode() for page in pages)
        assert f"決定の期限 {wareki(NEXT_WEEK)}" in on_task
        assert f"作業の期限 {wareki(NEXT_WEEK + timedelta(days=3))}" in on_decision
        assert url(work.municipality, "decision_detail", decision.pk) in on_task

    def test_what_does_not_move(self, closed, head, work):
        late = decided(closed, head.membership, due_on=LAST_WEEK)
        dropped = decided(closed, head.membership, task=make_task(work, status=TaskStatus.CANCELLED))
        forgotten = decided(closed, head.membership, on=TODAY - timedelta(days=30))
        decided(closed, head.membership, on=TODAY - timedelta(days=29))
        decided(closed, head.membership, carried_out_on=TODAY, due_on=LAST_WEEK)
        stuck = only_stuck(with_state(ReviewDecision.objects.all(), TODAY), TODAY)
        assert {decision.pk for decision in stuck} == {late.pk, dropped.pk, forgotten.pk}

    def test_errands_stand_in_the_work_of_the_person_until_they_are_done(self, closed, head, work):
        errand = decided(closed, head.membership)
        decided(closed, head.membership, task=make_task(work))
        assert list(errands_of(head)) == [errand]
        report_on_decision(actor=head, decision=errand, is_done=True, report="済")
        assert list(errands_of(head)) == []

    def test_only_the_person_and_the_dx_office_report_and_say_what_was_done(self, closed, head, mayor, officer):
        decision = decided(closed, head.membership)
        with pytest.raises(NotAllowedError):
            report_on_decision(actor=mayor, decision=decision, is_done=True, report="x")
        with pytest.raises(DomainError) as refused:
            report_on_decision(actor=officer, decision=decision, is_done=True)
        assert refused.value.field == "report"

    def test_an_errand_is_handed_over_with_the_post(self, closed, head, officer, town):
        decision = decided(closed, head.membership)
        successor = make_membership(town, Role.HEAD)
        hand_over_decisions(actor=officer, rows=[decision], to=successor, reason="人事異動")
        decision.refresh_from_db()
        assert decision.person == successor


class TestChangingThePlan:
    def change(self, actor, decision, work, **fields):
        stored = Initiative.objects.get(pk=work.pk)
        for name, value in fields.items():
            setattr(stored, name, value)
        return change_as_decided(actor=actor, decision=decision, initiative=stored, reason="改修が延びた", seen=None)

    def test_the_ledger_says_that_a_review_decided_it(self, closed, head, mayor, work):
        decision = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        revision = self.change(head, decision, work, ends_on=date(2027, 9, 30))
        decision.refresh_from_db()
        assert (revision.source, revision.decided_by, revision.made_by) == ("review", "meeting", head.membership)
        assert (decision.revision, decision.carried_out_on) == (revision, TODAY)
        work.refresh_from_db()
        assert work.ends_on == date(2027, 9, 30)

    @pytest.mark.parametrize("verdict", [Verdict.CONTINUE, Verdict.STOP])
    def test_nothing_is_changed_in_the_name_of_a_meeting_that_decided_otherwise(self, closed, head, work, verdict):
        decision = decided(closed, head.membership, verdict=verdict, initiative=work)
        with pytest.raises(DomainError):
            self.change(head, decision, work, ends_on=date(2027, 9, 30))
        assert Revision.objects.count() == 0

    def test_a_decision_about_one_initiative_changes_no_other(self, closed, head, work, plan, department):
        other = make_initiative(make_goal(plan, department=department))
        decision = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=other)
        with pytest.raises(DomainError):
            self.change(head, decision, work, ends_on=date(2027, 9, 30))
        assert Revision.objects.count() == 0

    def test_a_change_of_nothing_ties_nothing(self, closed, head, work):
        decision = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        with pytest.raises(DomainError):
            self.change(head, decision, work)
        decision.refresh_from_db()
        assert (decision.revision, decision.carried_out_on, Revision.objects.count()) == (None, None, 0)

    def test_a_stranger_may_not(self, closed, head, work, town):
        stranger = make_actor(town, Role.HEAD, make_department(town, "税務課"))
        decision = decided(closed, stranger.membership, verdict=Verdict.CHANGE, initiative=work)
        with pytest.raises(NotAllowedError):
            self.change(stranger, decision, work, ends_on=date(2027, 9, 30))

    def test_a_change_that_was_made_elsewhere_is_tied_to_it(self, closed, head, officer, work):
        first = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        revision = self.change(head, first, work, ends_on=date(2027, 9, 30))
        other = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        with pytest.raises(NotAllowedError):
            tie_to_revision(actor=head, decision=other, revision=revision)
        tie_to_revision(actor=officer, decision=other, revision=revision)
        assert state_of(other) == "carried_out"

    def test_what_is_tied_already_stays_tied(self, closed, head, officer, work):
        decision = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        first = self.change(head, decision, work, ends_on=date(2027, 9, 30))
        other = decided(closed, head.membership, verdict=Verdict.CHANGE, initiative=work)
        second = self.change(head, other, work, ends_on=date(2027, 10, 31))
        with pytest.raises(DomainError):
            tie_to_revision(actor=officer, decision=decision, revision=second)
        with pytest.raises(DomainError):
            self.change(head, decision, work, ends_on=date(2027, 11, 30))
        decision.refresh_from_db()
        work.refresh_from_db()
        assert (decision.revision, work.ends_on) == (first, date(2027, 10, 31))


class TestCalling:
    def told(self, town, on):
        call_reviews(system_actor(town, on=on))
        return sorted(Notice.objects.values_list("kind", "recipient"))

    def test_a_review_is_proposed_once_two_weeks_before_the_quarter_ends(self, town, plan, officer, mayor):
        assert self.told(town, date(2026, 12, 16)) == []
        proposed = [("initiatives.review_proposed", officer.membership.pk)]
        assert self.told(town, date(2026, 12, 17)) == proposed
        assert self.told(town, date(2026, 12, 31)) == proposed
        notice = Notice.objects.get()
        assert notice.path == "/t/hinata/reviews/new/?quarter=FY2026Q3"

    def test_not_when_it_is_planned_already_nor_in_a_town_without_a_plan(self, town, officer, mayor):
        assert self.told(town, date(2026, 12, 20)) == []
        plan_review(officer, mayor, [])
        assert self.told(town, date(2026, 12, 20)) == []

    def test_people_are_invited_a_week_ahead_with_what_concerns_them(self, town, department, officer, mayor, head):
        other = make_actor(town, Role.HEAD, make_department(town, "税務課"))
        review = plan_review(officer, mayor, [mayor, head, other], held_on=date(2026, 12, 20))
        add_item(review, "書かない窓口", department=department)
        assert self.told(town, date(2026, 12, 12)) == []
        told = self.told(town, date(2026, 12, 13))
        assert [recipient for _kind, recipient in told] == sorted(a.membership.pk for a in (mayor, head, other))
        bodies = {notice.recipient_id: notice.body for notice in Notice.objects.all()}
        assert "・書かない窓口" in bodies[mayor.membership.pk]
        assert "・書かない窓口" in bodies[head.membership.pk]
        assert "あなたの課に関わる議題はありません。" in bodies[other.membership.pk]
        assert self.told(town, date(2026, 12, 14)) == told
        review.refresh_from_db()
        assert review.invited_on == date(2026, 12, 13)
