"""How often annotations settle wrongly or not at all, and how often a plain record is marked, by simulation.

python -m tests.benchmarks.annotation_rates [--items N]
"""

import argparse
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.annotation.events import Event, fold
from core.annotation.queue import is_blind
from core.annotation.unusual import cells, usual

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def settle(rng, people, right, classes):
    """The consensus of so many people who are each right with this probability; the truth is "0"."""
    events = [
        Event(
            f"u{k}",
            "r",
            f"p{k}",
            "label",
            NOON + timedelta(seconds=k),
            "0" if rng.random() < right else str(rng.integers(1, classes)),
        )
        for k in range(people)
    ]
    return fold(events, want=people)


def consensus(items):
    """Wrong and unsettled items by number of people, their accuracy and the number of classes."""
    rows = []
    for classes in (2, 10):
        for right in (0.8, 0.9):
            for people in (1, 2, 3, 5):
                rng = np.random.default_rng(0)
                held = [settle(rng, people, right, classes) for _ in range(items)]
                rows.append(
                    {
                        "classes": classes,
                        "each is right": right,
                        "people": people,
                        "settled wrongly": np.mean([h.state == "settled" and h.label != "0" for h in held]),
                        "conflict": np.mean([h.state == "conflict" for h in held]),
                    }
                )
    return pd.DataFrame(rows)


def marked(columns, items):
    """Share of plain records, of so many independent columns of numbers, with a cell marked as unusual."""
    rng = np.random.default_rng(0)
    names = [f"x{k}" for k in range(columns)]
    known = usual(pd.DataFrame(rng.normal(size=(5000, columns)), columns=names))
    records = pd.DataFrame(rng.normal(size=(items, columns)), columns=names).to_dict("records")
    return np.mean([any(cell["unusual"] for cell in cells(record, known)) for record in records])


def main():
    """Print the tables."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--items", type=int, default=4000)
    items = reader.parse_args().items
    print(consensus(items).to_string(index=False, float_format="{:.4f}".format))
    for columns in (5, 20):
        print(f"{columns} columns: {marked(columns, items):.3f} of plain records have a marked cell")
    print(f"blind: {np.mean([is_blind(str(n)) for n in range(100_000)]):.4f}")


if __name__ == "__main__":
    main()
