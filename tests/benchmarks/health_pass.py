"""What does Health cost? `python -m tests.benchmarks.health_pass [--rows N] [--runs 3] [--peer PYTHON ...]`.

A seeded log of 20 features and 52 weeks is connected, and Health computed from nothing: the parts of the
check beside a plain scan of the same Parquet files. Then one more week comes, and only its share should be
paid. Taking the file in stands beside a plain DuckDB copy of it. Every line runs in a process of its own; CPU
seconds are those of the work, without imports at the start; the peak is that of the process. "In a worker" it
is forked, as steps are, from a process that has a worker's imports, and all is counted from the fork on.

PYTHON is an interpreter that can import NannyML (see `tests/benchmarks/estimate_peer.py`) and perhaps
Evidently: they do the same log, CBPE, realised performance and drift of every feature, by week; Evidently
three weeks of it, times 52 / 3.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from core.jobs.child import PRELOAD
from core.services.ingestion.ingest import ingest
from core.services.monitoring import monitor
from core.settings import Settings
from core.store.workspace import open_workspace
from core.worker import OFTEN
from tests.benchmarks.ingest_speed import WEEKS, prepare, rows

Costs = dict[str, float]
"""Part -> CPU seconds; "peak" in MB."""
PARTS = ("learn_layout", "profile_chunks", "chunk_facts", "store_chunks", "read_chunks", "assess")
NANNYML = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import nannyml as nml, pandas as pd
frame = pd.read_parquet(sys.argv[1]).sort_values("moment").reset_index(drop=True)
for name in ("y", "said"):
    frame[name] = (frame[name] == "yes").astype(int)
columns = [name for name in frame if name[0] in "xnw"]
cut = frame["moment"].min() + pd.Timedelta(weeks=13)
before, after = frame[frame["moment"] < cut], frame[frame["moment"] >= cut]
began = time.process_time()
how = dict(timestamp_column_name="moment", chunk_period="W")
said = dict(y_pred_proba="score", y_pred="said", y_true="y", problem_type="classification_binary")
metrics = ["roc_auc", "f1", "accuracy"]
nml.CBPE(metrics=metrics, **said, **how).fit(before).estimate(after)
nml.PerformanceCalculator(metrics=metrics, **said, **how).fit(before).calculate(after)
nml.UnivariateDriftCalculator(column_names=columns, continuous_methods=["jensen_shannon"],
    categorical_methods=["jensen_shannon"], **how).fit(before).calculate(after)
peak = int(next(line for line in open("/proc/self/status") if "VmHWM" in line).split()[1]) / 1024
print(json.dumps({"all": time.process_time() - began, "peak": peak}))
"""
EVIDENTLY = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from evidently import BinaryClassification, DataDefinition, Dataset, Report
from evidently.presets import ClassificationPreset, DataDriftPreset
frame = pd.read_parquet(sys.argv[1]).sort_values("moment").reset_index(drop=True)
columns = [name for name in frame if name[0] in "xnw"]
start = frame["moment"].min()
task = BinaryClassification(target="y", prediction_labels="said", pos_label="yes")
meaning = DataDefinition(classification=[task], numerical_columns=[c for c in columns if c[0] != "w"],
    categorical_columns=[c for c in columns if c[0] == "w"])
data = lambda part: Dataset.from_pandas(part[[*columns, "y", "said"]], data_definition=meaning)
before = frame[frame["moment"] < start + pd.Timedelta(weeks=13)]
began = time.process_time()
for week in (20, 21, 22):
    first = start + pd.Timedelta(weeks=week)
    now = frame[(frame["moment"] >= first) & (frame["moment"] < first + pd.Timedelta(weeks=1))]
    Report([DataDriftPreset(), ClassificationPreset()]).run(data(now), data(before))
peak = int(next(line for line in open("/proc/self/status") if "VmHWM" in line).split()[1]) / 1024
print(json.dumps({"all": (time.process_time() - began) / 3 * 52, "peak": peak}))
"""


def scan(home: Path) -> None:
    """Read every value of the log once."""
    files = f"read_parquet('{home}/lake/*/log/*/*.parquet')"
    database = duckdb.connect(config={"threads": 2})
    names = [name for name, *_ in database.execute(f"DESCRIBE SELECT * FROM {files}").fetchall()]
    database.execute(f"SELECT {', '.join(f'max({name})' for name in names)} FROM {files}").fetchall()


def copy(home: Path) -> None:
    """Copy the delivery as DuckDB does."""
    source, target = home.parent / "first.parquet", home / "copy.parquet"
    how = "(FORMAT parquet, COMPRESSION zstd)"
    database = duckdb.connect(config={"threads": 2})
    database.execute(f"COPY (SELECT * FROM read_parquet('{source}')) TO '{target}' {how}")


def take_in(home: Path, name: str = "first") -> None:
    """Take the delivery in."""
    ingest(open_workspace(Settings(home=home)), "speed", [home.parent / f"{name}.parquet"])


def health(home: Path) -> None:
    """Compute what is due."""
    monitor.refresh(open_workspace(Settings(home=home)), "speed")


CHILDREN: dict[str, Callable[[Path], None]] = {
    "plain scan": scan,
    "plain copy": copy,
    "ingest": take_in,
    "health from nothing": health,
    "health, nothing new": health,
    "ingest a week": lambda home: take_in(home, "week"),
    "health of one new week": health,
}


IN_WORKER = ("health from nothing", "health, nothing new", "health of one new week")


def fork(name: str, home: Path) -> None:
    """Do one thing as a step of a worker."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*OFTEN, PRELOAD])
    process = context.Process(target=child, args=(name, home), kwargs={"began": 0.0})
    process.start()
    process.join()


