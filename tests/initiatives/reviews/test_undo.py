"""Taking a revision back: what nobody has changed since is put back, the rest stays, and the ledger keeps both."""

from datetime import date

import pytest

from kiun.initiatives.models import (
    Initiative,
    InitiativeLink,
    InitiativeStatus,
    Milestone,
    Mode,
    MoneyNeed,
    Phase,
    Revision,
)
from kiun.initiatives.queries.undoing import undo_steps
from kiun.initiatives.services import approve_initiative, end_initiative, save_initiative, undoing
from kiun.initiatives.services.budgets import CommitmentLine, save_commitments
from kiun.initiatives.services.links import link_initiatives, unlink_initiatives
from kiun.initiatives.services.modes import choose_mode
from kiun.initiatives.services.phases import remove_part, save_parts
from kiun.initiatives.services.undoing import undo_revision
from kiun.kernel.errors import DomainError, NotAllowedError
from tests.factories import TODAY, make_goal, make_initiative


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, code="1-1", department=department))


def change(actor, work, reason="変更", goals=None, **fields):
    stored = Initiative.objects.get(pk=work.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    goals = goals or [served.goal for served in stored.served_goals.all()]
    save_initiative(actor=actor, initiative=stored, goals=goals, reason=reason)
    return Revision.objects.first()


def test_values_go_back_and_the_ledger_tells_both(officer, work):
    revision = change(officer, work, ends_on=date(2027, 9, 30), name="新しい名")
    undone = undo_revision(actor=officer, revision=revision, reason="議決されなかった")
    work.refresh_from_db()
    assert (work.ends_on, work.name) == (date(2027, 3, 31), "申請のオンライン化")
    assert (undone.number, undone.undoes, undone.reason) == (2, revision, "議決されなかった")
    [item] = undone.items.all()
    assert (item.before["name"], item.after["name"]) == ("新しい名", "申請のオンライン化")


def test_what_somebody_has_changed_since_stays(officer, work):
    revision = change(officer, work, ends_on=date(2027, 9, 30), name="新しい名")
    change(officer, work, name="さらに新しい名")
    [step] = undo_steps(revision)
    assert ([one.name for one in step.told], step.kept) == (
        ["ends_on"],
        ("「取組」は、その後に変わっているので、そのままにします。",),
    )
    undo_revision(actor=officer, revision=revision, reason="取消し")
    work.refresh_from_db()
    assert (work.ends_on, work.name) == (date(2027, 3, 31), "さらに新しい名")


def test_nothing_left_to_put_back_is_said(officer, work):
    revision = change(officer, work, name="新しい名")
    change(officer, work, name="さらに新しい名")
    with pytest.raises(DomainError):
        undo_revision(actor=officer, revision=revision, reason="取消し")
    assert Revision.objects.count() == 2


def test_a_stop_is_taken_back_with_its_day(officer, work):
    end_initiative(actor=officer, initiative=work, status=InitiativeStatus.STOPPED, on=TODAY, reason="使われない")
    undo_revision(actor=officer, revision=Revision.objects.get(), reason="続ける")
    work.refresh_from_db()
    assert (work.status, work.ended_on) == (InitiativeStatus.APPROVED, None)
    undo_revision(actor=officer, revision=Revision.objects.first(), reason="やはりやめる")
    work.refresh_from_db()
    assert (work.status, work.ended_on) == (InitiativeStatus.STOPPED, TODAY)


def test_the_goals_served_go_back_by_their_numbers(officer, plan, work):
    other = make_goal(plan, "予約を広げる", code="1-2", department=work.department)
    first = work.served_goals.get().goal
    revision = change(officer, work, goals=[other])
    undo_revision(actor=officer, revision=revision, reason="取消し")
    assert [served.goal for served in work.served_goals.all()] == [first]


def test_a_part_that_was_added_goes_and_one_that_was_removed_comes_back(officer, work):
    phase = Phase(goal="仕様を固める", starts_on=work.starts_on, ends_on=work.ends_on)
    save_parts(actor=officer, initiative=work, parts=[phase], reason="段階を分ける")
    added, key = Revision.objects.get(), phase.pk
    undo_revision(actor=officer, revision=added, reason="分けない")
    assert not Phase.objects.exists()
    undo_revision(actor=officer, revision=Revision.objects.first(), reason="やはり分ける")
    assert Phase.objects.get().pk == key
    milestone = Milestone(name="公開", due_on=TODAY)
    save_parts(actor=officer, initiative=work, parts=[milestone], reason="節目を置く")
    remove_part(actor=officer, part=milestone, reason="置かない")
    undo_revision(actor=officer, revision=Revision.objects.first(), reason="置く")
    assert Milestone.objects.get().name == "公開"


def refused_undo(actor, revision):
    with pytest.raises(DomainError) as refused:
        undo_revision(actor=actor, revision=revision, reason="取消し")
    return refused.value.message


def test_a_link_that_would_close_a_circle_does_not_come_back(officer, work):
    other = make_initiative(work.served_goals.get().goal, "書かない窓口")
    link_initiatives(actor=officer, link=InitiativeLink(before=work, after=other), reason="順序")
    unlink_initiatives(actor=officer, link=InitiativeLink.objects.get(), reason="順序をやめる")
    removal = Revision.objects.first()
    link_initiatives(actor=officer, link=InitiativeLink(before=other, after=work), reason="逆の順序")
    assert "書かない窓口" in refused_undo(officer, removal)
    assert [link.before for link in InitiativeLink.objects.all()] == [other]


def test_of_alternatives_no_second_one_comes_back(officer, work):
    Initiative.objects.update(alternative_to="窓口")
    other = make_initiative(
        work.served_goals.get().goal, "別の案", alternative_to="窓口", status=InitiativeStatus.PROPOSED
    )
    stop = end_initiative(
        actor=officer, initiative=work, status=InitiativeStatus.STOPPED, on=TODAY, reason="別の案にする"
    )
    approve_initiative(actor=officer, initiative=other, reason="採択")
    assert "別の案" in refused_undo(officer, stop)
    work.refresh_from_db()
    assert work.status == InitiativeStatus.STOPPED


def test_a_phase_does_not_come_back_outside_its_initiative(officer, work):
    phase = Phase(goal="仕様を固める", starts_on=work.starts_on, ends_on=work.ends_on)
    save_parts(actor=officer, initiative=work, parts=[phase], reason="段階を分ける")
    remove_part(actor=officer, part=phase, reason="分けない")
    removal = Revision.objects.first()
    change(officer, work, ends_on=date(2026, 12, 31))
    assert "段階" in refused_undo(officer, removal)
    assert not Phase.objects.exists()


def test_an_initiative_does_not_become_shorter_than_its_phases(officer, work):
    longer = change(officer, work, ends_on=date(2027, 9, 30))
    phase = Phase(goal="広げる", starts_on=date(2027, 4, 1), ends_on=date(2027, 9, 30))
    save_parts(actor=officer, initiative=work, parts=[phase], reason="段階を足す")
    assert "段階" in refused_undo(officer, longer)
    work.refresh_from_db()
    assert work.ends_on == date(2027, 9, 30)


def test_a_way_beyond_what_was_committed_is_not_chosen_again(officer, work):
    dear, cheap = (Mode(initiative=work, kind=kind, is_chosen=kind == "contract") for kind in ("contract", "in_house"))
    for mode, amount in ((dear, 9_000_000), (cheap, 1_000_000)):
        mode.save()
        MoneyNeed(mode=mode, amount=amount, work_year=2).save()
    choice = choose_mode(actor=officer, mode=cheap, reason="安い")
    line = CommitmentLine(year=2027, fund="general", limit=1_000_000)
    save_commitments(actor=officer, initiative=work, lines=[line])
    assert "令和9年度" in refused_undo(officer, choice)
    assert Mode.objects.get(is_chosen=True) == cheap


def test_what_somebody_else_saves_meanwhile_is_not_overwritten(officer, work, monkeypatch):
    revision = change(officer, work, name="新しい名")
    row_of = undoing.row_of

    def slow_row_of(item):
        row = row_of(item)
        Initiative.objects.update(summary="その間に書いた")
        return row

    monkeypatch.setattr(undoing, "row_of", slow_row_of)
    undo_revision(actor=officer, revision=revision, reason="取消し")
    work.refresh_from_db()
    assert (work.name, work.summary) == ("申請のオンライン化", "その間に書いた")


def test_a_reason_is_asked_for_and_a_head_may_not(officer, head, work):
    revision = change(officer, work, name="新しい名")
    with pytest.raises(DomainError) as refused:
        undo_revision(actor=officer, revision=revision, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowedError):
        undo_revision(actor=head, revision=revision, reason="取消し")
    work.refresh_from_db()
    assert work.name == "新しい名"
