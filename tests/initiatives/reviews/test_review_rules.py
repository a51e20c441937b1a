"""Who sees which items, decisions and entries of the ledger: the rule and the list agree."""

from datetime import date

import pytest

from kiun.initiatives.models import AgendaItem, Phase, Review, ReviewDecision, ReviewState, Verdict
from kiun.initiatives.queries.ledger import visible_revision_items, visible_revisions
from kiun.initiatives.queries.reviews.visible import visible_decisions, visible_items
from kiun.initiatives.services import save_initiative
from kiun.initiatives.services.phases import remove_part, save_parts
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_initiative
from tests.initiatives.reviews.conftest import add_item


@pytest.fixture
def other(town):
    return make_department(town, "税務課")


@pytest.fixture
def reviews(mayor):
    made = {}
    for quarter, state in ((1, ReviewState.CLOSED), (2, ReviewState.RUNNING), (3, ReviewState.PREPARING)):
        made[state] = Review(
            year=2026, quarter=quarter, held_on=date(2026, 9, 1), decider=mayor.membership, state=state
        )
        made[state].save()
    return made


@pytest.fixture
def items(reviews, department, other):
    for state, review in reviews.items():
        for place in (department, other, None):
            name = f"{state}:{place.name if place else '—'}"
            item = add_item(review, name, department=place)
            if state == ReviewState.CLOSED:
                ReviewDecision(item=item, verdict=Verdict.CONTINUE, decided_on=date(2026, 9, 1)).save()


def seen(actor):
    return set(visible_items(actor).values_list("title", flat=True))


def allowed(actor):
    items = AgendaItem.objects.select_related("review", "department")
    return {item.title for item in items if may(actor, "initiatives.see_agenda_item", item)}


EVERY = {f"{state}:{place}" for state in ("closed", "running", "preparing") for place in ("市民課", "税務課", "—")}
OWN = {f"{state}:市民課" for state in ("closed", "running", "preparing")}


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (Role.ADMIN, EVERY),
        (Role.EXECUTIVE, EVERY),
        (Role.HEAD, OWN),
        (Role.MEMBER, {"closed:市民課"}),
        (Role.VIEWER, {"closed:市民課"}),
        (Role.PARTNER, set()),
        (Role.RESIDENT, set()),
    ],
)
def test_an_agenda_is_seen_by_those_whom_it_concerns(town, department, items, role, titles):
    actor = make_actor(town, role, department)
    assert seen(actor) == allowed(actor) == titles
    decided = set(visible_decisions(actor).values_list("item__title", flat=True))
    assert decided == {title for title in titles if title.startswith("closed")}


def test_whoever_takes_part_sees_what_was_decided(town, plan, department, other, reviews):
    stranger = make_actor(town, Role.MEMBER, make_department(town, "環境課"))
    work = make_initiative(make_goal(plan, department=other), owner=stranger.membership)
    indicator = make_indicator(make_goal(plan, department=other), owner=stranger.membership)
    closed = reviews[ReviewState.CLOSED]
    add_item(closed, "取組", department=other, initiative=work)
    add_item(closed, "指標", department=other, indicator=indicator)
    errand = add_item(closed, "用件", department=other)
    ReviewDecision(item=errand, person=stranger.membership, decided_on=date(2026, 9, 1)).save()
    add_item(closed, "無関係", department=other)
    add_item(reviews[ReviewState.RUNNING], "まだ", department=other, initiative=work)
    assert seen(stranger) == allowed(stranger) == {"取組", "指標", "用件"}


class TestLedger:
    @pytest.fixture
    def work(self, plan, department):
        return make_initiative(make_goal(plan, department=department))

    @pytest.mark.parametrize(("role", "sees"), [(Role.ADMIN, True), (Role.EXECUTIVE, True), (Role.HEAD, False)])
    def test_of_another_department(self, town, other, officer, work, role, sees):
        phase = Phase(goal="仕様", starts_on=work.starts_on, ends_on=work.ends_on)
        save_parts(actor=officer, initiative=work, parts=[phase], reason="分ける")
        reader = make_actor(town, role, other)
        assert visible_revisions(reader).exists() is sees

    def test_of_the_own_department_also_of_a_part_that_is_gone(self, officer, head, work):
        phase = Phase(goal="仕様", starts_on=work.starts_on, ends_on=work.ends_on)
        save_parts(actor=officer, initiative=work, parts=[phase], reason="分ける")
        remove_part(actor=officer, part=phase, reason="分けない")
        assert [revision.number for revision in visible_revisions(head)] == [2]

    def test_of_an_entry_about_several_a_reader_sees_the_own_part(self, town, plan, officer, head, work, other):
        goals = [work.served_goals.get().goal]
        work.name = "新しい名"
        save_initiative(actor=officer, initiative=work, goals=goals, reason="改称")
        stranger = make_actor(town, Role.HEAD, other)
        assert [item.label for item in visible_revision_items(head)] == ["新しい名"]
        assert not visible_revision_items(stranger).exists()
