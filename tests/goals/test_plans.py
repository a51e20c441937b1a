from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.activity.models import AuditEntry
from kiun.activity.queries import version_of
from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, PlanStatus, Policy
from kiun.goals.queries.outline import sorted_goals
from kiun.goals.services import (
    add_policy,
    begin_edition,
    change_plan,
    change_policy,
    create_plan,
    record_measurement,
    remove_policy,
    save_challenge,
    shift_policy,
)
from kiun.goals.services.measurements import Reading
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
)


@pytest.fixture
def officer(town):
    return make_actor(town)


def test_a_plan_cannot_end_before_it_begins(officer):
    with pytest.raises(ValidationError):
        create_plan(actor=officer, plan=Plan(name="計画", first_year=2028, last_year=2024))
    assert Plan.objects.count() == 0


def test_the_same_edition_cannot_exist_twice(officer, plan):
    with pytest.raises(DomainError) as refused:
        create_plan(actor=officer, plan=Plan(name=plan.name, first_year=2029, last_year=2033))
    assert refused.value.field == "edition"


def test_an_edition_cannot_precede_itself(officer, plan):
    second = make_plan(plan.municipality, edition="第2期", predecessor=plan)
    plan.predecessor = second
    with pytest.raises(DomainError) as refused:
        change_plan(actor=officer, plan=plan)
    assert refused.value.field == "predecessor"


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.HEAD, Role.MEMBER, Role.VIEWER])
def test_only_the_dx_office_changes_plans(town, plan, role):
    actor = make_actor(town, role)
    for write in (
        lambda: create_plan(actor=actor, plan=Plan(name="別の計画", first_year=2024, last_year=2028)),
        lambda: change_plan(actor=actor, plan=plan),
        lambda: add_policy(actor=actor, policy=Policy(plan=plan, name="施策")),
        lambda: save_challenge(actor=actor, challenge=Challenge(plan=plan, text="課題")),
        lambda: begin_edition(actor=actor, predecessor=plan, plan=Plan(name="次", first_year=2029, last_year=2033)),
    ):
        with pytest.raises(NotAllowedError):
            write()


def test_two_people_who_edit_one_plan_do_not_overwrite_each_other(officer, plan):
    seen = version_of(plan)
    mine, theirs = Plan.objects.get(), Plan.objects.get()
    theirs.summary = "窓口を変える"
    change_plan(actor=officer, plan=theirs, seen=seen)
    mine.name = "DX推進計画"
    with pytest.raises(ConflictError):
        change_plan(actor=officer, plan=mine, seen=seen)
    stored = Plan.objects.get()
    assert (stored.name, stored.summary) == (plan.name, "窓口を変える")
    change_plan(actor=officer, plan=mine, seen=version_of(plan))


