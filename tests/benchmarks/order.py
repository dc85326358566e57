"""Does health depend on the order of arrival? `python -m tests.benchmarks.order [--data FILE]`.

The hotel log in 26 monthly files: once in order, then shuffled (labels apart, some before their rows, three
months sent twice). Every stored profile is compared byte by byte and the findings value by value; printed is
what differs. Exit code 1 when anything does.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DuplicateBatch
from tests.services.deliveries import bookings, connected, differences, monthly, send, state

DEMO = Path(__file__).parents[2] / "data" / "demo" / "demo_hotel_bookings.parquet"


def main() -> int:
    """Print how many profiles and findings there are, and which differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DEMO)
    parser.add_argument("--shuffles", type=int, default=3)
    asked = parser.parse_args()
    log = bookings(pd.read_parquet(asked.data), "label")
    first, sent, labels = cut(log)
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        wanted, seconds = imported(Path(name) / "ordered", first, [*sent, *labels], [])
        files = f"{len(sent) + 1} monthly files of rows, {len(labels)} of labels"
        print(f"{len(log):,} rows in {files}; {len(wanted[0]):,} profiles; in order: {seconds:.0f} s")
        for seed in range(asked.shuffles):
            both = [*sent, *labels]
            mixed = [both[at] for at in np.random.default_rng(seed).permutation(len(both))]
            found, seconds = imported(Path(name) / f"shuffled-{seed}", first, mixed, sent[:3])
            different = differences(found, wanted)
            wrong += len(different)
            print(f"shuffled with seed {seed}: {len(different)} differences, {seconds:.0f} s", *different[:5])
    return int(wrong > 0)


def cut(log):
    """The first month, which connects the model, with its labels; the others, and their labels apart."""
    month = log["arrival_date"].dt.strftime("%Y-%m")
    begins = month.min()
    return log[month == begins], *monthly(log[month > begins])


def imported(home: Path, first, deliveries, again):
    """Health after these deliveries and some of them once more; seconds."""
    began = time.monotonic()
    ws = connected(home, first)
    send(ws, deliveries)
    for each in again:
        try:
            send(ws, [each])
        except DuplicateBatch:
            continue
        raise SystemExit(f"{each.name} counted twice")
    found = state(ws)
    ws.engine.dispose()
    return found, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
