"""How near to the best plan `kiun.analysis.planning.select_portfolio` comes, on towns of 40, 80 and 150 projects.

    python benchmarks/portfolio.py [--projects 40 80 150] [--seeds 0 1 2] [--limit 60] [--workers 2] [--json]

The towns are made up from a seed: four fiscal years, three sources with their windows (the initial budget in April, a
supplementary one in October), departments and scarce skills that do not suffice for all, two to four ways to carry a
project out, orders, alternatives, legal deadlines, money carried over and an approved plan that the budgets do not
allow. Each town is calculated in a process of its own, whose peak memory is told. The gap of a level is how much better
it could be at most, as a share of its value; the target is for the value.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import (
    Budget,
    Calendar,
    CarryOver,
    Choice,
    Commitment,
    LegalDeadline,
    Link,
    Mode,
    Payment,
    Precedence,
    Problem,
    Project,
    Resource,
    ResourceKind,
    Running,
    Source,
    Upkeep,
    Work,
    select_portfolio,
)

YEARS = 4
QUARTERS = 4 * YEARS
APRILS = tuple(range(0, QUARTERS, 4))
SUPPLEMENTARY = tuple(sorted((*APRILS, *range(2, QUARTERS, 4))))
SOURCES = (Source("general", SUPPLEMENTARY), Source("grant", APRILS), Source("bond", APRILS), Source("other"))
SKILLS = ("data", "network", "procurement")
MILLION = 1_000_000
SHARE_OF_MONEY = 0.55  # of what everything in its dearest way would cost
SHARE_OF_PEOPLE = 0.6


@dataclass(frozen=True)
class Result:
    projects: int
    seed: int
    status: str
    carried_out: int
    seconds: float
    megabytes: float
    levels: dict[str, dict[str, float]]


def town(projects: int, seed: int) -> Problem:
    chance = random.Random(f"{projects}/{seed}")
    departments = [f"department{number}" for number in range(projects // 6 + 4)]
    works = tuple(_project(chance, number, departments) for number in range(projects))
    ids = [work.id for work in works]
    return Problem(
        calendar=Calendar(2026, QUARTERS),
        sources=SOURCES,
        budgets=tuple(_budgets(chance, works)),
        resources=tuple(_resources(chance, works, departments)),
        projects=works,
        precedences=tuple(_orders(chance, ids)),
        exclusions=tuple(tuple(chance.sample(ids, 2)) for _ in range(projects // 15)),
        together=tuple(tuple(chance.sample(ids, 2)) for _ in range(projects // 40)),
        carry_overs=tuple(CarryOver("general", 2026 + year, 20 * MILLION) for year in range(YEARS - 1)),
        commitments=(Commitment("running", "general", 2026, 5 * MILLION),),
        approved=tuple(_approved(chance, works)),
    )


def _project(chance: random.Random, number: int, departments: Sequence[str]) -> Project:
    home, partner = chance.choice(departments), chance.choice(departments)
    size = chance.lognormvariate(0, 0.6)
    worth = max(round(20 * size * chance.uniform(0.6, 1.6)), 1)
    modes = [_own(chance, size, worth, home, partner), _contract(chance, size, worth, home)]
    if chance.random() < 0.5:
        modes.append(_saas(chance, size, worth, home))
    if chance.random() < 0.5:
        modes.append(_reduced(chance, size, worth, home))
    deadline = None
    if chance.random() < 0.1:
        deadline = LegalDeadline(chance.randint(6, QUARTERS - 2), chance.randint(1, 3))
    starts = tuple(sorted(chance.sample(range(QUARTERS - 4), 6))) if chance.random() < 0.1 else None
    return Project(id=f"project{number}", modes=tuple(modes), starts=starts, deadline=deadline)


def _own(chance: random.Random, size: float, worth: int, home: str, partner: str) -> Mode:
    """By the town's own people: long, little money, much work."""
    duration = chance.randint(3, 6)
    work = [Work(quarter, home, _fte(chance, size, 0.9)) for quarter in range(duration)]
    if partner != home:
        work += [Work(quarter, partner, _fte(chance, size, 0.3)) for quarter in range(duration)]
    if chance.random() < 0.4:
        work.append(Work(0, chance.choice(SKILLS), _fte(chance, size, 0.4)))
    payments = (Payment(0, "general", _yen(chance, size, 2)),)
    return Mode(
        id="own",
        duration=duration,
        value=worth,
        payments=payments,
        work=tuple(work),
        upkeep=(Upkeep(home, _fte(chance, size, 0.15)),),
    )


def _contract(chance: random.Random, size: float, worth: int, home: str) -> Mode:
    """By a company: shorter and dear, part of it from a grant or a bond, paid in two fiscal years where it is long."""
    duration = chance.randint(2, 5)
    other = chance.choice(["grant", "bond", "general"])
    payments = [Payment(0, other, _yen(chance, size, 12)), Payment(duration - 1, "general", _yen(chance, size, 6))]
    work = [Work(quarter, home, _fte(chance, size, 0.3)) for quarter in range(duration)]
    if chance.random() < 0.4:
        work.append(Work(0, "procurement", _fte(chance, size, 0.3)))
    running = (Running("general", _yen(chance, size, 1.6), first=1),)
    return Mode(
        id="contract",
        duration=duration,
        value=worth,
        payments=tuple(payments),
        running=running,
        work=tuple(work),
    )


