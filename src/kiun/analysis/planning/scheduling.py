"""A plan that keeps every link, window and capacity and ends as early as can be found, with the reasons for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiun.analysis.planning.bounds import least_end
from kiun.analysis.planning.chains import Bottleneck, Step, bottlenecks, critical_chain, latest_by_chains, steps
from kiun.analysis.planning.conflicts import Conflict, conflict_in
from kiun.analysis.planning.effort import Effort
from kiun.analysis.planning.network import Network, network_of
from kiun.analysis.planning.passes import end_of, start_of
from kiun.analysis.planning.search import Found, search
from kiun.analysis.planning.terms import Project, Resource
from kiun.analysis.planning.watch import Tell, Watch, gap

LEAST_SECONDS_FOR_REASONS = 10.0


class Status(StrEnum):
    OPTIMAL = "optimal"
    """No plan ends earlier."""
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    """There is no plan at all; `conflict` says why."""
    UNKNOWN = "unknown"
    """Neither a plan nor a proof that there is none was found in time."""


GAIN_EFFORT = Effort(seconds=10.0, rounds=2)


@dataclass(frozen=True)
class Schedule:
    """Days are working days from 0; `end` is the day on which everything is finished, None without a plan.

    `bound`: no plan ends before it. `slack`: how many days an activity may start later without a later end or a broken
    deadline, when its followers by links and in the use of resources are pushed along. `critical`: those without slack,
    by start. `reasons`: why each activity starts when it does. `chain`: one way from the beginning to the end, each
    step the reason for the next. `repeatable`: the same call brings the same plan (see `schedule`).
    """

    status: Status
    starts: Mapping[str, int]
    end: int | None
    bound: int
    slack: Mapping[str, int]
    critical: tuple[str, ...]
    reasons: Mapping[str, Step]
    chain: tuple[Step, ...]
    bottlenecks: tuple[Bottleneck, ...]
    conflict: Conflict | None
    repeatable: bool
    seconds: float

    @property
    def gap(self) -> float | None:
        """The share of `end` that might still be saved at most: 0 for an optimal plan."""
        return None if self.end is None else gap(self.end, self.bound)


def schedule(
    project: Project,
    *,
    effort: Effort | None = None,
    seed: int = 0,
    workers: int = 2,
    tell: Tell | None = None,
    like: Mapping[str, int] | None = None,
) -> Schedule:
    """Plans `project` to end as early as possible.

    `workers`: threads of CP-SAT beside the calling one. `tell` is asked several times a second, in the calling thread,
    with the `Progress` so far; True stops, and the best plan so far is returned. `like`: starts of an earlier plan, to
    begin from.

    Repeatable: the same project, effort, seed, workers and `like` bring the same starts with the same release of
    OR-tools, when the search ends with a proof or after `effort.rounds` and neither the clock nor `tell` stopped it;
    `Schedule.repeatable` says whether that was so. How many seconds it took has no part in it. Another number of
    workers may bring another plan.

    Raises ProjectError when links form a circle or the project is absurdly long.
    """
    network = network_of(project)
    effort = effort or Effort()
    watch = Watch(effort.seconds, least_end(network), tell)
    hint = None if like is None else [start_of(each, like) for each in network.ids]
    found = search(network, watch, seed=seed, lanes=workers, rounds=effort.rounds, hint=hint)
    if found.starts is None:
        return _without_plan(project, found, watch, tell, seed)
    return _explained(project, network, found, watch)


def _without_plan(project: Project, found: Found, watch: Watch, tell: Tell | None, seed: int) -> Schedule:
    conflict = None
    if found.closed:
        conflict = conflict_in(project, Watch(max(watch.left, LEAST_SECONDS_FOR_REASONS), 0, tell), seed)
    return Schedule(
        status=Status.INFEASIBLE if found.closed else Status.UNKNOWN,
        starts={},
        end=None,
        bound=found.bound,
        slack={},
        critical=(),
        reasons={},
        chain=(),
        bottlenecks=(),
        conflict=conflict,
        repeatable=not found.cut_short,
        seconds=watch.seconds,
    )


def _explained(project: Project, network: Network, found: Found, watch: Watch) -> Schedule:
    assert found.starts is not None  # asked before
    resources = [resource.id for resource in project.resources]
    starts = found.starts
    latest = latest_by_chains(network, starts)
    slack = {each: last - start for each, start, last in zip(network.ids, starts, latest, strict=True)}
    reasons = steps(network, resources, starts)
    chain = critical_chain(network, reasons, starts)
    by_start = sorted(zip(starts, range(network.size), network.ids, strict=True))
    return Schedule(
        status=Status.OPTIMAL if found.closed else Status.FEASIBLE,
        starts=dict(zip(network.ids, starts, strict=True)),
        end=end_of(network, starts),
        bound=found.bound,
        slack=slack,
        critical=tuple(each for _, _, each in by_start if not slack[each]),
        reasons={step.activity: step for step in reasons},
        chain=chain,
        bottlenecks=bottlenecks(network, resources, reasons, chain, starts),
        conflict=None,
        repeatable=not found.cut_short,
        seconds=watch.seconds,
    )


@dataclass(frozen=True)
class Gain:
    """What `units` more of `resource` on every day would bring: a plan that ends on `end`, `saved` days earlier.

    `most_saved`: no plan with them saves more; equal to `saved` when that is proven to be all.
    """

    resource: str
    units: int
    end: int
    saved: int
    most_saved: int


def gains(
    project: Project,
    plan: Schedule,
    *,
    units: Mapping[str, int] | None = None,
    effort: Effort = GAIN_EFFORT,
    seed: int = 0,
    workers: int = 2,
    tell: Tell | None = None,
) -> tuple[Gain, ...]:
    """For each bottleneck of `plan` what `units` more of it (1 where not given) would bring, by planning again.

    The gain most worth having comes first. `effort` is for each bottleneck; with its `rounds` the answer is repeatable
    as that of `schedule` is. Without a plan there is nothing to gain from.
    """
    found = []
    for bottleneck in plan.bottlenecks:
        more = (units or {}).get(bottleneck.resource, 1)
        richer = _with_more(project, bottleneck.resource, more)
        again = schedule(richer, effort=effort, seed=seed, workers=workers, tell=tell, like=plan.starts)
        if plan.end is not None and again.end is not None:
            end = min(again.end, plan.end)
            found.append(Gain(bottleneck.resource, more, end, plan.end - end, plan.end - min(again.bound, end)))
    return tuple(sorted(found, key=lambda gain: (-gain.saved, -gain.most_saved)))


def _with_more(project: Project, resource: str, units: int) -> Project:
    richer = [_richer(each, units) if each.id == resource else each for each in project.resources]
    return replace(project, resources=tuple(richer))


def _richer(resource: Resource, units: int) -> Resource:
    changes = tuple((day, capacity + units) for day, capacity in resource.changes)
    return replace(resource, capacity=resource.capacity + units, changes=changes)
