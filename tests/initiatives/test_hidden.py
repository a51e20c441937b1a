"""Whoever may see nothing of what there is is not told that there is nothing."""

import pytest
from django.urls import reverse

from kiun.initiatives.services.reviews import begin_review, close_review, write_down
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative, make_task
from tests.initiatives.pages import sign_in, url
from tests.initiatives.reviews.conftest import add_item, plan_review

NOTHING = {
    "review_list": "見直しで決めたことは、まだありません。",
    "decision_list": "見直しで決めたことは、まだありません。",
    "revision_list": "採択した計画は、まだ変わっていません。",
    "task_list": "残っている作業はありません。",
    "task_board": "残っている作業はありません。",
    "initiative_list": "取組はまだありません",
}
HIDDEN = {
    "review_list": "あなたが見られる決定はありません。",
    "decision_list": "あなたが見られる決定はありません。",
    "revision_list": "あなたが見られる計画の変更はありません。",
    "task_list": "あなたが見られる未完了の作業はありません。",
    "task_board": "あなたが見られる未完了の作業はありません。",
    "initiative_list": "あなたが見られる取組はありません",
}


@pytest.fixture
def reader(client, town, goal):
    """Of a department that nothing of the plan concerns."""
    return sign_in(client, town, Role.VIEWER, make_department(town, "財政課"))


@pytest.fixture
def work(goal):
    """A review that decided, a change of the plan, and work that goes on; none of it of the reader's department."""
    officer, mayor = make_actor(goal.municipality, Role.ADMIN), make_actor(goal.municipality, Role.EXECUTIVE)
    going, ended = make_initiative(goal, "申請のオンライン化"), make_initiative(goal, "窓口の混雑表示")
    make_task(going)
    review = plan_review(officer, mayor, [mayor])
    review.items.all().delete()
    add_item(review, initiative=ended, department=ended.department)
    item = begin_review(actor=officer, review=review).items.get()
    for field, value in {"grade": "late", "verdict": "stop", "reason": "使われない"}.items():
        write_down(actor=mayor, item=item, field=field, value=value, known="")
    close_review(actor=officer, review=review, present=[mayor.membership])


def page(client, town, name):
    return client.get(url(town, name)).content.decode()


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_that_the_reader_may_see_is_not_nothing(client, town, today, reader, work, name):
    told = page(client, town, name)
    assert (HIDDEN[name] in told, NOTHING[name] in told) == (True, False)


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_at_all_is_still_called_so(client, town, today, reader, name):
    told = page(client, town, name)
    assert (NOTHING[name] in told, HIDDEN[name] in told) == (True, False)


def test_the_loop_says_that_there_is_none_to_see(client, town, today, reader, work):
    told = client.get(reverse("dashboard:home", args=[town.slug])).content.decode()
    words = [word for word in ("取組の担当が決まると数えます", "あなたが見られる取組はありません") if word in told]
    assert words == ["あなたが見られる取組はありません"]


@pytest.mark.parametrize(("role", "heading"), [(Role.VIEWER, "あなたの課に関わる議題"), (Role.EXECUTIVE, "議題")])
def test_the_items_of_a_review_are_counted_for_whom(client, town, today, work, role, heading):
    sign_in(client, town, role, make_department(town, "財政課"))
    told = page(client, town, "review_list")
    assert f'<th scope="col" class="num">{heading}</th>' in told
