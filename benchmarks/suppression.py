"""How long `kiun.analysis.survey_stats.suppress` takes for a large town, what it needs, and how much is left to see.

    python benchmarks/suppression.py [--staff 45000] [--units 1200] [--waves 8] [--response 0.75] [--crossed] [--seed 1]

The town is made up: a tree of five levels, three role groups and eight grades of unequal size. From wave to wave two in
a hundred move and two are replaced, in every fourth wave a quarter moves. Each wave is suppressed after all earlier
ones. The seconds are those of the processor; the share shown is that of the cells with five people or more.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from kiun.analysis.survey_stats import Census, Standing, Suppression, suppress

ROLES = (0.05, 0.15, 0.8)
GRADES = (0.1, 0.15, 0.2, 0.2, 0.15, 0.1, 0.07, 0.03)


def tree(chance: np.random.Generator, units: int) -> np.ndarray:
    """(units) the unit above: one town, then levels of 1/48, 1/8 and 1/2 of all units, and the rest."""
    sizes = [1, units // 48, units // 8, units // 2]
    ends = np.cumsum([*sizes, units - sum(sizes)])
    levels = np.split(np.arange(units), ends[:-1])
    above = [chance.choice(upper, len(lower)) for upper, lower in pairwise(levels)]
    return np.concatenate([[-1], *above])


def waves(args: argparse.Namespace) -> Iterator[Census]:
    chance = np.random.default_rng(args.seed)
    parents = tree(chance, args.units)
    is_leaf = ~np.isin(np.arange(args.units), parents)
    size = np.where(is_leaf, chance.lognormal(3, 0.7, args.units), chance.integers(1, 4, args.units))
    unit = chance.choice(args.units, args.staff, p=size / size.sum())
    categories = np.column_stack([chance.choice(3, args.staff, p=ROLES), chance.choice(8, args.staff, p=GRADES)])
    who = np.arange(args.staff)
    for number in range(args.waves):
        if number:
            moved = chance.random(args.staff) < (0.25 if number % 4 == 0 else 0.02)
            unit[moved] = chance.choice(args.units, moved.sum(), p=size / size.sum())
            replaced = chance.random(args.staff) < 0.02
            who[replaced] = who.max() + 1 + np.arange(replaced.sum())
        answered = chance.random(args.staff) < args.response
        yield Census(parents, unit[answered], categories[answered], (3, 8), who[answered])


def shares(found: Suppression) -> str:
    def share(standing: np.ndarray) -> float:
        return float((standing == Standing.SHOWN).sum() / max((standing != Standing.TOO_FEW).sum(), 1))

    return "  ".join(f"{table.attributes}: {share(table.standing):.0%}" for table in found.tables)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=45_000)
    parser.add_argument("--units", type=int, default=1_200)
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--response", type=float, default=0.75)
    parser.add_argument("--crossed", action="store_true", help="roles and grades crossed, instead of each")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    done: list[Suppression] = []
    total = 0.0
    for census in waves(args):
        start = time.process_time()
        done.append(suppress(census, done, crossings=[(0, 1)] if args.crossed else None))
        seconds = time.process_time() - start
        total += seconds
        print(f"wave {len(done)}: {seconds:.2f} s, shown {shares(done[-1])}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"all waves: {total:.2f} s, {memory:.0f} MB at most")


if __name__ == "__main__":
    main()