class TestTree:
    def test_a_moved_policy_takes_its_branches_along(self, officer, plan):
        front, back = make_policy(plan, "フロントヤード"), make_policy(plan, "バックヤード")
        leaf = make_policy(plan, "予約", parent=make_policy(plan, "窓口", parent=front))
        window = leaf.parent
        window.parent = back
        change_policy(actor=officer, policy=window)
        leaf.refresh_from_db()
        assert leaf.path == f"/{back.pk}/{window.pk}/{leaf.pk}/"
        window.parent = None
        change_policy(actor=officer, policy=window)
        leaf.refresh_from_db()
        assert leaf.path == f"/{window.pk}/{leaf.pk}/"

    def test_a_circle_is_refused(self, officer, plan):
        top = make_policy(plan)
        below = make_policy(plan, "窓口", parent=top)
        for parent in (top, below):
            top.parent = parent
            with pytest.raises(DomainError) as refused:
                change_policy(actor=officer, policy=top)
            assert refused.value.field == "parent"

    def test_a_place_in_another_plan_is_refused(self, officer, plan):
        other = make_policy(make_plan(plan.municipality, name="別の計画"))
        with pytest.raises(DomainError):
            add_policy(actor=officer, policy=Policy(plan=plan, name="窓口", parent=other))
        with pytest.raises(DomainError):
            save_challenge(actor=officer, challenge=Challenge(plan=plan, text="待つ", policy=other))

    def test_the_tree_does_not_grow_without_end(self, officer, plan):
        policy = None
        for depth in range(8):
            policy = add_policy(actor=officer, policy=Policy(plan=plan, name=f"{depth}段", parent=policy))
        with pytest.raises(DomainError):
            add_policy(actor=officer, policy=Policy(plan=plan, name="9段", parent=policy))

    def test_policies_change_places_among_their_siblings(self, officer, plan):
        for name in "あいう":
            make_policy(plan, name)
        names = lambda: list(Policy.objects.values_list("name", flat=True))  # noqa: E731
        shift_policy(actor=officer, policy=Policy.objects.get(name="う"), step=-1)
        assert names() == ["あ", "う", "い"]
        shift_policy(actor=officer, policy=Policy.objects.get(name="あ"), step=-1)
        assert names() == ["あ", "う", "い"]
        shift_policy(actor=officer, policy=Policy.objects.get(name="あ"), step=1)
        assert names() == ["う", "あ", "い"]

    def test_lists_follow_the_tree_however_it_changes(self, officer, plan):
        top, other = (add_policy(actor=officer, policy=Policy(plan=plan, name=name, order=9)) for name in "甲乙")
        low = add_policy(actor=officer, policy=Policy(plan=plan, name="丙", parent=top))
        names = lambda: list(Policy.objects.order_by("place").values_list("name", flat=True))  # noqa: E731
        assert names() == ["甲", "丙", "乙"]
        shift_policy(actor=officer, policy=Policy.objects.get(pk=other.pk), step=-1)
        assert names() == ["乙", "甲", "丙"]
        low.parent = other
        change_policy(actor=officer, policy=low)
        assert names() == ["乙", "丙", "甲"]
        second = begin_edition(
            actor=officer, plan=Plan(name="次期計画", first_year=2029, last_year=2033), predecessor=plan
        )
        copied = Policy.objects.filter(plan=second).order_by("place")
        assert list(copied.values_list("name", "place")) == [("乙", 1), ("丙", 2), ("甲", 3)]

    def test_only_an_empty_policy_can_be_removed(self, officer, plan):
        policy = make_policy(plan)
        goal = make_goal(plan, policy=policy)
        with pytest.raises(DomainError):
            remove_policy(actor=officer, policy=policy)
        goal.delete()
        remove_policy(actor=officer, policy=policy)
        assert Policy.objects.count() == 0


def test_goals_of_no_department_stand_last_either_way(town, plan):
    offices = [make_department(town, name) for name in ("市民課", "税務課")]
    goals = [make_goal(plan, name, department=office) for name, office in zip("甲乙", offices, strict=True)]
    nowhere = make_goal(plan, "丙")
    Goal.objects.filter(pk=nowhere.pk).update(department=None)
    for sort, expected in (("department", goals), ("-department", goals[::-1])):
        assert list(sorted_goals(Goal.objects.all(), sort, TODAY)) == [*expected, nowhere]


