"""With few labels of a chunk: how often the band of its value holds, and how wide it is.

`python -m tests.benchmarks.few_label_rates [--worlds 200]` prints a line for each kind of rows and number of
labels: chunks of 2,000 rows after 4,000 labelled reference rows; the share with its 95 % interval (Wilson
1927), the width beside that of the labels alone.
"""

import argparse
from dataclasses import replace

import numpy as np

from core.health.performance.metrics import measure
from core.health.profiles.log_rows import LogRows
from core.health.rules import RULES
from core.health.tasks.from_arrays import profile_from_arrays
from core.health.tasks.task import task_of
from core.stats.metrics import METRICS
from tests.benchmarks.profile_rates import (
    AMOUNTS,
    CLASSES,
    Rows,
    _amounts,
    _classes,
    _rare,
    _share,
    _skewed,
)


def _flatter(rng: np.random.Generator, n: int) -> LogRows:
    """The relation between score and label is half as steep."""
    return _classes(rng, n, steep=0.5)


def _larger(rng: np.random.Generator, n: int) -> LogRows:
    """Errors are half as large again."""
    rows = _amounts(rng, n)
    return replace(rows, labels=rows.predictions + 1.5 * (rows.labels - rows.predictions))


WORLDS: tuple[tuple[str, Rows, Rows, str], ...] = (
    ("classes", _classes, _classes, "accuracy"),
    ("classes, relation half as steep", _classes, _flatter, "accuracy"),
    ("2 % positives", _rare, _rare, "accuracy"),
    ("amounts", _amounts, _amounts, "mae"),
    ("amounts, errors half as large again", _amounts, _larger, "mae"),
    ("skewed errors", _skewed, _skewed, "mae"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    worlds = parser.parse_args().worlds
    rng = np.random.default_rng(1)
    for title, past, later, name in WORLDS:
        for few in (50, 100, 200):
            print(
                f"  {title}, {few} labels, {name}: {_line(rng, worlds, past, later, name, few)}", flush=True
            )


def _line(rng: np.random.Generator, worlds: int, past: Rows, later: Rows, name: str, few: int) -> str:
    layout = AMOUNTS if name == "mae" else CLASSES
    before = profile_from_arrays(layout, past(rng, 4_000))
    estimator = task_of(layout.classes).estimator(before, [before], RULES.estimate, METRICS)
    inside, widths, by_labels = 0, 0.0, 0.0
    for _ in range(worlds):
        rows, known = later(rng, 2_000), rng.permutation(2_000) < few
        labels = np.where(known, rows.labels, np.nan if name == "mae" else -1)
        now = profile_from_arrays(layout, replace(rows, labels=labels))
        value = estimator.assist(now)[name]
        real, alone = (measure(METRICS[name], p) for p in (profile_from_arrays(layout, rows), now))
        if real is not None and alone is not None:
            inside += value.low <= real.value <= value.high
            widths, by_labels = widths + value.high - value.low, by_labels + alone.high - alone.low
    return f"{_share(inside, worlds)}, {100 * widths / by_labels:.0f} % as wide"


if __name__ == "__main__":
    main()
