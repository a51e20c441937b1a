"""What residents read of the work for a goal: names, words, dates and public milestones, nothing else."""

from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from kiun.initiatives.models import InitiativeStatus, Milestone
from tests.factories import make_department, make_goal, make_initiative, make_plan, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def goal(hinata):
    return make_goal(make_plan(hinata), department=make_department(hinata))


def test_a_goal_tells_what_is_done_for_it(hinata, client, goal):
    initiative = make_initiative(
        goal,
        "書かない窓口",
        public_text="住所を何度も書かなくて済みます",
        summary="秘密の内訳",
        priority_reason="秘密の理由",
    )
    make_task(initiative, "秘密の作業")
    make_initiative(goal, "秘密の提案", status=InitiativeStatus.PROPOSED)
    make_initiative(goal, "秘密の取組", is_public=False)
    make_initiative(goal, "秘密の中止", status=InitiativeStatus.STOPPED)
    with scope(municipality=hinata):
        Milestone(initiative=initiative, name="窓口の開設", due_on=date(2027, 1, 31)).save()
        Milestone(initiative=initiative, name="秘密の節目", due_on=date(2027, 1, 31), is_public=False).save()
    page = client.get("/p/hinata/").content.decode()
    for words in ("書かない窓口", "住所を何度も書かなくて済みます", "R8.4.1–R9.3.31", "窓口の開設（R9.1.31 予定）"):
        assert words in page
    assert "秘密" not in page


def test_thirty_initiatives_cost_residents_as_many_questions_as_one(hinata, client, goal):
    def ask():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get("/p/hinata/")
        return len(captured)

    make_initiative(goal, "一")
    ask()
    few = ask()
    for number in range(30):
        make_initiative(make_goal(goal.plan), f"取組{number}")
    assert ask() == few
