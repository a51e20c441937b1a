"""The meeting: what is written down, by whom, and what takes effect when it closes."""

from datetime import date

import pytest

from kiun.activity.models import AuditEntry, Notice
from kiun.initiatives.models import AgendaItem, InitiativeStatus, Review, ReviewDecision, ReviewState, Revision, Task
from kiun.initiatives.queries.reviews.page import agenda_of
from kiun.initiatives.services import end_initiative
from kiun.initiatives.services.reviews import (
    begin_review,
    close_review,
    discard_review,
    go_to_item,
    put_off,
    save_item,
    write_down,
    write_statement,
)
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_goal, make_indicator, make_initiative, make_membership
from tests.initiatives.reviews.conftest import SOON, add_item


@pytest.fixture
def work(plan, department):
    goal = make_goal(plan, department=department)
    make_indicator(goal, readings={"2026-03-31": 40})
    return make_initiative(goal, "書かない窓口")


@pytest.fixture
def running(officer, review, work):
    """With one item about an initiative and one about nothing in the data."""
    for title, fields in (("取組", {"initiative": work, "department": work.department}), ("体制", {})):
        add_item(review, title, **fields)
    review.items.exclude(subject_type="").delete()
    return begin_review(actor=officer, review=review)


def item_of(review, title):
    return AgendaItem.objects.get(review=review, title=title)


def say(actor, item, **values):
    for field, value in values.items():
        write_down(actor=actor, item=item, field=field, value=value, known="")


def decide(actor, item, verdict, **more):
    say(actor, item, grade="late", verdict=verdict, reason="見込みがない", **more)


class TestWritingDown:
    def test_each_field_is_kept_and_recorded(self, mayor, running):
        item = item_of(running, "取組")
        decide(mayor, item, "change", what="範囲を絞る", person=mayor.membership, due_on=SOON)
        item.refresh_from_db()
        decision = item.decision
        assert (item.grade, decision.verdict, decision.what, decision.due_on) == ("late", "change", "範囲を絞る", SOON)
        assert decision.decided_on is None
        assert AuditEntry.objects.filter(object_type="initiatives.reviewdecision").count() == 5

    def test_what_somebody_else_wrote_in_the_same_field_is_not_overwritten(self, mayor, officer, running):
        item = item_of(running, "取組")
        say(officer, item, minutes="市民課から説明があった。")
        with pytest.raises(ConflictError) as refused:
            write_down(actor=mayor, item=item, field="minutes", value="範囲の話になった。", known="")
        assert refused.value.details == {"stored": "市民課から説明があった。"}
        write_down(
            actor=mayor, item=item, field="minutes", value="範囲の話になった。", known="市民課から説明があった。"
        )
        # Another field is nobody's hindrance, and the same words twice are no conflict.
        say(officer, item, grade="late")
        write_down(actor=officer, item=item, field="grade", value="late", known="")
        item.refresh_from_db()
        assert (item.minutes, item.grade) == ("範囲の話になった。", "late")

    def test_the_leadership_and_the_dx_office_decide(self, head, running):
        with pytest.raises(NotAllowedError):
            say(head, item_of(running, "取組"), grade="ahead")

    def test_nothing_is_written_before_it_begins_or_after_it_has_closed(self, mayor, officer, review, work):
        item = add_item(review, "体制")
        with pytest.raises(DomainError):
            say(mayor, item, grade="late")
        review.items.exclude(pk=item.pk).delete()
        begin_review(actor=officer, review=review)
        review.items.exclude(pk=item.pk).delete()
        decide(mayor, item, "continue")
        close_review(actor=officer, review=review, present=[mayor.membership])
        for write in (
            lambda: say(mayor, item, minutes="後から"),
            lambda: write_statement(actor=officer, item=item, text="後から"),
            lambda: put_off(actor=officer, item=item, reason="後から"),
        ):
            with pytest.raises(DomainError):
                write()

    def test_a_reader_is_given_nothing_to_do(self, mayor, running, town):
        reader = make_membership(town, Role.VIEWER)
        with pytest.raises(DomainError) as refused:
            say(mayor, item_of(running, "取組"), person=reader)
        assert refused.value.field == "person"

    def test_the_others_follow_to_the_item_that_the_meeting_is_at(self, officer, mayor, running):
        item = item_of(running, "体制")
        with pytest.raises(NotAllowedError):
            go_to_item(actor=mayor, item=item)
        go_to_item(actor=officer, item=item)
        running.refresh_from_db()
        assert running.current == item

    def test_an_empty_agenda_cannot_begin_and_a_begun_review_is_not_discarded(self, officer, review):
        review.items.all().delete()
        with pytest.raises(DomainError):
            begin_review(actor=officer, review=review)
        add_item(review)
        begin_review(actor=officer, review=review)
        with pytest.raises(DomainError):
            discard_review(actor=officer, review=review)
        assert Review.objects.count() == 1


