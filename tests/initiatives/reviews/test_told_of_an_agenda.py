"""What is told of an agenda as a whole, before and after the closing, and to whom."""

import re

import pytest

from kiun.initiatives.models import InitiativeStatus, Review, ReviewState
from kiun.initiatives.queries.reviews import agenda
from kiun.initiatives.services.reviews import begin_review, close_review, write_down
from kiun.municipality.actors import system_actor
from tests.factories import TODAY, make_goal, make_initiative
from tests.initiatives.pages import url
from tests.initiatives.reviews.conftest import add_item


def lead_of(client, actor, review):
    return re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", page_of(client, actor, "review_detail", review)).group())


def page_of(client, actor, name, *rows):
    client.force_login(actor.user)
    return client.get(url(actor.municipality, name, *[row.pk for row in rows])).content.decode()


@pytest.fixture
def running(officer, mayor, review, department):
    """Three items, one of the department, one decided."""
    review.items.all().delete()
    add_item(review, "受付", department=department)
    add_item(review, "体制")
    add_item(review, "予算")
    begin_review(actor=officer, review=review)
    for field, value in {"verdict": "continue", "reason": "要の取組"}.items():
        write_down(actor=mayor, item=review.items.get(title="受付"), field=field, value=value, known="")
    review.refresh_from_db()
    return review


@pytest.fixture
def closed(officer, mayor, running):
    close_review(actor=officer, review=running, present=[mayor.membership], rest_reason="時間がなかった")
    running.refresh_from_db()
    return running


@pytest.mark.usefixtures("today")
class TestNumbers:
    def test_while_it_is_held(self, client, mayor, running):
        assert lead_of(client, mayor, running) == "3件の議題のうち、1件が決まりました。"

    def test_what_was_put_off_stays_among_the_items(self, client, mayor, closed):
        said = "3件の議題のうち、1件が決まりました。続ける 1、2件は見送り。"
        assert lead_of(client, mayor, closed) == said

    def test_a_head_is_told_of_the_items_of_the_department(self, client, head, running):
        assert lead_of(client, head, running) == "あなたの課に関わる1件の議題のうち、1件が決まりました。"


@pytest.mark.usefixtures("today")
class TestWhatHasEnded:
    @pytest.fixture
    def ended(self, plan, department):
        goal = make_goal(plan, department=department)
        return make_initiative(goal, "書かない窓口", status=InitiativeStatus.STOPPED, ended_on=TODAY)

    def test_it_does_not_come_back_because_it_was_put_off(self, town, review, ended):
        Review.objects.update(state=ReviewState.CLOSED)
        add_item(review, initiative=ended, put_off_reason="時間がなかった")
        assert list(agenda.put_off_items(system_actor(town, on=TODAY))) == []

    @pytest.mark.parametrize("name", ["review_detail", "review_minutes"])
    def test_what_stands_there_already_is_marked(self, client, officer, review, ended, name):
        review.items.all().delete()
        add_item(review, initiative=ended)
        assert "中止済み" in page_of(client, officer, name, review)

    def test_minutes_do_not_mark_what_was_stopped_on_their_day(self, client, officer, closed, ended):
        closed.items.update(initiative=ended)
        assert "中止済み" not in page_of(client, officer, "review_minutes", closed)


@pytest.mark.usefixtures("today")
class TestClosing:
    def test_everybody_is_ticked_with_one_press(self, client, officer, running):
        page = page_of(client, officer, "review_close", running)
        assert 'data-select-all="attended"><span>全員</span>' in page
        assert "data-one-of" in page

    def test_a_closed_review_is_not_offered_to_be_opened(self, client, officer, plan, closed):
        make_goal(plan)
        page = page_of(client, officer, "review_list")
        told = [word for word in ("第3四半期の見直しを開く", "令和8年度第4四半期") if word in page]
        assert told == ["令和8年度第4四半期"]
