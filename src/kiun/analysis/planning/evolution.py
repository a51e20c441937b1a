"""Many plans that mix: a genetic algorithm on activity lists.

Method: two-point crossover of activity lists (Hartmann 1998, A Competitive Genetic Algorithm for Resource-Constrained
Project Scheduling) with forward-backward improvement of every child (Valls, Ballestín and Quintanilla 2008, A Hybrid
Genetic Algorithm for the RCPSP). A child takes the place of its own parent, and only when it is no worse
(deterministic crowding, Mahfoud 1995), so that the population stays varied.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from kiun.analysis.planning.list_scheduling import ListScheduler, Starts, list_by_priority

MOST_PLANS, FEWEST_PLANS = 100, 10
_BIG_PROJECT = 20_000
SWAP = 0.03
SPREAD = 0.5


class Plan(NamedTuple):
    cost: int
    rows: list[int]
    starts: Starts


class Evolution:
    """Repeatable: the same seed, the same calls, the same plans."""

    def __init__(self, scheduler: ListScheduler, random: Random) -> None:
        self._scheduler, self._random = scheduler, random
        self._size = min(MOST_PLANS, max(FEWEST_PLANS, _BIG_PROJECT // max(scheduler.network.size, 1)))
        self._plans: list[Plan] = [self._plan(list_by_priority(scheduler.network, self._by_latest_start(0.0)))]
        self.best = self._plans[0]

    def run(self, children: int, enough: Callable[[int], bool]) -> None:
        """Makes `children` plans, fewer when `enough`, asked after each with the cost of the best one, says so."""
        made = 0
        while made < children and not enough(self.best.cost):
            if len(self._plans) < self._size:
                spread = SPREAD * max(self._scheduler.network.tails)
                self._plans.append(self._plan(list_by_priority(self._scheduler.network, self._by_latest_start(spread))))
                self._keep(self._plans[-1])
                made += 1
            else:
                made += self._generation(children - made, enough)

    def adopt(self, starts: Starts) -> None:
        """Takes a plan found elsewhere in place of the worst one."""
        plan = Plan(self._scheduler.cost(starts), self._scheduler.by_start(starts), starts)
        worst = max(range(len(self._plans)), key=lambda place: self._plans[place].cost)
        self._plans[worst] = plan
        self._keep(plan)

    def pick(self, random: Random) -> Starts:
        """One of the best plans, any of them with equal chance."""
        return random.choice([plan for plan in self._plans if plan.cost == self.best.cost] or [self.best]).starts

    def _generation(self, most: int, enough: Callable[[int], bool]) -> int:
        made = 0
        places = list(range(len(self._plans)))
        self._random.shuffle(places)
        for one, other in zip(places[::2], places[1::2], strict=False):
            mother, father = self._plans[one], self._plans[other]
            for place, first, second in ((one, mother, father), (other, father, mother)):
                if made == most or enough(self.best.cost):
                    return made
                child = self._plan(self._swapped(crossed(first.rows, second.rows, self._random)))
                made += 1
                if child.cost <= self._plans[place].cost:
                    self._plans[place] = child
                    self._keep(child)
        return made

    def _keep(self, plan: Plan) -> None:
        if plan.cost < self.best.cost:
            self.best = plan

    def _by_latest_start(self, spread: float) -> list[float]:
        """Latest start first, by deadline or by the way to the end, blurred: the best single rule of Kolisch 1996."""
        network = self._scheduler.network
        return [
            min(last, network.path_bound - tail) + self._random.random() * spread
            for last, tail in zip(network.latest, network.tails, strict=True)
        ]

    def _plan(self, rows: Sequence[int]) -> Plan:
        starts = self._scheduler.justify(self._scheduler.forward(rows))
        return Plan(self._scheduler.cost(starts), self._scheduler.by_start(starts), starts)

    def _swapped(self, rows: list[int]) -> list[int]:
        """Here and there two neighbours change places, unless a link holds them."""
        predecessors = self._scheduler.network.predecessors
        for place in range(len(rows) - 1):
            if self._random.random() < SWAP:
                one, other = rows[place], rows[place + 1]
                if all(before != one for before, _ in predecessors[other]):
                    rows[place], rows[place + 1] = other, one
        return rows


def crossed(mother: Sequence[int], father: Sequence[int], random: Random) -> list[int]:
    """Head and end in the order of `mother`, between them the next rows of `father`: an order that keeps the links."""
    begin, end = sorted((random.randrange(len(mother)), random.randrange(len(mother))))
    child = list(mother[:begin])
    taken = set(child)
    for row in father:
        if len(child) == end:
            break
        if row not in taken:
            child.append(row)
    taken.update(child)
    child.extend(row for row in mother if row not in taken)
    return child