class TestClosing:
    def close(self, actor, review, **more):
        everybody = [row.post for row in review.participants.all()]
        return close_review(actor=actor, review=review, **{"present": everybody, **more})

    def test_going_on_with_work_becomes_a_task_of_the_initiative(self, officer, mayor, head, running, work):
        decide(mayor, item_of(running, "取組"), "continue", what="公募する", person=head.membership, due_on=SOON)
        decide(mayor, item_of(running, "体制"), "continue")
        self.close(officer, running, summary="二つ決めた", present=[mayor.membership])
        [task] = Task.objects.all()
        assert (task.initiative, task.name, task.responsible, task.due_on) == (work, "公募する", head.membership, SOON)
        assert task.note == "令和8年度第3四半期の見直し：見込みがない"
        decision = ReviewDecision.objects.get(task=task)
        assert (decision.decided_on, decision.initiative, decision.carried_out_on) == (TODAY, work, None)
        other = ReviewDecision.objects.exclude(pk=decision.pk).get()
        assert other.carried_out_on == TODAY
        running.refresh_from_db()
        assert (running.state, running.summary, running.current) == (ReviewState.CLOSED, "二つ決めた", None)
        assert [row.attended for row in running.participants.order_by("pk")] == [True, False]
        notice = Notice.objects.get(kind="initiatives.decision")
        assert (notice.recipient, notice.subject) == (head.membership, "見直しで決まりました：公募する")

    def test_stopping_ends_the_initiative_as_the_leadership_decided(self, officer, mayor, running, work):
        decide(mayor, item_of(running, "取組"), "stop")
        self.close(officer, running, rest_reason="時間がなかった")
        work.refresh_from_db()
        assert (work.status, work.ended_on) == (InitiativeStatus.STOPPED, TODAY)
        revision = Revision.objects.get()
        assert (revision.source, revision.approver, revision.made_by) == (
            "review",
            mayor.membership,
            officer.membership,
        )
        decision = ReviewDecision.objects.get()
        assert (decision.revision, decision.carried_out_on) == (revision, TODAY)
        assert item_of(running, "体制").put_off_reason == "時間がなかった"

    def test_what_is_to_be_done_after_a_stop_is_an_errand(self, officer, mayor, head, running, work):
        decide(mayor, item_of(running, "取組"), "stop", what="契約を終える", person=head.membership, due_on=SOON)
        self.close(officer, running, rest_reason="x")
        decision = ReviewDecision.objects.get()
        assert (decision.task, decision.carried_out_on, Task.objects.count()) == (None, None, 0)

    def test_without_an_initiative_it_is_an_errand_unless_one_is_chosen(self, officer, mayor, head, running, work):
        wanted = {"what": "案をつくる", "person": head.membership, "due_on": SOON}
        decide(mayor, item_of(running, "体制"), "change", **wanted)
        decide(mayor, item_of(running, "取組"), "continue")
        self.close(officer, running)
        assert Task.objects.count() == 0

    def test_an_initiative_may_be_chosen_for_it(self, officer, mayor, head, running, work):
        wanted = {"what": "案をつくる", "person": head.membership, "due_on": SOON, "initiative": work}
        decide(mayor, item_of(running, "体制"), "change", **wanted)
        self.close(officer, running, rest_reason="x")
        assert Task.objects.get().initiative == work

    @pytest.mark.parametrize(
        ("values", "lacking"),
        [
            ({"verdict": "continue", "reason": "x"}, ["評価を選んでください。データからは「予定どおり」です。"]),
            ({"grade": "late", "verdict": "continue"}, ["決定の理由を書いてください。"]),
            (
                {"grade": "late", "verdict": "change", "reason": "x"},
                ["することを書いてください。", "担当を選んでください。", "期限を書いてください。"],
            ),
            ({"grade": "late", "verdict": "continue", "reason": "x", "due_on": date(2026, 11, 1), "what": "x"},
             ["担当を選んでください。", "期限が、もう過ぎています。"]),
            ({"grade": "late", "verdict": "stop", "reason": "x"}, []),
        ],
    )  # fmt: skip
    def test_what_a_decision_lacks_is_said_and_nothing_takes_effect(
        self, officer, mayor, running, work, values, lacking
    ):
        say(mayor, item_of(running, "取組"), **values)
        row = next(row for row in agenda_of(running, officer).rows if row.item.title == "取組")
        assert list(row.lacking) == lacking
        if lacking:
            with pytest.raises(DomainError):
                self.close(officer, running, rest_reason="x")
            running.refresh_from_db()
            assert (running.state, Revision.objects.count()) == (ReviewState.RUNNING, 0)

    def test_items_that_were_not_come_to_need_a_reason(self, officer, running):
        with pytest.raises(DomainError) as refused:
            self.close(officer, running)
        assert refused.value.field == "rest_reason"
        running.refresh_from_db()
        assert running.state == ReviewState.RUNNING

    def test_what_ended_in_the_meantime_is_no_hindrance(self, officer, mayor, running, work):
        decide(mayor, item_of(running, "取組"), "stop", what="片付ける", person=mayor.membership, due_on=SOON)
        end_initiative(actor=officer, initiative=work, status=InitiativeStatus.DONE, on=TODAY, reason="終わった")
        self.close(officer, running, rest_reason="x")
        work.refresh_from_db()
        assert (work.status, ReviewDecision.objects.get().revision) == (InitiativeStatus.DONE, None)

    @pytest.mark.parametrize("verdict", ["continue", "change"])
    def test_items_that_contradict_each_other_are_named(self, officer, mayor, running, work, verdict):
        decide(mayor, item_of(running, "取組"), "stop")
        more = {"what": "公募する", "person": mayor.membership, "due_on": SOON, "initiative": work}
        decide(mayor, item_of(running, "体制"), verdict, **more)
        with pytest.raises(DomainError) as refused:
            self.close(officer, running)
        assert all(word in refused.value.message for word in ("書かない窓口", "取組（やめる）", "体制（"))
        running.refresh_from_db()
        assert (running.state, Revision.objects.count()) == (ReviewState.RUNNING, 0)

    def test_an_initiative_that_is_stopped_twice_ends_once(self, officer, mayor, running, work):
        decide(mayor, item_of(running, "取組"), "stop")
        wanted = {"what": "契約を終える", "person": mayor.membership, "due_on": SOON, "initiative": work}
        decide(mayor, item_of(running, "体制"), "stop", **wanted)
        self.close(officer, running)
        work.refresh_from_db()
        assert (work.status, Revision.objects.count(), Task.objects.count()) == (InitiativeStatus.STOPPED, 1, 0)

    def test_the_mayor_decides_and_the_dx_office_closes(self, mayor, running):
        with pytest.raises(NotAllowedError):
            self.close(mayor, running, rest_reason="x")

    def test_a_closed_review_takes_no_item(self, officer, running):
        self.close(officer, running, rest_reason="x")
        with pytest.raises(DomainError):
            save_item(actor=officer, item=AgendaItem(review=running, title="後から"))
