import pytest

from kiun.analysis.planning import Activity, Flaw, Link, Project, ProjectError, Resource, earliest_starts
from tests.analysis.planning.projects import chain

STAFF = Resource("staff", 2, ((5, 3),))
A, B = Activity("a", 1), Activity("b", 1)


@pytest.mark.parametrize(
    ("activities", "links", "resources", "reason", "ids"),
    [
        ([A, A], [], [], Flaw.DUPLICATE_ACTIVITY, ("a",)),
        ([], [], [STAFF, STAFF], Flaw.DUPLICATE_RESOURCE, ("staff",)),
        ([A], [Link("a", "b")], [], Flaw.UNKNOWN_ACTIVITY, ("b",)),
        ([Activity("a", 1, {"staff": 1})], [], [], Flaw.UNKNOWN_RESOURCE, ("a", "staff")),
        ([Activity("a", -1)], [], [], Flaw.NEGATIVE_DURATION, ("a",)),
        ([Activity("a", 1, {"staff": -1})], [], [STAFF], Flaw.NEGATIVE_DEMAND, ("a", "staff")),
        ([Activity("a", 1, earliest=-1)], [], [], Flaw.NEGATIVE_DAY, ("a",)),
        ([Activity("a", 1, fixed_start=-1)], [], [], Flaw.NEGATIVE_DAY, ("a",)),
        ([Activity("a", 1, deadline=-1)], [], [], Flaw.NEGATIVE_DAY, ("a",)),
        ([], [], [Resource("staff", 1, ((-1, 2),))], Flaw.NEGATIVE_DAY, ("staff",)),
        ([], [], [Resource("staff", 1, ((2, -1),))], Flaw.NEGATIVE_CAPACITY, ("staff",)),
        ([], [], [Resource("staff", 1, ((3, 2), (3, 1)))], Flaw.CHANGES_OUT_OF_ORDER, ("staff",)),
        ([], [], [Resource("staff", 1, ((1_000_001, 2),))], Flaw.TOO_LONG, ("staff",)),
        ([Activity("a", 1, {"staff": 4})], [], [STAFF], Flaw.DEMAND_ABOVE_CAPACITY, ("a", "staff")),
        ([Activity("a", 1_000_001)], [], [], Flaw.TOO_LONG, ("a",)),
        ([A, B], [Link("a", "b", lag=-1_000_001)], [], Flaw.TOO_LONG, ("b",)),
    ],
)
def test_a_contradiction_is_named(activities, links, resources, reason, ids):
    with pytest.raises(ProjectError) as caught:
        Project(tuple(activities), tuple(links), tuple(resources))
    assert (caught.value.reason, caught.value.ids) == (reason, ids)


def test_a_circle_is_named_in_its_order():
    project = chain(1, 2, 3, 4)
    circular = Project(project.activities, (*project.links, Link("d", "b")))
    with pytest.raises(ProjectError) as caught:
        earliest_starts(circular)
    assert caught.value.reason is Flaw.CYCLE
    assert sorted(caught.value.ids) == ["b", "c", "d"]
    following = dict(zip(caught.value.ids, [*caught.value.ids[1:], caught.value.ids[0]], strict=True))
    assert following == {"b": "c", "c": "d", "d": "b"}
    assert str(caught.value).startswith("These activities wait for one another in a circle: ")


def test_an_activity_that_waits_for_itself_is_a_circle():
    with pytest.raises(ProjectError) as caught:
        earliest_starts(Project((A,), (Link("a", "a"),)))
    assert caught.value.ids == ("a",)


def test_many_long_activities_together_are_too_long():
    project = Project(tuple(Activity(f"a{n}", 400_000 + n) for n in range(3)))
    with pytest.raises(ProjectError) as caught:
        earliest_starts(project)
    assert (caught.value.reason, caught.value.ids) == (Flaw.TOO_LONG, ("a2",))


def test_a_capacity_from_day_0_on_replaces_the_first_one():
    with pytest.raises(ProjectError):
        Project((Activity("a", 1, {"staff": 9}),), (), (Resource("staff", 9, ((0, 2),)),))
