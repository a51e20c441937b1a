"""The page of the roadmap: who sees what of it, how it is narrowed down, and that it costs the same at any size."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kiun.initiatives.models import (
    Blocker,
    InitiativeLink,
    InitiativeStatus,
    Milestone,
    Phase,
    SharedInitiative,
    TaskStatus,
    Term,
)
from kiun.initiatives.queries.roadmap import roadmap_initiatives, roadmap_rows
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.municipality.actors import actor_of, may
from kiun.municipality.models import Role
from kiun.municipality.queries.people import post_label
from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_initiative,
    make_link,
    make_membership,
    make_plan,
    make_policy,
    make_task,
    make_user,
)
from tests.initiatives.pages import sign_in, url

NOW = timezone.localdate()
SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=300)
BEFORE = NOW - timedelta(days=200)


def days(first, last):
    return {"starts_on": NOW + timedelta(days=first), "ends_on": NOW + timedelta(days=last)}


def page(client, town, **query):
    return client.get(url(town, "roadmap"), query)


def names(answer):
    return {drawn.row.name for drawn in answer.context["picture"].rows}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def officer(client, town):
    return sign_in(client, town, Role.ADMIN)


class TestWhatIsShown:
    def test_bars_in_lanes_with_the_outlook_of_their_goal(self, client, town, officer):
        plan = make_plan(town)
        policy = make_policy(plan, "行かない窓口", code="1")
        goal = make_goal(plan, "申請の60%をオンラインにする", policy=policy, department=make_department(town, "市民課"))
        make_indicator(goal, readings={"2024-03-31": 20}, today=NOW)
        make_initiative(goal, "電子申請", **days(-100, 200))
        answer = page(client, town)
        [lane] = answer.context["picture"].lanes
        assert (lane.lane.code, lane.lane.title) == ("1", "行かない窓口")
        [group] = lane.groups
        assert (group.goal.text, str(group.goal.mark.word)) == (goal.text, "更新待ち")
        assert "電子申請" in text_of(answer)

    def test_what_is_late_and_by_what(self, client, town, officer, goal):
        late = make_initiative(goal, "遅れた取組", **days(-100, 200))
        make_task(late, starts_on=BEFORE, due_on=NOW - timedelta(days=20))
        make_task(late, starts_on=BEFORE, due_on=NOW - timedelta(days=10))
        make_task(late, starts_on=BEFORE, due_on=NOW - timedelta(days=90), status=TaskStatus.DONE, percent=100)
        Milestone(initiative=late, name="契約", due_on=NOW - timedelta(days=15)).save()
        make_initiative(goal, "順調な取組", **days(-100, 200))
        answer = page(client, town)
        rows = {drawn.row.name: drawn for drawn in answer.context["picture"].rows}
        assert rows["遅れた取組"].row.late_since == NOW - timedelta(days=19)
        assert (rows["遅れた取組"].row.progress.late, rows["遅れた取組"].missed) == (2, 1)
        assert rows["順調な取組"].row.late_since is None
        assert "遅れ 作業2 節目1" in text_of(answer)

    def test_stopped_ones_only_when_asked_for(self, client, town, officer, goal):
        make_initiative(goal, "やめた取組", status=InitiativeStatus.STOPPED)
        make_initiative(goal, "済んだ取組", status=InitiativeStatus.DONE)
        make_initiative(goal, "案", status=InitiativeStatus.PROPOSED)
        assert names(page(client, town)) == {"済んだ取組", "案"}
        assert names(page(client, town, state="stopped")) == {"やめた取組"}

    def test_only_plans_in_force(self, client, town, officer, goal):
        make_initiative(make_goal(make_plan(town, name="前の計画", status="closed")), "前の取組")
        make_initiative(goal, "今の取組")
        assert names(page(client, town)) == {"今の取組"}

    def test_an_opened_one_shows_phases_tasks_and_neighbours(self, client, town, officer, goal):
        first, second = (
            make_initiative(goal, "先の取組", **days(-100, -1)),
            make_initiative(goal, "後の取組", **days(5, 90)),
        )
        InitiativeLink(before=first, after=second).save()
        Phase(initiative=second, term=Term.SHORT, goal="三つの課で使える", **days(5, 40)).save()
        one, other = make_task(second, "仕様を書く"), make_task(second, "業者を選ぶ")
        make_task(second, "落とした作業", status=TaskStatus.CANCELLED)
        make_link(one, other)
        answer = page(client, town, open=second.pk)
        opened = answer.context["picture"].opened.opened
        assert [line.work.name for line in opened.tasks] == ["仕様を書く", "業者を選ぶ"]
        assert [line.phase.goal for line in opened.phases] == ["三つの課で使える"]
        assert (opened.before, opened.after) == (("先の取組",), ())
        assert len(opened.chain.links) == 1
        assert "仕様を書く" not in text_of(page(client, town))

    @pytest.mark.parametrize("opened", ["999999", "x", "１"])
    def test_an_impossible_row_opens_nothing(self, client, town, officer, initiative, opened):
        answer = page(client, town, open=opened)
        assert (answer.status_code, answer.context["picture"].opened) == (200, None)

    def test_the_table_has_every_date(self, client, town, officer, goal):
        row = make_initiative(
            goal, "証明書", starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31), legal_deadline=date(2027, 6, 30)
        )
        Phase(initiative=row, term=Term.LONG, goal="全員", starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 30)).save()
        Milestone(initiative=row, name="本番", due_on=date(2026, 9, 1), reached_on=date(2026, 9, 2)).save()
        answer = page(client, town, view="table")
        assert answer.content.count(b'<svg class="k-road__field') == 0
        told = text_of(answer)
        for words in ("R8.4.1", "R9.3.31", "法定 R9.6.30", "長期 R8.5.1–R8.6.30", "R8.9.1 本番 達成"):
            assert words in told, words

    def test_an_empty_town_is_told_what_will_stand_here(self, client, town, officer):
        assert "ここに工程表が表示されます" in text_of(page(client, town))


class TestNarrowingDown:
    @pytest.fixture(autouse=True)
    def _plan(self, town, officer):
        plan = make_plan(town)
        self.policy, self.below = (top := make_policy(plan, "窓口")), make_policy(plan, "予約", parent=top)
        self.office, self.tax = make_department(town, "市民課"), make_department(town, "税務課")
        in_office = make_goal(plan, policy=self.below, department=self.office)
        in_tax = make_goal(plan, department=self.tax)
        self.booking = make_initiative(in_office, "窓口予約", **days(-50, 100))
        self.late = make_initiative(in_tax, "納付", summary="キャッシュレスで納める", **days(-50, -2))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "予約"}, {"窓口予約"}),
            ({"q": "キャッシュレス"}, {"納付"}),
            ({"late": "on"}, {"納付"}),
            ({"state": "in_time"}, {"窓口予約"}),
            ({"state": "unheard-of", "lanes": "x", "zoom": "y", "policy": "x", "whose": "x"}, {"窓口予約", "納付"}),
            ({"q": "ないもの"}, set()),
        ],
    )
    def test_by_words_and_state(self, client, town, query, found):
        assert names(page(client, town, **query)) == found

    def test_by_policy_with_what_is_below_and_by_department(self, client, town):
        assert names(page(client, town, policy=self.policy.pk)) == {"窓口予約"}
        assert names(page(client, town, department=self.tax.pk)) == {"納付"}

    def test_by_person_as_owner_or_with_a_task(self, client, town, officer):
        helper = make_membership(town, Role.MEMBER, self.office, user=make_user("桐生 隆"))
        make_task(self.late, responsible=helper)
        assert names(page(client, town, person="桐生 隆")) == {"納付"}
        assert names(page(client, town, person=post_label(self.booking.owner))) == {"窓口予約"}
        assert names(page(client, town, person="だれでもない")) == set()
        assert names(page(client, town, whose="me")) == set()
        make_task(self.booking, responsible=officer)
        assert names(page(client, town, whose="me")) == {"窓口予約"}

    def test_lanes_by_department_and_scale(self, client, town):
        picture = page(client, town, lanes="department", zoom="month").context["picture"]
        assert [lane.lane.title for lane in picture.lanes] == ["市民課", "税務課"]
        assert picture.zoom == "month"

    def test_a_script_gets_the_picture_alone(self, client, town):
        answer = client.get(url(town, "roadmap"), {"q": "予約"}, headers={"HX-Request": "true"})
        assert b"<html" not in answer.content
        assert b'id="roadmap"' in answer.content


class TestRights:
    @pytest.fixture(autouse=True)
    def _work(self, town, department, goal):
        self.department = department
        self.own = make_initiative(goal, "市民課の取組")
        self.other = make_initiative(make_goal(goal.plan, department=make_department(town, "税務課")), "税務課の取組")
        self.secret = make_task(self.own, "内部の作業", responsible=make_membership(
            town, Role.MEMBER, department, user=make_user("職員 秘密")))  # fmt: skip

    @pytest.mark.parametrize(
        ("role", "seen"),
        [
            (Role.EXECUTIVE, {"市民課の取組", "税務課の取組"}),
            (Role.HEAD, {"市民課の取組"}),
            (Role.MEMBER, {"市民課の取組"}),
            (Role.VIEWER, {"市民課の取組"}),
        ],
    )
    def test_a_department_sees_its_own(self, client, town, role, seen):
        sign_in(client, town, role, self.department)
        assert names(page(client, town)) == seen

    def test_what_is_not_ones_own_is_not_opened_either(self, client, town):
        sign_in(client, town, Role.MEMBER, self.department)
        task = make_task(self.other, "よその作業")
        answer = page(client, town, open=self.other.pk)
        assert answer.context["picture"].opened is None
        assert task.name not in answer.content.decode()

    def test_a_partner_sees_what_was_shared_and_no_people(self, client, town):
        partner = sign_in(client, town, Role.PARTNER, name="桃井 浩一")
        assert page(client, town).context["counts"].total == 0
        SharedInitiative(initiative=self.own, partner=partner).save()
        for query in ({}, {"view": "table"}, {"open": self.own.pk}):
            answer = page(client, town, **query)
            assert names(answer) == {"市民課の取組"}
            told = answer.content.decode()
            assert "職員 秘密" not in told
            assert self.own.owner.user.name not in told
            assert "税務課" not in told
        assert set(answer.context["filter_form"].fields) & {"person", "whose", "department"} == set()

    def test_residents_have_a_version_of_their_own(self, client, town):
        sign_in(client, town, Role.RESIDENT)
        assert page(client, town).status_code == 403

    @pytest.mark.parametrize("role", Role.values)
    def test_bars_can_be_taken_hold_of_by_those_who_may_change_them(self, town, role):
        user = make_membership(town, role, self.department).user
        owner = make_membership(town, role, self.department, user=user)
        own_goal = self.own.served_goals.get().goal
        for name, fields in {"自分の": {"owner": owner}, "終わった": {"owner": owner, "status": "done"}}.items():
            make_initiative(own_goal, name, **fields)
        actor = actor_of(user, town)
        shown = roadmap_initiatives(actor)
        movable = {row.key: row.may_move for row in roadmap_rows(shown, actor)}
        allowed = {row.pk: may(actor, "initiatives.change_initiative", row) and row.is_open for row in shown}
        assert movable == allowed


def test_its_standing_is_the_one_that_the_lists_tell(town, goal, officer):
    """Counted here, asked of the database there."""
    for status in InitiativeStatus.values:
        for first, last in ((-100, -1), (-100, 100), (5, 100)):
            for kind in ("", "late", "blocked", "missed"):
                row = make_initiative(goal, f"{status}{first}{last}{kind}", status=status, **days(first, last))
                task = make_task(row, starts_on=BEFORE, due_on=NOW - timedelta(days=1) if kind == "late" else LATER)
                if kind == "blocked":
                    Blocker(task=task, text="x", decider=officer, raised_on=NOW).save()
                if kind == "missed":
                    Milestone(initiative=row, name="x", due_on=NOW - timedelta(days=1)).save()
    actor = actor_of(officer.user, town)
    told = {row.name: row.standing for row in roadmap_rows(roadmap_initiatives(actor), actor)}
    asked = with_standing(roadmap_initiatives(actor), NOW).values_list("name", "standing")
    assert told == dict(asked)
    assert set(told.values()) == set(Standing)


def test_a_hundred_tasks_cost_as_many_queries_as_one(client, town, officer, goal):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page(client, town, open=first.pk).status_code == 200
        return len(captured)

    first = make_initiative(goal, "はじめの取組")
    make_task(first)
    page(client, town, open=first.pk)
    at_one = queries()
    for number in range(10):
        row = make_initiative(make_goal(goal.plan, f"目標{number}"), f"取組{number}")
        InitiativeLink(before=first, after=row).save()
        Milestone(initiative=row, name="契約", due_on=NOW).save()
        Phase(initiative=row, goal="x", **days(0, 10)).save()
        for _task in range(10):
            make_link(make_task(first), make_task(first))
    assert queries() == at_one
