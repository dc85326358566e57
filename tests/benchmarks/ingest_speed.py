"""How fast is a large file taken in? `python -m tests.benchmarks.ingest_speed [--rows 1000000] [--runs 3]`.

A seeded Parquet file with 20 features, predictions, scores and labels is taken in, then profiled, then a
second file of the same size, which is looked up against the first. At last both at once, as the command
`python -m core ingest` does it. Every part runs in a process of its own, and so does a plain DuckDB copy of
the same file: the ratio of processor times is what all the checks cost, imports of Python included in both.
"""

import argparse
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

NUMBERS, WORDS = 17, 3
WEEKS = 52
FIRST_ROWS = 20_000
COPY = (
    "import duckdb, sys; duckdb.connect(config={{'threads': 2}}).execute("
    "\"COPY (SELECT * FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)\")"
)


INGEST = (
    "import sys; from core.services.ingestion.ingest import ingest; from core.settings import Settings; "
    "from core.store.workspace import open_workspace; "
    "ingest(open_workspace(Settings()), 'speed', sys.argv[1:])"
)
RED = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds by the clock and of the processor, largest memory in MB."""

    seconds: float
    cpu: float
    peak: float


def rows(first: int, count: int, seed: int) -> pd.DataFrame:
    """Rows of a year with ids from `first` on: 20 features, answers and labels."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(size=count)
    score = 1 / (1 + np.exp(-logit))
    numbers = {f"x{i:02d}": rng.normal(size=count) for i in range(NUMBERS - 3)}
    numbers |= {f"n{i:02d}": rng.integers(0, 50, count) for i in range(3)}
    words = {f"w{i}": rng.choice([f"word {k}" for k in range(6 + 20 * i)], count) for i in range(WORDS)}
    seconds = np.sort(rng.integers(0, WEEKS * 7 * 86_400, count))
    return pd.DataFrame(
        {
            "id": pd.Series(np.arange(first, first + count)).astype(str).str.zfill(10),
            "moment": pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s"),
            **numbers,
            **words,
            "said": np.where(score > 0.5, "yes", "no"),
            "score": score,
            "y": np.where(rng.random(count) < score, "yes", "no"),
        }
    )


def measure(arguments: list[str], home: Path) -> Cost:
    """Run a process to its end."""
    began = time.monotonic()
    with Path(os.devnull).open("w") as silent:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, *arguments],
            {**os.environ, "CARETAKER_HOME": str(home)},
            file_actions=[(os.POSIX_SPAWN_DUP2, silent.fileno(), 1)],
        )
        _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, RED}:
        raise SystemExit(f"{arguments} failed")
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def run(folder: Path, number: int) -> dict[str, Cost]:
    """One home from the first rows to the findings."""
    home = folder / f"home-{number}"
    shutil.copytree(folder / "home", home)
    shutil.copytree(folder / "home", whole := folder / "whole")
    costs = {}
    for which in ("first", "second"):
        source, target = str(folder / f"{which}.parquet"), folder / "copy.parquet"
        costs[f"copy {which}"] = measure(["-c", COPY.format(source=source, target=target)], home)
        costs[f"take in {which}"] = measure(["-c", INGEST, source], home)
        costs[f"health {which}"] = measure(["-m", "core", "health", "speed"], home)
    command = ["-m", "core", "ingest", "speed", str(folder / "first.parquet")]
    costs["core ingest first"] = measure(command, whole)
    shutil.rmtree(whole)
    shutil.rmtree(home)
    return costs


def prepare(folder: Path, count: int) -> None:
    """The files, and a home with a model that knows the columns."""
    rows(0, FIRST_ROWS, 0).to_parquet(folder / "add.parquet", index=False)
    rows(FIRST_ROWS, count, 1).to_parquet(folder / "first.parquet", index=False)
    rows(FIRST_ROWS + count, count, 2).to_parquet(folder / "second.parquet", index=False)
    said = "add speed --task binary --label y --id id --time moment --prediction said --score score"
    measure(
        [
            "-m",
            "core",
            *said.split(),
            "--positive",
            "yes",
            "--chunk",
            "week",
            "--data",
            str(folder / "add.parquet"),
        ],
        folder / "home",
    )


def main() -> None:
    """Print medians, and the ratio to the copy."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # a process that is started begins with the largest memory of the one that starts it
        made = multiprocessing.get_context("spawn").Process(target=prepare, args=(folder, asked.rows))
        made.start()
        made.join()
        runs = [run(folder, number) for number in range(asked.runs)]
    load = os.getloadavg()[0]
    print(f"{asked.rows:,} rows x {NUMBERS + WORDS} features, medians of {asked.runs}; load {load:.1f}")
    print(f"{'':<18}{'seconds':>9}{'CPU s':>9}{'rows/s':>12}{'peak MB':>9}{'CPU ratio':>11}")
    for what in runs[0]:
        seconds, cpu, peak = (
            statistics.median(getattr(one[what], key) for one in runs) for key in ("seconds", "cpu", "peak")
        )
        copied = "copy second" if what.endswith("second") else "copy first"
        ratio = statistics.median(one[what].cpu / one[copied].cpu for one in runs)
        shown = f"{asked.rows / seconds:>12,.0f}{peak:>9.0f}{ratio:>9.1f} x"
        print(f"{what:<18}{seconds:>9.1f}{cpu:>9.1f}{shown}")


if __name__ == "__main__":
    main()
