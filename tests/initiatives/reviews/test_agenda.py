"""The agenda makes itself: what comes onto it, what stays through a refresh, and what is frozen."""

from datetime import date, timedelta

import pytest

from kiun.goals.review_agenda import AgendaContribution, Finding, Severity, review_agenda
from kiun.initiatives.models import (
    AgendaItem,
    Blocker,
    Budget,
    Capacity,
    InitiativeStatus,
    Inquiry,
    Mode,
    MoneyNeed,
    Request,
    Review,
    ReviewDecision,
    ReviewState,
    Round,
    RoundState,
    Verdict,
)
from kiun.initiatives.queries.reviews import agenda
from kiun.initiatives.queries.reviews.page import agenda_of
from kiun.initiatives.services.reviews import (
    begin_review,
    gather,
    move_item,
    put_off,
    put_off_minor,
    remove_item,
    save_item,
    take_up,
    write_down,
    write_statement,
)
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.registries import Registry
from kiun.municipality.actors import system_actor
from tests.factories import TODAY, make_department, make_goal, make_indicator, make_initiative, make_task
from tests.initiatives.reviews.conftest import add_item, plan_review

TOO_LATE = "令和10年6月30日に終わる計画で、法律で決まった期限（令和10年3月31日）に間に合いません。"
FALLING = {"2023-03-31": 30, "2024-03-31": 29, "2025-03-31": 28, "2026-03-31": 27, "2026-09-30": 26}


@pytest.fixture
def goal(plan, department):
    return make_goal(plan, code="1-1", department=department)


@pytest.fixture
def work(goal):
    return make_initiative(goal, "書かない窓口")


@pytest.fixture
def system(town):
    return system_actor(town, on=TODAY)


