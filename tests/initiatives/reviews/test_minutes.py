"""What the minutes keep of a meeting: its day, who was there, and the figures that it looked at."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.initiatives.models import AgendaFinding, AgendaItem, Grade, Review, ReviewDecision, ReviewState, TaskStatus
from kiun.initiatives.queries.reviews.page import agenda_of
from kiun.initiatives.queries.reviews.readiness import lacks_of
from kiun.initiatives.services.reviews import (
    begin_review,
    close_review,
    hand_over_decisions,
    save_item,
    save_review,
    write_down,
)
from kiun.initiatives.services.reviews.gathering import keep_figures
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import wareki
from kiun.municipality.models import Role
from tests.factories import TODAY, make_goal, make_indicator, make_initiative, make_membership, make_task, make_user
from tests.initiatives.pages import url
from tests.initiatives.reviews.conftest import SOON, add_item, plan_review


@pytest.fixture(autouse=True)
def _today(today):
    pass


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, department=department), "書かない窓口")


@pytest.fixture
def indicator(plan, department):
    return make_indicator(make_goal(plan, department=department), readings={"2026-09-30": 40})


def only(review, **fields):
    """A review with this one item."""
    item = add_item(review, **fields)
    review.items.exclude(pk=item.pk).delete()
    return item


def begin(officer, review, **fields):
    item = only(review, **fields)
    begin_review(actor=officer, review=review)
    # What was found in the data of the whole town is not of this test.
    review.items.exclude(pk=item.pk).delete()
    return AgendaItem.objects.get(pk=item.pk)


def decide(actor, item, **values):
    for field, value in {"verdict": "continue", "reason": "要の取組", **values}.items():
        write_down(actor=actor, item=item, field=field, value=value, known="")


def minutes(client, actor, review):
    client.force_login(actor.user)
    return client.get(url(review.municipality, "review_minutes", review.pk)).content.decode()


class TestFigures:
    def test_an_item_added_by_hand_keeps_where_its_initiative_stood(self, client, officer, mayor, review, work):
        task = make_task(work, due_on=SOON, percent=40, status=TaskStatus.DOING)
        item = begin(officer, review, initiative=work, department=work.department)
        decide(mayor, item, grade="as_planned")
        close_review(actor=officer, review=review, present=[mayor.membership])
        task.percent, task.status = 100, TaskStatus.DONE
        task.save()
        said = "状態は「予定どおり」、作業の進み具合は40%です。"
        assert [finding.sentence for finding in item.findings.all()] == [said]
        assert said in minutes(client, officer, review)

    def test_an_indicator_keeps_the_value_of_that_day(self, officer, review, indicator):
        item = begin(officer, review, indicator=indicator)
        [finding] = item.findings.all()
        assert finding.sentence.startswith("令和8年9月末は40%。")
        assert finding.as_of == TODAY

    def test_what_is_added_in_the_meeting_keeps_its_figures_too(self, officer, review, work):
        begin(officer, review)
        item = save_item(actor=officer, item=AgendaItem(review=review, title="その場で", initiative=work))
        assert [finding.source for finding in item.findings.all()] == ["initiatives.standing"]

    def test_a_review_that_began_before_keeps_them_when_it_closes(self, officer, mayor, review, work):
        item = begin(officer, review, initiative=work)
        item.findings.all().delete()
        decide(mayor, item, grade="late")
        close_review(actor=officer, review=review, present=[mayor.membership])
        assert item.findings.count() == 1

    def test_of_one_closed_before_nobody_says_what_is_known_today(self, client, officer, review, work):
        item = only(review, initiative=work)
        Review.objects.update(state=ReviewState.CLOSED)
        assert "当時の値は残っていません。" in minutes(client, officer, review)
        page = client.get(url(review.municipality, "item_detail", item.pk)).content.decode()
        assert "当時の値は残っていません。" in page
        assert "今は問題がありません" not in page

    def test_an_item_about_nothing_in_the_data_has_none(self, client, officer, review):
        only(review)
        Review.objects.update(state=ReviewState.CLOSED)
        assert "当時の値" not in minutes(client, officer, review)

    def test_they_name_whom_it_was_given_to_also_after_a_handover(self, client, officer, mayor, head, review, town):
        item = begin(officer, review)
        decide(mayor, item, what="案をつくる", person=head.membership, due_on=SOON)
        close_review(actor=officer, review=review, present=[mayor.membership])
        successor = make_membership(town, Role.HEAD, user=make_user("後任 花子"))
        decision = ReviewDecision.objects.get()
        hand_over_decisions(actor=officer, rows=[decision], to=successor, reason="人事異動")
        page = minutes(client, officer, review)
        assert str(head.membership) in page
        assert "後任 花子" not in page


class TestGrades:
    @pytest.mark.parametrize("subject", ["municipality.department", "initiatives.fund_of_year"])
    def test_of_people_and_money_that_are_short_none_is_asked(self, client, officer, mayor, review, subject):
        item = begin(officer, review)
        AgendaItem.objects.filter(pk=item.pk).update(subject_type=subject, subject_id=1)
        client.force_login(mayor.user)
        page = client.get(url(review.municipality, "item_detail", item.pk))
        assert "grade" not in page.context["form"].fields
        decide(mayor, item)
        assert lacks_of(agenda_of(review, officer).rows) == []
        close_review(actor=officer, review=review, present=[mayor.membership])

    def test_what_the_data_say_is_proposed_and_not_decided(self, client, officer, mayor, review, work):
        make_task(work, starts_on=date(2026, 9, 1), due_on=date(2026, 9, 14))
        begin_review(actor=officer, review=review)
        item = review.items.get(initiative=work)
        assert (item.proposed_grade, item.grade) == ("late", "")
        client.force_login(mayor.user)
        form = client.get(url(review.municipality, "item_detail", item.pk)).context["form"]
        assert form.fields["grade"].help_text == "データからは「遅れ」です。会議で決めてください。"
        write_down(actor=mayor, item=item, field="verdict", value="continue", known="")
        row = next(row for row in agenda_of(review, officer).rows if row.item == item)
        assert row.lacking[0] == "評価を選んでください。データからは「遅れ」です。"

    def test_nothing_is_said_to_be_unknown_of_which_there_are_figures(self, officer, review, work, indicator):
        silent = make_indicator(indicator.goal, "値のない指標", readings={})
        about = {
            "取組": {"initiative": work},
            "指標": {"indicator": indicator},
            "値なし": {"indicator": silent},
            "体制": {},
        }
        for title, fields in about.items():
            add_item(review, title, **fields)
        begin_review(actor=officer, review=review)
        proposed = dict(review.items.filter(title__in=about).values_list("title", "proposed_grade"))
        assert proposed == {"取組": "as_planned", "指標": "", "値なし": "unknown", "体制": ""}

    def test_an_agenda_of_thirty_items_asks_no_more_of_the_database_than_one_of_one(
        self, officer, review, plan, department
    ):
        def asked(items):
            with CaptureQueriesContext(connection) as queries:
                keep_figures(actor=officer, items=items)
            return len(queries)

        items = []
        for number in range(15):
            goal = make_goal(plan, department=department)
            about = make_initiative(goal, f"取組{number}"), make_indicator(goal, readings={"2026-09-30": 40})
            items += [add_item(review, initiative=about[0]), add_item(review, indicator=about[1])]
        rows = AgendaItem.objects.all()
        assert asked(rows.filter(pk__in=[item.pk for item in items[:2]])) == asked(
            rows.filter(pk__in=[item.pk for item in items[2:]])
        )
        assert AgendaFinding.objects.filter(item__in=items, source="initiatives.standing").count() == 30

    def test_the_words_are_whole(self):
        assert [str(grade.label) for grade in Grade] == ["進んでいる", "予定どおり", "遅れ", "評価できない"]


class TestTheDay:
    def test_the_planned_day_stays_beside_the_day_on_which_it_is_held(self, client, officer, mayor):
        review = plan_review(officer, mayor, [mayor], held_on=TODAY + timedelta(days=10))
        add_item(review)
        client.force_login(officer.user)
        asked = client.get(url(review.municipality, "review_detail", review.pk)).content.decode()
        planned = TODAY + timedelta(days=10)
        assert f"{wareki(planned)}の予定です。今日（{wareki(TODAY)}）に開きますか。" in asked
        begin_review(actor=officer, review=review)
        review.refresh_from_db()
        assert (review.held_on, review.planned_on) == (TODAY, planned)
        assert f"（予定は{wareki(planned)}）" in minutes(client, officer, review)

    def test_on_the_planned_day_nothing_is_asked_or_added(self, client, officer, review):
        add_item(review)
        client.force_login(officer.user)
        assert "の予定です。" not in client.get(url(review.municipality, "review_detail", review.pk)).content.decode()
        begin_review(actor=officer, review=review)
        review.refresh_from_db()
        assert (review.held_on, review.planned_on) == (TODAY, None)


class TestWhoWasThere:
    def test_nobody_is_ticked_and_somebody_has_to_be(self, client, officer, mayor, head, review):
        item = begin(officer, review)
        decide(mayor, item)
        close = url(review.municipality, "review_close", review.pk)
        client.force_login(officer.user)
        form = client.get(close).context["form"]
        assert form["attended"].value() is None
        refused = client.post(close, {"summary": ""})
        assert refused.context["form"].errors["attended"] == ["出席した人を選んでください。"]
        with pytest.raises(DomainError) as without:
            close_review(actor=officer, review=review, present=[])
        assert (without.value.message, without.value.field) == ("出席した人を選んでください。", "attended")
        client.post(close, {"attended": [head.membership.pk]})
        assert dict(review.participants.values_list("post", "attended")) == {
            mayor.membership.pk: False,
            head.membership.pk: True,
        }

    def test_whoever_decides_is_invited(self, officer, mayor, head):
        review = plan_review(officer, mayor, [head])
        assert set(review.participants.values_list("post", flat=True)) == {mayor.membership.pk, head.membership.pk}

    def test_people_stand_in_the_order_in_which_they_were_chosen(self, officer, mayor, town):
        people = [make_membership(town, Role.HEAD) for _ in range(12)][::-1]
        review = Review(year=2026, quarter=3, held_on=TODAY, decider=mayor.membership)
        save_review(actor=officer, review=review, participants=people)
        assert [row.post for row in review.participants.all()] == [*people, mayor.membership]

    def test_before_it_closes_the_agenda_names_all_who_are_invited(self, client, officer, head, review):
        page = minutes(client, officer, review)
        assert str(head.membership) in page
