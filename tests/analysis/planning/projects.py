"""Small projects for the tests: written out, and drawn by hypothesis."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from kiun.analysis.planning import Activity, Link, LinkKind, Project, Resource


def project_of(activities, links=(), resources=()):
    return Project(tuple(activities), tuple(links), tuple(resources))


def chain(*durations):
    """a → b → c …, each after the one before."""
    names = "abcdefgh"[: len(durations)]
    return project_of(
        [Activity(name, days) for name, days in zip(names, durations, strict=True)],
        [Link(before, after) for before, after in pairwise(names)],
    )


def without_resources(project):
    return Project(tuple(replace(each, demands={}) for each in project.activities), project.links)


@st.composite
def linked_activities(draw, most=8):
    count = draw(st.integers(1, most))
    durations = draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    links = []
    for after in range(1, count):
        for before in draw(st.sets(st.integers(0, after - 1), max_size=2)):
            kind = draw(st.sampled_from(LinkKind))
            links.append(Link(f"a{before}", f"a{after}", kind, draw(st.integers(-2, 3))))
    return durations, tuple(links)


@st.composite
def projects(draw, most=8):
    """With leads and lags, releases, capacity that changes; every one of them can be carried out."""
    durations, links = draw(linked_activities(most))
    final = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    resources = []
    for number, capacity in enumerate(final):
        days = sorted(draw(st.sets(st.integers(1, 15), max_size=2)))
        units = [draw(st.integers(0, 4)) for _ in days]
        levels = [*units, capacity]
        resources.append(Resource(f"r{number}", levels[0], tuple(zip(days, levels[1:], strict=True))))
    activities = [
        Activity(
            f"a{row}",
            days,
            {f"r{number}": draw(st.integers(0, capacity)) for number, capacity in enumerate(final)},
            earliest=draw(st.sampled_from([0, 0, 0, 4])),
        )
        for row, days in enumerate(durations)
    ]
    return Project(tuple(activities), links, tuple(resources))


def broken_rules(project, starts):
    """Every rule that the plan breaks, found without the library: links, windows, capacity day by day."""
    activities = {activity.id: activity for activity in project.activities}
    broken = []
    for link in project.links:
        begin = starts[link.before] + (activities[link.before].duration if link.kind == "finish_start" else 0)
        if starts[link.after] < begin + link.lag:
            broken.append(link)
    for each in project.activities:
        end = starts[each.id] + each.duration
        if (
            starts[each.id] < each.earliest
            or (each.deadline is not None and end > each.deadline)
            or (each.fixed_start is not None and starts[each.id] != each.fixed_start)
        ):
            broken.append(each)
    last = max(starts[each.id] + each.duration for each in project.activities)
    for resource in project.resources:
        for day in range(last):
            capacity = [resource.capacity, *[units for since, units in resource.changes if since <= day]][-1]
            running = [a for a in project.activities if starts[a.id] <= day < starts[a.id] + a.duration]
            if sum(a.demands.get(resource.id, 0) for a in running) > capacity:
                broken.append((resource.id, day))
    return broken


def end(project, starts):
    return max(starts[each.id] + each.duration for each in project.activities)


def drawn_project(count, seed):
    """A hard one, in the manner of ProGen (Kolisch, Sprecher and Drexl 1995): nearly all need all of too few people."""
    random = Random(seed)
    durations = [random.randint(1, 10) for _ in range(count)]
    links = [
        Link(f"a{before}", f"a{after}")
        for after in range(3, count)
        for before in {random.randrange(after) for _ in range(random.randint(1, 2))}
    ]
    demands = [{f"r{kind}": random.randint(1, 10) for kind in range(4) if random.random() < 0.9} for _ in durations]
    activities = [Activity(f"a{row}", days, demands[row]) for row, days in enumerate(durations)]
    return project_of(activities, links, [Resource(f"r{kind}", random.randint(16, 22)) for kind in range(4)])
