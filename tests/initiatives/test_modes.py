"""Ways of carrying an initiative out: what they need, which one is chosen, and what that is for an approved plan."""

from datetime import date
from decimal import Decimal

import pytest

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import (
    Commitment,
    InitiativeStatus,
    Mode,
    ModeKind,
    MoneyNeed,
    PeopleNeed,
    Revision,
    TechnologyNeed,
)
from kiun.initiatives.queries.modes import compare_modes
from kiun.initiatives.queries.technology import technology_by_zone
from kiun.initiatives.services.modes import Needs, choose_mode, remove_mode, save_mode
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative, make_system_actor

MILLION = 1_000_000


@pytest.fixture
def actor(town):
    return make_system_actor(town)


@pytest.fixture
def proposal(goal):
    return make_initiative(goal, "proposal", status=InitiativeStatus.PROPOSED)


def needs(department, fte="0.5", amount=3, quarters=4):
    return Needs(
        people=[PeopleNeed(department=department, fte=Decimal(fte), quarters=quarters)],
        money=[MoneyNeed(amount=amount * MILLION, work_year=1)],
        technology=[TechnologyNeed(name="受付システム", quantity=3)],
    )


def mode(initiative, kind=ModeKind.IN_HOUSE, **fields):
    return Mode(initiative=initiative, kind=kind, **fields)


def test_the_first_way_is_the_chosen_one(actor, proposal, department):
    first = save_mode(actor=actor, mode=mode(proposal), needs=needs(department))
    second = save_mode(actor=actor, mode=mode(proposal, ModeKind.CONTRACT), needs=Needs())
    assert (first.is_chosen, second.is_chosen) == (True, False)
    assert Revision.objects.count() == 0


def test_a_way_of_an_approved_initiative_needs_a_reason_and_becomes_a_revision(actor, initiative, department):
    with pytest.raises(DomainError) as caught:
        save_mode(actor=actor, mode=mode(initiative), needs=needs(department))
    assert caught.value.field == "reason"
    assert Mode.objects.count() == 0
    save_mode(actor=actor, mode=mode(initiative), needs=needs(department), reason="予算の内示")
    item = Revision.objects.get().items.get()
    assert (item.label, item.after["people_needs"], item.after["money_needs"], item.after["technology_needs"]) == (
        "申請のオンライン化：内製",
        "市民課 0.5人（1〜4四半期目）",
        "一般財源 300万円（1年目）",
        "受付システム ×3（LGWAN接続系）",
    )


def test_a_change_of_needs_is_told_with_before_and_after(actor, initiative, department):
    made = save_mode(actor=actor, mode=mode(initiative), needs=needs(department), reason="予算の内示")
    save_mode(actor=actor, mode=made, needs=needs(department, amount=4), reason="見積りの更新")
    item = Revision.objects.order_by("number").last().items.get()
    assert item.before == {"money_needs": "一般財源 300万円（1年目）"}
    assert item.after == {"money_needs": "一般財源 400万円（1年目）"}
    assert MoneyNeed.objects.get().amount == 4 * MILLION


def test_a_way_that_is_not_chosen_changes_without_a_revision(actor, initiative, department):
    save_mode(actor=actor, mode=mode(initiative), needs=Needs(), reason="採択")
    other = save_mode(actor=actor, mode=mode(initiative, ModeKind.CONTRACT), needs=Needs())
    save_mode(actor=actor, mode=other, needs=needs(department))
    assert Revision.objects.count() == 1


def test_another_way_is_chosen_by_a_revision(actor, initiative, department):
    first = save_mode(actor=actor, mode=mode(initiative), needs=needs(department), reason="採択")
    second = save_mode(actor=actor, mode=mode(initiative, ModeKind.CONTRACT), needs=Needs())
    with pytest.raises(DomainError):
        choose_mode(actor=actor, mode=second)
    assert Mode.objects.get(is_chosen=True) == first
    choose_mode(actor=actor, mode=second, reason="職員が足りない")
    assert Mode.objects.get(is_chosen=True) == second
    revision = Revision.objects.order_by("number").last()
    assert [(item.label, item.before, item.after) for item in revision.items.order_by("pk")] == [
        ("申請のオンライン化：内製", {"is_chosen": True}, {"is_chosen": False}),
        ("申請のオンライン化：委託", {"is_chosen": False}, {"is_chosen": True}),
    ]
    assert choose_mode(actor=actor, mode=second, reason="もう一度") is None


def test_a_way_that_breaks_a_commitment_is_not_chosen(actor, initiative):
    save_mode(actor=actor, mode=mode(initiative), needs=Needs(), reason="採択")
    dear = Needs(money=[MoneyNeed(amount=5 * MILLION, work_year=2)])
    other = save_mode(actor=actor, mode=mode(initiative, ModeKind.CONTRACT), needs=dear)
    Commitment(initiative=initiative, year=2027, limit=3 * MILLION).save()
    with pytest.raises(DomainError, match="限度額300万円を超えます"):
        choose_mode(actor=actor, mode=other, reason="早く終わる")
    assert Mode.objects.get(is_chosen=True).kind == ModeKind.IN_HOUSE