class TestFindings:
    def test_late_tasks_by_initiative(self, system, work):
        make_task(work, starts_on=date(2026, 9, 1), due_on=date(2026, 9, 14))
        make_task(work, starts_on=date(2026, 11, 1), due_on=date(2026, 11, 20))
        make_task(work, starts_on=date(2026, 11, 1), due_on=date(2026, 11, 30))
        make_task(make_initiative(work.served_goals.get().goal, status=InitiativeStatus.PROPOSED), due_on=TODAY)
        [found] = agenda.late_tasks(system)
        assert (found.subject_type, found.subject_id) == ("initiatives.initiative", work.pk)
        assert found.sentence == "期限を過ぎた作業が2件あります（最も古いもので70日の遅れ）。"
        assert (found.figure, found.severity, found.as_of) == ("2件", Severity.HIGH, TODAY)
        assert found.path == f"/t/hinata/initiatives/{work.pk}/"

    @pytest.mark.parametrize(
        ("raised", "needed_by", "is_told"),
        [(1, None, False), (14, None, True), (1, TODAY - timedelta(days=1), True), (1, TODAY, False)],
    )
    def test_obstacles_that_wait_too_long(self, system, work, mayor, raised, needed_by, is_told):
        blocker = Blocker(task=make_task(work), text="範囲", decider=mayor.membership, needed_by=needed_by)
        blocker.raised_on = TODAY - timedelta(days=raised)
        blocker.save()
        assert bool(list(agenda.obstacles(system))) is is_told

    def test_past_the_end(self, system, goal):
        late = make_initiative(goal, ends_on=TODAY - timedelta(days=20))
        make_initiative(goal, ends_on=TODAY)
        make_initiative(goal, ends_on=TODAY - timedelta(days=20), status=InitiativeStatus.DONE)
        [found] = agenda.past_their_end(system)
        assert (found.subject_id, found.figure, found.severity) == (late.pk, "20日", Severity.MIDDLE)

    @pytest.mark.parametrize(
        ("deadline", "ends_on", "said"),
        [
            (date(2026, 10, 31), date(2026, 10, 1), "法律で決まった期限（令和8年10月31日）を過ぎています。"),
            (date(2027, 1, 31), date(2027, 1, 31), "法律で決まった期限は令和9年1月31日です。"),
            (date(2028, 3, 31), date(2028, 6, 30), TOO_LATE),
            (date(2028, 3, 31), date(2028, 3, 31), None),
        ],
    )
    def test_deadlines_set_by_law(self, system, goal, deadline, ends_on, said):
        make_initiative(goal, legal_deadline=deadline, ends_on=ends_on)
        assert [found.sentence for found in agenda.legal_deadlines(system)] == ([said] if said else [])

    def test_a_low_chance_goes_with_the_work_that_is_to_help(self, system, goal, department, plan):
        indicator = make_indicator(goal, readings=FALLING)
        lonely = make_indicator(make_goal(plan, department=department), "だれも取り組んでいない指標", readings=FALLING)
        first = {finding.subject_id for finding in agenda.low_chances(system)}
        assert first == {indicator.pk, lonely.pk}
        work = make_initiative(goal)
        found = {(one.subject_type, one.subject_id): one for one in agenda.low_chances(system)}
        assert set(found) == {("initiatives.initiative", work.pk), ("goals.indicator", lonely.pk)}
        told = found["initiatives.initiative", work.pk]
        assert told.sentence.startswith("オンライン申請の割合：令和8年9月末は26%。")
        assert (told.figure, told.path) == ("10〜33%", f"/t/hinata/goals/indicators/{indicator.pk}/")

    @pytest.mark.parametrize(
        ("deadline", "severity"),
        [(date(2027, 3, 31), Severity.HIGH), (date(2028, 3, 31), Severity.MIDDLE), (date(2029, 3, 31), Severity.LOW)],
    )
    def test_the_nearer_the_deadline_the_more_urgent(self, system, goal, deadline, severity):
        make_indicator(goal, readings=FALLING, terms={"deadline": deadline})
        assert [found.severity for found in agenda.low_chances(system)] == [severity]

    def test_figures_that_are_missing_are_asked_of_a_department_together(self, system, goal, department):
        for name in ("甲", "乙"):
            make_indicator(goal, name, readings={"2024-03-31": 5})
        [found] = agenda.stale_indicators(system)
        assert (found.subject_type, found.subject_id) == ("municipality.department", department.pk)
        assert found.sentence.startswith("「甲」、「乙」の値が入っていません")

    def test_a_decision_that_does_not_move_comes_back_about_the_same_thing(self, system, work, officer, mayor):
        closed = Review(
            year=2026, quarter=2, held_on=date(2026, 9, 1), decider=mayor.membership, state=ReviewState.CLOSED
        )
        closed.save()
        item = add_item(closed, "1-B", initiative=work)
        decided = {"decided_on": date(2026, 9, 1), "person": mayor.membership, "verdict": Verdict.CONTINUE}
        ReviewDecision(item=item, what="公募する", due_on=date(2026, 10, 1), **decided).save()
        [found] = agenda.decisions_not_carried_out(system)
        assert (found.subject_type, found.subject_id) == ("initiatives.initiative", work.pk)
        assert (found.figure, found.severity) == ("53日", Severity.HIGH)

    def test_what_was_put_off_comes_back(self, system, mayor):
        closed = Review(
            year=2026, quarter=2, held_on=date(2026, 9, 1), decider=mayor.membership, state=ReviewState.CLOSED
        )
        closed.save()
        item = add_item(closed, "窓口の体制", put_off_reason="時間がなかった")
        [found] = agenda.put_off_items(system)
        assert (found.subject_type, found.subject_id, found.title) == ("initiatives.agendaitem", item.pk, "窓口の体制")


def closed_review(mayor):
    review = Review(year=2026, quarter=2, held_on=date(2026, 9, 1), decider=mayor.membership)
    review.state = ReviewState.CLOSED
    review.save()
    return review


def finding(number, severity=Severity.MIDDLE, **more):
    return Finding(
        **{
            "subject_type": "initiatives.initiative",
            "subject_id": number,
            "title": f"取組{number}",
            "sentence": f"{number}番が遅れています。",
            "as_of": TODAY,
            "severity": severity,
            **more,
        }
    )


def registry_of(**findings):
    registry = Registry()
    for key, found in findings.items():
        registry.register(AgendaContribution(id=key, label=key, find=lambda _actor, found=found: found))
    return registry


def titles(review):
    return [item.title for item in review.items.all()]