def child(name: str, home: Path, began: float | None = None) -> None:
    """Do one thing and print what it cost, since a moment in seconds of the processor; else since now."""
    spent: Costs = {}
    for part in PARTS:
        setattr(monitor, part, _timed(getattr(monitor, part), part, spent))
    began = time.process_time() if began is None else began
    CHILDREN[name](home)
    spent |= {"all": time.process_time() - began, "peak": _peak()}
    print(json.dumps(spent), flush=True)


def _peak() -> float:
    """In MB, of this process alone: what `getrusage` says begins with the parent's."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _timed(function: Callable[..., Any], part: str, spent: Costs) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        result = function(*arguments, **named)
        spent[part] = spent.get(part, 0.0) + time.process_time() - began
        return result

    return timed


def measure(command: list[str]) -> Costs:
    """Run a process, which prints what it cost at last; peers send no usage."""
    quiet = {"NML_DISABLE_USAGE_LOGGING": "1", "DO_NOT_TRACK": "1"}
    ended = subprocess.run(
        command, env={**os.environ, **quiet}, stdout=subprocess.PIPE, text=True, check=True
    )
    costs: Costs = json.loads(ended.stdout.splitlines()[-1])
    return costs


def run(folder: Path) -> dict[str, Costs]:
    """Everything once, on a copy of the home."""
    home = folder / "copy-of-home"
    shutil.copytree(folder / "home", home)
    costs = {}
    script = [sys.executable, "-m", "tests.benchmarks.health_pass"]
    for name in ("plain copy", "ingest", *list(CHILDREN)[:1], *list(CHILDREN)[3:]):
        if name in IN_WORKER:
            shutil.copytree(home, forked := folder / "copy-of-copy")
            costs[f"{name}, in a worker"] = measure([*script, "--fork", name, str(forked)])
            shutil.rmtree(forked)
        costs[name] = measure([*script, "--child", name, str(home)])
    shutil.rmtree(home)
    return costs


def week(count: int) -> pd.DataFrame:
    """One more week after the others, of rows with other ids."""
    frame = rows(10_000_000 + count, count // WEEKS, 7)
    start = pd.Timestamp("2024-01-01")
    later = (frame["moment"] - start) / (WEEKS + 1)
    return frame.assign(moment=(start + pd.Timedelta(weeks=WEEKS) + later).dt.floor("us"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--child", nargs=2)
    parser.add_argument("--fork", nargs=2)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    if asked.fork:
        fork(asked.fork[0], Path(asked.fork[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, asked.rows)
        week(asked.rows).to_parquet(folder / "week.parquet", index=False)
        runs = [run(folder) for _ in range(asked.runs)]
        peers = _peers(asked.peer, folder / "first.parquet")
    print(
        f"{asked.rows:,} rows x 20 features x {WEEKS} weeks, medians of {asked.runs}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':<36}{'CPU s':>8}{'x scan':>9}{'peak MB':>9}")
    scanned = statistics.median(one["plain scan"]["all"] for one in runs)
    for what in runs[0]:
        costs = {key: statistics.median(one[what].get(key, 0.0) for one in runs) for key in runs[0][what]}
        _print(what, costs, scanned)
    for what, costs in peers.items():
        _print(what, costs, scanned)


def _print(what: str, costs: Costs, scanned: float) -> None:
    print(f"{what:<36}{costs['all']:>8.2f}{costs['all'] / scanned:>7.1f} x{costs['peak']:>9.0f}")
    for part in PARTS:
        if part in costs:
            print(f"  {part:<34}{costs[part]:>8.2f}{costs[part] / scanned:>7.1f} x")


def _peers(pythons: list[str], file: Path) -> dict[str, Costs]:
    """What each of the peers costs, by the interpreter that can import it."""
    costs = {}
    for python in pythons:
        for name, script in (("nannyml", NANNYML), ("evidently", EVIDENTLY)):
            probe = subprocess.run([python, "-c", f"import {name}"], check=False, capture_output=True)
            if probe.returncode == 0:
                costs[name] = measure([python, "-c", script, str(file)])
    return costs


if __name__ == "__main__":
    main()
