"""山崩し: from the tasks of a department to their new days."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiun.activity.models import AuditEntry, Job, JobState
from kiun.activity.services import run_job
from kiun.analysis.planning import Effort, schedule
from kiun.initiatives.levelling.outcome import OVERDUE, TOO_SHORT, outcome_as_json, outcome_from_json
from kiun.initiatives.levelling.workload import WHOLE, workload_of
from kiun.initiatives.models import (
    Absence,
    AgendaItem,
    Levelling,
    LevellingState,
    Review,
    ReviewDecision,
    ReviewState,
    Task,
    TaskHelper,
    TaskLink,
    TaskStatus,
)
from kiun.initiatives.queries.levelling import levelling_sheet
from kiun.initiatives.services.levelling import (
    accept_levelling,
    discard_levelling,
    start_levelling,
    stop_levelling,
)
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_goal, make_initiative, make_membership, make_plan
from tests.factories import make_task as any_task

MONDAY = date(2026, 12, 7)
FRIDAY = date(2026, 12, 11)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def head(town, department):
    return make_actor(town, Role.HEAD, department)


@pytest.fixture
def work(town, department):
    return make_initiative(make_goal(make_plan(town), department=department), "書かない窓口", ends_on=date(2027, 3, 31))


@pytest.fixture
def person(town, department):
    return make_membership(town, Role.MEMBER, department)


@pytest.fixture
def make_task(work, person):
    """A week in December, five days of work unless said otherwise."""

    def make(name, **fields):
        values = {"starts_on": MONDAY, "due_on": FRIDAY, "estimate": Decimal(5), "responsible": person, **fields}
        return any_task(values.pop("initiative", work), name, **values)

    return make


def calculated(actor, department):
    levelling = start_levelling(actor=actor, department=department)
    run_job(levelling.job_id)
    return Levelling.objects.select_related("job").get(pk=levelling.pk)


def moves(levelling):
    names = dict(Task.objects.values_list("pk", "name"))
    return {names[one.task]: one for one in outcome_from_json(levelling.result).moves}


def test_what_one_person_would_do_at_once_is_done_one_after_the_other(head, department, make_task, person):
    first, second = make_task("甲", priority=1), make_task("乙", priority=3)
    levelling = calculated(head, department)
    [(name, move)] = moves(levelling).items()
    assert (name, move.old, move.new) == ("乙", (MONDAY, FRIDAY), (date(2026, 12, 14), date(2026, 12, 18)))
    assert (move.because, move.waits_for, move.person) == ("resource", first.pk, person.pk)
    outcome = outcome_from_json(levelling.result)
    assert (outcome.stays, outcome.old_end, outcome.new_end) == (1, FRIDAY, date(2026, 12, 18))
    assert (outcome.left_days, outcome.is_repeatable) == (0, True)
    assert [(one.person, one.days) for one in outcome.gains] == [(person.pk, 5)]
    second.refresh_from_db()
    assert (second.starts_on, second.due_on) == (MONDAY, FRIDAY)


def test_what_fits_into_the_day_stays(head, department, make_task):
    for name in ("甲", "乙"):
        make_task(name, estimate=Decimal("2.5"))
    levelling = calculated(head, department)
    assert moves(levelling) == {}
    with pytest.raises(DomainError):
        accept_levelling(actor=head, levelling=levelling, reason="なし", shown=levelling.fingerprint)


def test_helpers_do_their_part(head, town, department, make_task):
    """Half of five days for each: both tasks fit."""
    for name in ("甲", "乙"):
        TaskHelper.objects.create(task=make_task(name), helper=make_membership(town, Role.MEMBER, department))
    assert moves(calculated(head, department)) == {}


def test_nobody_works_while_away(head, department, make_task, person):
    make_task("甲")
    Absence.objects.create(post=person, starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 9))
    [move] = moves(calculated(head, department)).values()
    assert (move.new, move.because, move.person) == (
        (date(2026, 12, 10), date(2026, 12, 16)),
        "capacity",
        person.pk,
    )


def test_what_waits_for_it_moves_along_by_working_days(head, town, department, make_task):
    """Over the year's end, when nobody works from the 29th to the 3rd."""
    first = make_task("甲", priority=1, starts_on=date(2026, 12, 21), due_on=date(2026, 12, 25))
    make_task("横", priority=1, starts_on=date(2026, 12, 14), due_on=date(2026, 12, 18), estimate=Decimal(8))
    second = make_task(
        "乙",
        starts_on=date(2026, 12, 28),
        due_on=date(2026, 12, 28),
        estimate=Decimal("0.5"),
        responsible=make_membership(town, Role.MEMBER, department),
    )
    TaskLink.objects.create(before=first, after=second)
    found = moves(calculated(head, department))
    assert found["横"].because == TOO_SHORT
    assert found["横"].new == (date(2026, 12, 14), date(2026, 12, 23))
    assert found["甲"].new == (date(2026, 12, 24), date(2027, 1, 5))
    assert (found["乙"].new[0], found["乙"].because, found["乙"].waits_for) == (date(2027, 1, 6), "link", first.pk)