class TestGathering:
    def test_one_item_for_each_subject_the_gravest_first(self, officer, review):
        registry = registry_of(
            a=[finding(1), finding(2, Severity.LOW)], b=[finding(2, Severity.HIGH), finding(3, Severity.LOW)]
        )
        gather(actor=officer, review=review, registry=registry)
        assert titles(review) == ["取組2", "取組1", "取組3"]
        first = review.items.first()
        assert [one.source for one in first.findings.all()] == ["b", "a"]
        assert first.severity == Severity.HIGH

    def test_a_refresh_keeps_what_people_have_done_and_drops_what_is_settled(self, officer, head, department, review):
        gather(
            actor=officer,
            review=review,
            registry=registry_of(a=[finding(n, department_id=department.pk) for n in range(1, 5)]),
        )
        by_title = {item.title: item for item in review.items.all()}
        put_off(actor=officer, item=by_title["取組1"], reason="決算の後に")
        write_statement(actor=head, item=by_title["取組2"], text="済ませました")
        move_item(actor=officer, item=by_title["取組4"], step=-9)
        gather(actor=officer, review=review, registry=registry_of(a=[finding(4), finding(5, Severity.HIGH)]))
        kept = {item.title: item for item in review.items.all()}
        assert [row.item.title for row in agenda_of(review, officer).on_the_table] == ["取組4", "取組2", "取組5"]
        assert (kept["取組1"].put_off_reason, kept["取組2"].statement.text) == ("決算の後に", "済ませました")
        assert {title: item.findings.count() for title, item in kept.items()} == {
            "取組1": 0,
            "取組2": 0,
            "取組4": 1,
            "取組5": 1,
        }

    def test_an_item_knows_the_initiative_or_the_indicator_it_is_about(self, officer, review, work):
        indicator = make_indicator(work.served_goals.get().goal)
        found = [finding(work.pk), finding(indicator.pk, subject_type="goals.indicator", title="指標")]
        gather(actor=officer, review=review, registry=registry_of(a=found))
        told = {item.title: (item.initiative, item.indicator) for item in review.items.all()}
        assert told == {f"取組{work.pk}": (work, None), "指標": (None, indicator)}

    def test_the_agenda_is_frozen_with_its_figures_when_the_review_begins(self, officer, review, work):
        make_task(work, starts_on=date(2026, 9, 1), due_on=date(2026, 9, 14))
        begun = begin_review(actor=officer, review=review)
        work.tasks.update(due_on=date(2027, 1, 1))
        item = begun.items.get(initiative=work)
        with pytest.raises(DomainError):
            gather(actor=officer, review=begun)
        assert item.findings.get(source="initiatives.late_tasks").figure == "1件"

    def test_every_contribution_of_the_product_can_be_asked(self, officer, review, work):
        assert {one.id for one in agenda.CONTRIBUTIONS} <= {one.id for one in review_agenda}
        gather(actor=officer, review=review)


