from kiun.dashboard.queries.errands import errands_of
from kiun.municipality.models import Municipality, Role
from tests.factories import make_actor, make_goal, make_indicator, make_plan


def test_readers_are_not_asked_for_values_they_may_not_enter(in_hinata: Municipality) -> None:
    goal = make_goal(make_plan(in_hinata))
    asked = {}
    for role in (Role.MEMBER, Role.VIEWER):
        actor = make_actor(in_hinata, role)
        make_indicator(goal, readings={"2024-03-31": 43}, owner=actor.membership)
        asked[role] = errands_of(actor).count
    assert asked == {Role.MEMBER: 1, Role.VIEWER: 0}
