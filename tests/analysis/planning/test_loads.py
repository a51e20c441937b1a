import pytest
from hypothesis import given

from kiun.analysis.planning import (
    Activity,
    Load,
    Overload,
    ProjectError,
    Resource,
    earliest_starts,
    loads,
    overloads,
)
from tests.analysis.planning.projects import project_of, projects

OFFICE = project_of(
    [Activity("a", 4, {"staff": 2}), Activity("b", 2, {"staff": 1}), Activity("c", 3, {"staff": 1})],
    resources=[Resource("staff", 2, ((5, 1), (8, 2)))],
)


def test_a_load_says_how_much_is_asked_for_and_how_much_there_is():
    assert loads(OFFICE, {"a": 0, "b": 3, "c": 5})["staff"] == (
        Load(0, 3, 2, 2),
        Load(3, 4, 3, 2),
        Load(4, 5, 1, 2),
        Load(5, 8, 1, 1),
        Load(8, None, 0, 2),
    )


def test_an_overload_names_its_days_its_size_and_who_causes_it():
    assert overloads(OFFICE, {"a": 0, "b": 3, "c": 2}) == (
        Overload("staff", 2, 4, most_missing=2, missing=3, activities=("a", "c", "b")),
    )


def test_an_absence_makes_an_overload():
    assert overloads(OFFICE, {"a": 4, "b": 0, "c": 0}) == (
        Overload("staff", 5, 8, most_missing=1, missing=3, activities=("a",)),
    )


def test_what_takes_no_time_loads_nobody():
    instant = project_of([Activity("a", 0, {"staff": 1})], resources=[Resource("staff", 0)])
    assert overloads(instant, {"a": 0}) == ()


def test_an_activity_without_a_start_is_refused():
    with pytest.raises(ProjectError, match="b has no start"):
        overloads(OFFICE, {"a": 0, "c": 0})


@given(projects())
def test_every_overloaded_day_is_found_and_no_other(project):
    starts = earliest_starts(project)
    expected = set()
    for resource in project.resources:
        for day in range(100):
            running = [a for a in project.activities if starts[a.id] <= day < starts[a.id] + a.duration]
            capacity = [resource.capacity, *[units for since, units in resource.changes if since <= day]][-1]
            if sum(a.demands[resource.id] for a in running) > capacity:
                expected.add((resource.id, day))
    found = {(each.resource, day) for each in overloads(project, starts) for day in range(each.start, each.end)}
    assert found == expected
