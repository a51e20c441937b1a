"""The list: what it says first, how it is narrowed down and sorted, and that it stays cheap."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.initiatives.models import Blocker, Initiative, InitiativeStatus, Milestone, Priority, TaskStatus
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.municipality.models import Role
from tests.factories import TODAY, make_department, make_goal, make_initiative, make_plan, make_policy, make_task
from tests.initiatives.pages import sign_in, url

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def officer(client, town, today):
    return sign_in(client, town)


def names(answer):
    rows = re.findall(r"<tr>(.*?)</tr>", answer.content.decode(), re.DOTALL)
    return [
        found[0] for row in rows if (found := re.findall(r'/initiatives/\d+/">(?:<span.*?</span> )?(.*?)</a>', row))
    ]


def _late_task(initiative):
    make_task(initiative, due_on=YESTERDAY)


def _missed_milestone(initiative):
    Milestone(initiative=initiative, name="契約", due_on=YESTERDAY).save()


def _past_its_end(initiative):
    initiative.ends_on = YESTERDAY
    initiative.save()


def _blocked(initiative):
    Blocker(task=make_task(initiative), text="予算", decider=initiative.owner, raised_on=TODAY).save()


def _coming(initiative):
    initiative.starts_on = TODAY + timedelta(days=1)
    initiative.save()


def _done_late_task(initiative):
    make_task(initiative, due_on=YESTERDAY, status=TaskStatus.DONE)


@pytest.mark.parametrize(
    ("happens", "standing"),
    [
        (_late_task, Standing.LATE),
        (_missed_milestone, Standing.LATE),
        (_past_its_end, Standing.LATE),
        (_blocked, Standing.BLOCKED),
        (_coming, Standing.COMING),
        (_done_late_task, Standing.IN_TIME),
    ],
)
def test_an_approved_initiative_stands_as_its_work_does(initiative, happens, standing):
    happens(initiative)
    assert with_standing(Initiative.objects.all(), TODAY).get().standing == standing


@pytest.mark.parametrize("status", [InitiativeStatus.PROPOSED, InitiativeStatus.DONE, InitiativeStatus.STOPPED])
def test_what_is_not_part_of_the_plan_is_never_late(initiative, status):
    _late_task(initiative)
    Initiative.objects.update(status=status)
    assert with_standing(Initiative.objects.all(), TODAY).get().standing == status


def test_the_list_begins_with_a_sentence(client, officer, town, goal):
    _late_task(make_initiative(goal, "甲"))
    make_initiative(goal, "乙")
    make_initiative(goal, "丙", status=InitiativeStatus.PROPOSED)
    page = client.get(url(town, "initiative_list")).content.decode()
    lead = re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", page).group())
    assert lead == "採択済みの取組2件のうち1件は予定どおりです。1件が遅れています。1件が採択を待っています。"


def test_a_plan_without_work_invites_to_propose(client, officer, town, goal):
    page = client.get(url(town, "initiative_list")).content.decode()
    assert "取組はまだありません" in page
    assert url(town, "initiative_create") in page


@pytest.fixture
def several(town, goal, department):
    tax = make_department(town, "税務課")
    policy = make_policy(goal.plan, "職員の手を空ける")
    second = make_goal(goal.plan, "紙の使用量を令和10年度末までに半減する", policy=policy, department=tax)
    late = make_initiative(goal, "書かない窓口", priority=Priority.HIGH, ends_on=date(2027, 1, 31))
    _late_task(late)
    return {
        "late": late,
        "tax": make_initiative(second, "電子決裁", department=tax, priority=Priority.LOW, code="3-E"),
        "proposed": make_initiative(goal, "AI相談の試行", status=InitiativeStatus.PROPOSED),
        "done": make_initiative(goal, "研修", status=InitiativeStatus.DONE),
        "policy": policy,
        "goal": second,
        "department": tax,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"書かない窓口", "電子決裁", "AI相談の試行"}),
        ("state=late", {"書かない窓口"}),
        ("state=proposed", {"AI相談の試行"}),
        ("state=done", {"研修"}),
        ("state=all", {"書かない窓口", "電子決裁", "AI相談の試行", "研修"}),
        ("state=nonsense", {"書かない窓口", "電子決裁", "AI相談の試行"}),
        ("q=電子", {"電子決裁"}),
        ("q=紙の使用量", {"電子決裁"}),
        ("q=ＡＩ", {"AI相談の試行"}),
        ("priority=1", {"書かない窓口"}),
        ("priority=9", {"書かない窓口", "電子決裁", "AI相談の試行"}),
        ("owner=me", set()),
        ("department={department}", {"電子決裁"}),
        ("policy={policy}", {"電子決裁"}),
        ("goal={goal}", {"電子決裁"}),
        ("goal=²", {"書かない窓口", "電子決裁", "AI相談の試行"}),
    ],
)
def test_the_list_is_narrowed_down_by_its_address(client, officer, town, several, query, expected):
    keys = {name: several[name].pk for name in ("department", "policy", "goal")}
    answer = client.get(f"{url(town, 'initiative_list')}?{query.format(**keys)}")
    assert set(names(answer)) == expected


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("urgency", "書かない窓口"),
        ("ends_on", "書かない窓口"),
        ("-priority", "電子決裁"),
        ("name", "AI相談の試行"),
        ("x", "電子決裁"),
    ],
)
def test_the_list_is_sorted_by_its_columns(client, officer, town, several, sort, first):
    assert names(client.get(f"{url(town, 'initiative_list')}?sort={sort}"))[0] == first


def test_a_head_sees_the_own_department_and_what_it_takes_part_in(client, town, several, department, today):
    sign_in(client, town, Role.HEAD, department)
    assert set(names(client.get(url(town, "initiative_list")))) == {"書かない窓口", "AI相談の試行"}
    make_task(several["tax"], department=department)
    assert set(names(client.get(url(town, "initiative_list")))) == {"書かない窓口", "AI相談の試行", "電子決裁"}


def test_a_hundred_initiatives_take_as_many_questions_as_two(client, officer, town, goal):
    def ask():
        with CaptureQueriesContext(connection) as captured:
            client.get(url(town, "initiative_list"))
        return len(captured)

    for number in range(2):
        make_task(make_initiative(goal, f"取組{number}"))
    ask()
    few = ask()
    other = make_goal(make_plan(town, name="別の計画"), department=goal.department)
    for number in range(100):
        initiative = make_initiative(other, f"多い{number}")
        make_task(initiative)
        Milestone(initiative=initiative, name="節目", due_on=TODAY).save()
    assert ask() == few


def test_choices_follow_their_trees_and_plans_stand_apart(client, town, officer):
    """Whatever the keys are: the second plan begins after the last policy of the first."""
    for year, letters in ((2025, "丙丁"), (2024, "甲乙")):
        plan = make_plan(town, name=f"{year}年の計画", first_year=year)
        tops = [make_policy(plan, name, order=order) for name, order in ((letters[1], 2), (letters[0], 1))]
        for top in tops:
            make_policy(plan, f"{top.name}の下", parent=top, order=1)
    citizens = make_department(town, "市民部", order=2)
    planning = make_department(town, "企画部", order=1)
    make_department(town, "税務課", parent=citizens, order=1)
    make_department(town, "財政課", parent=planning, order=9)
    form = client.get(url(town, "initiative_list")).context["filter_form"]
    assert [label for _key, label in form.fields["department"].choices][1:] == [
        "企画部", "　財政課", "市民部", "　税務課",
    ]  # fmt: skip
    assert [label for _key, label in form.fields["policy"].choices][1:] == [
        "甲", "　甲の下", "乙", "　乙の下", "丙", "　丙の下", "丁", "　丁の下",
    ]  # fmt: skip