def test_who_has_too_much_by_what_cannot_move_is_named(client, town, head, department, make_task, person):
    """Ten days of work are under way in a week of five; what has not begun goes behind them."""
    for name in ("進行中の甲", "進行中の乙"):
        make_task(name, status=TaskStatus.DOING)
    make_task("丙", estimate=Decimal(1))
    levelling = calculated(head, department)
    assert moves(levelling)["丙"].new[0] == date(2026, 12, 14)
    [found] = outcome_from_json(levelling.result).overfull
    assert (found.person, found.days, found.first, found.last) == (person.pk, 5, MONDAY, FRIDAY)
    client.force_login(head.user)
    text = client.get(reverse("initiatives:levelling_detail", args=(town.slug, levelling.pk))).content.decode()
    assert f"{person.user.name}：令和8年12月7日から令和8年12月11日までのうち5日" in text


def test_where_no_move_helps_the_page_says_so(head, department, make_task):
    for name in ("進行中の甲", "進行中の乙"):
        make_task(name, status=TaskStatus.DOING)
    make_task("丙", starts_on=date(2027, 2, 1), due_on=date(2027, 2, 26), estimate=Decimal(1))
    lead = levelling_sheet(calculated(head, department), head).lead
    assert lead.wrong == "作業を動かしても解消しません。着手済みの仕事だけで時間を超える人がいます。"


def test_what_has_begun_and_the_work_for_others_stay(head, town, department, make_task, work, person):
    other = make_department(town, "税務課")
    make_task("進行中", status=TaskStatus.DOING)
    make_task("税務課の作業", department=other, starts_on=date(2026, 12, 14), due_on=date(2026, 12, 18))
    make_task("甲")
    assert {name: move.new[0] for name, move in moves(calculated(head, department)).items()} == {
        "甲": date(2026, 12, 21)
    }


def test_what_should_have_begun_begins_today_and_keeps_its_day(head, department, make_task):
    make_task("遅れ", starts_on=date(2026, 11, 2), due_on=FRIDAY, estimate=Decimal(5))
    assert moves(calculated(head, department)) == {}


def test_a_department_without_tasks_says_so(head, department):
    levelling = calculated(head, department)
    assert (levelling.state, levelling.job.state) == (LevellingState.RUNNING, JobState.FAILED)
    assert levelling.has_failed


def test_accepting_sets_all_days_with_the_reason(head, department, make_task):
    make_task("甲", priority=1)
    second = make_task("乙")
    levelling = calculated(head, department)
    assert accept_levelling(actor=head, levelling=levelling, reason="重なりの解消", shown=levelling.fingerprint) == 1
    second.refresh_from_db()
    assert (second.starts_on, second.due_on) == (date(2026, 12, 14), date(2026, 12, 18))
    entry = AuditEntry.objects.filter(object_type="initiatives.task", object_id=second.pk).latest("pk")
    assert (entry.reason, entry.after["starts_on"]) == ("重なりの解消", "2026-12-14")
    with pytest.raises(DomainError):
        accept_levelling(actor=head, levelling=levelling, reason="二度目", shown=levelling.fingerprint)
    assert moves(calculated(head, department)) == {}


@pytest.mark.parametrize(
    "change", [{"due_on": date(2026, 12, 10)}, {"status": TaskStatus.DOING}, {"status": TaskStatus.DONE}]
)
def test_tasks_that_somebody_changed_meanwhile_are_not_set_back(head, department, make_task, change):
    make_task("甲", priority=1)
    second = make_task("乙")
    levelling = calculated(head, department)
    Task.objects.filter(pk=second.pk).update(**change)
    with pytest.raises(ConflictError):
        accept_levelling(actor=head, levelling=levelling, reason="古い", shown=levelling.fingerprint)
    second.refresh_from_db()
    assert second.starts_on == MONDAY


def test_only_what_was_shown_is_accepted(head, department, make_task):
    make_task("甲", priority=1)
    make_task("乙")
    levelling = calculated(head, department)
    with pytest.raises(ConflictError):
        accept_levelling(actor=head, levelling=levelling, reason="見ていない", shown="x")


def test_a_new_calculation_takes_the_place_of_the_one_before(head, department, make_task):
    make_task("甲")
    earlier = calculated(head, department)
    later = start_levelling(actor=head, department=department)
    earlier.refresh_from_db()
    assert (earlier.state, later.state) == (LevellingState.DISCARDED, LevellingState.RUNNING)
    discard_levelling(actor=head, levelling=later)
    assert Job.objects.get(pk=later.job_id).state == JobState.CANCELLED


def test_others_neither_see_nor_calculate_it(town, head, department, make_task):
    make_task("甲")
    levelling = calculated(head, department)
    for actor in (
        make_actor(town, Role.MEMBER, department),
        make_actor(town, Role.HEAD, make_department(town, "税務課")),
        make_actor(town, Role.EXECUTIVE),
    ):
        for act in (start_levelling, stop_levelling, discard_levelling):
            with pytest.raises(NotAllowedError):
                act(actor=actor, **({"department": department} if act is start_levelling else {"levelling": levelling}))
        with pytest.raises(NotAllowedError):
            accept_levelling(actor=actor, levelling=levelling, reason="x", shown=levelling.fingerprint)


