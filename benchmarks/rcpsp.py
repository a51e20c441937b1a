"""Makespans of `kiun.analysis.planning.schedule` on instances of project scheduling (RCPSP).

    python benchmarks/rcpsp.py DIR [--limit-j30 10 --limit-j60 30 --limit-j120 60] [--workers 2] [--seed 0] [--json]

Reads every Patterson file (.rcp) and PSPLIB file (.sm) below DIR and prints of each the makespan, bound, status and
seconds. The limit is that of its set: j30 up to 32 activities, j60 up to 62, j120 beyond, the two dummy ones
included. With a `best_known.csv` in DIR (columns `file`, `best_known_ub`) it says how far each is from the best known
makespan, and how far each set is on average.

Sources: Kolisch and Sprecher 1996, PSPLIB: A Project Scheduling Problem Library.
"""

import argparse
import csv
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time

from kiun.analysis.planning import Activity, Effort, Link, Project, Resource, schedule

J30, J60 = 32, 62


@dataclass(frozen=True)
class Result:
    instance: str
    makespan: int | None
    bound: int
    status: str
    seconds: float
    processor_seconds: float
    best_known: int | None

    @property
    def from_best(self) -> float | None:
        """In percent of the best known makespan."""
        if self.makespan is None or self.best_known is None:
            return None
        return 100 * (self.makespan - self.best_known) / self.best_known


def read_patterson(text: str) -> Project:
    """Activities, resources; capacities; then of each activity duration, demands, number of followers, followers."""
    numbers = map(int, text.split())
    count, kinds = next(numbers), next(numbers)
    capacities = [next(numbers) for _ in range(kinds)]
    activities, links = [], []
    for number in range(1, count + 1):
        duration = next(numbers)
        demands = [next(numbers) for _ in range(kinds)]
        activities.append(_activity(number, duration, demands))
        links.extend(Link(str(number), str(next(numbers))) for _ in range(next(numbers)))
    return _project(activities, links, capacities)


def read_psplib(text: str) -> Project:
    """The sections PRECEDENCE RELATIONS, REQUESTS/DURATIONS and RESOURCEAVAILABILITIES of a file with one mode."""
    sections = _sections(text)
    links = [
        Link(str(number), str(follower))
        for number, _modes, _count, *followers in sections["PRECEDENCE RELATIONS"]
        for follower in followers
    ]
    activities = [_activity(number, days, demands) for number, _mode, days, *demands in sections["REQUESTS/DURATIONS"]]
    return _project(activities, links, sections["RESOURCEAVAILABILITIES"][0])


def _sections(text: str) -> dict[str, list[list[int]]]:
    """The rows of numbers under each heading; lines of words and rules are skipped."""
    sections: dict[str, list[list[int]]] = {}
    rows: list[list[int]] = []
    for line in text.splitlines():
        heading = re.match(r"([A-Z][A-Z/ ]+):", line)
        if heading:
            rows = sections.setdefault(heading.group(1), [])
        elif re.fullmatch(r"[\d\s]+", line) and line.strip():
            rows.append([int(number) for number in line.split()])
    return sections


def _activity(number: int, duration: int, demands: Sequence[int]) -> Activity:
    return Activity(str(number), duration, {f"R{kind}": units for kind, units in enumerate(demands, start=1) if units})


def _project(activities: Sequence[Activity], links: Sequence[Link], capacities: Sequence[int]) -> Project:
    resources = tuple(Resource(f"R{kind}", units) for kind, units in enumerate(capacities, start=1))
    return Project(tuple(activities), tuple(links), resources)


READERS = {".rcp": read_patterson, ".sm": read_psplib}


def read(path: Path) -> Project:
    return READERS[path.suffix](path.read_text(encoding="utf-8", errors="replace"))


def instances(folder: Path) -> list[Path]:
    """In the order of their numbers: j30/j301_6.rcp before j30/j302_10.rcp."""
    found = [path for path in folder.rglob("*") if path.suffix in READERS]
    return sorted(found, key=lambda path: [int(n) if n.isdigit() else n for n in re.split(r"(\d+)", str(path))])


def best_known(folder: Path) -> dict[str, int]:
    table = folder / "best_known.csv"
    if not table.exists():
        return {}
    with table.open(encoding="utf-8") as file:
        return {Path(row["file"]).stem: int(row["best_known_ub"]) for row in csv.DictReader(file)}


def set_of(project: Project) -> str:
    count = len(project.activities)
    return "j30" if count <= J30 else "j60" if count <= J60 else "j120"


def measure(options: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    known = best_known(options.folder)
    for path in instances(options.folder):
        project = read(path)
        name = set_of(project)
        effort = Effort(seconds=getattr(options, f"limit_{name}"))
        begun = process_time()
        plan = schedule(project, effort=effort, seed=options.seed, workers=options.workers)
        yield (
            name,
            Result(
                instance=path.stem,
                makespan=plan.end,
                bound=plan.bound,
                status=plan.status.value,
                seconds=round(plan.seconds, 1),
                processor_seconds=round(process_time() - begun, 1),
                best_known=known.get(path.stem),
            ),
        )


def print_row(result: Result) -> None:
    away = "" if result.from_best is None else f"{result.from_best:+.2f}%"
    best = "" if result.best_known is None else result.best_known
    print(
        f"{result.instance:<12} {result.makespan!s:>8} {result.bound:>6} {result.status:<10} {result.seconds:>7.1f} "
        f"{result.processor_seconds:>9.1f} {best!s:>10} {away:>8}",
        flush=True,
    )


def summary(results: Mapping[str, Sequence[Result]]) -> list[dict[str, object]]:
    rows = []
    for name, group in results.items():
        away = [result.from_best for result in group if result.from_best is not None]
        rows.append(
            {
                "set": name,
                "instances": len(group),
                "optimal": sum(result.status == "optimal" for result in group),
                "at_best_known": sum(each <= 0 for each in away),
                "mean_gap_percent": round(sum(away) / len(away), 3) if away else None,
                "slowest_seconds": max(result.seconds for result in group),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--limit-j30", type=float, default=10, help="seconds for an instance of up to 30 activities")
    parser.add_argument("--limit-j60", type=float, default=30, help="the same up to 60 activities")
    parser.add_argument("--limit-j120", type=float, default=60, help="the same for more")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    results: dict[str, list[Result]] = {}
    load = os.getloadavg()
    if not options.json:
        print(f"{'instance':<12} makespan  bound status     seconds processor best known     away")
    for name, result in measure(options):
        results.setdefault(name, []).append(result)
        if not options.json:
            print_row(result)
    if options.json:
        rows = [{"set": name, **asdict(result)} for name, group in results.items() for result in group]
        print(json.dumps({"instances": rows, "sets": summary(results)}, indent=1))
        return
    for row in summary(results):
        print(", ".join(f"{key} {value}" for key, value in row.items()))
    print(f"load of the machine before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