def _saas(chance: random.Random, size: float, worth: int, home: str) -> Mode:
    """A service: quick, paid as long as it is used."""
    duration = chance.randint(1, 3)
    return Mode(
        id="saas",
        duration=duration,
        value=max(round(worth * 0.85), 1),
        payments=(Payment(0, "other", _yen(chance, size, 3)),),
        running=(Running("general", _yen(chance, size, 4.8)),),
        work=tuple(Work(quarter, home, _fte(chance, size, 0.25)) for quarter in range(duration)),
    )


def _reduced(chance: random.Random, size: float, worth: int, home: str) -> Mode:
    """A part of it."""
    duration = chance.randint(2, 4)
    return Mode(
        id="reduced",
        duration=duration,
        value=max(round(worth * 0.55), 1),
        payments=(Payment(0, "general", _yen(chance, size, 3)),),
        work=tuple(Work(quarter, home, _fte(chance, size, 0.4)) for quarter in range(duration)),
    )


def _yen(chance: random.Random, size: float, millions: float) -> int:
    return round(millions * size * chance.uniform(0.7, 1.4) * 10) * MILLION // 10


def _fte(chance: random.Random, size: float, people: float) -> float:
    return max(round(people * size * chance.uniform(0.7, 1.3), 2), 0.01)


def _budgets(chance: random.Random, works: Sequence[Project]) -> Iterator[Budget]:
    for source in SOURCES:
        dearest = sum(
            max(sum(payment.yen for payment in mode.payments if payment.source == source.id) for mode in work.modes)
            for work in works
        )
        for year in range(YEARS):
            share = SHARE_OF_MONEY / YEARS * chance.uniform(0.7, 1.2)
            yield Budget(source.id, 2026 + year, round(dearest * share / MILLION) * MILLION + 5 * MILLION)


def _resources(chance: random.Random, works: Sequence[Project], departments: Sequence[str]) -> Iterator[Resource]:
    """A cut of one half from the third year on for one department in five: its people are transferred."""
    for name in (*departments, *SKILLS):
        quarters = sum(
            max(sum(one.fte for one in mode.work if one.resource == name) for mode in work.modes) for work in works
        )
        people = max(round(SHARE_OF_PEOPLE * quarters / (QUARTERS - 4), 1), 0.5)
        later = people / 2 if chance.random() < 0.2 else people
        kind = ResourceKind.SKILL if name in SKILLS else ResourceKind.DEPARTMENT
        yield Resource(name, kind, (people,) * (QUARTERS // 2) + (later,) * (QUARTERS // 2))


def _orders(chance: random.Random, ids: Sequence[str]) -> Iterator[Precedence]:
    """Forward in the order of the projects, so that none comes before itself."""
    for after in range(1, len(ids)):
        if chance.random() < 0.25:
            before = chance.randrange(max(after - 12, 0), after)
            link = chance.choice([Link.FINISH_START, Link.FINISH_START, Link.START_START])
            yield Precedence(ids[before], ids[after], link, chance.choice([0, 0, 1]))


def _approved(chance: random.Random, works: Sequence[Project]) -> Iterator[Choice]:
    for work in works:
        if chance.random() < 0.7:
            mode = chance.choice(work.modes)
            yield Choice(work.id, mode.id, chance.randrange(0, QUARTERS - mode.duration + 1))


def measured(options: argparse.Namespace, projects: int, seed: int) -> Result:
    problem = town(projects, seed)
    found = select_portfolio(problem, effort=Effort(options.limit), workers=options.workers)
    levels = {
        level.name: {
            "value": level.value,
            "bound": level.bound,
            "gap_percent": round(100 * level.gap, 3),
            "seconds": round(level.seconds, 1),
        }
        for level in found.levels
    }
    return Result(
        projects=projects,
        seed=seed,
        status=found.status.value,
        carried_out=len(found.choices),
        seconds=round(sum(level.seconds for level in found.levels), 1),
        megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        levels=levels,
    )


def in_own_process(options: argparse.Namespace, projects: int, seed: int) -> Result:
    command = [sys.executable, __file__, "--one", "--projects", str(projects), "--seeds", str(seed)]
    command += ["--limit", str(options.limit), "--workers", str(options.workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Result(**json.loads(done.stdout))


def print_row(result: Result) -> None:
    gaps = "  ".join(f"{name} {level['value']:g} ({level['gap_percent']:g} %)" for name, level in result.levels.items())
    print(
        f"{result.projects:>8} {result.seed:>5} {result.status:<10} {result.carried_out:>7} {result.seconds:>8.1f} "
        f"{result.megabytes:>7.0f}  {gaps}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, nargs="+", default=[40, 80, 150])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--limit", type=float, default=60, help="seconds for a town")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(asdict(measured(options, options.projects[0], options.seeds[0]))))
        return
    load = os.getloadavg()
    if not options.json:
        print("projects  seed status     carried  seconds      MB  levels (gap)")
    results = []
    for projects in options.projects:
        for seed in options.seeds:
            results.append(in_own_process(options, projects, seed))
            if not options.json:
                print_row(results[-1])
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
        return
    worst = max(result.levels["value"]["gap_percent"] for result in results)
    print(f"largest gap of the value {worst:g} %, most memory {max(result.megabytes for result in results):.0f} MB")
    print(f"load of the machine before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
