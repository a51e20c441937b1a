"""Proposing, approving, changing and ending an initiative."""

from datetime import date

import pytest

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Initiative, InitiativeStatus, Revision, RevisionItem
from kiun.initiatives.services import approve_initiative, end_initiative, reopen_initiative, save_initiative
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_goal, make_initiative, make_plan


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


def proposal(goal, actor, **fields):
    values = {
        "plan": goal.plan,
        "name": "書かない窓口",
        "department": goal.department,
        "owner": actor.membership,
        "starts_on": date(2027, 4, 1),
        "ends_on": date(2028, 3, 31),
        **fields,
    }
    return Initiative(**values)


def test_a_department_proposes_its_own_work(town, department, goal):
    member = make_actor(town, Role.MEMBER, department)
    saved = save_initiative(actor=member, initiative=proposal(goal, member), goals=[goal])
    assert (saved.status, [served.goal for served in saved.served_goals.all()]) == (InitiativeStatus.PROPOSED, [goal])
    assert Revision.objects.count() == 0
    assert AuditEntry.objects.get(object_type="initiatives.initiative").verb == "created"


def test_work_of_another_department_is_not_proposed(town, department, goal):
    stranger = make_actor(town, Role.HEAD, make_department(town, "税務課"))
    with pytest.raises(DomainError) as refused:
        save_initiative(actor=stranger, initiative=proposal(goal, stranger), goals=[goal])
    assert refused.value.field == "department"
    assert Initiative.objects.count() == 0


def test_an_initiative_serves_a_goal_of_its_own_plan(town, officer, goal):
    with pytest.raises(DomainError) as refused:
        save_initiative(actor=officer, initiative=proposal(goal, officer), goals=[])
    assert refused.value.field == "goals"
    other = make_goal(make_plan(town, name="別の計画"))
    with pytest.raises(DomainError) as refused:
        save_initiative(actor=officer, initiative=proposal(goal, officer), goals=[goal, other])
    assert refused.value.field == "goals"


def test_a_reader_is_not_put_in_charge(town, officer, goal):
    reader = make_actor(town, Role.VIEWER).membership
    with pytest.raises(DomainError) as refused:
        save_initiative(actor=officer, initiative=proposal(goal, officer, owner=reader), goals=[goal])
    assert refused.value.field == "owner"


def test_only_the_leadership_and_the_dx_office_approve(town, department, goal):
    head, mayor = make_actor(town, Role.HEAD, department), make_actor(town, Role.EXECUTIVE)
    initiative = make_initiative(goal, status=InitiativeStatus.PROPOSED)
    with pytest.raises(NotAllowedError):
        approve_initiative(actor=head, initiative=initiative, reason="早く始めたい")
    revision = approve_initiative(actor=mayor, initiative=initiative, reason="当初予算の議決")
    assert revision is not None
    assert (revision.number, revision.approver, revision.reason) == (1, mayor.membership, "当初予算の議決")
    item = RevisionItem.objects.get()
    assert (item.before, item.after) == ({"status": "proposed"}, {"status": "approved"})
    with pytest.raises(DomainError):
        approve_initiative(actor=mayor, initiative=initiative, reason="もう一度")


def test_a_change_of_what_was_approved_needs_a_reason_and_stands_in_the_ledger(officer, goal, initiative):
    initiative.ends_on = date(2027, 9, 30)
    with pytest.raises(DomainError) as refused:
        save_initiative(actor=officer, initiative=initiative, goals=[goal])
    assert refused.value.field == "reason"
    save_initiative(actor=officer, initiative=initiative, goals=[goal], reason="委託先の選定が遅れたため")
    item = RevisionItem.objects.get()
    assert (item.object_id, item.before, item.after) == (
        initiative.pk, {"ends_on": "2027-03-31"}, {"ends_on": "2027-09-30"},
    )  # fmt: skip
    save_initiative(actor=officer, initiative=initiative, goals=[goal], reason="同じまま")
    assert Revision.objects.count() == 1


def test_the_goals_it_serves_are_part_of_what_was_approved(town, officer, goal, initiative):
    second = make_goal(goal.plan, code="B-2")
    save_initiative(actor=officer, initiative=initiative, goals=[second, goal], reason="目標を追加")
    assert [served.goal for served in initiative.served_goals.all()] == [second, goal]
    item = RevisionItem.objects.get()
    assert (item.before, item.after) == ({"goals": str(goal)}, {"goals": f"B-2、{goal}"})


def test_of_two_changes_the_later_overwrites_nothing(officer, goal, initiative):
    save_initiative(actor=officer, initiative=initiative, goals=[goal], reason="x", seen=0)
    newer = Initiative.objects.get()
    newer.name = "新しい名前"
    save_initiative(actor=officer, initiative=newer, goals=[goal], reason="改称", seen=0)
    older = Initiative.objects.get()
    older.name = "古い画面からの名前"
    with pytest.raises(ConflictError):
        save_initiative(actor=officer, initiative=older, goals=[goal], reason="改称", seen=0)
    assert Initiative.objects.get().name == "新しい名前"


def test_stopping_keeps_the_history_and_can_be_undone(town, officer, department, initiative):
    head = make_actor(town, Role.HEAD, department)
    terms = {"initiative": initiative, "status": InitiativeStatus.STOPPED, "on": TODAY}
    with pytest.raises(NotAllowedError):
        end_initiative(actor=head, reason="やめたい", **terms)
    with pytest.raises(DomainError) as refused:
        end_initiative(actor=officer, reason=" ", **terms)
    assert refused.value.field == "reason"
    end_initiative(actor=officer, reason="利用が少ないため", **terms)
    stopped = Initiative.objects.get()
    assert (stopped.status, stopped.ended_on) == (InitiativeStatus.STOPPED, TODAY)
    reopen_initiative(actor=officer, initiative=stopped, reason="国の方針が変わったため")
    again = Initiative.objects.get()
    assert (again.status, again.ended_on) == (InitiativeStatus.APPROVED, None)
    assert [revision.number for revision in Revision.objects.order_by("number")] == [1, 2]