class TestEdition:
    def copy(self, officer, plan, **fields):
        following = Plan(name=plan.name, edition="第2期", first_year=2029, last_year=2033, status=PlanStatus.DRAFT)
        return begin_edition(actor=officer, predecessor=plan, plan=following)

    def test_what_is_open_is_copied_and_knows_where_it_comes_from(self, officer, plan):
        window = make_policy(plan, "窓口", parent=make_policy(plan))
        challenge = save_challenge(actor=officer, challenge=Challenge(plan=plan, text="待つ", policy=window))
        goal = make_goal(plan, policy=window, challenge=challenge)
        make_goal(plan, "終わった目標", ended_on=date(2026, 3, 31))
        indicator = make_indicator(goal, readings={"2025-03-31": 40, "2026-03-31": 44})
        make_indicator(goal, name="終わった指標", ended_on=date(2026, 3, 31))
        new = self.copy(officer, plan)
        copied = Goal.objects.get(plan=new)
        assert (new.predecessor, copied.text, copied.predecessor) == (plan, goal.text, goal)
        assert copied.policy.path == f"/{copied.policy.parent_id}/{copied.policy_id}/"
        assert (copied.policy.name, copied.policy.plan, copied.policy.parent.plan) == ("窓口", new, new)
        assert (copied.challenge.text, copied.challenge.plan) == ("待つ", new)
        twin = Indicator.objects.get(goal=copied)
        assert (twin.name, twin.owner, twin.predecessor) == (indicator.name, indicator.owner, indicator)
        values = twin.series.get().measurements.values_list("value", flat=True)
        assert (list(values), twin.state.value) == ([Decimal(40), Decimal(44)], Decimal(44))
        assert Goal.objects.filter(plan=plan).count() == 2

    @pytest.mark.parametrize("way", ["begun", "made", "changed", "named"])
    def test_once_it_is_in_force_the_earlier_edition_ends(self, officer, plan, way):
        new = Plan(name=plan.name, edition="第2期", first_year=2029, last_year=2033, predecessor=plan)
        if way == "begun":
            begin_edition(actor=officer, predecessor=plan, plan=new)
        elif way == "made":
            create_plan(actor=officer, plan=new)
        else:
            new.status, new.predecessor = (PlanStatus.DRAFT, plan) if way == "changed" else (PlanStatus.CURRENT, None)
            create_plan(actor=officer, plan=new)
            assert Plan.objects.get(pk=plan.pk).status == PlanStatus.CURRENT
            new.status, new.predecessor = PlanStatus.CURRENT, plan
            change_plan(actor=officer, plan=new)
        assert Plan.objects.get(pk=plan.pk).status == PlanStatus.CLOSED
        entry = AuditEntry.objects.get(object_type="goals.plan", object_id=plan.pk)
        assert (entry.before, entry.after, entry.reason) == (
            {"status": "current"}, {"status": "closed"}, "「デジタル変革推進計画（第2期）」に引継ぎ"
        )  # fmt: skip

    def test_an_earlier_edition_that_was_opened_again_stays_open(self, officer, plan):
        new = self.copy(officer, plan)
        new.status = PlanStatus.CURRENT
        change_plan(actor=officer, plan=new)
        earlier = Plan.objects.get(pk=plan.pk)
        earlier.status = PlanStatus.CURRENT
        change_plan(actor=officer, plan=earlier)
        new.summary = "次の5年"
        change_plan(actor=officer, plan=new)
        assert Plan.objects.get(pk=plan.pk).status == PlanStatus.CURRENT

    def test_readings_entered_meanwhile_come_along_when_it_takes_force(self, officer, plan):
        indicator = make_indicator(make_goal(plan), readings={"2026-03-31": 44})
        new = self.copy(officer, plan)
        reading = Reading(series=indicator.series.get(), on=date(2026, 9, 30), value=Decimal(46))
        record_measurement(actor=officer, reading=reading)
        twin = Indicator.objects.get(goal__plan=new)
        assert Measurement.objects.filter(series__indicator=twin).count() == 1
        new.status = PlanStatus.CURRENT
        change_plan(actor=officer, plan=new)
        assert list(Measurement.objects.filter(series__indicator=twin).values_list("value", flat=True)) == [44, 46]
        twin.refresh_from_db()
        assert twin.state.value == 46
        entry = AuditEntry.objects.get(object_id=twin.pk, verb="measured")
        assert (entry.before, entry.after, entry.reason) == (
            {}, {"2026-09-30": "46"}, "「デジタル変革推進計画」から引継ぎ"
        )  # fmt: skip
        earlier = AuditEntry.objects.filter(verb="measured").exclude(object_id=twin.pk).get()
        assert earlier.object_id == indicator.pk

    def test_all_that_is_taken_over_is_on_record_in_the_same_queries_for_one_and_for_ten(self, officer, plan):
        department = make_department(plan.municipality)
        policy = make_policy(plan)
        Challenge(municipality=plan.municipality, plan=plan, text="待つ", policy=policy, department=department).save()
        others = {"policy": policy, "challenge": Challenge.objects.get(), "department": department}

        def grow(number):
            owner = make_membership(plan.municipality)
            goal = make_goal(plan, f"目標{number}", owner=owner, **others)
            make_indicator(goal, f"指標{number}", owner=owner, deputy=make_membership(plan.municipality))

        def count(edition):
            with CaptureQueriesContext(connection) as captured:
                following = Plan(name=plan.name, edition=edition, first_year=2029, last_year=2033, status="draft")
                begin_edition(actor=officer, predecessor=Plan.objects.get(pk=plan.pk), plan=following)
            return len(captured)

        grow(0)
        alone = count("第2期")
        kinds = sorted(AuditEntry.objects.values_list("object_type", "verb", "reason"))
        reason = "「デジタル変革推進計画」から引継ぎ"
        names = ("challenge", "goal", "indicator", "plan", "policy", "series")
        assert kinds == [(f"goals.{name}", "created", reason) for name in names]
        for number in range(1, 10):
            grow(number)
        assert count("第3期") == alone
