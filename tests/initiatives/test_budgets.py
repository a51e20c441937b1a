"""Money that does not add up is refused in a sentence, and nothing of it is saved."""

from datetime import date

import pytest

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import (
    Budget,
    CarryOver,
    Commitment,
    Fund,
    InitiativeStatus,
    Mode,
    MoneyNeed,
    Stage,
)
from kiun.initiatives.queries.allocation import Strain
from kiun.initiatives.queries.money import all_commitment_problems, fund_year, money_causes
from kiun.initiatives.services.budgets import (
    CommitmentLine,
    committed_lines,
    fingerprint_of,
    remove_budget,
    remove_carry_over,
    save_budget,
    save_carry_over,
    save_commitments,
)
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_initiative, make_system_actor

MILLION = 1_000_000


@pytest.fixture
def actor(town):
    return make_system_actor(town)


def initial(amount, year=2026, fund=Fund.GENERAL):
    row = Budget(year=year, fund=fund, amount=amount * MILLION)
    row.save()
    return row


def supplement(amount, number=1, **fields):
    return Budget(
        **{"year": 2026, "fund": Fund.GENERAL, **fields},
        stage=Stage.SUPPLEMENTARY,
        number=number,
        amount=amount * MILLION,
    )


def need(initiative, amount, year=1, fund=Fund.GENERAL, **fields):
    mode = Mode.objects.filter(initiative=initiative).first() or Mode(initiative=initiative, is_chosen=True)
    mode.save()
    row = MoneyNeed(mode=mode, fund=fund, work_year=year, amount=amount * MILLION, **fields)
    row.save()
    return row


