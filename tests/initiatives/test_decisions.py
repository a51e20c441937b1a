"""Approving, dropping, ending and taking up again, on the pages and with alternatives."""

import pytest

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Initiative, InitiativeStatus, Revision
from kiun.initiatives.services import approve_initiative, end_initiative, reopen_initiative
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_initiative, make_task
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def proposal(goal):
    return make_initiative(goal, status=InitiativeStatus.PROPOSED)


def stored(initiative):
    return Initiative.objects.get(pk=initiative.pk)


def test_the_mayor_approves_on_the_page_with_a_reason(client, town, proposal, today):
    sign_in(client, town, Role.EXECUTIVE)
    assert "採択する" in client.get(url(town, "initiative_detail", proposal.pk)).content.decode()
    page = url(town, "initiative_approve", proposal.pk)
    assert client.post(page, {"reason": ""}).status_code == 422
    answer = client.post(page, {"reason": "当初予算の議決"}, follow=True)
    assert "計画の変更 第1号として台帳に残りました。" in answer.content.decode()
    assert stored(proposal).status == InitiativeStatus.APPROVED


def test_the_mayor_may_drop_a_proposal_which_is_no_change_of_the_plan(client, town, proposal, today):
    sign_in(client, town, Role.EXECUTIVE)
    page = url(town, "initiative_end", proposal.pk)
    assert 'name="status"' not in client.get(page).content.decode()
    client.post(page, {"on": TODAY.isoformat(), "reason": "効果が小さい"})
    assert (stored(proposal).status, Revision.objects.count()) == (InitiativeStatus.STOPPED, 0)
    assert AuditEntry.objects.get(reason="効果が小さい").after == {"status": "stopped"}


def test_a_dropped_proposal_is_taken_up_again_as_a_proposal(officer, proposal):
    end_initiative(actor=officer, initiative=proposal, status=InitiativeStatus.STOPPED, on=TODAY, reason="見送り")
    reopen_initiative(actor=officer, initiative=proposal, reason="国の補助が決まったため")
    assert (stored(proposal).status, stored(proposal).ended_on) == (InitiativeStatus.PROPOSED, None)
    assert Revision.objects.count() == 0


def test_a_completed_initiative_is_taken_up_again_as_part_of_the_plan(officer, initiative):
    end_initiative(actor=officer, initiative=initiative, status=InitiativeStatus.DONE, on=TODAY, reason="完了")
    with pytest.raises(DomainError) as refused:
        reopen_initiative(actor=officer, initiative=initiative, reason=" ")
    assert refused.value.field == "reason"
    reopen_initiative(actor=officer, initiative=initiative, reason="不具合が見つかったため")
    assert stored(initiative).status == InitiativeStatus.APPROVED


def test_a_proposal_cannot_be_completed(officer, proposal):
    with pytest.raises(DomainError) as refused:
        end_initiative(actor=officer, initiative=proposal, status=InitiativeStatus.DONE, on=TODAY, reason="完了")
    assert refused.value.field == "status"


def test_ending_warns_of_what_is_not_finished(client, town, initiative, today):
    sign_in(client, town)
    make_task(initiative)
    make_task(initiative, status="done")
    page = url(town, "initiative_end", initiative.pk)
    assert "終わっていない作業が1件あります。" in client.get(page).content.decode()
    answer = client.post(page, {"status": "done", "on": "2026-11-24", "reason": "完了"})
    assert answer.status_code == 422
    client.post(page, {"status": "done", "on": TODAY.isoformat(), "reason": "目標に届いた"})
    assert (stored(initiative).status, stored(initiative).ended_on) == (InitiativeStatus.DONE, TODAY)


def test_of_alternatives_one_is_chosen(officer, goal):
    chosen = make_initiative(goal, "委託で行う", alternative_to="窓口の案")
    other = make_initiative(goal, "内製で行う", alternative_to="窓口の案", status=InitiativeStatus.PROPOSED)
    with pytest.raises(DomainError) as refused:
        approve_initiative(actor=officer, initiative=other, reason="安い")
    assert str(refused.value) == (
        "案「窓口の案」では「委託で行う」がすでに選ばれています。この取組を選ぶには、先にそちらを中止してください。"
    )
    end_initiative(actor=officer, initiative=chosen, status=InitiativeStatus.STOPPED, on=TODAY, reason="高い")
    approve_initiative(actor=officer, initiative=other, reason="安い")
    with pytest.raises(DomainError):
        reopen_initiative(actor=officer, initiative=chosen, reason="やはりこちら")
    assert [stored(row).status for row in (chosen, other)] == [InitiativeStatus.STOPPED, InitiativeStatus.APPROVED]
