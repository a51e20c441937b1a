"""The promise of docs/privacy.md: nothing of one town is ever seen in, or tied to, another."""

import pytest
from django_scopes import ScopeError, scope

from kiun.goals.models import Goal, Indicator, Plan
from kiun.municipality.models import CrossTownError, Department
from tests.factories import make_department, make_goal, make_membership, make_plan, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns():
    return make_town("hinata", "ひなた市"), make_town("minato", "みなと市")


def test_without_a_town_nothing_can_be_read(towns):
    make_department(towns[0])
    with pytest.raises(ScopeError):
        list(Department.objects.all())
    with pytest.raises(ScopeError):
        Department._base_manager.count()


def test_the_other_towns_rows_are_not_there(towns):
    hinata, minato = towns
    department = make_department(minato, "港湾課")
    with scope(municipality=hinata):
        assert list(Department.objects.all()) == []
        assert not Department._base_manager.filter(pk=department.pk).exists()


def test_a_forward_foreign_key_does_not_lead_out_of_the_town(towns):
    hinata, minato = towns
    plan = make_plan(minato)
    goal = make_goal(plan)
    with scope(municipality=minato):
        fresh = Goal.objects.get(pk=goal.pk)
    with scope(municipality=hinata), pytest.raises(Plan.DoesNotExist):
        _ = fresh.plan


def test_create_refuses_another_town(towns):
    hinata, minato = towns
    with scope(municipality=hinata), pytest.raises(CrossTownError):
        Department.objects.create(municipality=minato, name="財政課")


def test_create_takes_the_active_town(towns):
    hinata, _ = towns
    with scope(municipality=hinata):
        assert Department.objects.create(name="財政課").municipality == hinata


@pytest.mark.parametrize("by_id", [True, False])
def test_save_refuses_a_foreign_key_into_another_town(towns, by_id):
    hinata, minato = towns
    theirs = make_department(minato)
    plan = make_plan(hinata)
    with scope(municipality=hinata), pytest.raises(CrossTownError):
        Goal(plan=plan, text="目標", **({"department_id": theirs.pk} if by_id else {"department": theirs})).save()


def test_bulk_create_refuses_a_foreign_key_into_another_town(towns):
    hinata, minato = towns
    theirs = make_membership(minato)
    goal = make_goal(make_plan(hinata))
    with scope(municipality=hinata), pytest.raises(CrossTownError):
        Indicator.objects.bulk_create([Indicator(goal=goal, name="件数", owner_id=theirs.pk)])


def test_update_refuses_a_foreign_key_into_another_town_and_a_move(towns):
    hinata, minato = towns
    theirs = make_department(minato)
    make_goal(make_plan(hinata))
    with scope(municipality=hinata):
        with pytest.raises(CrossTownError):
            Goal.objects.update(department=theirs)
        with pytest.raises(CrossTownError):
            Goal.objects.update(municipality=minato)


def test_a_row_cannot_be_saved_into_another_town_later(towns):
    hinata, minato = towns
    goal = make_goal(make_plan(hinata))
    goal.municipality = minato
    with scope(municipality=hinata), pytest.raises(CrossTownError):
        goal.save()
    with scope(municipality=minato), pytest.raises(CrossTownError):
        goal.save()
