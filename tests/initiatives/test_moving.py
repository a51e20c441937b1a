"""Moving an initiative: what would happen, and what then does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import (
    Capacity,
    Initiative,
    InitiativeLink,
    InitiativeStatus,
    LinkKind,
    Milestone,
    Phase,
    Revision,
    RevisionItem,
    ServedGoal,
    Task,
    TaskStatus,
    Term,
)
from kiun.initiatives.queries.moving import Move, effect_of
from kiun.initiatives.services import move_initiative
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_initiative,
    make_link,
    make_task,
)

# 2026-04-01 to 2027-03-31 is the initiative of the fixture.
MONTH_LATER = Move(starts_on=date(2026, 5, 1), ends_on=date(2027, 4, 30))


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def initiative(goal):
    row = make_initiative(goal, "書かない窓口")
    spans = (("2026-04-01", "2026-09-30", "2026-09-30"), ("2026-10-01", "2027-03-31", None))
    for (first, last, reached), term in zip(spans, (Term.SHORT, Term.LONG), strict=True):
        Phase(initiative=row, term=term, goal="x", starts_on=first, ends_on=last, reached_on=reached).save()
    Milestone(initiative=row, name="契約", due_on=date(2026, 9, 1), reached_on=date(2026, 9, 1)).save()
    Milestone(initiative=row, name="本番", due_on=date(2027, 3, 15)).save()
    make_task(row, "済んだ作業", status=TaskStatus.DONE, percent=100)
    make_task(row, "残る作業", starts_on=date(2026, 12, 1), due_on=date(2027, 1, 31))
    return row


def follow(before, goal, starts_on, ends_on, kind=LinkKind.FINISH_START, lag_days=0, **fields):
    name = fields.pop("name", "後の取組")
    after = make_initiative(
        goal, name, starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on), **fields
    )
    InitiativeLink(before=before, after=after, kind=kind, lag_days=lag_days).save()
    return after


def dates(row):
    stored = type(row).objects.get(pk=row.pk)
    return stored.starts_on, stored.ends_on


class TestTheMove:
    def test_takes_its_open_work_along_by_as_many_days(self, officer, initiative):
        move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER, reason="委託先の選定が遅れたため")
        assert dates(initiative) == (date(2026, 5, 1), date(2027, 4, 30))
        assert list(initiative.phases.values_list("starts_on", "ends_on")) == [
            (date(2026, 4, 1), date(2026, 9, 30)),
            (date(2026, 10, 31), date(2027, 4, 30)),
        ]
        assert list(initiative.milestones.values_list("name", "due_on")) == [
            ("契約", date(2026, 9, 1)),
            ("本番", date(2027, 4, 14)),
        ]
        assert list(Task.objects.order_by("pk").values_list("starts_on", "due_on")) == [
            (date(2026, 11, 2), date(2026, 11, 30)),
            (date(2026, 12, 31), date(2027, 3, 2)),
        ]

    def test_of_what_was_approved_is_one_revision_with_its_reason(self, officer, initiative):
        with pytest.raises(DomainError) as refused:
            move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER)
        assert refused.value.field == "reason"
        assert (dates(initiative), Revision.objects.count()) == ((date(2026, 4, 1), date(2027, 3, 31)), 0)
        assert Task.objects.get(name="残る作業").starts_on == date(2026, 12, 1)
        move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER, reason="契約の遅れ")
        revision = Revision.objects.get()
        assert (revision.reason, revision.approver) == ("契約の遅れ", officer.membership)
        items = list(RevisionItem.objects.values_list("object_type", "before", "after"))
        assert items[0] == (
            "initiatives.initiative",
            {"starts_on": "2026-04-01", "ends_on": "2027-03-31"},
            {"starts_on": "2026-05-01", "ends_on": "2027-04-30"},
        )
        assert [kind for kind, _, _ in items[1:]] == ["initiatives.phase", "initiatives.milestone"]
        entry = AuditEntry.objects.get(object_type="initiatives.task")
        assert (entry.label, entry.reason, entry.after) == (
            "残る作業", "契約の遅れ", {"starts_on": "2026-12-31", "due_on": "2027-03-02"},
        )  # fmt: skip

    def test_of_a_proposal_needs_no_reason_and_no_revision(self, officer, goal):
        proposal = make_initiative(goal, status=InitiativeStatus.PROPOSED)
        move_initiative(actor=officer, initiative=proposal, move=MONTH_LATER)
        assert dates(proposal) == (date(2026, 5, 1), date(2027, 4, 30))
        assert Revision.objects.count() == 0
        assert AuditEntry.objects.filter(object_type="initiatives.initiative").count() == 1

    def test_of_the_end_alone_leaves_the_work_where_it_is(self, officer, initiative):
        move = Move(starts_on=date(2026, 4, 1), ends_on=date(2027, 6, 30), with_work=False)
        move_initiative(actor=officer, initiative=initiative, move=move, reason="延長")
        assert dates(initiative) == (date(2026, 4, 1), date(2027, 6, 30))
        assert Milestone.objects.get(name="本番").due_on == date(2027, 3, 15)
        assert Task.objects.get(name="残る作業").due_on == date(2027, 1, 31)

    @pytest.mark.parametrize(
        ("move", "field"),
        [
            (replace(MONTH_LATER, ends_on=date(2026, 4, 30)), "ends_on"),
            (Move(starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31)), "starts_on"),
        ],
    )
    def test_that_is_none_is_refused(self, officer, initiative, move, field):
        with pytest.raises(DomainError) as refused:
            move_initiative(actor=officer, initiative=initiative, move=move, reason="x")
        assert refused.value.field == field
        assert Revision.objects.count() == 0

    def test_of_what_has_ended_is_refused(self, officer, goal):
        ended = make_initiative(goal, status=InitiativeStatus.DONE)
        with pytest.raises(DomainError):
            move_initiative(actor=officer, initiative=ended, move=MONTH_LATER, reason="x")

    def test_is_for_those_who_may_change_the_initiative(self, town, department, initiative):
        member = make_actor(town, Role.MEMBER, department)
        with pytest.raises(NotAllowedError):
            move_initiative(actor=member, initiative=initiative, move=MONTH_LATER, reason="x")
        head = make_actor(town, Role.HEAD, department)
        move_initiative(actor=head, initiative=initiative, move=MONTH_LATER, reason="x")
        assert dates(initiative)[0] == date(2026, 5, 1)

    def test_overwrites_nobody(self, officer, initiative):
        newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER, reason="先の人", seen=newest)
        with pytest.raises(ConflictError):
            move_initiative(
                actor=officer, initiative=initiative, move=replace(MONTH_LATER, ends_on=date(2027, 5, 31)),
                reason="後の人", seen=newest,
            )  # fmt: skip
        assert dates(initiative) == (date(2026, 5, 1), date(2027, 4, 30))

    def test_carries_out_nothing_but_the_effect_that_was_shown(self, officer, goal, initiative):
        shown = effect_of(officer, initiative, MONTH_LATER).fingerprint
        follow(initiative, goal, "2027-04-01", "2027-09-30")
        with pytest.raises(DomainError):
            move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER, reason="x", shown=shown)
        assert dates(initiative) == (date(2026, 4, 1), date(2027, 3, 31))
        now = effect_of(officer, initiative, MONTH_LATER).fingerprint
        move_initiative(actor=officer, initiative=initiative, move=MONTH_LATER, reason="x", shown=now)
        assert dates(initiative) == (date(2026, 5, 1), date(2027, 4, 30))


class TestFollowers:
    def test_collide_unless_they_are_taken_along(self, officer, goal, initiative):
        after = follow(initiative, goal, "2027-04-01", "2027-09-30")
        effect = effect_of(officer, initiative, MONTH_LATER)
        [collision] = effect.collisions
        assert (collision.before, collision.after, collision.needed, collision.was_there) == (
            "書かない窓口", "後の取組", date(2027, 5, 1), False,
        )  # fmt: skip
        assert (effect.followers, effect.troubles) == ((), 1)
        pushing = replace(MONTH_LATER, with_followers=True)
        pushed = effect_of(officer, initiative, pushing)
        assert (pushed.collisions, [one.new for one in pushed.followers]) == (
            (), [(date(2027, 5, 1), date(2027, 10, 30))],
        )  # fmt: skip
        move_initiative(actor=officer, initiative=initiative, move=pushing, reason="x")
        assert dates(after) == (date(2027, 5, 1), date(2027, 10, 30))
        assert Revision.objects.count() == 1

    def test_move_only_as_far_as_the_links_ask_one_after_the_other(self, officer, goal, initiative):
        """The first has 14 days to spare, the second none behind the first."""
        first = follow(initiative, goal, "2027-04-15", "2027-06-30", name="先")
        second = follow(first, goal, "2027-07-01", "2027-08-31", name="後")
        make_task(second, "後の作業", starts_on=date(2027, 7, 1), due_on=date(2027, 7, 31))
        move = replace(MONTH_LATER, with_followers=True)
        moved = effect_of(officer, initiative, move).followers
        assert [(one.name, one.delay, one.days) for one in moved] == [("先", 16, 16), ("後", 16, 16)]
        move_initiative(actor=officer, initiative=initiative, move=move, reason="x")
        assert dates(second) == (date(2027, 7, 17), date(2027, 9, 16))
        assert Task.objects.get(name="後の作業").starts_on == date(2027, 7, 17)

    def test_with_air_stay(self, officer, goal, initiative):
        after = follow(initiative, goal, "2027-10-01", "2028-03-31")
        move = replace(MONTH_LATER, with_followers=True)
        assert effect_of(officer, initiative, move).followers == ()
        move_initiative(actor=officer, initiative=initiative, move=move, reason="x")
        assert dates(after) == (date(2027, 10, 1), date(2028, 3, 31))

    @pytest.mark.parametrize(
        ("kind", "lag", "starts_on", "needed"),
        [
            (LinkKind.START_START, 0, "2026-04-15", date(2026, 5, 1)),
            # Ten working days from 1 May 2026 on, over the holidays of May, are over on the 19th.
            (LinkKind.START_START, 10, "2026-05-10", date(2026, 5, 20)),
            # 6, 7 and 10 May 2027 are the first working days after 30 April.
            (LinkKind.FINISH_START, 3, "2027-05-01", date(2027, 5, 11)),
        ],
    )
    def test_wait_for_the_beginning_or_some_working_days(self, officer, goal, initiative, kind, lag, starts_on, needed):
        follow(initiative, goal, starts_on, "2028-03-31", kind, lag)
        assert [one.needed for one in effect_of(officer, initiative, MONTH_LATER).collisions] == [needed]

    def test_of_another_department_are_not_moved_and_their_names_stay_theirs(self, town, department, goal, initiative):
        head = make_actor(town, Role.HEAD, department)
        tax = make_goal(goal.plan, department=make_department(town, "税務課"))
        after = follow(initiative, tax, "2027-04-01", "2027-09-30", name="税務課の秘密")
        effect = effect_of(head, initiative, replace(MONTH_LATER, with_followers=True))
        [collision] = effect.collisions
        assert (collision.after, collision.may_push, effect.followers) == ("", False, ())
        assert "秘密" not in repr(effect)
        move_initiative(actor=head, initiative=initiative, move=replace(MONTH_LATER, with_followers=True), reason="x")
        assert dates(after) == (date(2027, 4, 1), date(2027, 9, 30))

    def test_what_was_wrong_before_is_told_apart(self, officer, goal, initiative):
        follow(initiative, goal, "2027-02-01", "2027-09-30")
        effect = effect_of(officer, initiative, MONTH_LATER)
        assert ([one.was_there for one in effect.collisions], effect.troubles) == ([True], 0)

    def test_what_comes_before_is_run_into_by_moving_earlier(self, officer, goal, initiative):
        before = make_initiative(goal, "先の取組", starts_on=date(2025, 10, 1), ends_on=date(2026, 3, 31))
        InitiativeLink(before=before, after=initiative).save()
        move = Move(starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
        [collision] = effect_of(officer, initiative, move).collisions
        assert (collision.before, collision.after, collision.needed) == (
            "先の取組", "書かない窓口", date(2026, 4, 1),
        )  # fmt: skip

    def test_a_circle_in_old_data_ends(self, officer, goal, initiative):
        after = follow(initiative, goal, "2027-04-01", "2027-09-30")
        third = follow(after, goal, "2027-10-01", "2028-03-31")
        InitiativeLink(before=third, after=after).save()
        effect = effect_of(officer, initiative, replace(MONTH_LATER, with_followers=True))
        assert {one.key for one in effect.followers} == {after.pk, third.pk}


class TestWhatIsMissed:
    def test_phases_and_milestones_with_their_new_days(self, officer, initiative):
        slips = effect_of(officer, initiative, MONTH_LATER).slips
        assert [(slip.name, slip.old, slip.new, slip.changes_year) for slip in slips] == [
            ("長期", date(2027, 3, 31), date(2027, 4, 30), True),
            ("本番", date(2027, 3, 15), date(2027, 4, 14), True),
        ]

    def test_what_an_earlier_end_leaves_outside(self, officer, initiative):
        move = Move(starts_on=date(2026, 4, 1), ends_on=date(2026, 12, 31), with_work=False)
        effect = effect_of(officer, initiative, move)
        assert [(slip.name, slip.is_outside) for slip in effect.slips] == [("長期", True), ("本番", True)]
        assert (effect.tasks, effect.tasks_outside, effect.troubles) == (0, 1, 3)

    def test_milestones_would_lie_in_the_past(self, officer, goal):
        row = make_initiative(goal)
        Milestone(initiative=row, name="開始", due_on=TODAY + timedelta(days=10)).save()
        move = Move(starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
        [slip] = effect_of(officer, row, move).slips
        assert (slip.new, slip.is_past) == (date(2026, 11, 2), True)

    @pytest.mark.parametrize(
        ("deadline", "told"),
        [(date(2027, 4, 30), []), (date(2027, 4, 29), [False]), (date(2027, 3, 30), [True])],
    )
    def test_the_deadline_set_by_law(self, officer, goal, deadline, told):
        row = make_initiative(goal, legal_deadline=deadline)
        assert [one.was_missed for one in effect_of(officer, row, MONTH_LATER).laws] == told

    def test_the_deadline_of_each_goal_it_serves(self, town, officer, goal, initiative):
        terms = {"deadline": date(2027, 3, 31), "started_on": date(2024, 4, 1)}
        make_indicator(goal, terms=terms)
        other = make_goal(goal.plan, "別の目標")
        make_indicator(other, terms={**terms, "deadline": date(2027, 4, 30)})
        ServedGoal(initiative=initiative, goal=other, order=1).save()
        passed = effect_of(officer, initiative, MONTH_LATER).goals
        assert [(one.name, one.deadline, one.was_missed) for one in passed] == [(goal.text, date(2027, 3, 31), False)]

    def test_orders_of_tasks_between_initiatives(self, officer, goal, initiative):
        other = make_initiative(goal, "別の取組")
        waiting = make_task(other, "待つ作業", starts_on=date(2027, 2, 1), due_on=date(2027, 2, 28))
        make_link(Task.objects.get(name="残る作業"), waiting)
        assert effect_of(officer, initiative, MONTH_LATER).broken_tasks == (("残る作業", "待つ作業"),)
        far = Move(starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
        assert effect_of(officer, initiative, far).broken_tasks == ()


class TestPeople:
    """One full-time person in the department; December for one piece of work, January for another."""

    @pytest.fixture(autouse=True)
    def _work(self, department, goal):
        Capacity(department=department, month=date(2026, 11, 1), fte=1).save()
        self.moving = make_initiative(goal, "動く取組")
        december, january = (date(2026, 12, 1), date(2026, 12, 28)), (date(2027, 1, 4), date(2027, 1, 29))
        for row, (starts_on, due_on) in ((self.moving, december), (make_initiative(goal, "別"), january)):
            make_task(row, starts_on=starts_on, due_on=due_on, estimate=18)
        self.move = Move(starts_on=date(2026, 5, 2), ends_on=date(2027, 5, 1))

    def test_who_are_enough_now_and_would_be_missing(self, department, officer):
        [short] = effect_of(officer, self.moving, self.move).shortages
        # Twice 18 days of work in the 19 working days of January, for one person.
        assert (short.department, short.skill, short.month) == (department.name, "", date(2027, 1, 1))
        assert short.missing == round(36 / 19 - 1, 1)

    def test_when_the_work_stays_nobody_is_missing(self, officer):
        assert effect_of(officer, self.moving, replace(self.move, with_work=False)).shortages == ()

    def test_of_other_departments_are_not_told(self, town, goal):
        stranger = make_actor(town, Role.HEAD, make_department(town, "税務課"))
        assert effect_of(stranger, self.moving, self.move).shortages == ()


def test_the_effect_costs_as_many_queries_for_thirty_as_for_one(
    officer, goal, initiative, django_assert_num_queries, django_assert_max_num_queries
):
    follow(initiative, goal, "2027-04-01", "2027-09-30")
    move = replace(MONTH_LATER, with_followers=True)
    with django_assert_max_num_queries(30) as captured:
        effect_of(officer, initiative, move)
    for _number in range(30):
        after = follow(initiative, goal, "2027-04-01", "2027-09-30")
        Milestone(initiative=after, name="契約", due_on=date(2027, 5, 1)).save()
        make_task(after)
    with django_assert_num_queries(len(captured)):
        effect_of(officer, initiative, move)


def test_another_town_is_never_in_the_way(officer, initiative, goal):
    from tests.factories import make_plan, make_town

    elsewhere = make_town("minato", "みなと市")
    with scope(municipality=elsewhere):
        make_initiative(make_goal(make_plan(elsewhere)), "よその取組")
    effect = effect_of(officer, initiative, replace(MONTH_LATER, with_followers=True))
    assert [one.key for one in effect.moved] == [initiative.pk]
    assert Initiative.objects.count() == 1