def test_needs_that_break_a_commitment_are_not_saved(actor, initiative):
    made = save_mode(actor=actor, mode=mode(initiative), needs=Needs(), reason="採択")
    Commitment(initiative=initiative, year=2027, limit=3 * MILLION).save()
    dear = Needs(money=[MoneyNeed(amount=5 * MILLION, work_year=2)])
    with pytest.raises(DomainError, match="限度額300万円を超えます"):
        save_mode(actor=actor, mode=made, needs=dear, reason="値上がり")
    assert MoneyNeed.objects.count() == 0


def test_people_are_not_needed_for_longer_than_the_work_takes(actor, proposal, department):
    with pytest.raises(DomainError) as caught:
        save_mode(actor=actor, mode=mode(proposal, quarters=2), needs=needs(department, quarters=4))
    assert (caught.value.field, caught.value.message.startswith("市民課は4四半期目まで必要ですが")) == (
        "quarters",
        True,
    )
    assert (Mode.objects.count(), PeopleNeed.objects.count()) == (0, 0)


def test_a_kind_of_way_is_described_once(actor, proposal):
    save_mode(actor=actor, mode=mode(proposal), needs=Needs())
    with pytest.raises(DomainError) as caught:
        save_mode(actor=actor, mode=mode(proposal), needs=Needs())
    assert caught.value.field == "kind"


def test_the_chosen_way_is_removed_last(actor, proposal, department):
    first = save_mode(actor=actor, mode=mode(proposal), needs=needs(department))
    second = save_mode(actor=actor, mode=mode(proposal, ModeKind.CONTRACT), needs=Needs())
    with pytest.raises(DomainError, match="採用している進め方です"):
        remove_mode(actor=actor, mode=first)
    remove_mode(actor=actor, mode=second)
    remove_mode(actor=actor, mode=Mode.objects.get())
    assert (Mode.objects.count(), PeopleNeed.objects.count()) == (0, 0)
    deleted = AuditEntry.objects.filter(verb="deleted").latest("pk")
    assert deleted.before["people_needs"] == "市民課 0.5人（1〜4四半期目）"


def test_a_way_that_was_chosen_in_the_meantime_is_not_removed(actor, proposal):
    save_mode(actor=actor, mode=mode(proposal), needs=Needs())
    seen = save_mode(actor=actor, mode=mode(proposal, ModeKind.CONTRACT), needs=Needs())
    choose_mode(actor=actor, mode=Mode.objects.get(pk=seen.pk))
    with pytest.raises(DomainError):
        remove_mode(actor=actor, mode=seen)
    assert Mode.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "status", "allowed"),
    [
        (Role.ADMIN, InitiativeStatus.PROPOSED, True),
        (Role.HEAD, InitiativeStatus.PROPOSED, True),
        (Role.MEMBER, InitiativeStatus.PROPOSED, False),
        (Role.EXECUTIVE, InitiativeStatus.PROPOSED, False),
        (Role.HEAD, InitiativeStatus.DONE, False),
    ],
)
def test_who_says_how_it_is_carried_out(town, department, goal, role, status, allowed):
    initiative = make_initiative(goal, status=status)
    actor = make_actor(town, role, department)
    if allowed:
        save_mode(actor=actor, mode=mode(initiative), needs=Needs())
    else:
        with pytest.raises(NotAllowedError):
            save_mode(actor=actor, mode=mode(initiative), needs=Needs())
    assert Mode.objects.count() == int(allowed)


def test_ways_are_compared_in_people_months_and_yen_by_fiscal_year(goal, department):
    initiative = make_initiative(goal, starts_on=date(2026, 10, 1), ends_on=date(2027, 9, 30))
    made = mode(initiative, is_chosen=True, quarters=6)
    made.save()
    PeopleNeed(mode=made, department=department, fte=Decimal("0.5"), first_quarter=1, quarters=4).save()
    PeopleNeed(mode=made, department=department, fte=Decimal(1), first_quarter=3, quarters=2).save()
    MoneyNeed(mode=made, amount=3 * MILLION, work_year=1).save()
    MoneyNeed(mode=made, amount=MILLION, work_year=2, returns_yearly=True).save()
    (summary,) = compare_modes(initiative).modes
    assert (summary.people_months, summary.most_people) == (12, Decimal("1.5"))
    assert summary.money == ((2026, 3 * MILLION), (2027, MILLION), (2028, MILLION), (2029, MILLION), (2030, MILLION))
    assert summary.total == 7 * MILLION
    assert (summary.ends_on, summary.is_beyond_plan) == (date(2028, 3, 31), True)


def test_those_who_run_the_systems_see_what_comes_but_no_more_of_it_than_they_may(town, goal, department):
    systems = make_department(town, "情報システム課")
    for name, place, status in (
        ("own", systems, InitiativeStatus.APPROVED),
        ("other", department, InitiativeStatus.PROPOSED),
        ("over", department, InitiativeStatus.DONE),
    ):
        made = mode(make_initiative(goal, name, department=place, status=status), is_chosen=True)
        made.save()
        TechnologyNeed(mode=made, name="受付システム", zone="number").save()
    officer = make_actor(town, Role.MEMBER, systems)
    zones = {zone.zone: zone.systems for zone in technology_by_zone(officer)}
    assert list(zones) == ["number", "lgwan", "internet", "outside"]
    ((name, rows),) = zones["number"]
    assert name == "受付システム"
    assert sorted((str(row.initiative), str(row.in_charge), row.is_proposal) for row in rows) == [
        ("None", "市民課", True),
        ("own", "情報システム課", False),
    ]