def test_the_name_of_a_task_that_is_not_to_be_seen_stays_hidden(head, town, make_task, work, person):
    other = make_department(town, "税務課")
    hidden = make_initiative(work.served_goals.get().goal, "別の取組", department=other)
    make_task("秘密の作業", initiative=hidden, department=other, status=TaskStatus.DOING)
    make_task("甲")
    sheet = levelling_sheet(calculated(head, work.department), head)
    [shown] = sheet.moves
    assert "秘密の作業" not in shown.why
    assert person.user.name in shown.why


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 15), st.integers(1, 20), st.integers(0, 2), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_nobody_has_more_in_a_day_than_there_is(head, town, department, make_task, person, rows):
    Task.objects.all().delete()
    people = [person, *(make_membership(town, Role.MEMBER, department) for _ in range(2))]
    for place, (start, length, estimate, who, is_fixed) in enumerate(rows):
        begins = MONDAY + timedelta(days=start)
        make_task(
            str(place),
            starts_on=begins,
            due_on=begins + timedelta(days=length),
            estimate=Decimal(estimate),
            responsible=people[who],
            status=TaskStatus.DOING if is_fixed else TaskStatus.TODO,
        )
    workload = workload_of(department, TODAY)
    plan = schedule(workload.project, effort=Effort(seconds=20, rounds=1))
    capacity = {one.id: one for one in workload.project.resources}
    length = 400
    for key, resource in capacity.items():
        free = np.full(length, resource.capacity)
        for day, units in resource.changes:
            free[day:] = units
        used = np.zeros(length, int)
        for one in workload.project.activities:
            used[plan.starts[one.id] : plan.starts[one.id] + one.duration] += one.demands.get(key, 0)
        assert (used <= free).all()
        # Beyond a whole day there is only what cannot be moved.
        movable = [one for one in workload.project.activities if one.fixed_start is None and key in one.demands]
        spans = [range(plan.starts[one.id], plan.starts[one.id] + one.duration) for one in movable]
        assert max((used[day] for days in spans for day in days), default=0) <= WHOLE


def test_the_pages(client, town, head, department, make_task):
    make_task("甲", priority=1)
    second = make_task("乙")
    client.force_login(head.user)
    listed = reverse("initiatives:levelling_list", args=(town.slug,))
    assert "これから始める作業 2件" in client.get(listed).content.decode()
    answer = client.post(listed, {"department": department.pk})
    levelling = Levelling.objects.get()
    page = answer["Location"]
    assert page == reverse("initiatives:levelling_detail", args=(town.slug, levelling.pk))
    assert "ここまでの結果で止める" in client.get(page).content.decode()
    run_job(levelling.job_id)
    shown = Levelling.objects.get().fingerprint
    text = client.get(page).content.decode()
    assert "1件の作業が動きます。" in text
    assert "R8.12.14" in text
    assert shown in text
    assert client.post(page, {"reason": "", "shown": shown}).status_code == 422
    client.post(page, {"reason": "重なりの解消", "shown": shown})
    second.refresh_from_db()
    assert second.starts_on == date(2026, 12, 14)
    assert "1件の作業を動かしました。" in client.get(page).content.decode()
    assert client.post(f"{page}discard/")["Location"] == page


def test_what_is_kept_comes_back(head, department, make_task):
    make_task("甲", priority=1)
    make_task("乙")
    outcome = outcome_from_json(calculated(head, department).result)
    assert outcome_from_json(outcome_as_json(outcome)) == outcome


def test_what_is_overdue_and_not_begun_gets_days_from_now_on(head, department, make_task):
    make_task("忘れられた", starts_on=date(2026, 9, 10), due_on=date(2026, 9, 25), estimate=Decimal(1))
    [move] = moves(calculated(head, department)).values()
    # TODAY is a holiday (勤労感謝の日).
    assert (move.new, move.because) == ((date(2026, 11, 24), date(2026, 11, 24)), OVERDUE)


def test_what_a_review_decided_for_an_earlier_day_is_told(head, town, department, make_task, person, work):
    make_task("甲", priority=1)
    second = make_task("乙", priority=3)
    review = Review(year=2026, quarter=2, held_on=date(2026, 9, 1), decider=person, state=ReviewState.CLOSED)
    review.save()
    item = AgendaItem(review=review, title="乙", initiative=work, order=1)
    item.save()
    decision = ReviewDecision(
        item=item,
        person=person,
        task=second,
        verdict="continue",
        reason="要の取組",
        due_on=FRIDAY,
        decided_on=date(2026, 9, 1),
    )
    decision.save()
    levelling = calculated(head, department)
    assert [one.decided_by for one in levelling_sheet(levelling, head).moves] == [FRIDAY]
    decision.due_on = date(2026, 12, 18)
    decision.save()
    assert [one.decided_by for one in levelling_sheet(levelling, head).moves] == [None]
