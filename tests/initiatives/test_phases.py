"""Phases and milestones: several at once, one by one, and ticked when they are reached."""

from datetime import date

import pytest

from kiun.activity.queries import version_of
from kiun.initiatives.models import InitiativeStatus, Milestone, Phase, Revision, RevisionItem
from kiun.initiatives.services.phases import mark_reached, remove_part, save_parts
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_department, make_initiative, make_task
from tests.initiatives.pages import sign_in, url


@pytest.fixture
def officer(town):
    return make_actor(town, Role.ADMIN)


def phase(**fields):
    values = {"goal": "30手続を公開する", "starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 30), **fields}
    return Phase(**values)


def test_what_was_agreed_gets_phases_by_one_change_of_the_plan(officer, initiative):
    parts = [phase(), Milestone(name="契約", due_on=date(2026, 6, 30))]
    save_parts(actor=officer, initiative=initiative, parts=parts, reason="工程を決めたため")
    assert [item.label for item in RevisionItem.objects.all()] == ["短期", "契約"]
    assert Revision.objects.get().reason == "工程を決めたため"
    with pytest.raises(DomainError) as refused:
        save_parts(actor=officer, initiative=initiative, parts=[phase()])
    assert (refused.value.field, Phase.objects.count()) == ("reason", 1)


def test_a_proposal_gets_phases_without_a_reason(officer, goal):
    proposal = make_initiative(goal, status=InitiativeStatus.PROPOSED)
    save_parts(actor=officer, initiative=proposal, parts=[phase()])
    assert (Phase.objects.get().initiative, Revision.objects.count()) == (proposal, 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_on": date(2026, 3, 31), "starts_on": date(2026, 4, 1)}, "ends_on"),
        ({"starts_on": date(2026, 3, 31)}, "starts_on"),
        ({"ends_on": date(2027, 4, 1)}, "ends_on"),
    ],
)
def test_a_phase_outside_the_initiative_is_refused(officer, initiative, fields, field):
    with pytest.raises(DomainError) as refused:
        save_parts(actor=officer, initiative=initiative, parts=[phase(**fields)], reason="x")
    assert (refused.value.field, Phase.objects.count()) == (field, 0)


def test_three_phases_are_offered_and_empty_rows_are_left_out(client, town, initiative, today):
    sign_in(client, town)
    page = url(town, "phase_create", initiative.pk)
    shown = client.get(page).content.decode()
    for day in ("2026-04-01", "2026-08-01", "2026-12-01", "2027-03-31"):
        assert f'value="{day}"' in shown
    rows = {
        "row0-term": "short", "row0-goal": "試行する", "row0-starts_on": "2026-04-01", "row0-ends_on": "2026-07-31",
        "row1-term": "middle", "row1-goal": "", "row1-starts_on": "2026-08-01", "row1-ends_on": "2026-11-30",
        "row2-term": "long", "row2-goal": "", "row2-starts_on": "2026-12-01", "row2-ends_on": "2027-03-31",
    }  # fmt: skip
    assert client.post(page, {**rows, "row0-goal": "", "reason": "x"}).status_code == 422
    assert client.post(page, {**rows, "row0-starts_on": "", "reason": "x"}).status_code == 422
    assert client.post(page, {**rows, "reason": "工程を決めたため"}).status_code == 302
    assert [one.goal for one in Phase.objects.all()] == ["試行する"]


def test_a_milestone_is_added_changed_and_removed_on_pages(client, town, initiative, today):
    sign_in(client, town)
    rows = {f"row{n}-{name}": value for n in range(3) for name, value in (("name", ""), ("due_on", ""))}
    rows |= {f"row{n}-is_public": "on" for n in range(3)}
    client.post(
        url(town, "milestone_create", initiative.pk),
        {**rows, "row1-name": "契約", "row1-due_on": "2026-12-25", "reason": "決定"},
    )
    milestone = Milestone.objects.get()
    assert (milestone.name, milestone.due_on, milestone.is_public) == ("契約", date(2026, 12, 25), True)
    page = url(town, "milestone_edit", milestone.pk)
    changed = {"name": "契約の締結", "due_on": "2027-01-15", "seen": "", "reason": "入札の不調"}
    assert client.post(page, changed).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.name, milestone.is_public) == ("契約の締結", False)
    removal = url(town, "milestone_remove", milestone.pk)
    assert client.post(removal, {"reason": ""}).status_code == 422
    assert client.post(removal, {"reason": "不要になった"}).status_code == 302
    assert Milestone.objects.count() == 0
    history = client.get(url(town, "initiative_detail", initiative.pk)).content.decode()
    assert "不要になった" in history


def test_two_people_who_change_the_same_phase_do_not_overwrite_each_other(officer, initiative):
    save_parts(actor=officer, initiative=initiative, parts=[phase()], reason="x")
    mine, theirs = Phase.objects.get(), Phase.objects.get()
    seen = version_of(mine)
    theirs.goal = "40手続を公開する"
    save_parts(actor=officer, initiative=initiative, parts=[theirs], reason="x", seen=seen)
    mine.goal = "50手続を公開する"
    with pytest.raises(ConflictError):
        save_parts(actor=officer, initiative=initiative, parts=[mine], reason="x", seen=seen)
    assert Phase.objects.get().goal == "40手続を公開する"


def test_tasks_of_a_removed_phase_stay(officer, initiative):
    save_parts(actor=officer, initiative=initiative, parts=[phase()], reason="x")
    task = make_task(initiative, phase=Phase.objects.get())
    remove_part(actor=officer, part=Phase.objects.get(), reason="段階を分けない")
    task.refresh_from_db()
    assert task.phase is None


def test_a_colleague_ticks_what_is_reached_which_changes_no_plan(town, department, initiative):
    member = make_actor(town, Role.MEMBER, department)
    milestone = Milestone(initiative=initiative, name="契約", due_on=TODAY)
    milestone.save()
    mark_reached(actor=member, part=milestone, on=TODAY)
    milestone.refresh_from_db()
    assert (milestone.reached_on, Revision.objects.count()) == (TODAY, 0)
    with pytest.raises(DomainError):
        mark_reached(actor=member, part=milestone, on=date(2026, 12, 1))
    with pytest.raises(NotAllowedError):
        mark_reached(actor=make_actor(town, Role.HEAD, make_department(town)), part=milestone, on=None)
    with pytest.raises(NotAllowedError):
        remove_part(actor=member, part=milestone, reason="x")


def test_the_tick_is_taken_back_on_the_page(client, town, initiative, today):
    sign_in(client, town)
    milestone = Milestone(initiative=initiative, name="契約", due_on=TODAY)
    milestone.save()
    for said, day in (("yes", TODAY), ("no", None)):
        client.post(url(town, "milestone_reach", milestone.pk), {"reached": said})
        milestone.refresh_from_db()
        assert milestone.reached_on == day
