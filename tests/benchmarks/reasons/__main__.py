"""Monitor worlds whose cause is known, and print what was named of them.

Seeds come one after the other, all worlds of one before those of the next, so that a run that is cut off has
seen every world as often: `--out FILE --minutes 60`, and later `--resume` to go on, or `--minutes 0` to read.
"""

import argparse
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from tests.benchmarks.reasons import table
from tests.benchmarks.reasons.base import Base, Task, base_of, tasks_of
from tests.benchmarks.reasons.results import Log, Results
from tests.benchmarks.reasons.run import Outcome, outcome
from tests.benchmarks.reasons.worlds import WORLDS


@cache
def _base(name: str, task: Task, folder: str) -> Base:
    return base_of(name, task, folder)


def _do(job: tuple[Log, str]) -> Outcome:
    warnings.simplefilter("ignore")
    log, folder = job
    return outcome(_base(log.base, log.task, folder), log.world, log.seed, log.rows)


def _logs(args: argparse.Namespace) -> list[Log]:
    """Every log that was asked for, in the order in which they are monitored."""
    streams = [(base, task) for base in args.base for task in tasks_of(base) if args.task in (None, task)]
    return [
        Log(name, task, base, rows, seed)
        for seed in range(args.first, args.first + args.seeds)
        for rows in args.rows
        for base, task in streams
        for name, world in WORLDS.items()
        if args.only in name and task in world.tasks
    ]


def _outcomes(logs: Sequence[Log], folder: str, workers: int) -> Iterator[tuple[Log, Outcome]]:
    jobs = [(log, folder) for log in logs]
    if workers < 2:
        yield from zip(logs, map(_do, jobs), strict=True)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from zip(logs, pool.map(_do, jobs, chunksize=len(WORLDS)), strict=True)


def _print(results: Results, logs: Sequence[Log], *, sentences: bool) -> None:
    """The tables of every stream, and the whole."""
    for base, task, rows in dict.fromkeys((log.base, log.task, log.rows) for log in logs):
        here = [log for log in logs if (log.base, log.task, log.rows) == (base, task, rows)]
        worlds = results.by_world(here)
        print(f"\n## {base}, {task}, {rows} rows a week\n\n{table.HEAD}")
        print("\n".join(table.line(name, outcomes) for name, outcomes in worlds.items()))
        print("\nNamed first:\n")
        for name, outcomes in worlds.items():
            print(f"- {table.confusion(name, outcomes)}")
            if sentences:
                print(f"    {outcomes[0].sentence}")
    parts = dict.fromkeys((log.base == "generated", log.rows) for log in logs)
    for made, rows in parts:
        part = [log for log in logs if (log.base == "generated", log.rows) == (made, rows)]
        name = f"{'Generated' if made else 'Real'} rows, {rows} a week"
        print(f"\n## {name}\n\n- " + "\n- ".join(table.whole(results.by_world(part))))
    for task in dict.fromkeys(log.task for log in logs):
        part = [log for log in logs if log.task == task]
        print(f"\n## {task}\n\n- " + "\n- ".join(table.whole(results.by_world(part))))
    print("\n## All together\n\n- " + "\n- ".join(table.whole(results.by_world(logs))))


def main() -> None:
    """Monitor what is missing, and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.reasons", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[500], help="a week; fewer where a base has fewer"
    )
    parser.add_argument("--task", choices=("binary", "multiclass", "regression"))
    parser.add_argument("--base", nargs="+", default=["generated"], help="generated, or names of data sets")
    parser.add_argument("--data", default=".", help="folder of the data sets, <name>.parquet")
    parser.add_argument("--only", default="", help="worlds whose name holds this")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--sentences", action="store_true", help="print the first sentence of every world")
    parser.add_argument("--out", type=Path, help="file of the outcomes, a line of JSON each")
    parser.add_argument("--resume", action="store_true", help="go on with what the file lacks")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no log after so many")
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    results, logs = Results(args.out, resume=args.resume), _logs(args)
    missing = [log for log in logs if log not in results.outcomes] if args.minutes > 0 else []
    for log, said in _outcomes(missing, args.data, args.workers):
        results.add(log, said)
        if time.monotonic() > until:
            break
    _print(results, logs, sentences=args.sentences)


if __name__ == "__main__":
    main()
