"""Monitor worlds whose cause is known, and print what was named of them."""

import argparse
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from tests.benchmarks.reasons import table
from tests.benchmarks.reasons.base import Base, Task, bases
from tests.benchmarks.reasons.run import Outcome, outcome
from tests.benchmarks.reasons.worlds import WORLDS

Job = tuple[str, Task, str, str, int, int]
"""Base, task, folder, world, seed, rows."""


@cache
def _base(name: str, task: Task, folder: str) -> Base:
    return bases([name], task, folder)[0]


def _do(job: Job) -> Outcome:
    warnings.simplefilter("ignore")
    base, task, folder, world, seed, rows = job
    return outcome(_base(base, task, folder), world, seed, rows)


def _outcomes(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    if workers < 2:
        yield from map(_do, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_do, jobs, chunksize=max(1, len(jobs) // workers))


def main() -> None:
    """Print the tables of every base, and the whole."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.reasons", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--rows", type=int, default=500, help="a week; fewer where a base holds fewer")
    parser.add_argument("--task", choices=("binary", "multiclass", "regression"))
    parser.add_argument("--base", nargs="+", default=["generated"], help="generated, or names of data sets")
    parser.add_argument("--data", default=".", help="folder of the data sets, <name>.parquet")
    parser.add_argument("--only", default="", help="worlds whose name holds this")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--sentences", action="store_true", help="print the first sentence of every world")
    args = parser.parse_args()
    everything: dict[str, list[Outcome]] = {}
    for base in bases(args.base, args.task, args.data):
        started = time.perf_counter()
        print(f"\n## {base.name}, {base.task}, {args.rows} rows a week\n\n{table.HEAD}", flush=True)
        lines = []
        for name, world in WORLDS.items():
            if args.only not in name or base.task not in world.tasks:
                continue
            seeds = range(args.first, args.first + args.seeds)
            jobs: list[Job] = [(base.name, base.task, args.data, name, seed, args.rows) for seed in seeds]
            outcomes = list(_outcomes(jobs, args.workers))
            everything.setdefault(name, []).extend(outcomes)
            print(table.line(name, outcomes), flush=True)
            lines.append(table.confusion(name, outcomes))
            if args.sentences:
                lines.append(f"    {outcomes[0].sentence}")
        print("\nNamed first:\n\n- " + "\n- ".join(lines))
        print(f"\n{time.perf_counter() - started:.0f} s", flush=True)
    print("\n## All together\n\n- " + "\n- ".join(table.whole(everything)))


if __name__ == "__main__":
    main()
