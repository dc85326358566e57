"""Does everything connect with one command? `python -m tests.benchmarks.connect --data DIR [NAME ...]`.

Eight data sets of different kinds are connected by the command line alone, each in a home of its own; Health
and Suspects then answer for each. Prints rows, seconds of every command, peak memory of its processes, and
what was answered. DIR holds the Parquet files.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from tests.benchmarks.tree import Ran, run

CORE = (sys.executable, "-m", "core")
RED = 3
LARGEST = 3_000_000_000
SLOWEST = 120.0
LINE = "{:<18}{:>8}{:>8}{:>8}{:>9}{:>9}  {}"


@dataclass(frozen=True)
class Case:
    """One data set: what `add` is told, and whether the answers fit what is known of the data."""

    name: str
    options: tuple[str, ...]
    expected: str
    innocent: frozenset[str] = field(default_factory=frozenset)


CASES = (
    Case(
        "elec2",
        ("--task", "binary", "--train-until", "1997-05-01", "--metric", "accuracy"),
        "accuracy falls by 1998-03 and recovers; not because of vicprice, vicdemand, transfer",
        frozenset({"vicprice", "vicdemand", "transfer"}),
    ),
    Case("bike_sharing", ("--task", "regression", "--train-until", "2012-01-01"), "MAE grows many times"),
    Case(
        "steel_load_type",
        ("--task", "multiclass", "--train-until", "2018-05-01", "--metric", "accuracy"),
        "accuracy .756 -> .64-.72",
    ),
    Case("outdoor_objects", ("--task", "multiclass", "--train-until", "0.25"), "accuracy .954 -> .37-.58"),
    Case("noaa_weather", ("--task", "binary", "--train-until", "1960-01-01"), "nearly stable: no storm"),
    Case("sms_spam", ("--task", "binary", "--item", "text", "--train-until", "1.0"), "only suspects"),
    Case("mnist_test", ("--task", "multiclass", "--item", "image", "--train-until", "1.0"), "only suspects"),
    Case("product_matching", ("--task", "binary", "--train-until", "1.0"), "only suspects"),
)


def main() -> int:
    """Print the table and the answers; 1 when a command failed or an answer contradicts what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("names", nargs="*")
    said = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(LINE.format("data", "rows", "add s", "health", "suspects", "peak MB", "status"))
    wrong: list[str] = []
    for case in CASES:
        if not said.names or case.name in said.names:
            with tempfile.TemporaryDirectory() as home:
                wrong += [f"{case.name}: {each}" for each in _try(case, said.data, Path(home))]
    print("\n" + ("\n".join(wrong) if wrong else "Everything is as it is known to be."))
    return int(bool(wrong))


def _try(case: Case, data: Path, home: Path) -> list[str]:
    file, out = data / f"{case.name}.parquet", home / "suspects.csv"
    rows = pq.ParquetFile(file).metadata.num_rows
    environment = {"CARETAKER_HOME": str(home)}
    add = run([*CORE, "add", case.name, "--data", str(file), "--label", "label", *case.options], environment)
    if add.code:
        print(LINE.format(case.name, f"{rows:,}", f"{add.seconds:.1f}", "-", "-", "-", "not connected"))
        return [f"add: {add.error}"]
    health = run([*CORE, "health", case.name, "--format", "json"], environment)
    suspects = run([*CORE, "suspects", case.name, "--out", str(out)], environment)
    seen: dict[str, Any] = json.loads(health.output) if health.code in {0, RED} else {}
    peak = max(each.peak for each in (add, health, suspects))
    status = f"{seen.get('status', 'no answer')}, onset {_day(seen)}"
    seconds = [f"{each.seconds:.1f}" for each in (add, health, suspects)]
    print(LINE.format(case.name, f"{rows:,}", *seconds, f"{peak / 1e6:,.0f}", status), flush=True)
    print(f"    known: {case.expected}")
    _tell(seen, out if suspects.code == 0 else None)
    return _failures(case, seen, (add, health, suspects), peak)


def _day(seen: dict[str, Any]) -> str:
    return str(seen["onset"]["date"])[:10] if seen.get("onset") else "-"


def _tell(seen: dict[str, Any], suspects: Path | None) -> None:
    """The verdict, the metric over time, causes and the first suspects."""
    if seen:
        metric = seen["metric"]
        values = [c["realised"][metric]["value"] for c in seen["chunks"] if metric in c["realised"]]
        reference = seen["reference"]["value"] if seen["reference"] else float("nan")
        shown = " ".join(f"{value:.3g}" for value in values[:: max(1, len(values) // 12)])
        print(f"    said: {seen['sentence']}")
        print(f"    {metric}: reference {reference:.3g}; over time {shown}; {len(seen['alerts'])} alerts")
        for cause in seen["causes"]:
            print(f"    why: {cause['share']:.0%} {cause['kind']}: {cause['sentence']}")
    if suspects is not None:
        table = pd.read_csv(suspects, dtype=str)
        first = "; ".join(f"{r.id}: {r.given} -> {r.suggested}" for r in table.head(3).itertuples())
        print(f"    suspects: {len(table):,} rows; {first}")


def _failures(case: Case, seen: dict[str, Any], ran: tuple[Ran, ...], peak: int) -> list[str]:
    add, health, suspects = ran
    blamed = {cause.get("feature") for cause in seen.get("causes", ())} & case.innocent
    return [
        *([f"health: {health.error}"] if health.code not in {0, RED} else []),
        *([f"suspects: {suspects.error}"] if suspects.code else []),
        *([f"blames {', '.join(sorted(map(str, blamed)))}"] if blamed else []),
        *([f"{peak / 1e9:.1f} GB of memory"] if peak > LARGEST else []),
        *([f"suspects took {suspects.seconds:.0f} s"] if suspects.seconds > SLOWEST else []),
        *([f"add took {add.seconds:.0f} s"] if add.seconds > SLOWEST else []),
    ]


if __name__ == "__main__":
    sys.exit(main())
