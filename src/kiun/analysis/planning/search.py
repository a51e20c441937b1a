"""The search for a short plan: evolution, windows and proof take turns in rounds that can be repeated.

In a round the calling thread breeds plans while each lane, a thread of its own, shortens one of the best plans; in some
rounds the last lane tries to prove instead. Everybody's work is counted, not timed, and what they found is taken in a
fixed order, so that a round comes out the same whoever was quicker. Only the clock, or whoever watches, cuts it short.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from random import Random
from typing import Any

from kiun.analysis.planning.evolution import Evolution
from kiun.analysis.planning.exact import Answer, shortest_plan
from kiun.analysis.planning.list_scheduling import LATE_DAY, ListScheduler, Starts, list_by_priority
from kiun.analysis.planning.neighbourhoods import FIRST_WIDTH, Shortened, Shortener
from kiun.analysis.planning.network import Network
from kiun.analysis.planning.watch import Watch

FIRST_CHILDREN = 300
CHILDREN = 500
"""Plans to breed for each unit of work (CP-SAT's deterministic time) that the lanes have."""
WORK = 2.0
PROOFS = {0: 0.5, 1: 2.0, 5: 8.0, 20: 32.0, 80: 128.0}
"""The rounds in which a proof is tried, and with how much work: about a quarter of all that was spent till then."""
_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Found:
    """`starts` is None while there is no plan; when it is `closed` too, there is none.

    `cut_short`: the clock or whoever watched ended it, so that a repetition may find another plan.
    """

    starts: Starts | None
    bound: int
    closed: bool
    cut_short: bool


@dataclass(frozen=True)
class _Team:
    shorteners: Sequence[Future[Shortened]]
    proof: Future[Answer] | None

    @property
    def everyone(self) -> list[Future[Any]]:
        return [*self.shorteners, *([self.proof] if self.proof else [])]


def search(
    network: Network, watch: Watch, *, seed: int, lanes: int, rounds: int | None = None, hint: Starts | None = None
) -> Found:
    """Until a proof, so many `rounds`, or the end of `watch`. `hint`: starts that tell in which order to try first."""
    if not network.size:
        return Found([], watch.bound, closed=True, cut_short=False)
    return _Search(network, watch, seed, lanes).run(rounds, hint)


class _Search:
    def __init__(self, network: Network, watch: Watch, seed: int, lanes: int) -> None:
        self._network, self._watch = network, watch
        self._random = Random(seed)  # noqa: S311 (nothing secret)
        self._scheduler = ListScheduler(network)
        self._evolution = Evolution(self._scheduler, self._branch())
        self._shortener = Shortener(self._scheduler, watch)
        self._widths = [FIRST_WIDTH] * lanes
        self._bound = watch.bound
        self._best: Starts | None = None
        self._end = network.horizon + 1
        self._closed = False

    def run(self, rounds: int | None, hint: Starts | None) -> Found:
        if hint is not None:
            self._evolution.adopt(self._scheduler.forward(list_by_priority(self._network, hint)))
        self._evolution.run(FIRST_CHILDREN, self._enough)
        self._take(self._evolution.best.starts)
        number = 0
        with ThreadPoolExecutor(len(self._widths)) as pool:
            while not self._finished() and number != rounds:
                self._round(pool, number)
                number += 1
        return Found(
            self._early(self._best),
            min(max(self._bound, self._watch.bound), self._end),
            closed=self._closed,
            cut_short=self._watch.over,
        )

    def _early(self, starts: Starts | None) -> Starts | None:
        """The plan with every row as early as its place in the order allows."""
        if starts is None:
            return None
        early = self._scheduler.forward(self._scheduler.by_start(starts))
        return min(early, starts, key=self._scheduler.cost)

    def _branch(self) -> Random:
        """For somebody who draws beside the others, so that who is quicker makes no difference."""
        return Random(self._random.random())  # noqa: S311 (nothing secret)

    def _finished(self) -> bool:
        self._closed = self._bound >= self._end
        return self._closed or self._watch.look()

    def _enough(self, cost: int) -> bool:
        if cost < LATE_DAY:
            self._watch.found(cost)
        return cost <= self._bound or self._watch.look()

    def _take(self, starts: Starts | None) -> None:
        """Keeps a plan that is shorter than the best one; of equals the first stays."""
        if starts is None:
            return
        cost = self._scheduler.cost(starts)
        if cost < min(self._end, LATE_DAY):
            self._best, self._end = starts, cost
            self._watch.found(cost)

    def _round(self, pool: ThreadPoolExecutor, number: int) -> None:
        proving = PROOFS.get(number, 0.0) if self._best else PROOFS[0] * 2**number
        work = proving or WORK
        team = self._team(pool, work, proving=proving > 0)
        try:
            self._evolution.run(round(CHILDREN * work), lambda cost: self._enough(cost) or self._proof_decides(team))
            while not self._decided(team):
                self._watch.look()
                wait(team.everyone, timeout=_LOOK_EVERY)
            self._collect(team)
        finally:
            self._send_home(team)

    def _team(self, pool: ThreadPoolExecutor, work: float, *, proving: bool) -> _Team:
        count = 0 if self._best is None else len(self._widths) - proving
        shorteners = [
            pool.submit(
                self._shortener.shorten,
                self._evolution.pick(self._random),
                width=self._widths[lane],
                work=work,
                random=self._branch(),
            )
            for lane in range(count)
        ]
        if not proving:
            return _Team(shorteners, None)
        proof = pool.submit(
            shortest_plan,
            self._network,
            self._bound,
            self._end - 1,
            self._watch,
            work=work,
            seed=self._random.randrange(2**31),
            hint=self._evolution.best.starts,
        )
        return _Team(shorteners, proof)

    def _decided(self, team: _Team) -> bool:
        """Whether what is still running cannot change the result.

        Evolution comes first, then the lanes in their order, the proof last: whoever of them first reaches the bound
        that the round began with has the shortest plan, if nobody before him can still come to it.
        """
        if self._evolution.best.cost <= self._bound:
            return True
        for shortener in team.shorteners:
            if not shortener.done():
                return self._proof_decides(team)
            if self._scheduler.cost(shortener.result().starts) <= self._bound:
                return True
        return team.proof is None or team.proof.done()

    def _proof_decides(self, team: _Team) -> bool:
        """The proof says that nobody can reach the bound that the round began with."""
        if team.proof is None or not team.proof.done():
            return False
        answer = team.proof.result()
        return answer.closed and answer.bound > self._bound

    def _collect(self, team: _Team) -> None:
        if self._proof_decides(team):
            assert team.proof is not None  # it has just decided
            self._take(team.proof.result().starts)
            self._bound = team.proof.result().bound
            return
        self._take(self._evolution.best.starts)
        for lane, shortener in enumerate(team.shorteners):
            if not shortener.done() or self._bound >= self._end:
                return
            self._widths[lane] = shortener.result().width
            self._adopt(shortener.result().starts)
        if team.proof is not None and team.proof.done():
            self._bound = max(self._bound, team.proof.result().bound)
            self._adopt(team.proof.result().starts)

    def _adopt(self, starts: Starts | None) -> None:
        self._take(starts)
        if starts is not None:
            self._evolution.adopt(starts)

    def _send_home(self, team: _Team) -> None:
        """After a decision, or an error of whoever watches, nobody works on."""
        running = [each for each in team.everyone if not each.done()]
        while running:
            self._watch.halt()
            running = list(wait(running, timeout=_LOOK_EVERY).not_done)
