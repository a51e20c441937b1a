"""One level of a portfolio: CP-SAT begins, and what it cannot prove soon is taken on by two lanes.

SCIP bounds, with rows that are looked for while CP-SAT begins; a search nearby finds better answers. The lanes do not
hear of each other, so that what each finds depends on nothing but its counted work; but both end when what one has
found is as good as what the other allows.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from time import monotonic

from kiun.analysis.planning.portfolio import cp_sat, nearby, scip
from kiun.analysis.planning.portfolio.answers import Stop
from kiun.analysis.planning.portfolio.cp_sat import Found, Heard, Limits, Values
from kiun.analysis.planning.portfolio.program import Aim, Program, Row
from kiun.analysis.planning.portfolio.tightening import tightened

FIRST_WORK = 4.0
LEAST_SECONDS = 0.5
TIGHTENING = 0.2


def improved(
    program: Program,
    rows: Sequence[Row],
    aim: Aim,
    begin: Values | None,
    limits: Limits,
    *,
    workers: int,
    heard: Heard,
    stop: Stop,
) -> Found:
    """The best that is found for `aim`, never worse than `begin`."""
    until = monotonic() + limits.seconds
    meeting = _Meeting(aim, heard)
    with ThreadPoolExecutor(2) as pool, stop.ending(meeting.ended.set), meeting:
        seconds = _seconds_to_tighten(limits)
        cuts = pool.submit(tightened, program, rows, aim, seconds, meeting.ended) if workers > 1 else None
        first = cp_sat.improve(program, rows, aim, begin, _first(limits), heard=meeting.hear, stop=stop)
        begin = first.values or begin
        if first.is_closed or stop.is_set:
            return first
        rest = _rest(limits, until)
        if cuts is None or begin is None:
            return _best_of(aim, [scip.improve(program, rows, aim, begin, rest, heard=heard, stop=stop), first])
        near = pool.submit(nearby.improve, program, rows, aim, begin, rest, heard=meeting.hear, stop=meeting.ended)
        bounded = _bounded(program, [*rows, *cuts.result()], aim, begin, limits, until, meeting)
        # Which lane was first at a best answer is chance: another run may end with another one that is as good.
        found = [replace(one, is_cut=one.is_cut or meeting.ended.is_set) for one in (near.result(), bounded)]
        return _best_of(aim, [*found, first])


def _bounded(
    program: Program, rows: Sequence[Row], aim: Aim, begin: Values, limits: Limits, until: float, meeting: "_Meeting"
) -> Found:
    rest = _rest(limits, until)
    found = scip.improve(program, rows, aim, begin, rest, heard=meeting.hear, stop=meeting.ended, only_bounds=True)
    if found.is_closed:
        meeting.ended.set()
    return found


class Standing:
    """The best value and the best bound that several threads have told of."""

    def __init__(self, aim: Aim) -> None:
        self._aim = aim
        self._value: int | None = None
        self._bound: int | None = None
        self._lock = Lock()

    def after(self, value: int | None, bound: int | None) -> tuple[int | None, int | None]:
        with self._lock:
            self._value = self._aim.better(value, self._value)
            self._bound = self._aim.worse(bound, self._bound)
            return self._value, self._bound


class _Meeting:
    """Ends the lanes when the best answer and the best bound of both meet, and when one of them fails."""

    def __init__(self, aim: Aim, heard: Heard) -> None:
        self.ended = Stop()
        self._standing, self._heard = Standing(aim), heard

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.ended.set()

    def hear(self, value: int | None, bound: int | None) -> None:
        self._heard(value, bound)
        best, least = self._standing.after(value, bound)
        if best is not None and best == least:
            self.ended.set()


def _seconds_to_tighten(limits: Limits) -> float:
    """By the clock it is a part of the time; where work is counted, the same rows are found each time."""
    return limits.seconds * TIGHTENING if limits.work is None else limits.seconds


def _rest(limits: Limits, until: float) -> Limits:
    return replace(limits, seconds=max(until - monotonic(), LEAST_SECONDS))


def _first(limits: Limits) -> Limits:
    return replace(limits, work=FIRST_WORK if limits.work is None else min(FIRST_WORK, limits.work))


def _best_of(aim: Aim, found: Sequence[Found]) -> Found:
    """The best values and the best bound; of answers that are as good the first one."""
    bound = aim.worse(*(one.bound for one in found))
    best = aim.better(*(aim.of(one.values) for one in found if one.values is not None))
    values = next((one.values for one in found if one.values is not None and aim.of(one.values) == best), None)
    is_closed = values is not None and best == bound
    return Found(values, bound, is_closed, is_cut=any(one.is_cut for one in found[:-1]))
