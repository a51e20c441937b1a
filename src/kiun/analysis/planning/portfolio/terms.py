"""The words of a portfolio problem: what a town has to decide, and what limits it.

Units everywhere: money in whole yen; people in FTE, read to the nearest hundredth; time in quarters of a year counted
from the first one of the problem (0, 1, …); value in whole points per quarter, on a scale of the caller. Things are
named by ids of the caller, which come back unchanged. `check` in `checks.py` says what a sound problem is.
"""

from dataclasses import dataclass
from enum import StrEnum

QUARTERS_PER_YEAR = 4


@dataclass(frozen=True, slots=True)
class Calendar:
    """The quarters under view. Quarter 0 is the `first_quarter`th (1 = April to June) of fiscal year `first_year`."""

    first_year: int
    quarters: int
    first_quarter: int = 1

    def year_of(self, quarter: int) -> int:
        return self.first_year + (self.first_quarter - 1 + quarter) // QUARTERS_PER_YEAR

    @property
    def years(self) -> range:
        return range(self.first_year, self.year_of(self.quarters - 1) + 1)


@dataclass(frozen=True, slots=True)
class Source:
    """財源. A mode that takes money from it can start only in the quarters `starts` (当初, 補正); None: in any."""

    id: str
    starts: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a source gives in a fiscal year. Nothing of it is left for the next year, except by a `CarryOver`."""

    source: str
    year: int
    yen: int


@dataclass(frozen=True, slots=True)
class CarryOver:
    """繰越明許: up to `yen` unspent in `year` may be spent in the next one, on `project` alone where it is named.

    Money is carried once: what was carried into a year is spent there or lost.
    """

    source: str
    year: int
    yen: int
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """債務負担行為 made already: `yen` of the source's budget of `year` is promised, whatever the plan."""

    id: str
    source: str
    year: int
    yen: int


class ResourceKind(StrEnum):
    DEPARTMENT = "department"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Resource:
    """People of a department, or those who have a scarce skill; `capacity` is the FTE there in each quarter.

    The same person may count in a department and in a skill, therefore totals of FTE are of departments alone.
    """

    id: str
    kind: ResourceKind
    capacity: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """Paid once, `offset` quarters after the start (0 = in the quarter of the start)."""

    offset: int
    source: str
    yen: int


@dataclass(frozen=True, slots=True)
class Running:
    """経常経費: paid once in each fiscal year, from the `first`th one after that of the start on (0: that one itself),
    to the end of the view.
    """

    source: str
    yen: int
    first: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """Work in the quarter `offset` after the start."""

    offset: int
    resource: str
    fte: float


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Work in every quarter from completion on."""

    resource: str
    fte: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to carry a project out (内製, 委託, SaaS, 縮小).

    Started in q it is complete at the beginning of q + `duration`, and from that quarter on it brings `value` points in
    every quarter under view.
    """

    id: str
    duration: int
    value: int
    payments: tuple[Payment, ...] = ()
    running: tuple[Running, ...] = ()
    work: tuple[Work, ...] = ()
    upkeep: tuple[Upkeep, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A project carried out in a mode, from the quarter `start` on."""

    project: str
    mode: str
    start: int


@dataclass(frozen=True, slots=True)
class LegalDeadline:
    """法定: to be complete at the beginning of `quarter`. Each quarter later costs `weight`.

    A project that is dropped is late by one quarter more than one completed at the end of the view.
    """

    quarter: int
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`starts` are the quarters in which it may start (None: any); it has to be complete within the view.

    `fixed` is decided already (it runs, or is under contract): no window of the project or of a source is asked. Give
    what is left of it when it began before the view. `committed` is its 債務負担行為: in each of these years and
    sources it costs no more than that, and after the first of these years no payment falls into another one (running
    costs may: they are decided year by year). A choice of the approved plan is not asked for it.
    """

    id: str
    modes: tuple[Mode, ...]
    starts: tuple[int, ...] | None = None
    mandatory: bool = False
    deadline: LegalDeadline | None = None
    fixed: Choice | None = None
    committed: tuple[Budget, ...] = ()


class Link(StrEnum):
    FINISH_START = "finish_start"
    START_START = "start_start"


@dataclass(frozen=True, slots=True)
class Precedence:
    """`after` is carried out only with `before`, and starts `lag` quarters or more after its end or its start. A lag
    below 0 lets it start so many quarters before.
    """

    before: str
    after: str
    link: Link = Link.FINISH_START
    lag: int = 0


@dataclass(frozen=True, slots=True)
class ChangeWeights:
    """What a change of the approved plan weighs.

    Another start weighs `start` and `quarter` for each quarter of the shift; another mode, a dropped and an added
    project weigh once.
    """

    start: int = 1
    quarter: int = 1
    mode: int = 4
    drop: int = 10
    add: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything `select_portfolio` decides by.

    Of the projects of an exclusion at most one is carried out; those of a `together` all or none. `approved` is the
    plan in force (a project absent from it is not carried out); None where there is none to stay close to.
    """

    calendar: Calendar
    sources: tuple[Source, ...]
    budgets: tuple[Budget, ...]
    resources: tuple[Resource, ...]
    projects: tuple[Project, ...]
    precedences: tuple[Precedence, ...] = ()
    exclusions: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    carry_overs: tuple[CarryOver, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    approved: tuple[Choice, ...] | None = None
    weights: ChangeWeights = ChangeWeights()
