"""How often the interval of a replay holds what rows like those have in the mean.

python -m tests.benchmarks.replay_rates [--runs N]
"""

import argparse

import numpy as np
import pandas as pd

from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.stats.together.blocks import rows_together
from core.stats.together.dependence import Together
from core.training.comparison.replay import less


def classes(rng, n, points, share=0.1):
    """Labels and two models that differ on a share of the rows, the second better by so many points."""
    truth = rng.integers(0, 2, n)
    kind = rng.choice(3, n, p=[(share + points / 100) / 2, (share - points / 100) / 2, 1 - share])
    wrong = rng.random(n) < 0.2
    before = np.where(kind == 0, 1 - truth, np.where(kind == 1, truth, truth ^ wrong))
    after = np.where(kind == 0, truth, np.where(kind == 1, 1 - truth, truth ^ wrong))
    return truth, *(Predictions.from_outputs(np.eye(2)[side]) for side in (before, after))


def days(rng, n, points, share=0.2):
    """As `classes`, where every day favours the one or the other."""
    common = np.repeat(rng.normal(0, 0.15, n // 24 + 1), 24)[:n]
    first = np.clip((share + points / 100) / 2 + common * share, 0, share)
    draw = rng.random(n)
    truth = np.zeros(n, dtype=int)
    before, after = (draw < first).astype(int), ((draw >= first) & (draw < share)).astype(int)
    return truth, *(Predictions.from_outputs(np.eye(2)[side]) for side in (before, after))


def coverage(draw, metric, truth_of_a_row, n, runs, together=None):
    """Share of the intervals that hold the expected total."""
    rng, hits = np.random.default_rng(7), 0
    for _ in range(runs):
        made = less(METRICS[metric], *draw(rng, n), together or Together())
        hits += made.low <= truth_of_a_row * n <= made.high
    return hits / runs


def table(runs):
    """Coverage by world and rows."""
    lines = []
    for n in (300, 1_000, 5_000):
        hours = rows_together(None, pd.Series(pd.date_range("2024-01-01", periods=n, freq="h")))
        lines += [
            ("errors, equal", n, coverage(lambda r, k: classes(r, k, 0), "accuracy", 0.0, n, runs)),
            ("errors, 4 points fewer", n, coverage(lambda r, k: classes(r, k, 4), "accuracy", 0.04, n, runs)),
            (
                "errors, with a time",
                n,
                coverage(lambda r, k: classes(r, k, 4), "accuracy", 0.04, n, runs, hours),
            ),
            ("errors, days alike", n, coverage(lambda r, k: days(r, k, 0), "accuracy", 0.0, n, runs, hours)),
        ]
    return pd.DataFrame(lines, columns=["world", "rows", "the interval holds it"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    print(table(parser.parse_args().runs).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