class TestPreparing:
    def test_items_move_by_places_and_stay_in_the_list(self, officer, review):
        items = [add_item(review, name, order=number) for number, name in enumerate("甲乙丙", start=1)]
        move_item(actor=officer, item=items[2], step=-1)
        assert titles(review) == ["甲", "丙", "乙"]
        move_item(actor=officer, item=items[0], step=-5)
        move_item(actor=officer, item=items[0], step=99)
        assert titles(review) == ["丙", "乙", "甲"]

    def test_an_item_of_the_data_is_put_off_with_a_reason_but_not_removed(self, officer, review):
        gather(actor=officer, review=review, registry=registry_of(a=[finding(1)]))
        item = review.items.get()
        with pytest.raises(DomainError):
            remove_item(actor=officer, item=item)
        with pytest.raises(DomainError) as refused:
            put_off(actor=officer, item=item, reason=" ")
        assert refused.value.field == "put_off_reason"
        put_off(actor=officer, item=item, reason="決算の後に")
        assert agenda_of(review, officer).on_the_table == []
        take_up(actor=officer, item=item)
        assert len(agenda_of(review, officer).on_the_table) == 1

    def test_what_is_not_urgent_is_put_off_together(self, officer, head, department, review):
        low = [finding(n, Severity.LOW, department_id=department.pk) for n in (1, 2, 3)]
        gather(actor=officer, review=review, registry=registry_of(a=[*low, finding(9)]))
        write_statement(actor=head, item=review.items.get(title="取組2"), text="話したい")
        add_item(review, "手で加えた議題", severity=Severity.LOW)
        assert put_off_minor(actor=officer, review=review, reason="書面で確かめる") == 2
        assert {row.item.title for row in agenda_of(review, officer).on_the_table} == {
            "取組2",
            "取組9",
            "手で加えた議題",
        }

    def test_an_item_by_hand_takes_the_department_of_its_initiative(self, officer, review, work):
        item = save_item(actor=officer, item=AgendaItem(review=review, title="続けるか", initiative=work))
        assert (item.department, item.added_by) == (work.department, officer.membership)
        remove_item(actor=officer, item=item)
        assert not review.items.filter(pk=item.pk).exists()

    @pytest.mark.parametrize("written", ["statement", "minutes", "verdict"])
    def test_an_item_that_somebody_has_written_about_is_not_removed(self, officer, mayor, review, written):
        item = save_item(actor=officer, item=AgendaItem(review=review, title="続けるか"))
        if written == "statement":
            write_statement(actor=officer, item=item, text="話したい")
        else:
            begin_review(actor=officer, review=review)
            write_down(actor=mayor, item=item, field=written, value="continue", known="")
        with pytest.raises(DomainError):
            remove_item(actor=officer, item=item)
        assert review.items.filter(pk=item.pk).exists()

    def test_only_the_head_in_charge_and_the_dx_office_write_for_a_department(
        self, officer, mayor, head, town, review, department
    ):
        own = add_item(review, department=department)
        other = add_item(review, department=make_department(town, "税務課"))
        write_statement(actor=head, item=own, text="進めています")
        assert own.statement.author == head.membership
        for actor, item in ((head, other), (mayor, own)):
            with pytest.raises(NotAllowedError):
                write_statement(actor=actor, item=item, text="x")
        write_statement(actor=head, item=own, text="")
        assert not hasattr(AgendaItem.objects.get(pk=own.pk), "statement")

    def test_a_quarter_has_one_review(self, officer, mayor, review):
        with pytest.raises(DomainError) as refused:
            plan_review(officer, mayor, [])
        assert refused.value.field == "quarter_key"
        assert Review.objects.count() == 1


class TestDepartments:
    def test_an_inquiry_that_is_not_answered(self, town, system, department, officer):
        asked = make_department(town, "税務課")
        for number, (place, due_on) in enumerate(
            [(department, date(2026, 11, 1)), (asked, date(2026, 11, 22)), (asked, TODAY)]
        ):
            inquiry = Inquiry(title=f"調査{number}", owner=officer.membership)
            inquiry.save()
            round_ = Round(inquiry=inquiry, state=RoundState.OPEN, due_on=due_on)
            round_.save()
            Request(round=round_, department=place, asked_on=date(2026, 10, 1), due_on=due_on).save()
        found = {one.subject_id: one for one in agenda.unanswered(system)}
        assert {key: (one.figure, one.severity) for key, one in found.items()} == {
            department.pk: ("1件", Severity.MIDDLE),
            asked.pk: ("1件", Severity.LOW),
        }
        assert found[department.pk].title == "市民課について"

    def test_people_and_money_that_are_not_there(self, system, work, department):
        Capacity(department=department, month=TODAY.replace(day=1), fte=0).save()
        make_task(work, starts_on=TODAY, due_on=date(2026, 12, 31), estimate=40)
        mode = Mode(initiative=work, is_chosen=True)
        mode.save()
        MoneyNeed(mode=mode, fund="general", amount=5_000_000).save()
        Budget(year=2026, fund="general", amount=3_000_000).save()
        found = {one.subject_type: one for one in agenda.over_allocated(system)}
        assert found["municipality.department"].subject_id == department.pk
        # A task is no initiative.
        assert found["municipality.department"].sentence.endswith("主な原因：「様式を整える」。")
        money = found["initiatives.fund_of_year"]
        assert money.sentence.endswith(f"主な取組：「{work.name}」。")
        assert (money.title, money.figure) == ("令和8年度の経費（一般財源）", "200万円")
