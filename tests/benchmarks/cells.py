"""Does every cell come back? `python -m tests.benchmarks.cells [--deliveries 3000] [--seed 11]`.

Generated deliveries go through the real doors: `ingest` of CSV, JSON lines, Parquet and SQL tables, sources
that are polled, bodies of HTTP, tables in memory, and `add` at the beginning of every home. They hold whole
numbers beyond 2^53, decimals, dates, zones, truth values, words for nothing, spaces, forms of Unicode and
vectors; some correct earlier rows, bring labels, come twice, hold one row that does not fit, or are killed
half-way and sent again. What the lake holds at the end is compared cell by cell with `cell_rules`, which is
independent of our readers. Printed by form are deliveries, cells and faults; a fault ends in exit code 1.
"""

import argparse
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from core.errors import CaretakerError, DuplicateBatch
from core.lake.remotes.databases import sqlite
from core.store.workspace import open_workspace
from tests.benchmarks.cell_homes import FORMS, TASKS, Delivery, Home, cell_names, stored
from tests.benchmarks.kill_hooks import in_child

PER_HOME = 60
COLUMNS = (
    "deliveries",
    "rows",
    "cells",
    "left out",
    "killed",
    "different",
    "refused",
    "traceback",
    "partial",
)


def deliver(home: Home, number: int) -> None:
    """One delivery through its door, perhaps killed half-way."""
    rng = home.rng
    form = FORMS[number % len(FORMS)]
    chance = rng.random()
    if home.older and chance < 0.1:
        delivery = home.correction(number, form)
    elif home.older and chance < 0.2:
        delivery = home.labels(number, form)
    else:
        delivery = home.delivery(number, form)
        home.older.append(delivery)
    if delivery.kind == "predictions" and rng.random() < 0.2:
        delivery = home.with_broken_row(delivery)
    counts = home.counts[form]
    counts["deliveries"] += 1
    counts["rows"] += len(delivery.columns["id"].sent)
    try:
        take = home.send(delivery)
        if rng.random() < 0.05:
            counts["killed"] += 1
            killed(home, delivery, take)
        report = taken(home, take)
        home.expect(delivery)
        if report is not None:
            check_left_out(home, delivery, report)
        if rng.random() < 0.05:
            taken(home, take)
    except CaretakerError as error:
        fault(home, delivery, "refused", f"{error.message} {error.hint}")
        home.older = [one for one in home.older if one is not delivery and one.number != number]
    except Exception:  # noqa: BLE001 -- the very thing that is looked for
        fault(home, delivery, "traceback", traceback.format_exc()[-1500:])
        home.older = [one for one in home.older if one is not delivery and one.number != number]


def taken(home: Home, take: Callable[[Any], Any]) -> Any:
    """Take it in; after a kill it may be there already."""
    try:
        return take(home.ws)
    except DuplicateBatch:
        return None


def killed(home: Home, delivery: Delivery, take: Callable[[Any], Any]) -> None:
    """Kill the process that takes it in before one of its writes: all of its rows are there, or none."""

    def work() -> None:
        take(open_workspace(home.settings))

    in_child(work, home.folder / "answer.json", int(home.rng.integers(0, 6)))
    whole = replace(home, rows={row_id: dict(row) for row_id, row in home.rows.items()}, late=dict(home.late))
    whole.expect(delivery)
    ids = set(delivery.columns["id"].stored)
    states = [{i: rows_[i] for i in ids if i in rows_} for rows_ in (home.rows, whole.rows)]
    now_ = stored(home, ids)
    by_state = [differences(state, now_) for state in states]
    if all(by_state):
        fault(home, delivery, "partial", "; ".join(by_state[1][:3]))


def check_left_out(home: Home, delivery: Delivery, report: Any) -> None:
    """Exactly the broken row is left out and listed."""
    listed = [(one.column, one.row - 1) for one in report.left_out.listed]
    wanted = [] if delivery.broken is None else [delivery.broken]
    home.counts[delivery.form]["left out"] += len(wanted)
    if listed != wanted:
        text = f"left out {listed} in place of {wanted}: {report.left_out.message}"
        fault(home, delivery, "different", text)


def fault(home: Home, delivery: Delivery, what: str, text: str) -> None:
    """Write down what went wrong."""
    home.counts[delivery.form][what] += 1
    home.faults.append(f"{home.folder.name} {delivery.name} {delivery.kind} {home.task}: {what}: {text}")


def differences(expected: dict[str, dict[str, Any]], present: dict[str, dict[str, Any]]) -> list[str]:
    """Cells that hold what nobody sent, rows that are missing, and rows that nobody sent."""
    found = [f"{row_id!r} is missing" for row_id in expected.keys() - present.keys()]
    found += [f"{row_id!r} was sent by nobody" for row_id in present.keys() - expected.keys()]
    for row_id in expected.keys() & present.keys():
        for name, cell in present[row_id].items():
            sent = expected[row_id][name]
            sent = sent or "" if name == "build" else sent
            if cell != sent:
                found.append(f"{row_id!r}, {name}: {cell!r} in place of {sent!r}, {expected[row_id]['from']}")
    return found


def one_home(folder: Path, seed: int, number: int, count: int) -> Home:
    """A home with `count` deliveries."""
    home = Home(folder / f"home-{number}", TASKS[number % len(TASKS)], np.random.default_rng([seed, number]))
    home.folder.mkdir()
    home.connect()
    for at in range(count):
        deliver(home, at + 1)
    present = stored(home)
    for line in differences(home.rows, present):
        form = line.rpartition(" ")[2].rpartition("-")[0].replace("http-", "http ")
        home.counts[form if form in FORMS else "csv"]["different"] += 1
        home.faults.append(f"{home.folder.name} {home.task}: {line}")
    for row in home.rows.values():
        form = row["from"].rpartition("-")[0].replace("http-", "http ")
        home.counts[form]["cells"] += len(cell_names(home.task))
    home.ws.engine.dispose()
    return home


def main() -> int:
    """Send the deliveries and print what became of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--home", type=int, help="Only this one.")
    asked = parser.parse_args()
    counts: dict[str, Counter] = defaultdict(Counter)
    faults: list[str] = []
    homes = [asked.home] if asked.home is not None else range(-(-asked.deliveries // PER_HOME))
    with tempfile.TemporaryDirectory() as name, patch.object(sqlite, "BLOCK", 5):  # blocks of all types meet
        for number in homes:
            count = min(PER_HOME, asked.deliveries - number * PER_HOME)
            home = one_home(Path(name), asked.seed, number, count)
            faults += home.faults
            for form, count in home.counts.items():
                counts[form] += count
    print(f"seed {asked.seed}, {PER_HOME} deliveries to a home, `add` at the beginning of each")
    print(f"{'form':<14}" + "".join(f"{what:>12}" for what in COLUMNS))
    for form in (*FORMS, "all"):
        count = sum(counts.values(), Counter()) if form == "all" else counts[form]
        print(f"{form:<14}" + "".join(f"{count[what]:>12,}" for what in COLUMNS))
    print(*faults, sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
