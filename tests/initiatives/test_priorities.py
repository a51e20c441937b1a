"""Priorities of many at once: one reason, all or none."""

import pytest

from kiun.initiatives.models import Initiative, InitiativeStatus, Priority, Revision, RevisionItem
from kiun.initiatives.services.priorities import Priorities, set_priorities
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def rows(goal):
    return [make_initiative(goal, "甲"), make_initiative(goal, "乙")]


def chosen(priority, reason="", seen=(Priority.MIDDLE, "")):
    return Priorities(priority=priority, reason=reason, seen_priority=seen[0], seen_reason=seen[1])


def stored():
    return list(Initiative.objects.order_by("pk").values_list("priority", "priority_reason"))


def test_all_that_changed_is_one_change_of_the_plan(town, goal, rows):
    officer = make_actor(town, Role.ADMIN)
    proposal = make_initiative(goal, "丙", status=InitiativeStatus.PROPOSED)
    wanted = {rows[0].pk: chosen(1, "法改正"), rows[1].pk: chosen(2), proposal.pk: chosen(3)}
    assert set_priorities(actor=officer, chosen=wanted, reason="予算査定") == 2
    assert stored() == [(1, "法改正"), (2, ""), (3, "")]
    assert [item.label for item in RevisionItem.objects.all()] == ["甲"]
    assert Revision.objects.get().reason == "予算査定"


def test_what_somebody_else_changed_meanwhile_is_named_and_nothing_is_saved(town, rows):
    wanted = {rows[0].pk: chosen(1), rows[1].pk: chosen(1, seen=(Priority.LOW, ""))}
    with pytest.raises(DomainError) as refused:
        set_priorities(actor=make_actor(town, Role.ADMIN), chosen=wanted, reason="予算査定")
    assert "「乙」" in str(refused.value)
    assert stored() == [(2, ""), (2, "")]


def test_a_head_sets_the_own_ones_only(town, department, goal, rows):
    other = make_initiative(goal, "丙", department=make_department(town, "税務課"))
    head = make_actor(town, Role.HEAD, department)
    with pytest.raises(NotAllowedError):
        set_priorities(actor=head, chosen={rows[0].pk: chosen(1), other.pk: chosen(1)}, reason="x")
    assert stored() == [(2, "")] * 3


def test_the_table_offers_what_may_be_changed_and_saves_it(client, town, department, goal, rows, today):
    other = make_initiative(goal, "丙", department=make_department(town, "税務課"))
    sign_in(client, town, Role.HEAD, department)
    page = url(town, "priority_edit")
    shown = client.get(page).content.decode()
    assert f'name="p{rows[0].pk}"' in shown
    assert f'name="p{other.pk}"' not in shown
    form = {f"{kind}{row.pk}": value for row in rows for kind, value in (("p", 2), ("sp", 2), ("r", ""), ("sr", ""))}
    form |= {f"p{rows[0].pk}": 1, f"r{rows[0].pk}": "法改正", f"p{other.pk}": 1}
    assert client.post(page, {**form, "reason": ""}).status_code == 422
    assert client.post(page, {**form, f"r{rows[0].pk}": "あ" * 301, "reason": "x"}).status_code == 422
    answer = client.post(page, {**form, "reason": "予算査定"}, follow=True)
    assert "優先度を1件変更しました。" in answer.content.decode()
    assert stored() == [(1, "法改正"), (2, ""), (2, "")]
    again = client.post(page, {**form, "reason": "予算査定"})
    assert again.status_code == 422
    assert "ほかの人が先に変更しました" in again.content.decode()