def refused(call, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.message


def test_a_year_of_a_fund_adds_up(actor, initiative):
    initial(10)
    save_budget(actor=actor, budget=supplement(-4))
    initial(3, year=2025)
    CarryOver(year=2025, fund=Fund.GENERAL, amount=2 * MILLION).save()
    CarryOver(year=2026, fund=Fund.GENERAL, amount=MILLION).save()
    need(initiative, 9)
    part = fund_year(2026, Fund.GENERAL)
    assert (part.initial, part.supplemented, part.carried_in, part.carried_out, part.available) == (
        10 * MILLION,
        -4 * MILLION,
        2 * MILLION,
        MILLION,
        7 * MILLION,
    )
    assert (part.needed, part.gap, part.strain) == (9 * MILLION, 2 * MILLION, Strain.SHORT)
    assert fund_year(2026, Fund.GRANT).strain == Strain.NOTHING


def test_a_need_without_a_budget_is_unknown_and_not_short(actor, initiative):
    need(initiative, 9, fund=Fund.BOND)
    assert fund_year(2026, Fund.BOND).strain == Strain.UNKNOWN


@pytest.mark.parametrize(
    ("status", "needed"),
    [
        (InitiativeStatus.APPROVED, 1),
        (InitiativeStatus.DONE, 1),
        (InitiativeStatus.PROPOSED, 0),
        (InitiativeStatus.STOPPED, 0),
    ],
)
def test_whose_money_counts(goal, status, needed):
    need(make_initiative(goal, status=status), 1)
    assert fund_year(2026, Fund.GENERAL).needed == needed * MILLION


def test_what_returns_yearly_is_needed_in_every_year_from_its_first(goal):
    initiative = make_initiative(goal, starts_on=date(2026, 10, 1), ends_on=date(2027, 9, 30))
    need(initiative, 2, year=2, returns_yearly=True)
    found = [fund_year(year, Fund.GENERAL).needed // MILLION for year in (2026, 2027, 2028, 2040)]
    assert found == [0, 2, 2, 2]


def test_a_supplement_that_takes_more_than_there_is_is_refused(actor):
    initial(3)
    message = refused(save_budget, actor=actor, budget=supplement(-5))
    assert message == "令和8年度の一般財源が−200万円になります。予算は0円より少なくできません。金額を確かめてください。"
    assert Budget.objects.count() == 1


def test_a_line_that_others_rely_on_cannot_be_taken_away(actor):
    row = initial(3)
    save_budget(actor=actor, budget=supplement(-2))
    assert refused(remove_budget, actor=actor, budget=row).startswith("令和8年度の一般財源が−200万円になります。")
    assert Budget.objects.count() == 2


@pytest.mark.parametrize(
    ("budget", "field"),
    [
        (Budget(year=2026, fund=Fund.GENERAL, amount=-1), "amount"),
        (Budget(year=2026, fund=Fund.GENERAL, amount=1, stage=Stage.SUPPLEMENTARY), "number"),
        (Budget(year=2026, fund=Fund.GENERAL, amount=0, stage=Stage.SUPPLEMENTARY, number=1), "amount"),
    ],
)
def test_lines_that_cannot_be(actor, budget, field):
    with pytest.raises(DomainError) as caught:
        save_budget(actor=actor, budget=budget)
    assert caught.value.field == field
    assert Budget.objects.count() == 0


def test_the_same_line_twice_is_refused(actor):
    initial(3)
    save_budget(actor=actor, budget=supplement(1, number=1))
    assert "すでに入力されています" in refused(save_budget, actor=actor, budget=supplement(2, number=1))
    again = Budget(year=2026, fund=Fund.GENERAL, amount=MILLION)
    assert "すでに入力されています" in refused(save_budget, actor=actor, budget=again)
    assert Budget.objects.count() == 2


def test_no_more_is_carried_over_than_there_is(actor):
    initial(3)
    save_carry_over(actor=actor, carried=CarryOver(year=2026, fund=Fund.GENERAL, amount=2 * MILLION))
    message = refused(save_carry_over, actor=actor, carried=CarryOver(year=2026, fund=Fund.GENERAL, amount=2 * MILLION))
    assert message == "繰り越せるのは100万円までです。令和8年度の一般財源の予算は300万円です。"
    assert CarryOver.objects.count() == 1


def test_a_budget_is_not_lowered_below_what_is_carried_out_of_it(actor):
    budget = initial(3)
    carried = save_carry_over(actor=actor, carried=CarryOver(year=2026, fund=Fund.GENERAL, amount=2 * MILLION))
    budget.amount = MILLION
    assert "先に繰越額を下げてください" in refused(save_budget, actor=actor, budget=budget)
    remove_carry_over(actor=actor, carried=carried)
    save_budget(actor=actor, budget=budget)
    assert Budget.objects.get().amount == MILLION


def test_a_line_that_moves_to_another_year_is_checked_in_both(actor):
    budget = initial(3)
    save_carry_over(actor=actor, carried=CarryOver(year=2026, fund=Fund.GENERAL, amount=2 * MILLION))
    budget.year = 2027
    assert "先に繰越額を下げてください" in refused(save_budget, actor=actor, budget=budget)


def commit(actor, initiative, **limits):
    """year=limit in millions, as y2027=3."""
    lines = [
        CommitmentLine(year=int(year[1:]), fund=Fund.GENERAL, limit=amount * MILLION) for year, amount in limits.items()
    ]
    return save_commitments(actor=actor, initiative=initiative, lines=lines)


def test_commitments_that_somebody_else_has_changed_are_not_overwritten(actor, initiative):
    commit(actor, initiative, y2027=3)
    seen = fingerprint_of(committed_lines(initiative))
    commit(actor, initiative, y2027=3, y2028=3)
    lines = [CommitmentLine(year=2027, fund=Fund.GENERAL, limit=MILLION)]
    with pytest.raises(ConflictError):
        save_commitments(actor=actor, initiative=initiative, lines=lines, seen=seen)
    assert list(Commitment.objects.values_list("year", flat=True)) == [2027, 2028]


def test_commitments_are_saved_as_a_whole(actor, initiative):
    need(initiative, 3, year=2)
    commit(actor, initiative, y2027=3, y2028=3)
    commit(actor, initiative, y2027=4)
    assert list(Commitment.objects.values_list("year", "limit")) == [(2027, 4 * MILLION)]
    verbs = (
        AuditEntry.objects.filter(object_type="initiatives.commitment").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["created", "created", "deleted", "changed"]


def test_a_limit_below_what_is_needed_is_refused(actor, initiative):
    need(initiative, 3, year=2)
    message = refused(commit, actor=actor, initiative=initiative, y2027=2)
    assert message == (
        "「申請のオンライン化」の令和9年度の必要額300万円（一般財源）が、債務負担行為の限度額200万円を超えます。"
        "限度額を上げるか、必要額を下げてください。"
    )
    assert Commitment.objects.count() == 0


def test_a_later_year_outside_the_commitment_is_refused(actor, initiative):
    need(initiative, 3, year=2)
    need(initiative, 1, year=3)
    message = refused(commit, actor=actor, initiative=initiative, y2027=3)
    assert message == (
        "「申請のオンライン化」は令和10年度に100万円（一般財源）が必要ですが、この年度は債務負担行為に入っていません。"
        "年度を加えるか、必要額を直してください。"
    )


def test_years_before_the_first_committed_one_are_paid_by_their_budgets(actor, goal):
    initiative = make_initiative(goal, starts_on=date(2025, 4, 1))
    need(initiative, 3, year=1)
    need(initiative, 3, year=2)
    need(initiative, 3, year=3)
    assert len(commit(actor, initiative, y2027=3)) == 1


def test_running_costs_may_go_on_after_the_last_committed_year(actor, initiative):
    need(initiative, 3, year=2, returns_yearly=True)
    assert len(commit(actor, initiative, y2027=3, y2028=3)) == 2
    assert "限度額200万円を超えます" in refused(commit, actor=actor, initiative=initiative, y2027=3, y2028=2)


def test_nothing_is_committed_before_the_work_begins_or_twice(actor, initiative):
    assert "取組は令和8年度に始まります" in refused(commit, actor=actor, initiative=initiative, y2025=3)
    lines = [CommitmentLine(year=2027, fund=Fund.GENERAL, limit=1)] * 2
    message = refused(save_commitments, actor=actor, initiative=initiative, lines=lines)
    assert message == "令和9年度・一般財源の行が二つあります。一つの行にまとめてください。"


def test_a_commitment_that_the_plan_has_left_behind_is_told(actor, initiative):
    row = need(initiative, 3, year=2)
    commit(actor, initiative, y2027=3)
    assert all_commitment_problems() == []
    row.amount = 5 * MILLION
    row.save()
    (problem,) = all_commitment_problems()
    assert (problem.initiative, problem.year, problem.needed, problem.limit) == (
        initiative,
        2027,
        5 * MILLION,
        3 * MILLION,
    )


def test_what_causes_a_need_is_told_as_far_as_it_may_be_seen(town, goal, department):
    own = make_initiative(goal, "own")
    other = make_initiative(goal, "other", department=make_department(town, "税務課"))
    need(own, 1, note="機器")
    need(other, 2, note="秘密")
    head = make_actor(town, Role.HEAD, department)
    found = [
        (cause.initiative.name if cause.initiative else None, str(cause.in_charge), cause.amount // MILLION, cause.note)
        for cause in money_causes(head, [2026])
    ]
    assert found == [(None, "税務課", 2, ""), ("own", "市民課", 1, "機器")]


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.HEAD, Role.MEMBER, Role.VIEWER])
def test_only_the_dx_office_enters_money(town, department, initiative, role):
    actor = make_actor(town, role, department)
    with pytest.raises(NotAllowedError):
        save_budget(actor=actor, budget=Budget(year=2026, fund=Fund.GENERAL, amount=1))
    with pytest.raises(NotAllowedError):
        save_carry_over(actor=actor, carried=CarryOver(year=2026, fund=Fund.GENERAL, amount=1))
    with pytest.raises(NotAllowedError):
        save_commitments(actor=actor, initiative=initiative, lines=[])


def test_a_budget_that_somebody_else_has_changed_is_not_overwritten(town):
    actor, colleague = make_actor(town), make_actor(town)
    budget = save_budget(actor=actor, budget=Budget(year=2026, fund=Fund.GENERAL, amount=MILLION))
    seen = AuditEntry.objects.latest("pk").pk
    theirs = Budget.objects.get()
    theirs.amount = 2 * MILLION
    save_budget(actor=colleague, budget=theirs)
    budget.amount = 3 * MILLION
    with pytest.raises(ConflictError):
        save_budget(actor=actor, budget=budget, seen=seen)
    assert Budget.objects.get().amount == 2 * MILLION
