"""How long the passes over a network of tasks take: earliest starts, slack, critical path.

    PYTHONPATH=src python benchmarks/passes.py [--activities 5000]

Each activity waits for one or two earlier ones, as in a work breakdown; made up. Best of five, processor time.
"""

import argparse
from collections.abc import Callable
from time import process_time

from kiun.analysis.planning import Activity, Link, Project, critical_path, earliest_starts, slack


def wide_project(count: int) -> Project:
    return Project(
        activities=tuple(Activity(f"a{n}", n % 9 + 1) for n in range(count)),
        links=tuple(Link(f"a{n // step}", f"a{n}") for n in range(1, count) for step in (2, 3) if n // step < n),
    )


def best_of_five(run: Callable[[], object]) -> float:
    return min(_seconds(run) for _ in range(5))


def _seconds(run: Callable[[], object]) -> float:
    begun = process_time()
    run()
    return process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activities", type=int, default=5000)
    project = wide_project(parser.parse_args().activities)
    starts = earliest_starts(project)
    for name, run in (
        ("earliest starts", lambda: earliest_starts(project)),
        ("slack", lambda: slack(project, starts)),
        ("critical path", lambda: critical_path(project, starts)),
    ):
        print(f"{name:<16} {best_of_five(run) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
